#include "api/http_message.h"

#include <algorithm>
#include <boost/url/authority_view.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>

#include "api/errors.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::api {
namespace {

constexpr std::string_view kProblemType = "application/problem+json";

// True for text that may name something here: UTF-8 without control characters, a NUL among them.
bool IsCleanText(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return IsUtf8(text);
}

// A path is a list of names; `.`, `..` and nothing between two slashes are ways to write another path, or to leave this
// one.
bool HasOnlyNames(std::string_view path) {
  if (path == "/") return true;
  std::string_view rest = path.substr(1);
  for (;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment.empty() || segment == "." || segment == "..") return false;
    if (slash == rest.npos) return true;
    rest.remove_prefix(slash + 1);
  }
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

Result<HttpTarget> ParseHttpTarget(std::string_view target) {
  const Error refused{ErrorCode::kInvalidArgument, "bad request target " + Quote(target)};
  const auto url = boost::urls::parse_origin_form(target);
  if (!url) return refused;
  HttpTarget out;
  out.path = url->path();
  if (!IsCleanText(out.path) || !out.path.starts_with('/') || !HasOnlyNames(out.path)) return refused;
  for (const auto param : url->params()) {
    if (!IsCleanText(param.key) || !IsCleanText(param.value)) return refused;
    out.query.emplace_back(param.key, param.value);
  }
  return out;
}

bool IsOfNoSite(std::string_view host) {
  if (host.empty()) return true;
  const auto authority = boost::urls::parse_authority(host);
  if (!authority || authority->has_userinfo()) return false;
  switch (authority->host_type()) {
    case boost::urls::host_type::ipv4:
    case boost::urls::host_type::ipv6:
      return true;
    default:
      return authority->host() == "localhost";
  }
}

std::string PathSegment(std::string_view text) {
  return boost::urls::encode(text, boost::urls::unreserved_chars);
}

std::string EtagOf(std::string_view what) {
  constexpr std::size_t kShown = 16;
  return '"' + HexEncode(Sha256(AsBytes(what)).view().first(kShown)) + '"';
}

void Revalidate(const HttpRequest& request, HttpResponse& response) {
  if (response.etag.empty()) response.etag = EtagOf(response.content());
  if (!Matches(request.if_none_match, response.etag)) return;
  response.status = 304;
  response.content_type.clear();
  response.body.clear();
  response.shared_body.reset();
}

HttpResponse ProblemResponse(const Error& error) {
  return ProblemResponse(OutwardRefusal(error));
}

HttpResponse ProblemResponse(const Refusal& refusal) {
  HttpResponse response{.status = refusal.http,
                        .content_type = std::string(kProblemType),
                        .cache_control = "no-store",
                        .etag = {},
                        .body = ProblemJson(refusal)};
  if (refusal.retry_after) response.headers.emplace_back("Retry-After", std::to_string(refusal.retry_after->count()));
  return response;
}

HttpResponse ProblemResponse(int status, std::string_view title, std::string_view detail) {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("type", "about:blank");
    writer.Member("title", title);
    writer.Member("status", status);
    writer.Member("detail", detail);
  });
  return {.status = status,
          .content_type = std::string(kProblemType),
          .cache_control = "no-store",
          .etag = {},
          .body = writer.Take()};
}

HttpResponse AllowedMethods(std::string_view allowed) {
  HttpResponse response{.status = 204, .cache_control = "no-store"};
  response.headers.emplace_back("Allow", allowed);
  return response;
}

HttpResponse MethodNotAllowed(std::string_view allowed) {
  HttpResponse response =
      ProblemResponse(405, "method not allowed", "only " + std::string(allowed) + " is answered here");
  response.headers.emplace_back("Allow", allowed);
  return response;
}

}  // namespace certmark::api
