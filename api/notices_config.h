// The part [notices] of certmark.toml: by whom notices and events are carried out of the house, and what its couriers
// are made of.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "api/mailer.h"
#include "api/webhook.h"

namespace certmark::api {

struct NoticesConfig {
  std::string smtp;                          ///< CheckRelay; empty: no mail
  std::string smtp_from;                     ///< CheckMailAddress, or empty
  std::string smtp_user;                     ///< empty: the relay asks for none
  std::filesystem::path smtp_password_file;  ///< its password, the file's only line; empty without a user
  std::filesystem::path smtp_ca;             ///< empty: the system's CAs
  MailerOptions::Tls smtp_tls = MailerOptions::Tls::kRequired;
  bool private_targets = false;      ///< whether webhooks may be in networks of our own
  std::filesystem::path targets_ca;  ///< empty: the system's CAs
};

/// MailerOptionsOf reads the password; nothing: there is no mail. InvalidArgument, PermissionDenied, NotFound: a file
/// that is named, as ReadSecretLine says, or a key that is missing beside another; in one line that names it and holds
/// no secret.
Result<std::optional<MailerOptions>> MailerOptionsOf(const NoticesConfig& config);
/// WebhookOptionsOf fails likewise.
Result<WebhookOptions> WebhookOptionsOf(const NoticesConfig& config);

}  // namespace certmark::api
