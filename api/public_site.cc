#include "api/public_site.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "api/convert.h"
#include "api/errors.h"
#include "api/site_documents.h"
#include "ca/records.h"
#include "ledger/posix_file.h"
#include "ledger/tiles.h"
#include "verifier-sdk/core/bundle.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

constexpr std::size_t kMaxCrlBytes = 16 * 1024 * 1024;
constexpr std::size_t kMaxSigners = 10'000;
constexpr std::string_view kJson = "application/json";

// How long a copy may be used. What can change at any moment is asked for again each time, and answered by its ETag.
constexpr std::string_view kForever = "public, max-age=31536000, immutable";
constexpr std::string_view kAnHour = "public, max-age=3600";
constexpr std::string_view kAMinute = "public, max-age=60";
constexpr std::string_view kASecond = "public, max-age=1";
constexpr std::string_view kAskAgain = "no-cache";

HttpResponse Ok(std::string_view content_type, std::string_view cache_control, std::string body) {
  return {.status = 200,
          .content_type = std::string(content_type),
          .cache_control = std::string(cache_control),
          .etag = {},
          .body = std::move(body)};
}

std::vector<std::string_view> Split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

Error Nothing(std::string_view path) {
  return {ErrorCode::kNotFound, "nothing at " + Quote(path)};
}

std::string EtagOf(std::string_view body) {
  constexpr std::size_t kShown = 16;
  return '"' + HexEncode(Sha256(AsBytes(body)).view().first(kShown)) + '"';
}

// RFC 9110 §13.1.2: a list of entity tags, or `*`; compared weakly.
bool Matches(std::string_view if_none_match, std::string_view etag) {
  if (if_none_match == "*") return true;
  while (!if_none_match.empty()) {
    const std::size_t end = std::min(if_none_match.find(','), if_none_match.size());
    std::string_view one = if_none_match.substr(0, end);
    if_none_match.remove_prefix(std::min(end + 1, if_none_match.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag) return true;
  }
  return false;
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
    const auto wanted = Split(pattern);
    std::vector<std::string_view> rest;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (i >= path.size()) return std::nullopt;
      if (wanted[i] == "**") {
        rest.insert(rest.end(), path.begin() + static_cast<std::ptrdiff_t>(i), path.end());
        return rest;
      }
      if (wanted[i] == "*") {
        rest.push_back(path[i]);
      } else if (wanted[i] != path[i]) {
        return std::nullopt;
      }
    }
    if (path.size() != wanted.size()) return std::nullopt;
    return rest;
  }
};

std::span<const PublicSite::Route> PublicSite::Routes() {
  static constexpr Route kRoutes[] = {
      {"/.well-known/certmark", &PublicSite::Discovery},
      {"/.well-known/jwks.json", &PublicSite::Jwks},
      {"/trust", &PublicSite::Trust},
      {"/trust/*", &PublicSite::TrustBySeq},
      {"/crl/*", &PublicSite::Crl},
      {"/ns/v1", &PublicSite::Context},
      {"/log/*/checkpoint", &PublicSite::Checkpoint},
      {"/log/*/tile/**", &PublicSite::Tile},
      {"/status", &PublicSite::StatusIndex},
      {"/status/*", &PublicSite::StatusList},
      {"/v1/apps/*/*", &PublicSite::App},
      {"/v1/certifications/*", &PublicSite::Certification},
      {"/v1/certifications/*/bundle", &PublicSite::Bundle},
  };
  return kRoutes;
}

PublicSite::PublicSite(const Handlers& handlers, const ca::Service& service, ca::AuthorityFiles files, Options options)
    : handlers_(handlers), service_(service), files_(std::move(files)), options_(std::move(options)) {}

HttpResponse PublicSite::Answer(const HttpRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    return MethodNotAllowed("GET, HEAD");
  }
  auto found = Find(request);
  if (!found) {
    if (IsOwnFault(found.error())) spdlog::error("http: {}: {}", Quote(request.path), found.error().message);
    return ProblemResponse(found.error());
  }
  HttpResponse response = std::move(*found);
  response.etag = EtagOf(response.body);
  if (Matches(request.if_none_match, response.etag)) {
    response.status = 304;
    response.content_type.clear();
    response.body.clear();
  }
  return response;
}

Result<HttpResponse> PublicSite::Find(const HttpRequest& request) const {
  const auto path = Split(request.path);
  for (const Route& route : Routes()) {
    if (auto rest = route.Match(path)) return (this->*route.answer)({request, std::move(*rest)});
  }
  return Nothing(request.path);
}

// ---- What the authority says of itself

Result<HttpResponse> PublicSite::Discovery(const Request&) const {
  return Ok(kJson, kAMinute, DiscoveryJson(service_.authority(), options_.contact));
}

Result<HttpResponse> PublicSite::Jwks(const Request&) const {
  std::vector<SigningKey> keys;
  for (const auto& signer : CM_TRY(ca::LoadAll<ca::SignerRecord>(service_.log().store(), kMaxSigners))) {
    const auto leaf = CM_TRY(certmark::Certificate::Parse(signer.leaf));
    const auto issuer = CM_TRY(certmark::Certificate::Parse(signer.ca));
    // A signer's certificate outlives everything it signed (FORMATS.md §2): once it is over, so are they.
    if (service_.Now() <= leaf.not_after()) keys.push_back({leaf, issuer});
  }
  return Ok("application/jwk-set+json", kAMinute, JwksJson(keys));
}

Result<HttpResponse> PublicSite::Context(const Request&) const {
  return Ok("application/ld+json", kAnHour, ContextJson(service_.authority().iss));
}

Result<HttpResponse> PublicSite::Trust(const Request&) const {
  return Ok("application/jwt", kAMinute, CM_TRY(handlers_.GetTrustList({}, {})).jws());
}

Result<HttpResponse> PublicSite::TrustBySeq(const Request& request) const {
  const auto seq = ParseDecimal(request.rest[0], json::kMaxNumber);
  if (!seq || *seq == 0) return Nothing(request.http.path);
  v1::GetTrustListRequest by_seq;
  by_seq.set_seq(*seq);
  return Ok("application/jwt", kForever, CM_TRY(handlers_.GetTrustList({}, by_seq)).jws());
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

Result<HttpResponse> PublicSite::Checkpoint(const Request& request) const {
  if (request.rest[0] != std::to_string(service_.log().number())) return Nothing(request.http.path);
  return Ok("text/plain; charset=utf-8", kASecond, CM_TRY(handlers_.GetCheckpoint({}, {})).note());
}

Result<HttpResponse> PublicSite::Tile(const Request& request) const {
  if (request.rest[0] != std::to_string(service_.log().number())) return Nothing(request.http.path);
  std::string path;
  for (std::size_t i = 1; i < request.rest.size(); ++i) path += (i > 1 ? "/" : "") + std::string(request.rest[i]);
  const auto name = ledger::TileName::Parse(path);
  const auto exposed = service_.log().Exposed();
  if (!name || !exposed) return Nothing(request.http.path);
  const Bytes tile = CM_TRY(service_.reader().Tile(*name, exposed->checkpoint.size));
  const bool full = name->width == ledger::kTileWidth;
  return Ok("application/octet-stream", full ? kForever : kAMinute, std::string(AsText(tile)));
}

// ---- Status

Result<HttpResponse> PublicSite::StatusIndex(const Request&) const {
  return Ok(kJson, kAMinute, StatusIndexJson(service_.authority().iss, service_.status().count()));
}

Result<HttpResponse> PublicSite::StatusList(const Request& request) const {
  const auto list = ParseDecimal(request.rest[0], UINT32_MAX);
  if (!list) return Nothing(request.http.path);
  const auto token = CM_TRY(service_.status().Current(static_cast<std::uint32_t>(*list)));
  constexpr Seconds kTtl = ca::StatusLists::kTtl;
  const Seconds left = std::clamp(token->iat + kTtl - service_.Now(), Seconds{0}, kTtl);
  return Ok("application/statuslist+jwt", "public, max-age=" + std::to_string(left.count()), token->jwt);
}

// ---- The register, by the same handlers as gRPC

Result<HttpResponse> PublicSite::App(const Request& request) const {
  v1::LookUpAppRequest look_up;
  look_up.set_platform(ToProto(CM_TRY(ParsePlatform(request.rest[0]))));
  look_up.set_package(std::string(request.rest[1]));
  for (const auto& [name, value] : request.http.query) {
    if (name != "signer" || value.empty() || !look_up.signer().empty()) {
      return Error{ErrorCode::kInvalidArgument,
                   "bad query parameter " + Quote(name) + ": one `signer` is understood here"};
    }
    look_up.set_signer(value);
  }
  return Ok(kJson, kAskAgain, CM_TRY(ToRestJson(CM_TRY(handlers_.LookUpApp({}, look_up)))));
}

Result<HttpResponse> PublicSite::Certification(const Request& request) const {
  v1::GetCertificationRequest get;
  get.set_name(ResourceName(Collection::kCertifications, request.rest[0]));
  return Ok(kJson, kAskAgain, CM_TRY(ToRestJson(CM_TRY(handlers_.GetCertification({}, get)))));
}

Result<HttpResponse> PublicSite::Bundle(const Request& request) const {
  v1::GetBundleRequest get;
  get.set_name(ResourceName(Collection::kCertifications, request.rest[0]));
  return Ok(certmark::Bundle::kMediaType, kAskAgain, CM_TRY(handlers_.GetBundle({}, get)).json());
}

}  // namespace certmark::api
