#include "ledger/row_set.h"

#include <algorithm>
#include <cstring>
#include <random>

namespace certmark::ledger {

RowKey DrawRowKey() {
  std::random_device device;
  RowKey key;
  std::ranges::generate(key, [&device] { return static_cast<std::uint8_t>(device()); });
  return key;
}

void RowSet::Add(const RowKey& key, const Hash& leaf, std::uint64_t index) {
  std::array<std::uint8_t, sizeof(RowKey) + Hash::kSize + sizeof index> bytes;
  std::memcpy(bytes.data(), key.data(), key.size());
  std::memcpy(bytes.data() + key.size(), leaf.bytes.data(), Hash::kSize);
  std::memcpy(bytes.data() + key.size() + Hash::kSize, &index, sizeof index);
  const Hash digest = Sha256(ByteView(bytes));
  std::array<std::uint64_t, 4> words;
  std::memcpy(words.data(), digest.bytes.data(), Hash::kSize);
  for (std::size_t i = 0; i < words.size(); ++i) sums_[i] += words[i];
  ++count_;
}

void RowSet::Add(const RowSet& other) {
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
  count_ += other.count_;
}

}  // namespace certmark::ledger
