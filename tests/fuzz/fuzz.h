// What every fuzz target shares: the input as text, and a way to say that a property does not hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark::fuzz {

/// Require stops the fuzzer, with the input at hand, where a property does not hold.
inline void Require(bool holds, const char* property) {
  if (!holds) Die(property);
}

/// Text views the fuzzer's input.
inline std::string_view Text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace certmark::fuzz
