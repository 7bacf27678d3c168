// PackedNumber: a certification or order number in 64 bits: the year, then the ten symbols. The check symbol follows
// from them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certmark {

/// PackNumber packs exactly what IsCertificationNumber or, with the prefix `CO-`, IsOrderNumber accepts; nothing for
/// any other text.
std::optional<std::uint64_t> PackNumber(std::string_view prefix, std::string_view text);
inline constexpr std::string_view kCertificationPrefix = "CM-", kOrderPrefix = "CO-";

/// UnpackNumber is the way back; nothing for bits that are no number.
std::optional<std::string> UnpackNumber(std::string_view prefix, std::uint64_t packed);

}  // namespace certmark
