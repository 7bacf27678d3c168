// What one request is called in the log and to whoever made it, so that the two can be brought together.
#pragma once

#include <string>
#include <string_view>

namespace certmark::api {

/// kRequestIdHeader names it in an HTTP answer, and in the trailing metadata of a gRPC call.
inline constexpr char kRequestIdHeader[] = "X-Request-Id";
inline constexpr char kRequestIdMetadata[] = "x-request-id";

/// NewRequestId is unlike any other but for chance: at most sixteen hexadecimal digits. It is ours alone, never what a
/// caller sent. Safe on any thread; takes no lock.
std::string NewRequestId();

/// RequestScope says, while it lasts, that this thread works for one request: every line that it logs names it.
class RequestScope {
 public:
  /// RequestScope: `id` outlives it.
  explicit RequestScope(std::string_view id);
  ~RequestScope();
  RequestScope(const RequestScope&) = delete;
  RequestScope& operator=(const RequestScope&) = delete;

 private:
  const std::string_view before_;
};

/// CurrentRequestId is that of the innermost scope of this thread, or empty.
std::string_view CurrentRequestId();

}  // namespace certmark::api
