#include "api/http_wire.h"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "api/request_id.h"

namespace certmark::api {
namespace {

void AppendNumber(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void AppendHeader(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

// A line feed in a header would begin another header.
bool IsCleanHeader(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return true;
}

}  // namespace

void WriteHead(std::string& out, const HttpResponse& response, const Framing& framing) {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  out.append(framing.version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ");
  AppendNumber(out, static_cast<std::uint64_t>(response.status));
  out.append(" ").append(reason.data(), reason.size()).append("\r\n");
  AppendHeader(out, "Date", framing.date);
  if (!framing.request_id.empty()) AppendHeader(out, kRequestIdHeader, framing.request_id);
  out.append(framing.door_headers).append(framing.cross_site);
  if (!response.content_type.empty()) AppendHeader(out, "Content-Type", response.content_type);
  if (!response.cache_control.empty()) AppendHeader(out, "Cache-Control", response.cache_control);
  if (!response.etag.empty()) AppendHeader(out, "ETag", response.etag);
  for (const auto& [name, value] : response.headers) {
    if (IsCleanHeader(name) && IsCleanHeader(value)) AppendHeader(out, name, value);
  }
  if (HasBody(response.status)) {
    out.append("Content-Length: ");
    AppendNumber(out, response.size());
    out.append("\r\n");
  }
  if (!framing.keep_alive) out.append("Connection: close\r\n");
  if (framing.keep_alive && framing.version == 10) out.append("Connection: keep-alive\r\n");
  out.append("\r\n");
}

std::string_view CrossSiteHeaders(std::string_view method, const HttpResponse& response) {
  if (method == "GET" || method == "HEAD") {
    return "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: ETag, Retry-After, X-Request-Id\r\n";
  }
  const auto is_of_reading = [](const auto& header) {
    return header.first == "Allow" && header.second.starts_with("GET");
  };
  if (method != "OPTIONS" || std::ranges::none_of(response.headers, is_of_reading)) return {};
  return "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: GET, HEAD\r\n"
         "Access-Control-Allow-Headers: If-None-Match\r\nAccess-Control-Max-Age: 86400\r\n";
}

std::string HttpDate(std::int64_t seconds) {
  // By hand: strftime writes names in the process's language.
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 64> text;
  const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                 kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                                 kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour,
                                 parts.tm_min, parts.tm_sec);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace certmark::api
