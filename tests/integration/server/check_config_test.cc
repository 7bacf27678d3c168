// certmarkd --check-config: a line for each mistake, a sentence at the end, and nothing is started or touched.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "api/config_check.h"
#include "ca/clock.h"
#include "ledger/rocksdb_store.h"
#include "tests/integration/server/program.h"

namespace certmark::testing {
namespace {

std::string Check(const std::string& config, int expect, std::vector<std::string> environment = {}) {
  Program program({"--config", config, "--check-config"}, std::move(environment));
  const std::string said = program.Out() + program.Err();
  EXPECT_EQ(program.Wait(), expect) << said;
  return said;
}

TEST(CheckConfig, SaysThatAGoodOneIsGood) {
  const Ceremony ceremony;
  const std::string config = WriteConfig(ceremony);
  EXPECT_EQ(Check(config, 0), "certmarkd: " + config + " is good.\n");
}

TEST(CheckConfig, WritesALineForEachMistakeInTheFile) {
  const Ceremony ceremony;
  const std::string config = WriteConfig(ceremony, "colour = 'red'\nlog_levle = 'debug'\n");
  EXPECT_EQ(Check(config, 1), "certmarkd: " + config + ": unknown key \"colour\"\ncertmarkd: " + config +
                                  ": unknown key \"log_levle\"\ncertmarkd: " + config + " is not good: 2 mistakes.\n");
}

TEST(CheckConfig, NeedsNeitherTheDatabaseNorAListener) {
  const Ceremony ceremony;
  const auto daemon = api::Daemon::Start(ceremony.Config(), {}).value();  // holds both
  api::Config config = ceremony.Config();
  config.public_http.port = daemon->ports().public_http;
  EXPECT_EQ(api::MistakesAround(config, {}, ca::SystemTime()), std::vector<std::string>{});
}

TEST(CheckConfig, ReadsTheFilesThatAreNamed) {
  const struct {
    const char* mutation;
    void (*mutate)(const Ceremony&, api::Config&);
    std::string_view named;
  } kRows[] = {
      {"a signer's key of another",
       [](const Ceremony& c, api::Config&) {
         const auto key = c.files().key("status-signer");
         std::filesystem::remove(key);
         std::filesystem::copy_file(c.files().key("credential-signer"), key);
       },
       "status"},
      {"no certificate for listeners",
       [](const Ceremony& c, api::Config&) { std::filesystem::remove(c.files().certificate("server")); }, "server.pem"},
      {"a listeners' key of another",
       [](const Ceremony& c, api::Config&) {
         std::filesystem::remove(c.files().key("server"));
         std::filesystem::copy_file(c.files().key("credential-signer"), c.files().key("server"));
       },
       "is not the key of"},
      {"a scheme that is none",
       [](const Ceremony& c, api::Config&) { std::ofstream(c.files().schemes() / "broken.json") << "{"; },
       "broken.json"},
      {"a witness policy that is not there",
       [](const Ceremony&, api::Config& config) { config.witness_policy = "/nonexistent/policy"; },
       "/nonexistent/policy"},
      {"no database", [](const Ceremony& c, api::Config&) { std::filesystem::remove_all(c.files().database()); },
       "where the database is"},
      {"no anchor", [](const Ceremony& c, api::Config&) { std::filesystem::remove(c.files().anchor()); }, "is missing"},
      {"no place for copies of keys",
       [](const Ceremony&, api::Config& config) { config.key_backups = "/nonexistent/copies"; }, "/nonexistent/copies"},
      {"a relay's password that is not there",
       [](const Ceremony&, api::Config& config) {
         config.notices.smtp = "smtp://relay.example";
         config.notices.smtp_from = "desk@ca.example";
         config.notices.smtp_user = "desk";
         config.notices.smtp_password_file = "/nonexistent/password";
       },
       "no smtp password file /nonexistent/password"},
      {"mail of nobody", [](const Ceremony&, api::Config& config) { config.notices.smtp = "smtp://relay.example"; },
       "notices.smtp_from"},
      {"CAs that are not there",
       [](const Ceremony&, api::Config& config) { config.notices.targets_ca = "/nonexistent/ca.pem"; },
       "no notices.targets_ca /nonexistent/ca.pem"},
      {"two listeners at one port",
       [](const Ceremony&, api::Config& config) { config.party_grpc.port = config.public_http.port = 7777; },
       "listen.party_grpc and listen.public_http are both at port 7777"},
      {"one of all addresses at the port of another",
       [](const Ceremony&, api::Config& config) {
         config.public_http = {"0.0.0.0", 7777};
         config.operations.port = 7777;
       },
       "listen.public_http and listen.operations are both at port 7777"},
  };
  for (const auto& row : kRows) {
    const Ceremony ceremony;
    api::Config config = ceremony.Config();
    row.mutate(ceremony, config);
    const auto mistakes = api::MistakesAround(config, {}, ca::SystemTime());
    EXPECT_EQ(mistakes.size(), 1u) << row.mutation;
    for (const std::string& line : mistakes) {
      EXPECT_NE(line.find(row.named), line.npos) << row.mutation << ": " << line;
      EXPECT_EQ(line.find('\n'), line.npos) << row.mutation;
    }
  }
}

TEST(CheckConfig, FindsMoreThanOneMistakeAtOnce) {
  const Ceremony ceremony;
  std::filesystem::remove(ceremony.files().anchor());
  std::filesystem::remove(ceremony.files().certificate("server"));
  EXPECT_EQ(api::MistakesAround(ceremony.Config(), "/nonexistent/passphrase", ca::SystemTime()).size(), 2u)
      << "the passphrase, without which no key is read, and the anchor";
  EXPECT_EQ(api::MistakesAround(ceremony.Config(), {}, ca::SystemTime()).size(), 2u);
}

TEST(CheckConfig, KnowsWhenACertificateIsOver) {
  const Ceremony ceremony;
  const auto mistakes = api::MistakesAround(ceremony.Config(), {}, ca::SystemTime() + Seconds{400 * 86'400});
  EXPECT_FALSE(mistakes.empty());
}

TEST(CheckConfig, TakesThePassphraseFromTheCredentialsOfAUnit) {
  const Ceremony ceremony({.passphrase = "correct horse battery", .witnesses = {}, .quorum = 0});
  const TempDir credentials;
  std::ofstream(credentials / "passphrase") << "correct horse battery\n";
  std::filesystem::permissions(credentials / "passphrase", std::filesystem::perms::owner_read);
  const std::string config = WriteConfig(ceremony);
  EXPECT_EQ(Check(config, 0, {"CREDENTIALS_DIRECTORY=" + credentials.path().string()}),
            "certmarkd: " + config + " is good.\n");
  const std::string without = Check(config, 1);
  EXPECT_NE(without.find("passphrase"), without.npos) << without;
}

}  // namespace
}  // namespace certmark::testing
