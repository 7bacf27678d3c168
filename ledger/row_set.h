// RowSet: a set of (leaf hash, index) pairs, remembered as one number, so that two sets of any size can be compared in
// no space.
//
// A pair is five 64-bit words w. With a key of six random numbers a₀…a₄ and z below 2^124, a set is the product of
// z − (a₀w₀ + … + a₄w₄) over its pairs, modulo the prime p = 2^127 − 1. As polynomials in the unknown key these factors
// are linear and distinct for distinct pairs. A product of such factors has no other ones; so two different sets, where
// a pair may be in one several times, are two different polynomials, of no higher degree than the larger set has pairs.
// Two different polynomials of degree n agree at a random point of 2^124 in each unknown with probability n / 2^124 at
// most (Schwartz and Zippel): 2^-84 for a log of 2^40 entries. That holds whatever was written into either set by
// somebody who did not know the key, and rests on no assumption about a hash.
#pragma once

#include <array>
#include <cstdint>

#include "verifier-sdk/core/hash.h"

namespace certmark::ledger {

/// RowNumber is a number modulo that prime, kept below it.
__extension__ typedef unsigned __int128 RowNumber;

/// RowKey is drawn anew for each comparison: who does not know it cannot make two sets of equal products.
struct RowKey {
  std::array<RowNumber, 5> factors{};
  RowNumber point = 0;
};
/// DrawRowKey draws six numbers below 2^124.
RowKey DrawRowKey();

/// RowSet counts pairs and multiplies up their factors: see above.
class RowSet {
 public:
  /// Add adds a pair once more. REQUIRES: `key` is that of all pairs of this set, and of those it is compared with.
  void Add(const RowKey& key, const Hash& leaf, std::uint64_t index);
  void Add(const RowSet& other);
  /// Spoil counts what is no pair: the set is then no set of pairs of the same count.
  void Spoil() { product_ = 0, ++count_; }
  std::uint64_t count() const { return count_; }
  bool operator==(const RowSet&) const = default;

 private:
  std::uint64_t count_ = 0;
  RowNumber product_ = 1;
};

}  // namespace certmark::ledger
