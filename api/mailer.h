// Mailer: the courier of mail, to one SMTP relay (RFC 5321), which carries it further.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "api/delivery_outcome.h"
#include "api/mail_message.h"
#include "ca/secret.h"

namespace certmark::api {

struct MailerOptions {
  /// kRequired: the relay's certificate leads to a trusted CA and names the relay, from the first byte (smtps) or by
  /// STARTTLS, before anything is said. kNone: in the clear, for a relay on this machine.
  enum class Tls { kRequired, kNone };

  std::string relay;                ///< CheckRelay
  std::string from;                 ///< CheckMailAddress; of the envelope too: who is told that a mail came back
  std::string user;                 ///< empty: the relay asks for none
  ca::Secret password{};            ///< shown to the relay alone, and under TLS alone
  std::filesystem::path ca_file{};  ///< PEM of the CAs that the relay is believed by; empty: the system's
  Tls tls = Tls::kRequired;
  std::chrono::milliseconds timeout{60'000};  ///< of one attempt: a relay may look into a mail before it takes it
};

/// CheckRelay takes `smtp://host:port` and `smtps://host:port`; without a port it is 25, or 465. InvalidArgument:
/// anything else, a user name or a path in it too; the message holds nothing of it.
Result<void> CheckRelay(std::string_view url);

/// Mailer carries one mail at a time, each over a connection of its own, for one thread at a time; only Cancel may be
/// called from any. It asks no proxy.
///
/// Taken: the relay has said 250 to all of it. Refused: it has said 5xx to the recipient or to the mail, or the mail
/// cannot be written (WriteMail). Not now: anything else, of which are 4xx, a relay that is away, TLS that it has not
/// or that is not believed, a user whom it does not let in, and a sender whom it refuses: these are for whoever runs
/// us.
class Mailer {
 public:
  /// Create has no connection yet. InvalidArgument: the options are not of their form, or would show a password in the
  /// clear. Internal: libcurl cannot be set up.
  static Result<std::unique_ptr<Mailer>> Create(MailerOptions options);
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;
  ~Mailer();

  Attempt Send(const Mail& mail);
  /// Cancel ends the attempt in flight at once, and every later one: not now.
  void Cancel();

 private:
  struct Session;
  explicit Mailer(std::unique_ptr<Session> session);
  std::unique_ptr<Session> session_;
};

}  // namespace certmark::api
