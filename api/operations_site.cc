#include "api/operations_site.h"

#include "api/metrics.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

HttpResponse Plain(int status, std::string_view content_type, std::string body) {
  return {.status = status,
          .content_type = std::string(content_type),
          .cache_control = "no-store",
          .etag = {},
          .body = std::move(body)};
}

constexpr std::string_view kText = "text/plain; charset=utf-8";

}  // namespace

Result<void> CheckReady(const std::optional<Error>& stopped, bool has_checkpoint) {
  if (stopped) return Error{ErrorCode::kUnavailable, "the log has stopped writing: " + stopped->message};
  if (!has_checkpoint) return Error{ErrorCode::kUnavailable, "no checkpoint is exposed yet"};
  return {};
}

HttpResponse OperationsSite::Answer(const HttpRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD") return MethodNotAllowed("GET, HEAD");
  if (request.path == "/healthz") return Plain(200, kText, "ok\n");
  if (request.path == "/metrics") return Plain(200, kMetricsType, options_.metrics());
  if (request.path == "/readyz") {
    const auto ready = options_.ready();
    return ready ? Plain(200, kText, "ok\n") : Plain(503, kText, ready.error().message + "\n");
  }
  return ProblemResponse({ErrorCode::kNotFound, "nothing at " + Quote(request.path)});
}

}  // namespace certmark::api
