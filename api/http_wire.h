// An answer's bytes on the wire, beside its content.
#pragma once

#include <string>
#include <string_view>

#include "api/http_message.h"

namespace certmark::api {

/// Framing is what the transport adds to an answer.
struct Framing {
  std::string_view door_headers;     ///< whole lines that every answer of a door has
  std::string_view date;             ///< an IMF-fixdate (RFC 9110 §5.6.7)
  std::string_view request_id = {};  ///< empty: the answer names none
  std::string_view cross_site = {};  ///< CrossSiteHeaders, at a door that other sites' pages may read
  unsigned version = 11;             ///< 10 or 11
  bool keep_alive = true;
};

/// WriteHead appends status line and headers of `response`, the empty line included.
void WriteHead(std::string& out, const HttpResponse& response, const Framing& framing);

/// CrossSiteHeaders are the lines by which pages of other sites may read the answer to such a request (Fetch, §3.3): of
/// GET and HEAD, and of the OPTIONS by which a browser asks beforehand whether it may send If-None-Match; else none.
std::string_view CrossSiteHeaders(std::string_view method, const HttpResponse& response);

/// HasBody is false for the statuses that never have one: 204 and 304.
constexpr bool HasBody(int status) {
  return status != 204 && status != 304;
}

/// HttpDate writes seconds since 1970 as an IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string HttpDate(std::int64_t seconds);

}  // namespace certmark::api
