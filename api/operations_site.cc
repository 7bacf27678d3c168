#include "api/operations_site.h"

#include "api/errors.h"
#include "api/metrics.h"
#include "verifier-sdk/core/json.h"
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

bool IsAuthorised(const HttpRequest& request, const ca::Secret& token) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view shown = request.authorization;
  return !token.empty() && shown.starts_with(kBearer) && ca::EqualSecrets(shown.substr(kBearer.size()), token.Reveal());
}

// ReadTarget is where a copy is to be made.
Result<std::filesystem::path> ReadTarget(const std::string& body) {
  const json::Document document = CM_TRY(json::Document::Parse(body, OperationsSite::kMaxBody));
  const std::filesystem::path to(CM_TRY(document.root().String("to")));
  if (to.is_absolute() && to.lexically_normal() == to && to.has_filename()) return to;
  return Error{ErrorCode::kInvalidArgument, "to: not an absolute path: " + Quote(to.string())};
}

}  // namespace

Result<void> CheckReady(const std::optional<Error>& stopped, bool has_checkpoint) {
  if (stopped) return Error{ErrorCode::kUnavailable, "the log has stopped writing: " + stopped->message};
  if (!has_checkpoint) return Error{ErrorCode::kUnavailable, "no checkpoint is exposed yet"};
  return {};
}

Result<void> CheckCertificateEnd(Time certificate_end, Time now) {
  if (now <= certificate_end) return {};
  return Error{ErrorCode::kUnavailable, "the listeners' certificate expired at " + FormatDateTime(certificate_end)};
}

HttpResponse OperationsSite::Answer(const HttpRequest& request) const {
  if (!IsOfNoSite(request.host)) {
    return ProblemResponse(421, "misdirected request", "this door is asked for by an IP address, or as localhost");
  }
  if (request.path == "/backup" && options_.copy_database) return Backup(request);
  if (request.method != "GET" && request.method != "HEAD") return MethodNotAllowed("GET, HEAD");
  if (request.path == "/healthz") return Plain(200, kText, "ok\n");
  if (request.path == "/metrics") return Plain(200, kMetricsType, options_.metrics());
  if (request.path == "/readyz") {
    const auto ready = options_.ready();
    return ready ? Plain(200, kText, "ok\n") : Plain(503, kText, ready.error().message + "\n");
  }
  return ProblemResponse({ErrorCode::kNotFound, "nothing at " + Quote(request.path)});
}

HttpResponse OperationsSite::Backup(const HttpRequest& request) const {
  if (request.method != "POST") return MethodNotAllowed("POST");
  if (!IsAuthorised(request, options_.token)) {
    HttpResponse refused = ProblemResponse(401, "Unauthorized", "this needs the token in operations.token");
    refused.headers.emplace_back("WWW-Authenticate", "Bearer");
    return refused;
  }
  const auto to = ReadTarget(request.body);
  if (!to) return ProblemResponse(to.error());
  const auto copied = options_.copy_database(*to);
  // Who has the token is the machine's keeper, and may read why.
  return copied ? Plain(200, kText, "ok\n")
                : Plain(Row(copied.error().code).http, kText, copied.error().message + "\n");
}

}  // namespace certmark::api
