#include "api/notices_config.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/unit/ledger/temp_dir.h"

namespace certmark::api {
namespace {

std::filesystem::path Put(const std::filesystem::path& file, std::string_view text, mode_t mode = 0600) {
  std::ofstream(file) << text;
  chmod(file.c_str(), mode);
  return file;
}

class Couriers : public ::testing::Test {
 protected:
  NoticesConfig Relay() {
    NoticesConfig config;
    config.smtp = "smtp://relay.example:587";
    config.smtp_from = "desk@ca.example";
    config.smtp_user = "desk";
    config.smtp_password_file = Put(directory_ / "password", "hunter2\n");
    return config;
  }
  certmark::testing::TempDir directory_;
};

TEST_F(Couriers, OfMailAreNoneWithoutARelay) {
  EXPECT_FALSE(MailerOptionsOf({}).value());
}

TEST_F(Couriers, AreMadeOfTheirKeysAndFiles) {
  NoticesConfig config = Relay();
  config.smtp_ca = Put(directory_ / "ca.pem", "-----BEGIN CERTIFICATE-----\n");
  const auto options = MailerOptionsOf(config).value();
  ASSERT_TRUE(options);
  EXPECT_EQ(options->relay, config.smtp);
  EXPECT_EQ(options->from, config.smtp_from);
  EXPECT_EQ(options->user, "desk");
  EXPECT_EQ(options->password.Reveal(), "hunter2");
  EXPECT_EQ(options->ca_file, config.smtp_ca);
  EXPECT_EQ(options->tls, MailerOptions::Tls::kRequired);
  config.private_targets = true;
  config.targets_ca = config.smtp_ca;
  const auto webhook = WebhookOptionsOf(config).value();
  EXPECT_TRUE(webhook.private_addresses);
  EXPECT_EQ(webhook.ca_file, config.smtp_ca);
  EXPECT_FALSE(WebhookOptionsOf({}).value().private_addresses);
}

TEST_F(Couriers, AreRefusedByTheNameOfTheKeyAndNeverShowTheirSecret) {
  const struct {
    const char* mutation;
    void (*mutate)(NoticesConfig&);
    std::string_view named;
  } kRows[] = {
      {"no sender", [](NoticesConfig& config) { config.smtp_from.clear(); }, "notices.smtp_from"},
      {"no password", [](NoticesConfig& config) { config.smtp_password_file.clear(); }, "notices.smtp_password_file"},
      {"no user", [](NoticesConfig& config) { config.smtp_user.clear(); }, "notices.smtp_user"},
      {"a password in the clear", [](NoticesConfig& config) { config.smtp_tls = MailerOptions::Tls::kNone; },
       "notices.smtp_tls"},
      {"a password that all may read", [](NoticesConfig& config) { chmod(config.smtp_password_file.c_str(), 0644); },
       "smtp password file"},
      {"a password that is not there",
       [](NoticesConfig& config) { std::filesystem::remove(config.smtp_password_file); }, "smtp password file"},
      {"CAs that are not there", [](NoticesConfig& config) { config.smtp_ca = "/nonexistent/ca.pem"; },
       "notices.smtp_ca"},
      {"CAs that are none", [](NoticesConfig& config) { config.smtp_ca = config.smtp_password_file; },
       "notices.smtp_ca"},
  };
  for (const auto& row : kRows) {
    NoticesConfig config = Relay();
    row.mutate(config);
    const auto options = MailerOptionsOf(config);
    ASSERT_FALSE(options) << row.mutation;
    EXPECT_NE(options.error().message.find(row.named), std::string::npos) << options.error().message;
    EXPECT_EQ(options.error().message.find("hunter2"), std::string::npos) << row.mutation;
  }
}

}  // namespace
}  // namespace certmark::api
