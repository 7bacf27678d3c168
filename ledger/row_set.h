// RowSet: a set of (leaf hash, index) pairs, remembered as a sum of their digests, so that two sets of any size can be
// compared in no space.
#pragma once

#include <array>
#include <cstdint>

#include "verifier-sdk/core/hash.h"

namespace certmark::ledger {

/// RowKey is drawn anew for each comparison: who does not know it cannot make two sets of equal sums.
using RowKey = std::array<std::uint8_t, 15>;  // with 32 + 8 bytes it fills one block of SHA-256
RowKey DrawRowKey();

/// RowSet counts pairs and adds up SHA-256(key ‖ leaf ‖ index) modulo 2^64, four times over. Who does not know
/// the key finds two sets of equal sums by chance alone.
class RowSet {
 public:
  void Add(const RowKey& key, const Hash& leaf, std::uint64_t index);
  void Add(const RowSet& other);
  std::uint64_t count() const { return count_; }
  bool operator==(const RowSet&) const = default;

 private:
  std::uint64_t count_ = 0;
  std::array<std::uint64_t, 4> sums_{};
};

}  // namespace certmark::ledger
