// RowProduct: a set of rows remembered as one number, so that what is stored can be compared with what should be in no
// space (ledger/row_set.h says how sure that is).
#pragma once

#include "ledger/row_set.h"
#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::ca {

/// RowProduct counts rows and multiplies up what stands for each. Two are compared only if made with one key.
class RowProduct {
 public:
  explicit RowProduct(const ledger::RowKey& key) : key_(key) {}
  /// Empty is one with the same key and no rows.
  RowProduct Empty() const { return RowProduct(key_); }
  void Add(ByteView key, ByteView value) { set_.Add(key_, Sha256({Sha256(key).view(), value}), 0); }
  std::uint64_t count() const { return set_.count(); }
  bool operator==(const RowProduct& other) const { return set_ == other.set_; }

 private:
  ledger::RowKey key_;
  ledger::RowSet set_;
};

}  // namespace certmark::ca
