#include "api/cli/witness_site.h"

#include <algorithm>

namespace certmark::cli {
namespace {

constexpr std::string_view kAdd = "/add-checkpoint";
constexpr std::string_view kCheckpoint = "/checkpoint";

api::HttpResponse ToHttp(ledger::WitnessReply reply, const char* cache_control) {
  return {.status = reply.status,
          .content_type = std::move(reply.content_type),
          .cache_control = cache_control,
          .etag = {},
          .body = std::move(reply.body)};
}

}  // namespace

api::HttpResponse WitnessSite::Answer(const api::HttpRequest& request) {
  if (request.path == kAdd) {
    if (request.method != "POST") return api::MethodNotAllowed("POST");
    return ToHttp(witness_.AddCheckpoint(request.body), "no-store");
  }
  if (request.method != "GET" && request.method != "HEAD") return api::MethodNotAllowed("GET, HEAD");
  std::string_view path = request.path;
  if (!path.ends_with(kCheckpoint)) return ToHttp({404, "text/plain; charset=utf-8", "nothing is here\n"}, "no-store");
  path.remove_prefix(1);
  return ToHttp(witness_.Latest(path.substr(0, path.size() - std::min(path.size(), kCheckpoint.size()))), "no-cache");
}

}  // namespace certmark::cli
