// What every fuzz target shares: the input as text, and a way to say that a property does not hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
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

/// RoundTrip reads `text` by T::Parse, writes what it says by ToJson and reads that again: it says the same, in the one
/// way that it is written. Escapes may make it longer than what was read, and then too long. Nothing: no T.
template <class T>
std::optional<T> RoundTrip(std::string_view text) {
  auto value = T::Parse(text);
  if (!value) return std::nullopt;
  const std::string written = value->ToJson();
  const auto again = T::Parse(written);
  if (!again) Require(written.size() > text.size(), "what is written can be read");
  if (again) Require(again->ToJson() == written, "it is written in one way");
  return std::optional<T>(*std::move(value));
}

}  // namespace certmark::fuzz
