#include "api/public_site.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "api/errors.h"
#include "api/openapi.h"
#include "api/party_crl.h"
#include "api/rest_template.h"
#include "api/site_documents.h"
#include "ca/records.h"
#include "ca/signer_record.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

constexpr std::size_t kMaxSigners = 10'000;
constexpr std::string_view kReading = "GET, HEAD, OPTIONS";
constexpr std::string_view kLogPrefix = "/log/";
constexpr std::string_view kJson = "application/json";

// How long a copy may be used.
constexpr std::string_view kAnHour = "public, max-age=3600";
constexpr std::string_view kAMinute = "public, max-age=60";

HttpResponse Ok(std::string_view content_type, std::string_view cache_control, std::string body) {
  return {.status = 200,
          .content_type = std::string(content_type),
          .cache_control = std::string(cache_control),
          .etag = {},
          .body = std::move(body)};
}

Error Nothing(std::string_view path) {
  return {ErrorCode::kNotFound, "nothing at " + Quote(path)};
}

}  // namespace

struct PublicSite::Request {
  const HttpRequest& http;
  std::vector<std::string_view> rest;  ///< the segments that the route's `*` stand for, in order
};

// A route is a path whose `*` segment stands for any one segment, and a last `**` for one or more.
struct PublicSite::Route {
  std::string_view pattern;
  Result<HttpResponse> (PublicSite::*answer)(const Request&) const;

  // What the stars stand for, or nothing where the path is another.
  std::optional<std::vector<std::string_view>> Match(const std::vector<std::string_view>& path) const {
    const auto wanted = Segments(pattern);
    const bool is_open = wanted.back() == "**";
    if (is_open ? path.size() < wanted.size() : path.size() != wanted.size()) return std::nullopt;
    std::vector<std::string_view> rest;
    for (std::size_t i = 0; i < path.size(); ++i) {
      const std::string_view one = wanted[std::min(i, wanted.size() - 1)];
      if (one.starts_with('*')) {
        rest.push_back(path[i]);
      } else if (one != path[i]) {
        return std::nullopt;
      }
    }
    return rest;
  }
};

std::span<const PublicSite::Route> PublicSite::Routes() {
  static constexpr Route kRoutes[] = {
      {"/log/**", &PublicSite::Log},
      {"/.well-known/certmark", &PublicSite::Discovery},
      {"/.well-known/jwks.json", &PublicSite::Jwks},
      {"/crl/*", &PublicSite::Crl},
      {"/ns/v1", &PublicSite::Context},
      {"/status", &PublicSite::StatusIndex},
      {"/status/*", &PublicSite::StatusList},
      {"/badge/**", &PublicSite::Mark},
      {"/feed/**", &PublicSite::Feed},
      {"/openapi.json", &PublicSite::OpenApi},
      {"/v1/openapi.json", &PublicSite::OpenApi},
  };
  return kRoutes;
}

PublicSite::PublicSite(Dispatch& dispatch, const ca::Service& service, ca::AuthorityFiles files, Options options)
    : handlers_(dispatch.handlers()),
      service_(service),
      rest_(dispatch, [&handlers = dispatch.handlers()] { return handlers.MomentNow(); }),
      documents_(dispatch),
      log_(service),
      mark_(handlers_, service),
      feed_(handlers_, service),
      files_(std::move(files)),
      options_(std::move(options)) {}

HttpResponse PublicSite::Answer(const HttpRequest& request) const {
  if (auto answered = documents_.Answer(request)) return *std::move(answered);
  if (auto answered = rest_.Answer(request)) return *std::move(answered);
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads && request.method != "OPTIONS") return MethodNotAllowed(kReading);
  return AnswerDocument(request);
}

HttpResponse PublicSite::AnswerDocument(const HttpRequest& request) const {
  auto found = Find(request);
  if (!found) {
    if (IsOwnFault(found.error())) spdlog::error("http: {}: {}", Quote(request.path), found.error().message);
    return Refuse(request, found.error());
  }
  if (request.method != "OPTIONS") Revalidate(request, *found);
  return *std::move(found);
}

HttpResponse PublicSite::Refuse(const HttpRequest& request, const Error& why) const {
  return MarkSite::IsDrawing(request.path) ? mark_.Refusal(request, why) : ProblemResponse(why);
}

Result<HttpResponse> PublicSite::Find(const HttpRequest& request) const {
  const auto path = Segments(request.path);
  for (const Route& route : Routes()) {
    auto rest = route.Match(path);
    if (!rest) continue;
    if (request.method == "OPTIONS") return AllowedMethods(kReading);
    return (this->*route.answer)({request, std::move(*rest)});
  }
  return Nothing(request.path);
}

// ---- What the authority says of itself

Result<HttpResponse> PublicSite::Discovery(const Request&) const {
  return Ok(kJson, kAMinute, DiscoveryJson(service_.desk().authority(), options_.contact));
}

Result<HttpResponse> PublicSite::Jwks(const Request&) const {
  CM_TRY(handlers_.RequireOpen());
  std::vector<SigningKey> keys;
  for (const auto& signer : CM_TRY(ca::LoadAll<ca::SignerRecord>(service_.desk().log().store(), kMaxSigners))) {
    const auto leaf = CM_TRY(certmark::Certificate::Parse(signer.leaf));
    const auto issuer = CM_TRY(certmark::Certificate::Parse(signer.ca));
    // A signer's certificate outlives everything it signed (FORMATS.md §2): once it is over, so are they.
    if (service_.desk().Now() <= leaf.not_after()) keys.push_back({leaf, issuer});
  }
  return Ok("application/jwk-set+json", kAMinute, JwksJson(keys));
}

Result<HttpResponse> PublicSite::Context(const Request&) const {
  return Ok("application/ld+json", kAnHour, ContextJson(service_.desk().authority().iss));
}

Result<HttpResponse> PublicSite::Crl(const Request& request) const {
  // The names of the three CAs and no other reach the file system.
  for (const std::string_view ca : {"root", "credential-ca", "party-ca"}) {
    if (request.rest[0] != std::string(ca) + ".crl") continue;
    auto crl = CM_TRY(ledger::ReadSmallFile(files_.crl(ca), kMaxCrlBytes));
    if (!crl) break;
    return Ok("application/pkix-crl", kAnHour, std::move(*crl));
  }
  return Nothing(request.http.path);
}

// ---- The log

Result<HttpResponse> PublicSite::Log(const Request& request) const {
  return log_.Answer(std::string_view(request.http.path).substr(kLogPrefix.size()));
}

// ---- Status

Result<HttpResponse> PublicSite::StatusIndex(const Request&) const {
  CM_TRY(handlers_.RequireOpen());
  return Ok(kJson, kAMinute, StatusIndexJson(service_.desk().authority().iss, service_.desk().status().count()));
}

Result<HttpResponse> PublicSite::StatusList(const Request& request) const {
  CM_TRY(handlers_.RequireOpen());
  const auto list = ParseDecimal(request.rest[0], UINT32_MAX);
  if (!list) return Nothing(request.http.path);
  const auto token = CM_TRY(service_.desk().status().Current(static_cast<std::uint32_t>(*list)));
  constexpr Seconds kTtl = ca::StatusLists::kTtl;
  const Seconds left = std::clamp(token->iat + kTtl - service_.desk().Now(), Seconds{0}, kTtl);
  return Ok("application/statuslist+jwt", "public, max-age=" + std::to_string(left.count()), token->jwt);
}

// ---- The API, the mark, the feed

Result<HttpResponse> PublicSite::OpenApi(const Request&) const {
  HttpResponse response = Ok(kJson, kAnHour, {});
  static const auto description = std::make_shared<const std::string>(OpenApiJson());
  static const std::string etag = EtagOf(*description);
  response.shared_body = description;
  response.etag = etag;
  return response;
}

Result<HttpResponse> PublicSite::Mark(const Request& request) const {
  return mark_.Answer(request.http);
}

Result<HttpResponse> PublicSite::Feed(const Request& request) const {
  return feed_.Answer(request.http);
}

}  // namespace certmark::api
