#include "api/config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/ledger/temp_dir.h"

namespace certmark::api {
namespace {

class ConfigFile : public ::testing::Test {
 protected:
  Result<Config> Load(std::string_view text) {
    std::ofstream(file()) << text;
    return Config::Load(file());
  }
  std::filesystem::path file() const { return directory_ / "certmark.toml"; }
  certmark::testing::TempDir directory_;
};

TEST_F(ConfigFile, AnEmptyOneMeansTheDefaults) {
  const auto config = Load("");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->public_grpc.ToText(), "127.0.0.1:7401");
  EXPECT_EQ(config->party_grpc.ToText(), "127.0.0.1:7402");
  EXPECT_EQ(config->public_http.ToText(), "127.0.0.1:7443");
  EXPECT_EQ(config->party_http.ToText(), "127.0.0.1:7444");
  EXPECT_EQ(config->operations.ToText(), "127.0.0.1:7480");
  EXPECT_FALSE(config->public_http_plain);
  EXPECT_EQ(config->log_level, "info");
  EXPECT_EQ(config->log_format, "json");
  EXPECT_TRUE(std::filesystem::equivalent(config->directory, directory_.path()));
}

TEST_F(ConfigFile, IsReadBackAsItWasWritten) {
  Config config;
  config.directory = "/srv/certmark";
  config.public_http = {"::1", 8443};
  config.passphrase_file = "/run/credentials/pass";
  config.log_level = "debug";
  config.rates.complaint_interval = std::chrono::milliseconds{0};
  config.contact = "mailto:\"desk\"@ca.example";
  config.notices.smtp = "smtps://relay.example:465";
  config.notices.smtp_from = "desk@ca.example";
  config.notices.smtp_tls = MailerOptions::Tls::kNone;
  config.notices.private_targets = true;
  const auto read = Load(config.ToToml());
  ASSERT_TRUE(read) << read.error().message << "\n" << config.ToToml();
  EXPECT_EQ(read->ToToml(), config.ToToml());
  EXPECT_EQ(read->contact, config.contact);
  EXPECT_EQ(read->rates.complaint_interval, config.rates.complaint_interval);
  EXPECT_EQ(read->public_http.ToText(), "[::1]:8443");
  EXPECT_FALSE(read->public_http_plain);
  EXPECT_EQ(read->notices.smtp, config.notices.smtp);
  EXPECT_EQ(read->notices.smtp_tls, MailerOptions::Tls::kNone);
  EXPECT_TRUE(read->notices.private_targets);
}

TEST_F(ConfigFile, CarriesNoMailAndReachesNoNetworkOfOursUnlessTold) {
  const auto config = Load("");
  EXPECT_EQ(config->notices.smtp, "");
  EXPECT_EQ(config->notices.smtp_tls, MailerOptions::Tls::kRequired);
  EXPECT_FALSE(config->notices.private_targets);
}

TEST_F(ConfigFile, MayNameAPlainListenerForAProxy) {
  const auto config = Load("[listen]\npublic_http_plain = '127.0.0.1:8080'");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->public_http_plain->ToText(), "127.0.0.1:8080");
  EXPECT_EQ(Load(config->ToToml())->public_http_plain->ToText(), "127.0.0.1:8080");
}

TEST_F(ConfigFile, CountsRelativePathsFromItsOwnFolder) {
  const auto config = Load(
      "directory = 'authority'\npassphrase_file = 'secret'\n[notices]\nsmtp_password_file = 'smtp'\n"
      "smtp_ca = '/etc/ca.pem'\ntargets_ca = 'ca.pem'");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->directory, directory_ / "authority");
  EXPECT_EQ(config->passphrase_file, directory_ / "secret");
  EXPECT_EQ(config->notices.smtp_password_file, directory_ / "smtp");
  EXPECT_EQ(config->notices.smtp_ca, "/etc/ca.pem");
  EXPECT_EQ(config->notices.targets_ca, directory_ / "ca.pem");
}

TEST_F(ConfigFile, MayNameAPlaceForKeyBackupsOutsideOfWhatIsCopied) {
  EXPECT_TRUE(Load("")->key_backups.empty());
  const std::filesystem::path place = directory_ / "key-backups", inside = directory_ / "document-keys" / "copies";
  EXPECT_EQ(Load("key_backups = '" + place.string() + "'")->key_backups, place);
  for (const std::string& bad : {std::string("key-backups"), inside.string()}) {
    const auto config = Load("key_backups = '" + bad + "'");
    ASSERT_FALSE(config) << bad;
    EXPECT_EQ(config.error().code, ErrorCode::kInvalidArgument);
    EXPECT_TRUE(config.error().message.starts_with(file().string() + ": key backups in " + bad + ": "))
        << config.error().message;
  }
}

TEST_F(ConfigFile, SaysWhereTheAnchorIsToWhoWorksInTheDirectory) {
  const std::filesystem::path root = directory_.path();
  EXPECT_EQ(FilesOf(Config::LoadFor(root, {}).value()).anchor(), root / "anchor" / "anchor") << "without a file";
  std::ofstream(root / "certmark.toml") << "anchor = 'elsewhere/anchor'\n";
  const ca::AuthorityFiles files = FilesOf(Config::LoadFor(root, {}).value());
  EXPECT_EQ(files.anchor(), root / "elsewhere" / "anchor");
  EXPECT_EQ(files.root, root);
  std::ofstream(root / "certmark.toml") << "anchor = 7\n";
  EXPECT_EQ(Config::LoadFor(root, {}).error().code, ErrorCode::kInvalidArgument) << "nothing by default then";
}

TEST_F(ConfigFile, OfAnotherDirectoryIsNotTaken) {
  const std::filesystem::path root = directory_.path();
  std::filesystem::create_directories(root / "authority");
  std::ofstream(root / "daemon.toml") << "directory = 'authority'\nanchor = 'anchor'\n";
  EXPECT_EQ(FilesOf(Config::LoadFor(root / "authority/", root / "daemon.toml").value()).anchor(), root / "anchor");
  EXPECT_EQ(Config::LoadFor(root, root / "daemon.toml").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Config::LoadFor(root, root / "missing.toml").error().code, ErrorCode::kNotFound);
}

TEST_F(ConfigFile, NamesItselfAndTheKeyInEveryRefusal) {
  const struct {
    const char* mutation;
    std::string_view text;
    std::string_view named;
  } kRows[] = {
      {"an unknown key", "colour = 'red'", "unknown key \"colour\""},
      {"an unknown key in a table", "[listen]\ngrpc = '127.0.0.1:1'", "unknown key \"listen.grpc\""},
      {"an unknown table", "[tls]\nkey = 'x'", "unknown key \"tls\""},
      {"a key outside its table", "public_grpc = '127.0.0.1:1'", "unknown key \"public_grpc\""},
      {"a number", "contact = 7", "contact is not a string"},
      {"a text where a table stands", "listen = '127.0.0.1:1'", "listen is not a table"},
      {"a port beyond 65535", "[listen]\nparty_http = '127.0.0.1:65536'", "listen.party_http: "},
      {"no port", "[listen]\nparty_http = '127.0.0.1'", "listen.party_http: "},
      {"a host name", "[listen]\nparty_http = 'localhost:7444'", "listen.party_http: "},
      {"an IPv6 address without brackets", "[listen]\nparty_http = '::1:7444'", "listen.party_http: "},
      {"a plain listener without a port", "[listen]\npublic_http_plain = '127.0.0.1'", "listen.public_http_plain: "},
      {"a level that there is not", "log_level = 'loud'", "log_level: "},
      {"a format that there is not", "log_format = 'xml'", "log_format: "},
      {"a relay that is none", "[notices]\nsmtp = 'relay.example'", "notices.smtp: "},
      {"a relay with a password", "[notices]\nsmtp = 'smtp://a:b@relay.example'", "notices.smtp: "},
      {"a sender that is no address", "[notices]\nsmtp_from = 'desk'", "notices.smtp_from: "},
      {"a user of two lines", "[notices]\nsmtp_user = \"a\\nb\"", "notices.smtp_user: "},
      {"TLS that there is not", "[notices]\nsmtp_tls = 'maybe'", "notices.smtp_tls: "},
      {"a password itself", "[notices]\nsmtp_password = 'x'", "unknown key \"notices.smtp_password\""},
      {"neither true nor false", "[notices]\nprivate_targets = 'yes'", "notices.private_targets: "},
      {"a key twice", "contact = 'a'\ncontact = 'b'", "line 2"},
      {"no TOML", "contact: a", "line 1"},
  };
  for (const auto& row : kRows) {
    const auto config = Load(row.text);
    ASSERT_FALSE(config) << row.mutation;
    EXPECT_EQ(config.error().code, ErrorCode::kInvalidArgument) << row.mutation;
    EXPECT_NE(config.error().message.find(file().string()), std::string::npos) << config.error().message;
    EXPECT_NE(config.error().message.find(row.named), std::string::npos) << config.error().message;
    EXPECT_EQ(config.error().message.find('\n'), std::string::npos) << row.mutation;
  }
}

TEST_F(ConfigFile, HasALineForEachMistake) {
  std::ofstream(file())
      << "colour = 'red'\ncontact = 7\nkey_backups = 'here'\n[listen]\nparty_http = 'x'\nsize = '1'\n";
  const auto mistakes = Config::Mistakes(file());
  ASSERT_EQ(mistakes.size(), 5u);
  const std::string_view named[] = {"unknown key \"colour\"", "contact is not a string",
                                    "listen.party_http: ", "unknown key \"listen.size\"", "key backups in here: "};
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    EXPECT_TRUE(mistakes[i].starts_with(file().string() + ": " + std::string(named[i]))) << mistakes[i];
  }
  EXPECT_EQ(Config::Load(file()).error().message, mistakes.front());
  std::ofstream(file()) << "contact = 'x'\n";
  EXPECT_TRUE(Config::Mistakes(file()).empty());
  std::filesystem::remove(file());
  EXPECT_EQ(Config::Mistakes(file()), std::vector{"no configuration file " + file().string()});
}

TEST_F(ConfigFile, SaysWhatARunningDaemonDoesNotTakeUp) {
  const Config running;
  Config next;
  next.rates.complaint_interval = std::chrono::milliseconds{1};
  next.log_level = "debug";
  next.passphrase_file = "/run/other";
  EXPECT_TRUE(running.NeedStart(next).empty());
  next.contact = "mailto:desk@ca.example";
  next.public_http.port = 1;
  EXPECT_EQ(running.NeedStart(next), (std::vector<std::string>{"contact", "listen.public_http"}));
}

TEST_F(ConfigFile, IsNamedWhenMissing) {
  const auto config = Config::Load(file());
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::kNotFound);
  EXPECT_NE(config.error().message.find(file().string()), std::string::npos);
}

}  // namespace
}  // namespace certmark::api
