#include "api/public_site.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "api/convert.h"
#include "api/errors.h"
#include "api/party_crl.h"
#include "api/site_documents.h"
#include "api/site_query.h"
#include "ca/records.h"
#include "ca/signer_record.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/bundle.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

constexpr std::size_t kMaxSigners = 10'000;
constexpr std::string_view kLogPrefix = "/log/";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kText = "text/plain; charset=utf-8";

// How long a copy may be used. What can change at any moment is asked for again each time, and answered by its ETag.
constexpr std::string_view kForever = "public, max-age=31536000, immutable";
constexpr std::string_view kAnHour = "public, max-age=3600";
constexpr std::string_view kAMinute = "public, max-age=60";
constexpr std::string_view kAskAgain = "no-cache";

HttpResponse Ok(std::string_view content_type, std::string_view cache_control, std::string body) {
  return {.status = 200,
          .content_type = std::string(content_type),
          .cache_control = std::string(cache_control),
          .etag = {},
          .body = std::move(body)};
}

// TakeSegment cuts the first segment off a path that begins with a slash.
std::string_view TakeSegment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::vector<std::string_view> Split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (path.starts_with('/')) segments.push_back(TakeSegment(path));
  return segments;
}

Error Nothing(std::string_view path) {
  return {ErrorCode::kNotFound, "nothing at " + Quote(path)};
}

// A proof in the tree of a size that was named never changes; in the newest tree it does.
std::string_view KeptFor(std::uint64_t named_size) {
  return named_size > 0 ? kForever : kAskAgain;
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
    std::vector<std::string_view> rest;
    std::string_view left = pattern;
    std::size_t at = 0;
    for (; !left.empty(); ++at) {
      if (at >= path.size()) return std::nullopt;
      const std::string_view wanted = TakeSegment(left);
      if (wanted == "**") {
        rest.insert(rest.end(), path.begin() + static_cast<std::ptrdiff_t>(at), path.end());
        return rest;
      }
      if (wanted == "*") {
        rest.push_back(path[at]);
      } else if (wanted != path[at]) {
        return std::nullopt;
      }
    }
    if (at != path.size()) return std::nullopt;
    return rest;
  }
};

std::span<const PublicSite::Route> PublicSite::Routes() {
  static constexpr Route kRoutes[] = {
      {"/log/**", &PublicSite::Log},
      {"/.well-known/certmark", &PublicSite::Discovery},
      {"/.well-known/jwks.json", &PublicSite::Jwks},
      {"/trust", &PublicSite::Trust},
      {"/trust/*", &PublicSite::TrustBySeq},
      {"/crl/*", &PublicSite::Crl},
      {"/ns/v1", &PublicSite::Context},
      {"/v1/logs/*/entries/*/proof", &PublicSite::TlogProof},
      {"/v1/logs/*/inclusion", &PublicSite::InclusionProof},
      {"/v1/logs/*/consistency", &PublicSite::ConsistencyProof},
      {"/status", &PublicSite::StatusIndex},
      {"/status/*", &PublicSite::StatusList},
      {"/v1/apps/*/*", &PublicSite::App},
      {"/v1/certifications/*", &PublicSite::Certification},
      {"/v1/certifications/*/bundle", &PublicSite::Bundle},
      {"/v1/orders", &PublicSite::Orders},
      {"/v1/orders/*", &PublicSite::Order},
      {"/badge/**", &PublicSite::Mark},
  };
  return kRoutes;
}

PublicSite::PublicSite(const Handlers& handlers, const ca::Service& service, ca::AuthorityFiles files, Options options)
    : handlers_(handlers),
      service_(service),
      log_(service),
      mark_(handlers, service),
      files_(std::move(files)),
      options_(std::move(options)) {}

HttpResponse PublicSite::Answer(const HttpRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    return MethodNotAllowed("GET, HEAD");
  }
  auto found = Find(request);
  if (!found) {
    if (IsOwnFault(found.error())) spdlog::error("http: {}: {}", Quote(request.path), found.error().message);
    return Refuse(request, found.error());
  }
  HttpResponse response = std::move(*found);
  if (response.etag.empty()) response.etag = EtagOf(response.content());
  if (Matches(request.if_none_match, response.etag)) {
    response.status = 304;
    response.content_type.clear();
    response.body.clear();
    response.shared_body.reset();
  }
  return response;
}

HttpResponse PublicSite::Refuse(const HttpRequest& request, const Error& why) const {
  return MarkSite::IsDrawing(request.path) ? mark_.Refusal(request, why) : ProblemResponse(why);
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

Result<std::uint32_t> PublicSite::LogIn(const Request& request) {
  const auto number = ParseDecimal(request.rest[0], UINT32_MAX);
  // 0 stands for the current log where a message names one; a path has one name for each thing.
  if (number && *number > 0) return static_cast<std::uint32_t>(*number);
  return Nothing(request.http.path);
}

Result<HttpResponse> PublicSite::Log(const Request& request) const {
  return log_.Answer(std::string_view(request.http.path).substr(kLogPrefix.size()));
}

Result<HttpResponse> PublicSite::TlogProof(const Request& request) const {
  const std::uint32_t log = CM_TRY(LogIn(request));
  const auto index = ParseDecimal(request.rest[1], SiteQuery::kMaxNumber);
  if (!index) return Nothing(request.http.path);
  v1::GetProofRequest get;
  get.set_log(log);
  get.set_index(*index);
  return Ok(kText, kAskAgain, CM_TRY(handlers_.GetProof({}, get)).text());
}

Result<HttpResponse> PublicSite::InclusionProof(const Request& request) const {
  const std::uint32_t log = CM_TRY(LogIn(request));
  const SiteQuery query = CM_TRY(SiteQuery::Read(request.http, {"index", "leafHash", "size"}));
  v1::GetInclusionProofRequest get;
  get.set_log(log);
  if (query.Has("index") == query.Has("leafHash")) {
    return Error{ErrorCode::kInvalidArgument, "one of the query parameters `index` and `leafHash` is needed"};
  }
  if (query.Has("index")) get.set_index(CM_TRY(query.Number("index")));
  if (query.Has("leafHash")) {
    get.set_leaf_hash(std::string(AsText(CM_TRY(Hash::FromHex(query.Text("leafHash"))).view())));
  }
  get.set_size(CM_TRY(query.Size("size")));
  return Ok(kJson, KeptFor(get.size()), CM_TRY(ToRestJson(CM_TRY(handlers_.GetInclusionProof({}, get)))));
}

Result<HttpResponse> PublicSite::ConsistencyProof(const Request& request) const {
  const std::uint32_t log = CM_TRY(LogIn(request));
  const SiteQuery query = CM_TRY(SiteQuery::Read(request.http, {"old", "new"}));
  v1::GetConsistencyProofRequest get;
  get.set_log(log);
  get.set_old_size(CM_TRY(query.Number("old")));
  get.set_new_size(CM_TRY(query.Size("new")));
  return Ok(kJson, KeptFor(get.new_size()), CM_TRY(ToRestJson(CM_TRY(handlers_.GetConsistencyProof({}, get)))));
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

// ---- The register, by the same handlers as gRPC

Result<HttpResponse> PublicSite::App(const Request& request) const {
  const SiteQuery query = CM_TRY(SiteQuery::Read(request.http, {"signer"}));
  v1::LookUpAppRequest look_up;
  look_up.set_platform(ToProto(CM_TRY(ParsePlatform(request.rest[0]))));
  look_up.set_package(std::string(request.rest[1]));
  look_up.set_signer(query.Text("signer"));
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

// ---- Orders that are exposed, or were

Result<HttpResponse> PublicSite::Orders(const Request& request) const {
  constexpr std::uint64_t kMaxPage = 100;  // it is made on a thread that serves many, for anybody and uncached
  const SiteQuery query = CM_TRY(SiteQuery::Read(request.http, {"pageSize", "pageToken"}));
  v1::ListExposedOrdersRequest list;
  list.set_page_size(static_cast<std::uint32_t>(std::min(CM_TRY(query.Size("pageSize")), kMaxPage)));
  list.set_page_token(query.Text("pageToken"));
  return Ok(kJson, kAskAgain, CM_TRY(ToRestJson(CM_TRY(handlers_.ListExposedOrders({}, list)))));
}

Result<HttpResponse> PublicSite::Order(const Request& request) const {
  v1::GetExposedOrderRequest get;
  get.set_name(ResourceName(Collection::kOrders, request.rest[0]));
  return Ok(kJson, kAskAgain, CM_TRY(ToRestJson(CM_TRY(handlers_.GetExposedOrder({}, get)))));
}

// ---- The mark

Result<HttpResponse> PublicSite::Mark(const Request& request) const {
  return mark_.Answer(request.http);
}

}  // namespace certmark::api
