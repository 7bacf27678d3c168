#include "api/notices_config.h"

#include "api/passphrase.h"
#include "ledger/posix_file.h"

namespace certmark::api {
namespace {

constexpr std::size_t kMaxCaBytes = 4 * 1024 * 1024;  // the system's own are a quarter of a megabyte

Error Wrong(const std::string& what) {
  return {ErrorCode::kInvalidArgument, what};
}

// A file of which libcurl would make no trust at all fails here, not at the first connection.
Result<void> CheckCaFile(const std::filesystem::path& file, const std::string& key) {
  if (file.empty()) return {};
  const auto text = CM_TRY(ledger::ReadSmallFile(file, kMaxCaBytes));
  if (!text) return Error{ErrorCode::kNotFound, "no " + key + " " + file.string()};
  if (text->find("-----BEGIN CERTIFICATE-----") == text->npos) {
    return Wrong(key + " " + file.string() + " has no certificate in PEM");
  }
  return {};
}

// What Mailer::Create would refuse, in the words of the file.
Result<void> CheckKeys(const NoticesConfig& config) {
  if (config.smtp_from.empty()) return Wrong("notices.smtp_from is missing beside notices.smtp");
  if (config.smtp_user.empty() != config.smtp_password_file.empty()) {
    return Wrong("of notices.smtp_user and notices.smtp_password_file one is missing");
  }
  if (!config.smtp_user.empty() && config.smtp_tls == MailerOptions::Tls::kNone) {
    return Wrong("notices.smtp_tls is none: no password is shown in the clear");
  }
  return {};
}

}  // namespace

Result<std::optional<MailerOptions>> MailerOptionsOf(const NoticesConfig& config) {
  if (config.smtp.empty()) return std::optional<MailerOptions>();
  CM_TRY(CheckKeys(config));
  CM_TRY(CheckCaFile(config.smtp_ca, "notices.smtp_ca"));
  MailerOptions options;
  options.relay = config.smtp;
  options.from = config.smtp_from;
  options.user = config.smtp_user;
  options.ca_file = config.smtp_ca;
  options.tls = config.smtp_tls;
  if (!config.smtp_password_file.empty()) {
    options.password = CM_TRY(ReadSecretLine(config.smtp_password_file, "smtp password"));
  }
  return std::optional<MailerOptions>(std::move(options));
}

Result<WebhookOptions> WebhookOptionsOf(const NoticesConfig& config) {
  CM_TRY(CheckCaFile(config.targets_ca, "notices.targets_ca"));
  WebhookOptions options;
  options.private_addresses = config.private_targets;
  options.ca_file = config.targets_ca;
  return options;
}

}  // namespace certmark::api
