// The plain decimals of FORMATS.md §1: digits alone, no sign, no leading zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace certmark {

/// IsDecimal is true for digits without a leading zero, of any length; `0` is one.
bool IsDecimal(std::string_view text);

/// ParseDecimal reads a plain decimal of at most `max`, or nothing.
std::optional<std::uint64_t> ParseDecimal(std::string_view text, std::uint64_t max);

}  // namespace certmark
