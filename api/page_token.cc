#include "api/page_token.h"

#include "ca/bulks.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

// As much of a search's digest stands in its tokens; they keep nothing secret, and are of no use elsewhere.
constexpr std::size_t kAskedBytes = 8, kMaxPlaceBytes = 512;

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

std::string SearchToken(const ca::CertificationSearch::Place& place, const Hash& asked) {
  Bytes token(asked.bytes.begin(), asked.bytes.begin() + kAskedBytes);
  token.push_back(place.list);
  token.insert(token.end(), place.key.begin(), place.key.end());
  return Base64UrlEncode(token);
}

Result<std::optional<ca::CertificationSearch::Place>> ParseSearchToken(std::string_view token, const Hash& asked) {
  using Place = ca::CertificationSearch::Place;
  if (token.empty()) return std::optional<Place>();
  if (token.size() > 2 * kMaxPlaceBytes) return NoToken(token);
  const auto bytes = Base64UrlDecode(token);
  if (!bytes || bytes->size() <= kAskedBytes + 1 || bytes->size() > kMaxPlaceBytes) return NoToken(token);
  if (!Equal(ByteView(*bytes).first(kAskedBytes), asked.view().first(kAskedBytes))) {
    return Error{ErrorCode::kInvalidArgument, "the page was of another search: " + Quote(token)};
  }
  return std::optional(Place{(*bytes)[kAskedBytes], Bytes(bytes->begin() + kAskedBytes + 1, bytes->end())});
}

}  // namespace certmark::api
