// Page tokens: where the next page of a list begins, as an opaque text. The first page has the empty one.
//
// Parse… reads what the other wrote, in its one spelling. InvalidArgument: a token that no page ended with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ca/certification_search.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// ActToken is of a page that looked as far as the act of that index in the record log.
std::string ActToken(std::uint64_t last);
Result<std::optional<std::uint64_t>> ParseActToken(std::string_view token);

/// OrderToken is of a page that ends with an order.
std::string OrderToken(std::string_view last);
Result<std::string> ParseOrderToken(std::string_view token);

/// ParseNumberToken reads the certification that a page ended with; its token is its number.
Result<std::string> ParseNumberToken(std::string_view token);

/// PositionToken is of a page before the item at `next` of a bulk.
std::string PositionToken(std::uint64_t next);
Result<std::uint64_t> ParsePositionToken(std::string_view token);

/// SearchToken is of a page of the search that `asked` is the digest of, which ended at `place`; it is good for that
/// search alone.
std::string SearchToken(const ca::CertificationSearch::Place& place, const Hash& asked);
Result<std::optional<ca::CertificationSearch::Place>> ParseSearchToken(std::string_view token, const Hash& asked);

}  // namespace certmark::api
