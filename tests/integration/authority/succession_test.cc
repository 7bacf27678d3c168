// Succession in an authority's directory: killed at every step and run again, and out of a mirror.
#include "ca/succession.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>

#include "ca/fsck.h"
#include "ca/log_beginning.h"
#include "ca/party.h"
#include "ca/x509_profiles.h"
#include "ledger/log_reader.h"
#include "ledger/rocksdb_store.h"
#include "tests/integration/authority/ceremony.h"
#include "verifier-sdk/core/checkpoint.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;
using certmark::testing::Hold;
using certmark::testing::kNow;
using certmark::testing::TempDir;
using certmark::testing::TestRequest;

constexpr Seconds kHour{3600};

class AuthoritysDirectory : public ::testing::Test {
 protected:
  void Found() const { Hold(TestRequest(files_.root)).value(); }

  SuccessionRequest Request() const { return {.files = files_, .passphrase = Secret()}; }
  Result<SuccessionReport> Succeed(const SuccessionRequest& request) const {
    return SucceedLog(
        request, [] { return kNow + kHour; }, SystemRandom);
  }
  Result<SuccessionReport> Succeed() const { return Succeed(Request()); }

  // KillAt founds an authority and succeeds its log in a process that is killed when it has reached a step. All of it
  // happens there: RocksDB's threads do not survive a fork.
  void KillAt(SuccessionStep step, const std::function<SuccessionRequest()>& prepare) const {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      Found();
      SuccessionRequest request = prepare();
      request.reached = [step](SuccessionStep reached) {
        if (reached == step) ::kill(::getpid(), SIGKILL);
      };
      (void)Succeed(request);
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it never came as far as that step";
    ASSERT_EQ(WTERMSIG(status), SIGKILL);
  }

  void ExpectClean() const {
    const auto lists = ReadTrustLists(files_).value();
    const auto store = ledger::OpenRocksdbStoreReadOnly(files_.database()).value();
    FsckOptions options;
    options.lists = lists;
    const FsckReport report = FsckAuthority(*store, options).value();
    for (const ledger::Finding& f : report.findings.list()) {
      ADD_FAILURE() << f.kind << " " << f.log << " " << f.place << ": " << f.expected << ", not " << f.found;
    }
  }
  void ExpectSecondLog() const {
    const Authority authority = Authority::Load(files_, Secret(), kNow + kHour).value();
    EXPECT_EQ(authority.log_number, 2u);
    EXPECT_EQ(authority.log_key.name(), "ca.example/log/2");
    ASSERT_EQ(authority.trust.logs().size(), 2u);
    EXPECT_EQ(authority.trust.seq(), 2u);
    EXPECT_EQ(authority.trust.logs()[0].final_size, kBeginningSize);
    const auto anchored = ledger::ReadAnchor(files_.anchor()).value();
    EXPECT_EQ(anchored->published.origin, "ca.example/log/2");
    EXPECT_EQ(anchored->published.size, kBeginningSize);
    ExpectClean();
  }

  // Mirror writes a log as it is served, and returns where.
  fs::path Mirror(ledger::LogNumber number = 1) const {
    const auto store = ledger::OpenRocksdbStoreReadOnly(files_.database()).value();
    const auto source = ledger::MakeStoreSource(*store, number);
    const std::string note = source->Checkpoint().value();
    const std::uint64_t size = Checkpoint::Parse(Note::Parse(note).value().text()).value().size;
    const fs::path mirror = dir_ / ("mirror-" + std::to_string(number));
    const ledger::LogReader reader(*store, number);
    Write(mirror / "checkpoint", note);
    const auto width = static_cast<unsigned>(size);
    for (const ledger::TileName& name : {ledger::TileName{0, 0, width}, ledger::TileName{std::nullopt, 0, width}}) {
      Write(mirror / "tile" / name.ToPath(), AsText(reader.Tile(name, size).value()));
    }
    return mirror;
  }
  static void Write(const fs::path& file, std::string_view text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }

  TempDir dir_;
  const AuthorityFiles files_{dir_ / "authority"};
};

class SuccessionInADirectory : public AuthoritysDirectory {
 protected:
  void SetUp() override { Found(); }
};

TEST_F(SuccessionInADirectory, ChangesTheLogAndNothingElse) {
  const SuccessionReport report = Succeed().value();
  EXPECT_FALSE(report.was_done);
  EXPECT_EQ(report.last.origin, "ca.example/log/1");
  EXPECT_EQ(report.last.size, kBeginningSize);
  EXPECT_EQ(report.origin, "ca.example/log/2");
  EXPECT_EQ(report.trust_list, files_.trust(2));
  EXPECT_EQ(report.new_registrar, "");
  ExpectSecondLog();
}

TEST_F(SuccessionInADirectory, FindsNothingToDoTheSecondTime) {
  const SuccessionReport first = Succeed().value();
  const SuccessionReport second = Succeed().value();
  EXPECT_TRUE(second.was_done);
  EXPECT_EQ(second.last, first.last);
  EXPECT_EQ(second.origin, first.origin);
  ExpectSecondLog();
}

class SuccessionKilled : public AuthoritysDirectory, public ::testing::WithParamInterface<SuccessionStep> {};

TEST_P(SuccessionKilled, GoesOnWhereItWas) {
  ASSERT_NO_FATAL_FAILURE(KillAt(GetParam(), [this] { return Request(); }));
  const std::uint32_t current = Authority::Load(files_, Secret(), kNow + kHour).value().log_number;
  EXPECT_EQ(current, GetParam() == SuccessionStep::kListed ? 2u : 1u) << "the list is what counts";
  const auto finished = Succeed();
  ASSERT_TRUE(finished) << finished.error().message;
  EXPECT_EQ(finished->origin, "ca.example/log/2");
  ExpectSecondLog();
}

std::string NameOf(const ::testing::TestParamInfo<SuccessionStep>& step) {
  const char* const names[] = {"Rebuilt", "Frozen", "KeyMade", "EntriesWritten", "AnchorMoved", "Listed"};
  return names[static_cast<std::size_t>(step.param)];
}
INSTANTIATE_TEST_SUITE_P(AtEachStep, SuccessionKilled,
                         ::testing::Values(SuccessionStep::kFrozen, SuccessionStep::kKeyMade,
                                           SuccessionStep::kEntriesWritten, SuccessionStep::kAnchorMoved,
                                           SuccessionStep::kListed),
                         NameOf);

TEST_F(SuccessionInADirectory, TakesARestOfAKeyThatWasNotWhole) {
  Write(files_.log_key(2).string() + ".part", "-----BEGIN");
  ASSERT_TRUE(Succeed());
  EXPECT_FALSE(fs::exists(files_.log_key(2).string() + ".part"));
  ExpectSecondLog();
}

TEST_F(SuccessionInADirectory, NeedsTheRootKey) {
  SuccessionRequest request = Request();
  request.root_key = files_.root / "nowhere.pem";
  EXPECT_EQ(Succeed(request).error().code, ErrorCode::kNotFound);
  fs::rename(files_.offline_key("root"), dir_ / "safe.pem");
  EXPECT_EQ(Succeed().error().code, ErrorCode::kNotFound);
  request.root_key = dir_ / "safe.pem";
  EXPECT_TRUE(Succeed(request));
}

TEST_F(SuccessionInADirectory, RefusesADatabaseInUse) {
  const auto store = ledger::OpenRocksdbStore(files_.database()).value();
  EXPECT_FALSE(Succeed());
  EXPECT_FALSE(fs::exists(files_.log_key(2)));
}

TEST_F(SuccessionInADirectory, RefusesToBeginWithoutADatabase) {
  fs::remove_all(files_.database());
  EXPECT_EQ(Succeed().error().code, ErrorCode::kFailedPrecondition);
  EXPECT_FALSE(fs::exists(files_.database())) << "and makes none";
}

// ---- Out of a mirror

class SuccessionFromAMirror : public SuccessionInADirectory {
 protected:
  void SetUp() override {
    SuccessionInADirectory::SetUp();
    source_ = ledger::MakePublishedSource(ledger::FetchFiles(Mirror()));
    fs::remove_all(files_.database());
  }
  SuccessionRequest FromMirror() const {
    SuccessionRequest request = Request();
    request.mirrors = {{"mirror-1", source_.get()}};
    return request;
  }
  std::unique_ptr<ledger::TileSource> source_;
};

TEST_F(SuccessionFromAMirror, TakesUpTheRegistrarOfTheCeremony) {
  const SuccessionReport report = Succeed(FromMirror()).value();
  EXPECT_EQ(report.rebuilt, 0u);
  ExpectSecondLog();
  const auto pem = CertificatesFromPem([&] {
    std::ifstream file(files_.registrar() / "certificate.pem");
    return std::string(std::istreambuf_iterator<char>(file), {});
  }());
  const auto store = ledger::OpenRocksdbStoreReadOnly(files_.database()).value();
  const Party registrar = Authenticate(*store, pem.value().front(), kNow + kHour).value();
  EXPECT_EQ(registrar.id, report.new_registrar);
  EXPECT_EQ(registrar.name, "Example Registrar");
  EXPECT_TRUE(registrar.has(Role::kRegistrar));
}

TEST_F(SuccessionFromAMirror, NeedsSomebodyWhoVouchesForIt) {
  fs::rename(files_.anchor(), dir_ / "device");
  const auto refused = Succeed(FromMirror());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_FALSE(fs::exists(files_.database()));
  SuccessionRequest request = FromMirror();
  request.files.anchor_at = dir_ / "device";
  ASSERT_TRUE(Succeed(request));
  EXPECT_FALSE(fs::exists(files_.anchor()));
  EXPECT_EQ(ledger::ReadAnchor(dir_ / "device").value()->published.origin, "ca.example/log/2");
}

TEST_F(SuccessionFromAMirror, MakesARegistrarWhereNoneIsLeft) {
  fs::rename(files_.registrar(), dir_ / "handed-over");
  EXPECT_EQ(Succeed(FromMirror()).error().code, ErrorCode::kInvalidArgument) << "without a name";
  // The database is there by now.
  EXPECT_EQ(Succeed(FromMirror()).error().code, ErrorCode::kFailedPrecondition);
  SuccessionRequest request = Request();
  request.registrar = "Example Registrar 02";
  const SuccessionReport report = Succeed(request).value();
  EXPECT_NE(report.new_registrar, "");
  EXPECT_TRUE(fs::exists(files_.registrar() / "key.pem"));
  ExpectSecondLog();
}

TEST_F(AuthoritysDirectory, ThatWasMadeAgainIsGoneOnWithAfterAKill) {
  std::unique_ptr<ledger::TileSource> source;
  ASSERT_NO_FATAL_FAILURE(KillAt(SuccessionStep::kRebuilt, [&] {
    source = ledger::MakePublishedSource(ledger::FetchFiles(Mirror()));
    fs::remove_all(files_.database());
    SuccessionRequest request = Request();
    request.mirrors = {{"mirror-1", source.get()}};
    return request;
  }));
  ASSERT_TRUE(Succeed());
  ExpectSecondLog();
}

TEST_F(SuccessionFromAMirror, OfALogThatHasOnlyBegunIsNotDoneWithoutARegistrar) {
  ASSERT_TRUE(Succeed(FromMirror()));
  const auto second = ledger::MakePublishedSource(ledger::FetchFiles(Mirror(2)));
  fs::remove_all(files_.database());
  SuccessionRequest request = FromMirror();
  request.mirrors.push_back({"mirror-2", second.get()});
  const SuccessionReport report = Succeed(request).value();
  EXPECT_FALSE(report.was_done);
  EXPECT_EQ(report.origin, "ca.example/log/3");
  EXPECT_NE(report.new_registrar, "");
  ExpectClean();
}

TEST_F(SuccessionFromAMirror, BeginsAgainWhereItWasNotPutInPlace) {
  // As it is left by who is stopped before the database has its name.
  fs::create_directories(files_.root / "data.restoring");
  Write(files_.anchor().string() + ".restored", "half");
  ASSERT_TRUE(Succeed(FromMirror()));
  ExpectSecondLog();
}

}  // namespace
}  // namespace certmark::ca
