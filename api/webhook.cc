#include "api/webhook.h"

#include <algorithm>
#include <optional>
#include <string>

#include "api/webhook_signature.h"
#include "ledger/url_parts.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/io/http_client.h"
#include "verifier-sdk/io/public_address.h"

namespace certmark::api {
namespace {

using io::HttpClient;

constexpr std::size_t kMaxUrl = 2048;
constexpr std::size_t kMaxAnswer = 64 * 1024;
constexpr std::chrono::milliseconds kMaxConnect{5'000};

// Names of this machine itself, which no name server is asked about (RFC 6761 §6.3).
bool IsLocalhost(std::string host) {
  if (host.ends_with('.')) host.pop_back();
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  std::transform(host.begin(), host.end(), host.begin(), lower);
  return host == "localhost" || host.ends_with(".localhost");
}

bool IsPrivate(const std::string& host) {
  const auto address = io::ParseIp(host);
  return address ? !io::IsPublic(*address) : IsLocalhost(host);
}

// What a 400 says by RFC 8935 §2.4: its error's code, and its description. Nothing: it says none.
std::optional<std::string> ErrorIn(std::string_view body) {
  const auto document = json::Document::Parse(body, kMaxAnswer);
  if (!document || !document->root().is(json::Kind::kObject)) return std::nullopt;
  const auto err = document->root().String("err");
  if (!err) return std::nullopt;
  const auto description = document->root().OptionalString("description");
  return Quote(*err) + (description && *description ? ": " + Quote(**description) : std::string());
}

Attempt JudgeStatus(const io::HttpResponse& answer) {
  const std::string said = "answered " + std::to_string(answer.status);
  switch (answer.status) {
    case 400: {
      const auto error = ErrorIn(answer.body);
      return error ? Attempt::Of(Outcome::kRefused, said + ", " + *error) : Attempt::Of(Outcome::kNotNow, said);
    }
    case 410:
      return Attempt::Of(Outcome::kGone, said);
    case 413:
    case 415:
    case 422:
      return Attempt::Of(Outcome::kRefused, said);
  }
  if (answer.status / 100 == 3) return Attempt::Of(Outcome::kNotNow, said + ": a redirect is not followed");
  return Attempt::Of(answer.status / 100 == 2 ? Outcome::kTaken : Outcome::kNotNow, said);
}

Attempt Judge(const Result<io::HttpResponse>& answer) {
  return answer ? JudgeStatus(*answer) : Attempt::Of(Outcome::kNotNow, answer.error().message);
}

}  // namespace

Result<void> CheckTarget(std::string_view url, bool private_addresses) {
  const auto refuse = [](std::string_view why) {
    return Error{ErrorCode::kInvalidArgument, "the target's URL " + std::string(why)};
  };
  if (url.size() > kMaxUrl) return refuse("is longer than 2,048 bytes");
  const auto parts = ledger::UrlParts::Parse(url);
  if (!parts) return refuse("cannot be read: " + parts.error().message);
  if (parts->scheme != "https") return refuse("is not of https");
  if (parts->host.empty()) return refuse("has no host");
  if (!parts->user.empty()) return refuse("has a user name");
  if (parts->has_fragment) return refuse("has a fragment");
  if (parts->port == 0) return refuse("has port 0");
  if (!private_addresses && IsPrivate(parts->host)) return refuse("leads to no address of the public internet");
  return {};
}

Webhook::Webhook(WebhookOptions options, std::unique_ptr<HttpClient> client)
    : options_(std::move(options)), client_(std::move(client)) {}
Webhook::~Webhook() = default;

Result<std::unique_ptr<Webhook>> Webhook::Create(WebhookOptions options) {
  HttpClient::Options how;
  how.timeout = options.timeout;
  how.connect_timeout = std::min(options.timeout, kMaxConnect);
  how.max_body = kMaxAnswer;
  how.schemes = HttpClient::Schemes::kHttps;
  how.reach = options.private_addresses ? HttpClient::Reach::kAnywhere : HttpClient::Reach::kPublic;
  how.errors = HttpClient::Errors::kNameNoUrl;
  how.ca_file = options.ca_file;
  auto client = CM_TRY(HttpClient::Create(std::move(how)));
  return std::unique_ptr<Webhook>(new Webhook(std::move(options), std::move(client)));
}

Attempt Webhook::PushEvent(std::string_view url, std::string_view jws) {
  const auto fit = CheckTarget(url, options_.private_addresses);
  if (!fit) return Attempt::Of(Outcome::kNotNow, fit.error().message);
  return Judge(client_->Post(url, "application/secevent+jwt", jws, {"Accept: application/json"}));
}

Attempt Webhook::PushNotice(std::string_view url, const Notice& notice) {
  const auto fit = CheckTarget(url, options_.private_addresses);
  if (!fit) return Attempt::Of(Outcome::kNotNow, fit.error().message);
  const auto headers = SignWebhook(notice.secret, notice.id, notice.at, notice.body);
  if (!headers) return Attempt::Of(Outcome::kRefused, headers.error().message);
  return Judge(client_->Post(url, "application/json", notice.body,
                             {"Accept: application/json", "webhook-id: " + headers->id,
                              "webhook-timestamp: " + headers->timestamp, "webhook-signature: " + headers->signature}));
}

void Webhook::Cancel() {
  client_->Cancel();
}

}  // namespace certmark::api
