// A daemon and its witnesses: what is shown when they have cosigned, and when it may not write.
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "api/daemon.h"
#include "ca/authority.h"
#include "ca/succession.h"
#include "ledger/rocksdb_store.h"
#include "ledger/signed_checkpoint.h"
#include "tests/integration/server/ceremony_fixture.h"
#include "tests/support/loopback_server.h"
#include "tests/unit/api/plain_client.h"
#include "tests/unit/ledger/witnessed_log.h"

namespace certmark::testing {
namespace {

using ledger::TestWitness;

constexpr std::string_view kPassphrase = "long enough a passphrase";

std::vector<std::string> Vkeys(const std::vector<std::unique_ptr<TestWitness>>& witnesses) {
  std::vector<std::string> vkeys;
  for (const auto& witness : witnesses) vkeys.push_back(witness->key().ToVkey());
  return vkeys;
}

std::vector<std::unique_ptr<TestWitness>> ThreeWitnesses() {
  std::vector<std::unique_ptr<TestWitness>> witnesses;
  for (int number = 1; number <= 3; ++number) witnesses.push_back(std::make_unique<TestWitness>(number));
  return witnesses;
}

// Witnessed is an authority whose verifiers demand two of three witnesses; each may be up or down.
class Witnessed : public ::testing::Test {
 protected:
  void Found(bool production = false) {
    ceremony_ = std::make_unique<Ceremony>(Ceremony::Options{.passphrase = production ? std::string(kPassphrase) : "",
                                                             .witnesses = Vkeys(witnesses_),
                                                             .quorum = 2,
                                                             .production = production});
    log_key_ = ca::Authority::Load(ceremony_->files(), Passphrase(production), ca::SystemTime()).value().log_key;
    for (const auto& witness : witnesses_) {
      ledger::Witness::Options options = witness->MakeOptions({log_key_});
      options.clock = ca::SystemTime;
      doors_.push_back(ledger::Witness::Open(std::move(options)).value());
    }
    servers_.resize(witnesses_.size());
  }
  static ca::Secret Passphrase(bool production) {
    return production ? ca::Secret(std::string(kPassphrase)) : ca::Secret();
  }
  void Up(std::size_t i) {
    servers_[i] = std::make_unique<LoopbackServer>([witness = doors_[i].get()](const LoopbackRequest& request) {
      const ledger::WitnessReply reply = witness->AddCheckpoint(request.body);
      return HttpAnswer(reply.status, reply.content_type, reply.body);
    });
  }
  void Down(std::size_t i) { servers_[i].reset(); }
  // Config names every witness; one that is down stands at a port where nobody listens.
  api::Config Config() {
    std::string policy;
    for (std::size_t i = 0; i < witnesses_.size(); ++i) {
      const std::string url = servers_[i] ? servers_[i]->url() : closed_.url();
      policy += "witness w" + std::to_string(i + 1) + " " + witnesses_[i]->key().ToVkey() + " " + url + "\n";
    }
    policy += "group two 2 w1 w2 w3\nquorum two\n";
    const auto file = ceremony_->files().root / "witnesses.policy";
    std::ofstream(file) << policy;
    api::Config config = ceremony_->Config();
    config.witness_policy = file;
    return config;
  }
  std::optional<ledger::SignedCheckpoint> Shown(ledger::LogNumber log = 1) const {
    const auto store = ledger::OpenRocksdbStoreReadOnly(ceremony_->files().database()).value();
    return ledger::ExposedNote(*store, log).value();
  }
  // SeeMore: the log's key signed a larger tree, and that witness saw it: the database is an old copy.
  void SeeMore(std::size_t i) {
    const auto authority = ca::Authority::Load(ceremony_->files(), {}, ca::SystemTime()).value();
    const Checkpoint larger{log_key_.name(), 200, LeafHash(AsBytes("another tree"))};
    const std::string text = larger.ToText();
    const std::string note = text + "\n" + FormatSignatureLine(log_key_, authority.log_signer->Sign(text).value());
    const ledger::SignedCheckpoint seen{larger, note};
    ASSERT_EQ(doors_[i]->AddCheckpoint(ledger::FormatAddCheckpoint({0, {}, seen})).status, 200);
  }
  // Shows says whether a daemon shows a checkpoint, as it tells its keeper.
  static bool Shows(const api::Daemon& daemon) {
    PlainClient client(daemon.ports().operations);
    client.Send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return StatusIn(client.ReadResponse()) == 200;
  }
  // ShowTheLog runs a daemon until what it published is shown.
  void ShowTheLog(bool production = false) {
    // Who learns of a log from its daemon vouches for it only at the next start.
    if (production) (void)api::Daemon::Start(Config(), Passphrase(production)).value();
    const auto daemon = api::Daemon::Start(Config(), Passphrase(production)).value();
    ASSERT_FALSE(daemon->ReadOnly()) << daemon->ReadOnly()->message;
    while (!Shows(*daemon)) std::this_thread::yield();
  }
  Result<ca::SuccessionReport> Succeed(const std::filesystem::path& policy, bool production = false) const {
    return ca::SucceedLog({.files = ceremony_->files(), .passphrase = Passphrase(production), .witness_policy = policy},
                          ca::SystemTime, ca::SystemRandom);
  }
  std::size_t Cosigned(const std::string& note) const {
    std::vector<NoteKey> keys;
    for (const auto& witness : witnesses_) keys.push_back(witness->key());
    return CountCosignatures(Note::Parse(note).value(), keys).value();
  }

  std::vector<std::unique_ptr<TestWitness>> witnesses_ = ThreeWitnesses();
  ClosedPort closed_;
  std::unique_ptr<Ceremony> ceremony_;
  NoteKey log_key_;
  std::vector<std::unique_ptr<ledger::Witness>> doors_;
  std::vector<std::unique_ptr<LoopbackServer>> servers_;
};

TEST_F(Witnessed, ShowsItsCheckpointOnceTwoOfThreeHaveCosigned) {
  Found();
  Up(0);
  Up(1);
  auto daemon = api::Daemon::Start(Config(), {}).value();
  ASSERT_FALSE(daemon->ReadOnly()) << daemon->ReadOnly()->message;
  while (!Shows(*daemon)) std::this_thread::yield();
  daemon.reset();
  EXPECT_EQ(Shown()->checkpoint.size, 3u);
  EXPECT_EQ(Cosigned(Shown()->note), 2u);
}

TEST_F(Witnessed, WritesThoughAQuorumIsDownAndShowsNothing) {
  Found();
  Up(0);
  const auto daemon = api::Daemon::Start(Config(), {}).value();
  EXPECT_FALSE(daemon->ReadOnly());
  EXPECT_FALSE(Shows(*daemon));
}

TEST_F(Witnessed, DoesNotWriteWhereAWitnessHasSeenMore) {
  Found();
  Up(0);
  ASSERT_NO_FATAL_FAILURE(SeeMore(0));
  const auto daemon = api::Daemon::Start(Config(), {}).value();
  const auto why = daemon->ReadOnly();
  ASSERT_TRUE(why);
  EXPECT_NE(why->message.find("ROLLBACK DETECTED"), std::string::npos) << why->message;
  EXPECT_NE(why->message.find("w1"), std::string::npos) << why->message;
  EXPECT_NE(why->message.find("200"), std::string::npos) << why->message;
}

TEST_F(Witnessed, InProductionWritesOnceAQuorumVouchesForIt) {
  Found(true);
  const auto why_not = [&]() -> std::string {
    const auto daemon = api::Daemon::Start(Config(), Passphrase(true)).value();
    EXPECT_TRUE(daemon->Tick());
    return daemon->ReadOnly() ? daemon->ReadOnly()->message : std::string();
  };
  constexpr std::string_view kNobody = "nothing outside the database vouches for it: the anchor ";
  EXPECT_TRUE(why_not().starts_with(kNobody)) << "nobody answers";
  Up(0);
  Up(1);
  EXPECT_TRUE(why_not().starts_with(kNobody)) << "who learns of the log from us does not vouch for it";
  EXPECT_EQ(why_not(), "");
}

// ---- And whoever ends its log

TEST_F(Witnessed, IsSucceededByALogThatIsShownOnceTwoOfThreeHaveCosigned) {
  Found();
  Up(0);
  Up(1);
  ASSERT_NO_FATAL_FAILURE(ShowTheLog());
  const auto done = Succeed(Config().witness_policy);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->last, Shown()->checkpoint);
  EXPECT_FALSE(Shown(2)) << "no witness has seen it";
  {
    const auto daemon = api::Daemon::Start(Config(), {}).value();
    EXPECT_FALSE(daemon->ReadOnly());
    EXPECT_FALSE(Shows(*daemon)) << "no witness knows the new log's key";
  }
  const NoteKey second = ca::Authority::Load(ceremony_->files(), {}, ca::SystemTime()).value().log_key;
  for (std::size_t i : {0, 1}) {
    Down(i);
    doors_[i].reset();
    ledger::Witness::Options options = witnesses_[i]->MakeOptions({log_key_, second});
    options.clock = ca::SystemTime;
    doors_[i] = ledger::Witness::Open(std::move(options)).value();
    Up(i);
  }
  ASSERT_NO_FATAL_FAILURE(ShowTheLog());
  EXPECT_EQ(Shown(2)->checkpoint.origin, "ca.example/log/2");
  EXPECT_EQ(Cosigned(Shown(2)->note), 2u);
}

TEST_F(Witnessed, IsNotSucceededWhereAWitnessHasSeenMore) {
  Found();
  Up(0);
  Up(1);
  ASSERT_NO_FATAL_FAILURE(ShowTheLog());
  Up(2);
  ASSERT_NO_FATAL_FAILURE(SeeMore(2));
  const auto done = Succeed(Config().witness_policy);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("ROLLBACK DETECTED"), std::string::npos) << done.error().message;
  EXPECT_NE(done.error().message.find("w3"), std::string::npos) << done.error().message;
  EXPECT_FALSE(std::filesystem::exists(ceremony_->files().log_key(2)));
}

TEST_F(Witnessed, IsNotSucceededWithoutItsPolicyNorBeforeItsEndIsCosigned) {
  Found();
  EXPECT_EQ(Succeed({}).error().message, "trust list 1 demands 2 witnesses: name them in a witness policy");
  const auto done = Succeed(Config().witness_policy);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kFailedPrecondition) << done.error().message;
  EXPECT_FALSE(std::filesystem::exists(ceremony_->files().log_key(2)));
}

TEST_F(Witnessed, InProductionIsSucceededOnceAQuorumVouchesForIt) {
  Found(true);
  Up(0);
  Up(1);
  ASSERT_NO_FATAL_FAILURE(ShowTheLog(true));
  Down(1);
  const auto refused = Succeed(Config().witness_policy, true);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message.starts_with("nothing outside the database vouches for it: the anchor "))
      << refused.error().message;
  Up(1);
  const auto done = Succeed(Config().witness_policy, true);
  EXPECT_TRUE(done) << done.error().message;
}

}  // namespace
}  // namespace certmark::testing
