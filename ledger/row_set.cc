#include "ledger/row_set.h"

#include <cstring>
#include <random>

namespace certmark::ledger {
namespace {

constexpr unsigned kBits = 127, kKeyBits = 124;
constexpr RowNumber kPrime = (RowNumber{1} << kBits) - 1;

constexpr std::uint64_t Low(RowNumber number) {
  return static_cast<std::uint64_t>(number);
}
constexpr std::uint64_t High(RowNumber number) {
  return static_cast<std::uint64_t>(number >> 64);
}

// Reduce returns any number modulo the prime: 2^127 counts as 1.
constexpr RowNumber Reduce(RowNumber number) {
  const RowNumber folded = (number & kPrime) + (number >> kBits);
  return folded >= kPrime ? folded - kPrime : folded;
}

// Reduce returns high · 2^128 + rest modulo the prime: 2^128 counts as 2. REQUIRES: high < 2^126.
constexpr RowNumber Reduce(RowNumber high, RowNumber rest) {
  return Reduce(2 * high + (rest >> kBits) + (rest & kPrime));
}

// Product is of two numbers below the prime, whose higher halves are below 2^63: no sum here reaches 2^128.
RowNumber Product(RowNumber a, RowNumber b) {
  const RowNumber low = RowNumber{Low(a)} * Low(b);
  const RowNumber middle = RowNumber{High(a)} * Low(b) + RowNumber{Low(a)} * High(b) + High(low);
  return Reduce(RowNumber{High(a)} * High(b) + High(middle), middle << 64 | Low(low));
}

// PairOf is a₀w₀ + … + a₄w₄, reduced once: numbers of the key are so small that the five products' sum can wait for it.
RowNumber PairOf(const RowKey& key, const std::array<std::uint64_t, 5>& words) {
  RowNumber low = 0, high = 0;  // of 2^64 each
  for (std::size_t i = 0; i < words.size(); ++i) {
    const RowNumber part = RowNumber{Low(key.factors[i])} * words[i];
    low += Low(part);
    high += RowNumber{High(key.factors[i])} * words[i] + High(part);
  }
  high += High(low);
  return Reduce(High(high), high << 64 | Low(low));
}

RowNumber Draw(std::random_device& device) {
  static_assert(std::random_device::min() == 0 && std::random_device::max() == 0xffffffff);
  RowNumber number = 0;
  for (int word = 0; word < 4; ++word) number = number << 32 | device();
  return number >> (128 - kKeyBits);
}

}  // namespace

RowKey DrawRowKey() {
  std::random_device device;
  RowKey key;
  for (RowNumber& factor : key.factors) factor = Draw(device);
  key.point = Draw(device);
  return key;
}

void RowSet::Add(const RowKey& key, const Hash& leaf, std::uint64_t index) {
  std::array<std::uint64_t, 5> words;
  std::memcpy(words.data(), leaf.bytes.data(), Hash::kSize);
  words.back() = index;
  product_ = Product(product_, Reduce(key.point + (kPrime - PairOf(key, words))));
  ++count_;
}

void RowSet::Add(const RowSet& other) {
  product_ = Product(product_, other.product_);
  count_ += other.count_;
}

}  // namespace certmark::ledger
