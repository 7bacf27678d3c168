// An HTTP request and response as values, so that what is answered can be tested without a socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/refusal.h"
#include "verifier-sdk/core/result.h"

namespace certmark::api {

struct Caller;

struct HttpRequest {
  std::string method = {};                                      ///< "GET", "HEAD", …
  std::string path = {};                                        ///< percent-decoded, no query
  std::vector<std::pair<std::string, std::string>> query = {};  ///< decoded, in order
  std::string if_none_match = {};                               ///< the header's value, or empty
  std::string host = {};                                        ///< likewise, as the client wrote it
  std::string accept_language = {};                             ///< likewise
  std::string authorization = {};                               ///< likewise; a secret: never logged, never echoed
  std::string body = {};                                        ///< of a POST, at a door that takes one
  std::string content_type = {};                                ///< the header's value, or empty
  std::string content_digest = {};                              ///< likewise
  /// caller is who asks; null: nobody in particular. Shared, so that a request stays a value that can be copied.
  std::shared_ptr<const Caller> caller = {};
};

/// HttpPieces is the body of an answer that is too large to be held: `next` gives the next bytes of it, to whoever the
/// caller is by now, and they last until it is asked again. An error, or less than `size`, cuts the answer off. It may
/// block; one thread at a time.
struct HttpPieces {
  std::uint64_t size = 0;  ///< of all of them
  std::function<Result<std::string_view>(const Caller&)> next = {};
};

struct HttpResponse {
  int status = 200;
  std::string content_type = {};
  std::string cache_control = {};
  std::string etag = {};  ///< quoted, or empty
  std::string body = {};
  /// shared_body, where set, is sent instead of `body`: bytes that many answers share and none copies. Shared, for an
  /// answer may still be leaving when their owner lets go of them.
  std::shared_ptr<const std::string> shared_body = {};
  /// pieces, where set, are the body instead of both. Shared, so that an answer stays a value that can be copied.
  std::shared_ptr<const HttpPieces> pieces = {};
  /// headers are further ones, such as WWW-Authenticate. One with a control character in it is left out.
  std::vector<std::pair<std::string, std::string>> headers = {};

  /// content is the body, unless it comes in pieces; size is how long it is, however it comes.
  std::string_view content() const { return shared_body ? std::string_view(*shared_body) : std::string_view(body); }
  std::uint64_t size() const { return pieces ? pieces->size : content().size(); }
};

/// HttpStep is what was done, or the answer that ends a request.
template <class Done>
using HttpStep = std::variant<Done, HttpResponse>;

/// HttpIntake takes the body of a request that is too large to be held, each piece from whoever the caller is by then.
/// Both functions may block; one thread at a time. One that goes before `finish` has answered leaves nothing.
struct HttpIntake {
  static constexpr std::size_t kPieceBytes = 64 * 1024;  ///< of each piece but the last
  std::function<HttpStep<std::monostate>(const Caller&, std::string_view)> take;
  std::function<HttpResponse(const Caller&)> finish;
};

/// HttpTarget is a request's target, decoded.
struct HttpTarget {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

/// ParseHttpTarget reads the origin form of a request target (RFC 9112 §3.2.1). InvalidArgument: another form, bad
/// percent encoding, a NUL, or a path with a `.` or `..` segment or an empty one.
Result<HttpTarget> ParseHttpTarget(std::string_view target);

/// IsOfNoSite is true of a Host that is an IP address or `localhost`, with a port or without, and of none: a page of
/// another site that was led here by its own name sends that name, which a browser lets no page change.
bool IsOfNoSite(std::string_view host);

/// PathSegment writes text as one segment of a path, percent-encoded (RFC 3986 §3.3).
std::string PathSegment(std::string_view text);

/// EtagOf is the entity tag of what `what` tells from all else, quoted.
std::string EtagOf(std::string_view what);

/// Revalidate gives an answer its entity tag, unless it has one, and makes a 304 of it where the request says that it
/// is known (If-None-Match, RFC 9110 §13.1.2).
void Revalidate(const HttpRequest& request, HttpResponse& response);

/// ProblemResponse answers with a problem document (errors.h), never cached.
HttpResponse ProblemResponse(const Error& error);
/// ProblemResponse says also when to come again, in Retry-After, where that is known.
HttpResponse ProblemResponse(const Refusal& refusal);
/// ProblemResponse with an HTTP status of the transport's own, such as 405 or 431, and its title.
HttpResponse ProblemResponse(int status, std::string_view title, std::string_view detail);
/// AllowedMethods answers an OPTIONS: nothing but which methods are: "GET, HEAD".
HttpResponse AllowedMethods(std::string_view allowed);
/// MethodNotAllowed is a 405 that says which methods are: "GET, HEAD".
HttpResponse MethodNotAllowed(std::string_view allowed);

}  // namespace certmark::api
