#include "ledger/url_parts.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace certmark::ledger {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};

std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  const CURLUcode code = curl_url_get(url, part, &text, flags);
  const std::unique_ptr<char, FreeText> owned(text);
  return code == CURLUE_OK && text != nullptr ? text : std::string();
}

std::string WithoutBrackets(std::string host) {
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

Result<UrlParts> UrlParts::Parse(std::string_view url) {
  const bool is_plain = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!is_plain) return Error{ErrorCode::kInvalidArgument, "not of printable ASCII alone"};
  const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
  if (parsed == nullptr) return Error{ErrorCode::kInternal, "libcurl cannot be set up"};
  const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), 0);
  if (code != CURLUE_OK) return Error{ErrorCode::kInvalidArgument, curl_url_strerror(code)};
  UrlParts parts;
  parts.scheme = Part(parsed.get(), CURLUPART_SCHEME);
  parts.user = Part(parsed.get(), CURLUPART_USER) + Part(parsed.get(), CURLUPART_PASSWORD);
  parts.host = WithoutBrackets(Part(parsed.get(), CURLUPART_HOST));
  const std::string port = Part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  parts.port = port.empty() ? 0 : static_cast<std::uint16_t>(std::stoul(port));  // libcurl has held it to 65535
  parts.path = Part(parsed.get(), CURLUPART_PATH);
  parts.has_query = !Part(parsed.get(), CURLUPART_QUERY).empty();
  parts.has_fragment = !Part(parsed.get(), CURLUPART_FRAGMENT).empty();
  return parts;
}

}  // namespace certmark::ledger
