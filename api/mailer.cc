#include "api/mailer.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>

#include "api/mail_address.h"
#include "ledger/url_parts.h"
#include "verifier-sdk/io/curl_transfer.h"

namespace certmark::api {
namespace {

constexpr std::chrono::milliseconds kMaxConnect{10'000};
constexpr long kFarewellSeconds = 1;
constexpr std::string_view kAuthenticationRequired = "530";  // RFC 4954 §6

Error Wrong(std::string_view what) {
  return {ErrorCode::kInvalidArgument, "the relay " + std::string(what)};
}

Result<void> Check(const MailerOptions& options) {
  CM_TRY(CheckRelay(options.relay));
  CM_TRY(CheckMailAddress(options.from));
  if (options.user.empty() != options.password.empty())
    return Wrong("has a user name without a password, or the reverse");
  if (!options.user.empty() && options.tls == MailerOptions::Tls::kNone)
    return Wrong("is shown no password without TLS");
  return {};
}

}  // namespace

// Session is the conversation with the relay: what is still to be said of a mail, and how far it came.
struct Mailer::Session {
  enum class Stage { kBefore, kRecipient, kMail };

  MailerOptions options;
  std::unique_ptr<io::CurlTransfer> curl;

  // Of the attempt in flight.
  std::string_view unsent;
  Stage stage = Stage::kBefore;
  bool leaving = false;
  std::string reply;  // the relay's last line before it was taken leave of

  static std::size_t OnRead(char* into, std::size_t one, std::size_t count, void* self) {
    std::string_view& unsent = static_cast<Session*>(self)->unsent;
    const std::size_t size = std::min(one * count, unsent.size());
    std::memcpy(into, unsent.data(), size);
    unsent.remove_prefix(size);
    return size;
  }
  static std::size_t OnReply(const char* line, std::size_t one, std::size_t count, void* self) {
    auto& session = *static_cast<Session*>(self);
    if (!session.leaving) session.reply.assign(line, one * count);
    return one * count;
  }
  // Sees each command, a password too, and keeps none.
  static int OnSaid(CURL* easy, curl_infotype kind, char* bytes, std::size_t size, void* self) {
    const std::string_view command(bytes, kind == CURLINFO_HEADER_OUT ? size : 0);
    auto& session = *static_cast<Session*>(self);
    if (command.starts_with("RCPT TO:")) session.stage = Stage::kRecipient;
    if (command.starts_with("DATA")) session.stage = Stage::kMail;
    if (!command.starts_with("QUIT")) return 0;
    // All is said by then: a relay that does not answer this must hold up nobody.
    session.leaving = true;
    curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, kFarewellSeconds);
    return 0;
  }

  CURLcode Prepare(const curl_slist* recipients);
  Attempt Carry(const std::string& to, std::string_view message);
  Attempt Judge(CURLcode code) const;
  std::string ReplyLine() const;
};

CURLcode Mailer::Session::Prepare(const curl_slist* recipients) {
  io::CurlOptions setter = curl->Reset();
  setter.Set(CURLOPT_URL, options.relay.c_str())
      .Set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
      .Set(CURLOPT_NOPROXY, "*")
      .Set(CURLOPT_USE_SSL,
           static_cast<long>(options.tls == MailerOptions::Tls::kNone ? CURLUSESSL_NONE : CURLUSESSL_ALL))
      .Set(CURLOPT_FRESH_CONNECT, 1L)
      .Set(CURLOPT_FORBID_REUSE, 1L)
      .Set(CURLOPT_MAIL_FROM, options.from.c_str())
      .Set(CURLOPT_MAIL_RCPT, recipients)
      .Set(CURLOPT_UPLOAD, 1L)
      .Set(CURLOPT_READFUNCTION, &Session::OnRead)
      .Set(CURLOPT_READDATA, static_cast<void*>(this))
      .Set(CURLOPT_HEADERFUNCTION, &Session::OnReply)
      .Set(CURLOPT_HEADERDATA, static_cast<void*>(this))
      .Set(CURLOPT_DEBUGFUNCTION, &Session::OnSaid)
      .Set(CURLOPT_DEBUGDATA, static_cast<void*>(this))
      .Set(CURLOPT_VERBOSE, 1L);
  if (!options.user.empty()) {
    // Under TLS these two are enough, and no other mechanism is fit to fail in place of one that would do.
    setter.Set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
        .Set(CURLOPT_USERNAME, options.user.c_str())
        .Set(CURLOPT_PASSWORD, options.password.Reveal().data());
  }
  return setter.code();
}

Attempt Mailer::Session::Carry(const std::string& to, std::string_view message) {
  unsent = message;
  stage = Stage::kBefore;
  leaving = false;
  reply.clear();
  const io::CurlList recipients(curl_slist_append(nullptr, to.c_str()));
  return Judge(curl->Run(recipients ? Prepare(recipients.get()) : CURLE_OUT_OF_MEMORY));
}

std::string Mailer::Session::ReplyLine() const {
  return reply.substr(0, reply.find_first_of("\r\n"));
}

Attempt Mailer::Session::Judge(CURLcode code) const {
  if (curl->cancelled()) return Attempt::Of(Outcome::kNotNow, curl->Reason(code));
  if (code == CURLE_OK) return Attempt::Of(Outcome::kTaken, ReplyLine());
  // What the relay said before that is about us, not about the mail; of a password it is not told further.
  if (stage == Stage::kBefore) return Attempt::Of(Outcome::kNotNow, curl->Reason(code));
  const bool refused = reply.starts_with('5') && !reply.starts_with(kAuthenticationRequired);
  const bool said = reply.starts_with('5') || reply.starts_with('4');
  return Attempt::Of(refused ? Outcome::kRefused : Outcome::kNotNow, said ? ReplyLine() : curl->Reason(code));
}

Result<void> CheckRelay(std::string_view url) {
  const auto parts = ledger::UrlParts::Parse(url);
  if (!parts) return Wrong("cannot be read: " + parts.error().message);
  if (parts->scheme != "smtp" && parts->scheme != "smtps") return Wrong("is not of smtp or smtps");
  if (parts->host.empty() || parts->port == 0) return Wrong("has no host, or port 0");
  if (!parts->user.empty()) return Wrong("has a user name in its URL");
  if (parts->path.size() > 1 || parts->has_query || parts->has_fragment)
    return Wrong("has more than a host and a port");
  return {};
}

Mailer::Mailer(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Mailer::~Mailer() = default;

Result<std::unique_ptr<Mailer>> Mailer::Create(MailerOptions options) {
  CM_TRY(Check(options));
  auto session = std::make_unique<Session>();
  session->curl =
      CM_TRY(io::CurlTransfer::Create({options.timeout, std::min(options.timeout, kMaxConnect), options.ca_file}));
  session->options = std::move(options);
  return std::unique_ptr<Mailer>(new Mailer(std::move(session)));
}

Attempt Mailer::Send(const Mail& mail) {
  const auto message = WriteMail(mail, session_->options.from);
  if (!message) return Attempt::Of(Outcome::kRefused, message.error().message);
  return session_->Carry(mail.to, *message);
}

void Mailer::Cancel() {
  session_->curl->Cancel();
}

}  // namespace certmark::api
