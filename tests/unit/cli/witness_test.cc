#include <gtest/gtest.h>
#include <sys/stat.h>

#include "api/cli/witness_home.h"
#include "api/cli/witness_site.h"
#include "tests/unit/cli/command_line.h"
#include "tests/unit/ledger/witnessed_log.h"

namespace certmark::testing {
namespace {

using cli::WitnessHome;
using cli::WitnessSite;

class WitnessVerb : public ::testing::Test {
 protected:
  CommandLine::Ran Init(std::vector<std::string> more = {"--dev"}) {
    std::vector<std::string> arguments = {"witness", "init", "--directory", directory_, "--name", "witness.example/w1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return certmark_.Run(arguments);
  }
  CommandLine::Ran Serve(const std::string& log = TestNoteKey::Log("ca.example/log/1").vkey()) {
    return certmark_.Run({"witness", "serve", "--directory", directory_, "--listen", "127.0.0.1:0", "--log", log});
  }

  CommandLine certmark_;
  const std::string directory_ = (certmark_.directory() / "w1").string();
};

TEST_F(WitnessVerb, InitMakesAKeyAndTellsItsVkey) {
  const auto ran = Init();
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto loaded = WitnessHome(directory_).Load(ca::Secret()).value();
  EXPECT_EQ(loaded.key.name(), "witness.example/w1");
  EXPECT_EQ(loaded.key.type(), NoteKey::Type::kCosignature);
  EXPECT_NE(ran.out.find(loaded.key.ToVkey()), std::string::npos) << ran.out;
  struct stat found {};
  ASSERT_EQ(::stat((directory_ + "/key.pem").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
}

TEST_F(WitnessVerb, InitNeverReplacesAWitness) {
  ASSERT_EQ(Init().code, 0);
  const std::string before = ledger::ReadSmallFile(directory_ + "/key.pem", 4096).value().value();
  EXPECT_NE(Init().code, 0);
  EXPECT_EQ(ledger::ReadSmallFile(directory_ + "/key.pem", 4096).value().value(), before);
}

TEST_F(WitnessVerb, InitWantsToBeToldHowTheKeyIsKept) {
  EXPECT_EQ(Init({}).code, 3);
  EXPECT_EQ(Init({"--dev", "--passphrase-file", certmark_.Write("passphrase", "secret\n")}).code, 3);
  EXPECT_FALSE(std::filesystem::exists(directory_));
}

TEST_F(WitnessVerb, InitRefusesANameThatNoKeyCanHave) {
  const auto ran = certmark_.Run({"witness", "init", "--directory", directory_, "--name", "witness example", "--dev"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_FALSE(std::filesystem::exists(directory_));
}

TEST_F(WitnessVerb, ServeRefusesWhatIsNotFit) {
  EXPECT_NE(Serve().code, 0);  // no witness
  ASSERT_EQ(Init().code, 0);
  EXPECT_EQ(Serve(TestNoteKey::Witness("w.example").vkey()).code, 3);  // no log's key
  EXPECT_EQ(Serve("nonsense").code, 3);
  std::filesystem::remove(directory_ + "/cosigned");
  const auto forgetful = Serve();
  EXPECT_NE(forgetful.code, 0);
  EXPECT_NE(forgetful.err.find("memory"), std::string::npos) << forgetful.err;
}

TEST_F(WitnessVerb, AVkeyThatIsNotOfTheKeyIsDamage) {
  ASSERT_EQ(Init().code, 0);
  ledger::ReplaceFile(directory_ + "/vkey", TestNoteKey::Witness("witness.example/w1").vkey() + "\n").value();
  EXPECT_EQ(WitnessHome(directory_).Load(ca::Secret()).error().code, ErrorCode::kCorruption);
}

class WitnessSiteTest : public ::testing::Test {
 protected:
  void SetUp() override { witness_.Open(log_); }
  api::HttpResponse Ask(const std::string& method, const std::string& path, const std::string& body = "") {
    return WitnessSite(*witness_.operator->())
        .Answer({.method = method, .path = path, .query = {}, .if_none_match = {}, .body = body});
  }

  ledger::WitnessedLog log_;
  ledger::TestWitness witness_;
};

TEST_F(WitnessSiteTest, AnswersAtItsTwoPathsAlone) {
  const std::string latest = "/" + ledger::OriginHash("ca.example/log/1") + "/checkpoint";
  EXPECT_EQ(Ask("GET", latest).status, 404);
  const api::HttpResponse cosigned = Ask("POST", "/add-checkpoint", log_.Body(0, 5));
  EXPECT_EQ(cosigned.status, 200);
  EXPECT_EQ(cosigned.cache_control, "no-store");
  EXPECT_EQ(Ask("GET", latest).status, 200);
  EXPECT_EQ(Ask("HEAD", latest).status, 200);
  const api::HttpResponse conflict = Ask("POST", "/add-checkpoint", log_.Body(0, 9));
  EXPECT_EQ(conflict.status, 409);
  EXPECT_EQ(conflict.content_type, "text/x.tlog.size");
  EXPECT_EQ(conflict.body, "5\n");

  EXPECT_EQ(Ask("GET", "/add-checkpoint").status, 405);
  EXPECT_EQ(Ask("POST", latest).status, 405);
  for (const char* path : {"/", "/checkpoint", "/x/checkpoint", "/a/b/checkpoint", "/lock", "/add-checkpoint/x"}) {
    EXPECT_EQ(Ask("GET", path).status, 404) << path;
  }
}

}  // namespace
}  // namespace certmark::testing
