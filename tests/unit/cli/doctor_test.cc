// The doctor: what is ill, of facts; and what it finds in a home.
#include "api/cli/doctor.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "ledger/rocksdb_store.h"
#include "tests/unit/cli/command_line.h"

namespace certmark::testing {
namespace {

using cli::Exit;
using cli::Finding;
using cli::Health;

constexpr std::uint64_t kMebi = 1024 * 1024;

cli::Ending EndsAt(Result<Time> end) {
  return {"certificate", "this home's", std::move(end), "renew it"};
}

TEST(Doctor, EndsWithWhatTheWorstFindingSays) {
  const Finding ok{"a", Health::kOk, "", ""}, skipped{"b", Health::kSkipped, "", ""};
  const Finding warning{"c", Health::kWarning, "", ""}, failed{"d", Health::kFailed, "", ""};
  EXPECT_EQ(cli::ExitOf(cli::Worst({ok, skipped})), Exit::kOk);
  EXPECT_EQ(cli::ExitOf(cli::Worst({ok, warning, skipped})), Exit::kUnknown);
  EXPECT_EQ(cli::ExitOf(cli::Worst({failed, warning})), Exit::kRefused);
  EXPECT_EQ(cli::ExitOf(cli::Worst({})), Exit::kOk);
}

TEST(Doctor, TellsOfACertificateThirtyDaysBeforeItsEnd) {
  EXPECT_EQ(CheckEnd(EndsAt(kNow + 31 * kDay), kNow).health, Health::kOk);
  const Finding near = CheckEnd(EndsAt(kNow + 29 * kDay), kNow);
  EXPECT_EQ(near.health, Health::kWarning);
  EXPECT_NE(near.text.find("in 29 days"), std::string::npos) << near.text;
  EXPECT_EQ(near.remedy, "renew it");
  EXPECT_EQ(CheckEnd(EndsAt(kNow), kNow).health, Health::kWarning) << "its last second is one";
  EXPECT_EQ(CheckEnd(EndsAt(kNow - Seconds{1}), kNow).health, Health::kFailed);
  EXPECT_EQ(CheckEnd(EndsAt(Error{ErrorCode::kNotFound, "no file"}), kNow).health, Health::kFailed);
}

cli::ClockFacts ClockWithDate(Time date) {
  return {.asked = "https://ca.example", .before = kNow, .after = kNow + Seconds{2}, .date = date, .why_not = ""};
}

TEST(Doctor, ComparesTheClockWithTheServersToTheSecond) {
  struct {
    int seconds;
    Health health;
  } const rows[] = {{0, Health::kOk},        {2, Health::kOk},       {7, Health::kOk},
                    {8, Health::kWarning},   {62, Health::kWarning}, {63, Health::kFailed},
                    {-1, Health::kOk},       {-6, Health::kOk},      {-7, Health::kWarning},
                    {-61, Health::kWarning}, {-62, Health::kFailed}, {1'000'000, Health::kFailed}};
  for (const auto& row : rows) {
    EXPECT_EQ(CheckClock(ClockWithDate(kNow + Seconds{row.seconds})).health, row.health) << row.seconds;
  }
  EXPECT_NE(CheckClock(ClockWithDate(kNow + Seconds{102})).text.find("100 seconds behind"), std::string::npos);
  EXPECT_NE(CheckClock(ClockWithDate(kNow - Seconds{101})).text.find("100 seconds ahead"), std::string::npos);
}

TEST(Doctor, SaysWhyTheClockWasNotCompared) {
  EXPECT_EQ(cli::CheckClock({}).health, Health::kSkipped);
  cli::ClockFacts facts = ClockWithDate(kNow);
  facts.date.reset();
  facts.why_not = "timed out";
  EXPECT_EQ(CheckClock(facts).health, Health::kSkipped);
  EXPECT_NE(CheckClock(facts).text.find("timed out"), std::string::npos);
}

TEST(Doctor, KnowsWhenADiskIsTooFullForNewWork) {
  const auto with = [](std::optional<std::uint64_t> free) { return cli::CheckDisk({"/data", free}); };
  EXPECT_EQ(with(4'000'000'000).health, Health::kOk);
  EXPECT_EQ(with(1'999'999'999).health, Health::kWarning);
  EXPECT_EQ(with(ledger::kKeptFromNewWork).health, Health::kWarning);
  EXPECT_EQ(with(ledger::kKeptFromNewWork - 1).health, Health::kFailed);
  EXPECT_NE(with(100 * kMebi).text.find("below 135 MiB"), std::string::npos);
  EXPECT_EQ(with(std::nullopt).health, Health::kFailed);
}

TEST(Doctor, HoldsTheAnchorAgainstTheDatabase) {
  cli::AnchorFacts facts;
  facts.file = "/elsewhere/anchor";
  facts.size = 7;
  EXPECT_EQ(CheckAnchor(facts).health, Health::kOk);
  facts.beside = Error{ErrorCode::kFailedPrecondition, "one file system"};
  EXPECT_EQ(CheckAnchor(facts).health, Health::kWarning);
  facts.is_behind = true;
  EXPECT_NE(CheckAnchor(facts).text.find("behind"), std::string::npos);
  facts.acts_lost = 1;
  EXPECT_EQ(CheckAnchor(facts).health, Health::kFailed);
  EXPECT_NE(CheckAnchor(facts).text.find("1 act that"), std::string::npos);
  facts.wrong = Error{ErrorCode::kFailedPrecondition, "ROLLBACK DETECTED"};
  EXPECT_EQ(CheckAnchor(facts).text, "ROLLBACK DETECTED");
}

TEST(Doctor, SaysOfAHomeWhatIsMissing) {
  cli::HomeFacts facts;
  facts.root = "/home/ana/lab";
  EXPECT_EQ(CheckHome(facts).health, Health::kSkipped);
  facts.has_root = true;
  EXPECT_EQ(CheckHome(facts).health, Health::kSkipped);
  facts.has_key = true;
  EXPECT_NE(CheckHome(facts).remedy.find("party fetch"), std::string::npos);
  facts.has_certificate = true;
  EXPECT_EQ(CheckHome(facts).health, Health::kOk);
  facts.others_may_read_key = true;
  EXPECT_EQ(CheckHome(facts).health, Health::kFailed);
  facts.others_may_read_key = facts.has_key = false;
  EXPECT_EQ(CheckHome(facts).health, Health::kFailed);
}

TEST(Doctor, TellsWhoIsNotReachedFromWhoIsNotWelcome) {
  cli::AskedFacts facts;
  EXPECT_EQ(CheckAsked(facts).health, Health::kSkipped);
  facts.authority = "https://ca.example";
  EXPECT_EQ(CheckAsked(facts).health, Health::kOk);
  facts.is_party = true;
  facts.party = "parties/abcdefghijkmnpqr";
  EXPECT_NE(CheckAsked(facts).text.find("parties/abc"), std::string::npos);
  facts.party_error = Error{ErrorCode::kPermissionDenied, "revoked"};
  EXPECT_NE(CheckAsked(facts).text.find("this home is not: revoked"), std::string::npos);
  facts.public_error = Error{ErrorCode::kUnavailable, "nobody there"};
  EXPECT_EQ(CheckAsked(facts).text, "nobody there");
}

TEST(Doctor, ListsEveryMistakeOfAConfiguration) {
  EXPECT_EQ(cli::CheckConfiguration({"certmark.toml", {}}).health, Health::kOk);
  const Finding found = cli::CheckConfiguration({"certmark.toml", {"one", "two"}});
  EXPECT_EQ(found.health, Health::kFailed);
  EXPECT_EQ(found.text, "one, two");
}

// ---- Witnesses: three of a list, of which two must cosign

class DoctorOnWitnesses : public ::testing::Test {
 protected:
  DoctorOnWitnesses() {
    for (const TestNoteKey& witness : witnesses_) spec_.witnesses.push_back(witness.vkey());
    spec_.quorum = 2;
  }

  // The finding where the first `count` witnesses cosigned, so long ago.
  Finding Found(std::size_t count, Seconds ago) {
    std::string note = kText + std::string("\n") + log_.SignNote(kText);
    for (std::size_t i = 0; i < count; ++i) note += witnesses_.at(i).Cosign(kText, kNow - ago);
    const Pin pin{std::string(kAuthority), Sha256(pki_.root)};
    const auto list = TrustList::AcceptFirst(MakeTrustList(spec_, pki_), pin);
    EXPECT_TRUE(list) << list.error().message;
    return cli::CheckWitnesses({"ca.example:7401", *list, note}, kNow);
  }

  static constexpr char kText[] = "ca.example/log/1\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
  const TestPki pki_ = MakeTestPki();
  TrustSpec spec_ = DefaultTrustSpec(pki_);
  const TestNoteKey log_ = TestNoteKey::Log("ca.example/log/1");
  const std::vector<TestNoteKey> witnesses_ = {TestNoteKey::Witness("w1.example"), TestNoteKey::Witness("w2.example"),
                                               TestNoteKey::Witness("w3.example")};
};

TEST_F(DoctorOnWitnesses, CountsThemByTheTrustList) {
  EXPECT_EQ(Found(3, Seconds{5}).health, Health::kOk) << Found(3, Seconds{5}).text;
  EXPECT_NE(Found(3, Seconds{3 * 3600}).text.find("3 of 3 cosigned size 7, 2 must, the newest 3 hours ago"),
            std::string::npos)
      << Found(3, Seconds{3 * 3600}).text;
  const Finding missing = Found(2, Seconds{5});
  EXPECT_EQ(missing.health, Health::kWarning);
  EXPECT_NE(missing.text.find("w3.example did not"), std::string::npos) << missing.text;
  EXPECT_EQ(Found(1, Seconds{5}).health, Health::kFailed);
}

TEST_F(DoctorOnWitnesses, TellsAnOldCheckpointAndOneThatIsNotYet) {
  EXPECT_EQ(Found(3, 2 * kDay).health, Health::kOk);
  EXPECT_EQ(Found(3, 2 * kDay + Seconds{1}).health, Health::kWarning);
  EXPECT_EQ(Found(3, Seconds{-60}).health, Health::kOk) << "clocks differ by a little";
  const Finding early = Found(3, Seconds{-61});
  EXPECT_EQ(early.health, Health::kFailed);
  EXPECT_NE(early.remedy.find("clock"), std::string::npos);
}

TEST_F(DoctorOnWitnesses, DoNotApplyWhereTheListNamesNone) {
  spec_.witnesses.clear();
  spec_.quorum = 0;
  EXPECT_EQ(Found(0, Seconds{0}).health, Health::kSkipped);
}

// ---- The verb

TEST(DoctorVerb, FindsNothingWrongWhereThereIsNothing) {
  const auto ran = CommandLine().Run({"doctor", "--json"});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("{\"health\":\"skipped\",\"findings\":[{\"check\":\"contexts\",\"health\":\"ok\""),
            std::string::npos)
      << ran.out;
}

TEST(DoctorVerb, SaysWhatIsWrongWithTheFileOfContextsWhereOtherVerbsEnd) {
  CommandLine certmark;
  certmark.variables["XDG_CONFIG_HOME"] = certmark.directory().path().string();
  std::filesystem::create_directory(certmark.directory() / "certmark");
  certmark.Write("certmark/contexts.toml", "colour = \"red\"\n");
  EXPECT_EQ(certmark.Run({"trust", "show"}).code, 3);
  const auto ran = certmark.Run({"doctor"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("line 1: unknown key \"colour\""), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("1 check failed"), std::string::npos) << ran.out;
}

TEST(DoctorVerb, SeesAKeyThatOthersMayRead) {
  CommandLine certmark;
  std::filesystem::create_directory(certmark.home());
  const std::string key = certmark.Write("home/key.pem", "not read here");
  ASSERT_EQ(::chmod(key.c_str(), 0640), 0);
  const auto ran = certmark.Run({"doctor"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("others may read " + key), std::string::npos) << ran.out;
}

TEST(DoctorVerb, LooksAtADaemonsConfiguration) {
  CommandLine certmark;
  const std::string file = certmark.Write("certmark.toml", "colour = \"red\"\n");
  const auto ran = certmark.Run({"doctor", "--config", file});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("unknown key \"colour\""), std::string::npos) << ran.out;
}

TEST(DoctorVerb, FindsANewAuthorityWell) {
  CommandLine certmark;
  const auto directory = certmark.directory() / "authority";
  certmark.now = ca::SystemTime();
  const auto made = certmark.Run({"init", directory.string(), "--authority", "https://ca.example", "--name",
                                  "Example Authority", "--registrar", "Example Registrar 01", "--dev"});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto ran = certmark.Run({"doctor", "--json", "--config", (directory / "certmark.toml").string()});
  for (const char* part : {"\"check\":\"configuration\",\"health\":\"ok\"", "\"check\":\"anchor\",\"health\":\"ok\"",
                           "the authority's status-signer ends", "list 1 of https://ca.example ends",
                           "\"check\":\"witnesses\",\"health\":\"skipped\""}) {
    EXPECT_NE(ran.out.find(part), std::string::npos) << part << " in " << ran.out;
  }
  EXPECT_NE(ran.code, 1) << ran.out;
}

TEST(DoctorVerb, NoticesAnAnchorThatIsGone) {
  CommandLine certmark;
  const auto directory = certmark.directory() / "authority";
  certmark.now = ca::SystemTime();
  ASSERT_EQ(certmark
                .Run({"init", directory.string(), "--authority", "https://ca.example", "--name", "Example Authority",
                      "--registrar", "Example Registrar 01", "--dev"})
                .code,
            0);
  std::filesystem::remove(directory / "anchor" / "anchor");
  const auto ran = certmark.Run({"doctor", "--json", "--config", (directory / "certmark.toml").string()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("\"check\":\"anchor\",\"health\":\"failed\""), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace certmark::testing
