// A token of a page is read only in the spelling in which it was given out.
#include "api/page_token.h"
#include "ca/bulks.h"
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/names.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view token = fuzz::Text(data, size);
  const auto act = api::ParseActToken(token);
  if (act) fuzz::Require(act->has_value() ? api::ActToken(**act) == token : token.empty(), "an act's token");
  const auto order = api::ParseOrderToken(token);
  if (order) fuzz::Require(order->empty() ? token.empty() : api::OrderToken(*order) == token, "an order's token");
  const auto number = api::ParseNumberToken(token);
  if (number) fuzz::Require(*number == token && (token.empty() || IsCertificationNumber(token)), "a number's token");
  const auto position = api::ParsePositionToken(token);
  if (position) {
    fuzz::Require(*position <= ca::Bulks::kMaxItems, "a position of a bulk");
    fuzz::Require(token.empty() || api::PositionToken(*position) == token, "a position's token");
  }
  const Hash asked = Sha256(AsBytes("what is asked"));
  const auto place = api::ParseSearchToken(token, asked);
  if (place) {
    fuzz::Require(*place ? api::SearchToken(**place, asked) == token : token.empty(), "a search's token");
  }
  return 0;
}
