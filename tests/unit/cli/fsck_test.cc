// log fsck: what it says and how it ends, over an authority's directory and over a log's files.
#include <gtest/gtest.h>

#include <filesystem>

#include "ca/authority_files.h"
#include "ledger/log_reader.h"
#include "ledger/rocksdb_store.h"
#include "tests/integration/authority/ceremony.h"
#include "tests/unit/cli/command_line.h"

namespace certmark::cli {
namespace {

namespace fs = std::filesystem;
using certmark::testing::CommandLine;

bool Says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class LogFsck : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    original_ = new certmark::testing::TempDir;
    ASSERT_TRUE(certmark::testing::Hold(certmark::testing::TestRequest(*original_ / "authority")));
  }
  static void TearDownTestSuite() { delete original_; }
  void SetUp() override { fs::copy(*original_ / "authority", files_.root, fs::copy_options::recursive); }

  void Damage(ledger::Write write) {
    const auto store = ledger::OpenRocksdbStore(files_.database()).value();
    const Bytes head = store->Head().value();
    ASSERT_TRUE(store->Commit(head, {head, {std::move(write)}}));
  }
  // Mirror writes the log's files, as anybody may fetch them.
  fs::path Mirror() {
    const auto store = ledger::OpenRocksdbStoreReadOnly(files_.database()).value();
    const auto newest = ledger::NewestNote(*store, 1).value().value();
    const ledger::LogReader reader(*store, 1);
    const fs::path mirror = certmark.directory() / "mirror";
    const auto put = [&](const std::string& path, std::string_view bytes) {
      fs::create_directories((mirror / path).parent_path());
      ledger::ReplaceFile(mirror / path, bytes).value();
    };
    put("checkpoint", newest.note);
    const auto size = static_cast<unsigned>(newest.checkpoint.size);
    for (const ledger::TileName name :
         {ledger::TileName{std::uint8_t{0}, 0, size}, ledger::TileName{std::nullopt, 0, size}}) {
      put("tile/" + name.ToPath(), AsText(reader.Tile(name, size).value()));
    }
    return mirror;
  }
  std::string Vkey() {
    const auto lists = ca::ReadTrustLists(files_).value();
    return lists.back().logs().back().key.ToVkey();
  }
  std::string PinText() {
    const auto lists = ca::ReadTrustLists(files_).value();
    return Pin{lists.front().iss(), lists.front().roots().front().fingerprint()}.ToText();
  }

  inline static certmark::testing::TempDir* original_ = nullptr;
  CommandLine certmark;
  const ca::AuthorityFiles files_{certmark.directory() / "authority"};
};

TEST_F(LogFsck, SaysThatANewAuthorityIsClean) {
  const auto ran = certmark.Run({"log", "fsck", files_.root.string()});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_TRUE(Says(ran.out, "Everything agrees.")) << ran.out;
  const auto json = certmark.Run({"--json", "log", "fsck", files_.root.string(), "--no-signatures"});
  EXPECT_EQ(json.code, 0);
  EXPECT_TRUE(Says(json.out, R"("clean":true)")) << json.out;
  EXPECT_TRUE(Says(json.out, R"("keys":2)")) << json.out;
}

TEST_F(LogFsck, NamesWhatIsWrongAndEndsWithOne) {
  Damage({ledger::Column::kEntry, ledger::EntryKey(1, 1), ToBytes("another")});
  const auto ran = certmark.Run({"log", "fsck", files_.root.string()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(Says(ran.out, "entry-differs: log 1 entry 1")) << ran.out;
  EXPECT_TRUE(Says(ran.out, "NOT clean: ")) << ran.out;
  const auto json = certmark.Run({"--json", "log", "fsck", files_.root.string()});
  EXPECT_EQ(json.code, 1);
  EXPECT_TRUE(Says(json.out, R"("clean":false)"));
  EXPECT_TRUE(Says(json.out, R"({"kind":"entry-differs","log":"log 1","place":"entry 1",)")) << json.out;
}

TEST_F(LogFsck, ChecksALogsFilesByItsKeyAlone) {
  const fs::path mirror = Mirror();
  const auto ran = certmark.Run({"log", "fsck", mirror.string(), "--vkey", Vkey()});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_TRUE(Says(ran.out, "Checked 3 entries, ")) << ran.out;
  fs::remove(mirror / "tile/0/000.p/3");
  EXPECT_EQ(certmark.Run({"log", "fsck", mirror.string(), "--vkey", Vkey()}).code, 1);
}

TEST_F(LogFsck, BelievesTheHomeOrTheListsThatItIsTold) {
  const fs::path mirror = Mirror();
  const auto unknown = certmark.Run({"log", "fsck", mirror.string()});
  EXPECT_EQ(unknown.code, 3);
  EXPECT_TRUE(Says(unknown.err, "whom to believe?")) << unknown.err;
  const std::string list = files_.trust(1).string();
  EXPECT_EQ(certmark.Run({"log", "fsck", mirror.string(), "--trust", list, "--pin", PinText()}).code, 0);
  EXPECT_EQ(certmark.Run({"trust", "add", list, "--pin", PinText()}).code, 0);
  EXPECT_EQ(certmark.Run({"log", "fsck", mirror.string()}).code, 0);
}

TEST_F(LogFsck, CannotTellWithoutACheckpointThatCanBeRead) {
  const fs::path mirror = Mirror();
  ledger::ReplaceFile(mirror / "checkpoint", "garbage").value();
  EXPECT_EQ(certmark.Run({"log", "fsck", mirror.string()}).code, 2);
}

TEST_F(LogFsck, RefusesWhatIsNoLog) {
  EXPECT_EQ(certmark.Run({"log", "fsck", (certmark.directory() / "nothing").string()}).code, 3);
  EXPECT_EQ(certmark.Run({"log", "fsck"}).code, 3);
  EXPECT_EQ(certmark.Run({"log", "fsck", files_.root.string(), "--authority", "https://ca.example"}).code, 3);
  fs::remove(files_.trust(1));
  EXPECT_EQ(certmark.Run({"log", "fsck", files_.root.string()}).code, 3);
}

}  // namespace
}  // namespace certmark::cli
