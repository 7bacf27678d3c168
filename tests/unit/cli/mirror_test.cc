// `certmark mirror`: a log in a directory, followed and asked; what is told of it, and how the verbs end.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "tests/support/grown_log.h"
#include "tests/unit/cli/command_line.h"
#include "verifier-sdk/core/json.h"

namespace certmark::testing {
namespace {

class MirrorVerb : public ::testing::Test {
 protected:
  using Ran = CommandLine::Ran;

  MirrorVerb() {
    spec.witnesses = {TestNoteKey::Witness("w1").vkey()};
    spec.quorum = 1;
    Believe();
    log.Add(log.Credential({.package = "org.example.good", .number = NumberAt(1), .signers = {SignerAt(1)}}));
    log.Add(log.Credential({.package = "org.example.bad", .number = NumberAt(2), .signers = {SignerAt(2)}}));
    log.Add(log.EventOf(EventKind::kRevoked, "org.example.bad", NumberAt(2)));
    log.Add(log.Order(EventKind::kExposed, "org.example.bad", OrderAt(1)));
    log.Add("no entry of any kind").Publish(kNow, {"w1"});
  }

  // Believe has the command line believe the list as it is now.
  void Believe() {
    const std::string pin = Pin{std::string(kAuthority), Sha256(pki.root)}.ToText();
    const std::string file = certmark.Write("list-" + std::to_string(spec.seq), MakeTrustList(spec, pki) + "\n");
    ASSERT_EQ(certmark.Run({"trust", "add", file, "--pin", pin}).code, 0);
  }
  Ran Mirror(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "mirror");
    arguments.insert(arguments.end(), {"--directory", index().string()});
    return certmark.Run(arguments);
  }
  Ran Follow(const GrownLog& published, std::vector<std::string> more = {}) {
    std::filesystem::remove_all(files());
    published.Write(files());
    return FollowFiles(std::move(more));
  }
  Ran FollowFiles(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"follow", "--once", "--from", std::string(kLogOrigin) + "=" + files().string()});
    return Mirror(std::move(more));
  }
  json::Document Status() { return json::Document::Parse(Mirror({"status", "--json"}).out, 1 << 20).value(); }
  std::filesystem::path files() const { return certmark.directory() / "log"; }
  std::filesystem::path index() const { return certmark.directory() / "index"; }

  TestPki pki = MakeTestPki();
  TrustSpec spec = DefaultTrustSpec(pki);
  GrownLog log{pki};
  CommandLine certmark;
};

TEST_F(MirrorVerb, FollowsALogToItsEndAndSaysHowFarThatWas) {
  const auto first = Follow(log);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out, "ca.example/log/1: 7 entries, 7 new; generation 1.\n");
  log.Add(log.Credential({.package = "org.example.new", .number = NumberAt(3)})).Publish(kNow, {"w1"});
  const auto second = Follow(log, {"--json"});
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(second.out,
            R"({"authority":"https://ca.example","origin":"ca.example/log/1","size":8,"new":1,"generation":2})"
            "\n");
}

TEST_F(MirrorVerb, FollowsNobodyWhomItIsNotToldOfRightly) {
  EXPECT_EQ(Follow(log, {"--of", "https://nobody.example"}).code, 3);
  EXPECT_EQ(FollowFiles({"--from", "nowhere"}).code, 3);
  EXPECT_EQ(FollowFiles({"--threads", "0"}).code, 3);
  EXPECT_FALSE(std::filesystem::exists(index() / "current"));
}

TEST_F(MirrorVerb, TellsByItsExitCodeWhetherAnAppIsCertified) {
  EXPECT_EQ(Mirror({"lookup", "android:org.example.good"}).code, 1) << "there is no index yet";
  ASSERT_EQ(Follow(log).code, 0);
  const std::vector<std::string> test = {"--allow", "AllowTestAuthority"};
  struct Case {
    const char* what;
    std::vector<std::string> arguments;
    int code;
    const char* said;
  };
  const Case cases[] = {
      {"certified", {"android:org.example.good"}, 0, "VALID  CM-"},
      {"by its signer", {"android:org.example.good", "--signer", SignerAt(1)}, 0, "VALID  CM-"},
      {"another's signer", {"android:org.example.good", "--signer", SignerAt(2)}, 1, "Not certified under that"},
      {"revoked", {"android:org.example.bad"}, 1, "REVOKED  CM-"},
      {"an order", {"android:org.example.bad"}, 1, "1 order exposed and open."},
      {"unknown", {"android:org.example.none"}, 1, "Not certified."},
      {"of another scheme", {"android:org.example.good", "--scheme", "CNCA-App-002"}, 1, "NOT_ACCEPTED  CM-"},
      {"no app", {"org.example.good"}, 3, ""},
  };
  for (const Case& one : cases) {
    std::vector<std::string> arguments = {"lookup"};
    arguments.insert(arguments.end(), one.arguments.begin(), one.arguments.end());
    arguments.insert(arguments.end(), test.begin(), test.end());
    const auto ran = Mirror(arguments);
    EXPECT_EQ(ran.code, one.code) << one.what << ": " << ran.err;
    EXPECT_NE(ran.out.find(one.said), std::string::npos) << one.what << ": " << ran.out;
  }
  EXPECT_EQ(Mirror({"lookup", "android:org.example.good"}).code, 1) << "a test authority, and nobody allowed it";
  certmark.now = kNow + 2 * kDay;
  const auto stale = Mirror({"lookup", "android:org.example.good", "--allow", "AllowTestAuthority"});
  EXPECT_EQ(stale.code, 2);
  EXPECT_TRUE(stale.out.starts_with("STATUS_STALE  CM-")) << stale.out;
  EXPECT_EQ(
      Mirror({"lookup", "android:org.example.good", "--allow", "AllowTestAuthority", "--status-age", "200000"}).code,
      0);
}

TEST_F(MirrorVerb, ExportsToStdoutAndIntoANewFileAlone) {
  ASSERT_EQ(Follow(log).code, 0);
  const auto csv = Mirror({"export", "--allow", "AllowTestAuthority"});
  EXPECT_EQ(csv.code, 0) << csv.err;
  EXPECT_NE(csv.out.find("\nandroid,org.example.good,1,VALID,VALID,certified,"), std::string::npos) << csv.out;
  EXPECT_NE(csv.out.find("\nandroid,org.example.bad,0,REVOKED,REVOKED,certified,"), std::string::npos) << csv.out;
  const std::string file = (certmark.directory() / "feed.jsonl").string();
  EXPECT_EQ(Mirror({"export", "--format", "jsonl", "--to", file}).code, 0);
  std::ifstream in(file);
  const std::string lines{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2) << lines;
  EXPECT_EQ(Mirror({"export", "--to", file}).code, 1) << "it is there";
  EXPECT_EQ(Mirror({"export", "--format", "xml"}).code, 3);
}

// ---- A follow that goes on

// The clock is looked at once a turn. The second list comes in the first turn; no turn waits for the next.
TEST_F(MirrorVerb, GoesOnByATrustListThatComesWhileItFollows) {
  log.Write(files());
  std::uint64_t followed_by = 0;
  int turns = 0;
  bool is_told_to_stop = false;
  const auto look = [&] {
    if (++turns == 1) {
      spec.seq = 2;
      spec.blocked.push_back({std::string(64, '0'), std::nullopt, std::nullopt});
      Believe();
      return kNow;
    }
    followed_by = Status().root().Array("authorities").value().Elements().at(0).Number("trustList").value();
    if ((followed_by == 2 || turns == 10) && !std::exchange(is_told_to_stop, true)) ::kill(::getpid(), SIGTERM);
    return kNow;
  };
  std::istringstream in;
  std::ostringstream out, err;
  const cli::Environment around{.in = in, .out = out, .err = err, .clock = look};
  EXPECT_EQ(cli::Run({"--home", certmark.home().string(), "mirror", "follow", "--interval", "0", "--directory",
                      index().string(), "--from", std::string(kLogOrigin) + "=" + files().string()},
                     around),
            0);
  EXPECT_EQ(followed_by, 2u) << err.str();
  EXPECT_TRUE(is_told_to_stop);
}

// ---- status

TEST_F(MirrorVerb, ShowsHowFarItIsAndHowFresh) {
  ASSERT_EQ(Follow(log).code, 0);
  certmark.now = kNow + Seconds(3600);
  const auto shown = Mirror({"status"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  for (const std::string& line :
       {std::string("https://ca.example: believed by trust list 1 until ") + FormatDateTime(spec.exp) + ".\n",
        "  ca.example/log/1: 7 entries, witnessed " + FormatDateTime(kNow) + "\n",
        std::string("  2 certifications, 2 events; 0 entries ignored, 1 of unknown types\n"),
        "  Its states are fresh until " + FormatDateTime(kNow + kDay + Seconds(60)) + ".\n"}) {
    EXPECT_NE(shown.out.find(line), std::string::npos) << line << "is not in " << shown.out;
  }
  certmark.now = kNow + 2 * kDay;
  EXPECT_NE(Mirror({"status"}).out.find("were fresh until"), std::string::npos);
  EXPECT_NE(Mirror({"status", "--status-age", "200000"}).out.find("are fresh until"), std::string::npos);
  certmark.now = spec.exp;
  EXPECT_NE(Mirror({"status"}).out.find("not believed, for trust list 1 ended"), std::string::npos);

  const json::Document document = Status();
  EXPECT_EQ(document.root().Number("generation").value(), 1u);
  EXPECT_EQ(document.root().Array("evidence").value().Elements().size(), 0u);
  const json::Value authority = document.root().Array("authorities").value().Elements().at(0);
  EXPECT_EQ(authority.String("trust").value(), "believed");
  EXPECT_EQ(authority.Number("freshUntil").value(), static_cast<std::uint64_t>(ToEpoch(kNow + kDay + Seconds(60))));
  EXPECT_EQ(authority.Number("certifications").value(), 2u);
  EXPECT_EQ(authority.Number("unknown").value(), 1u);
  const json::Value shown_log = authority.Array("logs").value().Elements().at(0);
  EXPECT_EQ(shown_log.String("origin").value(), kLogOrigin);
  EXPECT_EQ(shown_log.Number("size").value(), 7u);
  EXPECT_EQ(shown_log.Number("published").value(), 7u);
  EXPECT_EQ(shown_log.Number("witnessed").value(), static_cast<std::uint64_t>(ToEpoch(kNow)));
}

TEST_F(MirrorVerb, ShowsThatNothingIsBelievedUntilItWasJudgedAnew) {
  ASSERT_EQ(Follow(log).code, 0);
  spec.seq = 2;
  spec.blocked.push_back({std::string(64, '0'), std::nullopt, std::nullopt});
  Believe();
  std::filesystem::remove_all(files());
  EXPECT_EQ(FollowFiles().code, 1);  // it is not there
  EXPECT_NE(Mirror({"status"}).out.find("https://ca.example: not believed until its logs were followed to their ends."),
            std::string::npos);
  const json::Document document = Status();
  EXPECT_EQ(document.root().Array("authorities").value().Elements().at(0).String("trust").value(), "catching-up");
  EXPECT_EQ(Mirror({"lookup", "android:org.example.good", "--allow", "AllowTestAuthority"}).code, 1);
  EXPECT_EQ(Follow(log).code, 0);
  EXPECT_EQ(Mirror({"lookup", "android:org.example.good", "--allow", "AllowTestAuthority"}).code, 0);
}

TEST_F(MirrorVerb, ShowsTheEvidenceOfALogWithTwoHistories) {
  GrownLog other(pki);
  other.Add(other.Credential({.package = "org.example.evil"}));
  while (other.size() < log.size()) other.Add("no entry of any kind");
  other.Publish(kNow, {"w1"});
  ASSERT_EQ(Follow(log).code, 0);
  const auto refused = Follow(other);
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("fork of ca.example/log/1: two trees of size 7"), std::string::npos) << refused.err;
  const auto shown = Mirror({"status"});
  EXPECT_NE(shown.out.find(".json: fork of ca.example/log/1, two trees of size 7\n"), std::string::npos) << shown.out;
  const json::Document document = Status();
  const json::Value evidence = document.root().Array("evidence").value().Elements().at(0);
  EXPECT_EQ(evidence.String("kind").value(), "fork");
  EXPECT_EQ(evidence.String("origin").value(), kLogOrigin);
  const std::filesystem::path file = evidence.String("file").value();
  EXPECT_TRUE(std::filesystem::exists(file));
  // What cannot be read is named, and keeps nothing else from being shown.
  std::ofstream(file) << "{";
  EXPECT_NE(Mirror({"status"}).out.find("is no evidence"), std::string::npos);
}

TEST_F(MirrorVerb, SaysThatThereIsNoIndexWhereThereIsNone) {
  for (const char* verb : {"status", "export"}) {
    const auto ran = Mirror({verb});
    EXPECT_EQ(ran.code, 1) << verb;
    EXPECT_NE(ran.err.find("there is no index"), std::string::npos) << ran.err;
  }
}

}  // namespace
}  // namespace certmark::testing
