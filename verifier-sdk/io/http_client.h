// HttpClient: one outbound HTTP conversation at a time, bounded in time and in bytes.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/result.h"
#include "verifier-sdk/core/time.h"

namespace certmark::io {

/// HttpResponse is an answer, whatever its status; the body is whole.
struct HttpResponse {
  int status = 0;            ///< of a file: 200, or 404 when there is none
  std::string content_type;  ///< verbatim, parameters included; empty when there is none
  std::string body;
  std::optional<Time> date{};  ///< when it was sent, by the server's clock; nothing: it does not say
};

/// HttpClient keeps its connections alive between requests. It belongs to one thread at a time; only Cancel may be
/// called from any. Certificates of https are always verified. Proxies are the environment's (curl's `https_proxy`,
/// `no_proxy`). It raises no signal, and honours no user name in a URL.
class HttpClient {
 public:
  enum class Schemes { kHttp, kHttpAndFile, kHttps };  ///< http and https; the second also reads `file://`
  /// kPublic connects to no address but those of IsPublic (public_address.h), whatever a name says when it is looked
  /// up, and goes past all proxies, which would look it up for themselves.
  enum class Reach { kAnywhere, kPublic };
  enum class Errors { kNameTheUrl, kNameNoUrl };  ///< a path and a query that a stranger wrote may hold their secrets

  struct Options {
    std::chrono::milliseconds timeout{10'000};         ///< for a whole request, from name to last byte; 0: no end
    std::chrono::milliseconds connect_timeout{5'000};  ///< for its connection, TLS included
    std::size_t max_body = 1024 * 1024;  ///< bytes; a longer answer is given up while it is being received
    int redirects = 0;                   ///< how many a GET follows, to http and https alone; a POST follows none
    Schemes schemes = Schemes::kHttp;
    Reach reach = Reach::kAnywhere;
    Errors errors = Errors::kNameTheUrl;
    std::filesystem::path ca_file{};  ///< PEM of the CAs that are trusted; empty: the system's
    /// bearer is a token sent with every request (RFC 6750), past all proxies; empty: none.
    std::string bearer{};
  };

  /// Create makes a client that has no connection yet. Internal: libcurl cannot be set up.
  static Result<std::unique_ptr<HttpClient>> Create(Options options);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  /// Get fetches `url`. Unavailable, with a reason of one line: no whole answer came within the limits, the URL is
  /// malformed or of another scheme, or Cancel was called.
  Result<HttpResponse> Get(std::string_view url);
  /// Post sends `body`, with further `headers` (`Name: value`), and fails as Get does: the server may then have acted
  /// on it or not. REQUIRES: no line break in a header or the content type.
  Result<HttpResponse> Post(std::string_view url, std::string_view content_type, std::string_view body,
                            const std::vector<std::string>& headers = {});

  /// Cancel ends the request in flight at once, and every later one. Safe on any thread while the client lives.
  void Cancel();

 private:
  struct Transfer;
  explicit HttpClient(std::unique_ptr<Transfer> transfer);
  std::unique_ptr<Transfer> transfer_;
};

}  // namespace certmark::io
