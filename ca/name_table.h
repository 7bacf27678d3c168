// Enumerations and their names in stored and signed JSON: one table each, read both ways.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "verifier-sdk/core/result.h"

namespace certmark::ca {

/// NameTable has one row for each value of E.
template <class E, std::size_t N>
using NameTable = std::array<std::pair<E, std::string_view>, N>;

/// NameIn is the name of `value`. REQUIRES: the table has it.
template <class E, std::size_t N>
std::string_view NameIn(const NameTable<E, N>& table, E value) {
  for (const auto& [candidate, name] : table) {
    if (candidate == value) return name;
  }
  Die("an enumeration's value without a name");
}

/// ValueIn is the value of that name, or nothing.
template <class E, std::size_t N>
std::optional<E> ValueIn(const NameTable<E, N>& table, std::string_view name) {
  for (const auto& [value, candidate] : table) {
    if (candidate == name) return value;
  }
  return std::nullopt;
}

}  // namespace certmark::ca
