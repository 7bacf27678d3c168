// ParsedRows: records that are read often, each parsed once for as long as its row is the same.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ca/records.h"

namespace certmark::ca {

/// ParsedRows<R> loads records as Load does, and parses none whose row holds the same bytes as when it was parsed last:
/// so it is never behind the store. Safe on any thread.
template <class R>
class ParsedRows {
 public:
  /// kCapacity is how many it keeps; one more, and it begins anew.
  static constexpr std::size_t kCapacity = 4096;

  /// Load reads a record. Errors as ca::Load.
  Result<std::shared_ptr<const R>> Load(const ledger::Store& store, std::string_view id) const {
    Bytes row = CM_TRY(LoadRow<R>(store, id));
    if (auto known = Find(id, row)) return known;
    auto record = std::make_shared<const R>(CM_TRY(ParseRow<R>(store, row, id)));
    Keep(id, {std::move(row), record});
    return record;
  }

 private:
  struct Parsed {
    Bytes row;
    std::shared_ptr<const R> record;
  };

  std::shared_ptr<const R> Find(std::string_view id, ByteView row) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_id_.find(std::string(id));
    return found != by_id_.end() && Equal(found->second.row, row) ? found->second.record : nullptr;
  }
  void Keep(std::string_view id, Parsed parsed) const {
    const std::lock_guard lock(mutex_);
    if (by_id_.size() >= kCapacity) by_id_.clear();
    by_id_.insert_or_assign(std::string(id), std::move(parsed));
  }

  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, Parsed> by_id_;
};

}  // namespace certmark::ca
