#include "api/page_token.h"

#include "ca/bulks.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

Error NoToken(std::string_view token) {
  return {ErrorCode::kInvalidArgument, "no page ended with the token " + Quote(token)};
}

}  // namespace

std::string ActToken(std::uint64_t last) {
  return std::to_string(last);
}

Result<std::optional<std::uint64_t>> ParseActToken(std::string_view token) {
  if (token.empty()) return std::optional<std::uint64_t>();
  const auto index = ParseDecimal(token, json::kMaxNumber);
  if (!index) return NoToken(token);
  return std::optional(*index);
}

std::string OrderToken(std::string_view last) {
  return Base64UrlEncode(AsBytes(last));
}

Result<std::string> ParseOrderToken(std::string_view token) {
  if (token.empty()) return std::string();
  const auto number = Base64UrlDecode(token);
  if (number && IsOrderNumber(AsText(*number))) return std::string(AsText(*number));
  return NoToken(token);
}

Result<std::string> ParseNumberToken(std::string_view token) {
  if (token.empty() || IsCertificationNumber(token)) return std::string(token);
  return NoToken(token);
}

std::string PositionToken(std::uint64_t next) {
  return std::to_string(next);
}

Result<std::uint64_t> ParsePositionToken(std::string_view token) {
  if (token.empty()) return std::uint64_t{0};
  const auto position = ParseDecimal(token, ca::Bulks::kMaxItems);
  if (position) return *position;
  return NoToken(token);
}

}  // namespace certmark::api
