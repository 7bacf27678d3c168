#include "ledger/memory_store.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

namespace certmark::ledger {
namespace {

struct BytewiseLess {
  using is_transparent = void;
  bool operator()(ByteView a, ByteView b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
  }
};

class MemoryStore : public Store {
 public:
  Result<Bytes> Head() const override {
    const std::lock_guard lock(mutex_);
    return head_;
  }

  Result<void> Commit(ByteView expected_head, const Batch& batch) override {
    const std::lock_guard lock(mutex_);
    if (!Equal(head_, expected_head)) return Error{ErrorCode::kConflict, "the stored head is another"};
    for (const Write& write : batch.writes) Apply(write);
    head_ = batch.new_head;
    return {};
  }

  Result<void> Sync() override { return {}; }  // it lives as long as its process

  Result<std::optional<Bytes>> Get(Column column, ByteView key) const override {
    const std::lock_guard lock(mutex_);
    const Rows& rows = rows_[Place(column)];
    const auto found = rows.find(key);
    if (found == rows.end()) return std::optional<Bytes>{};
    return std::optional<Bytes>(found->second);
  }

  Result<void> Scan(Column column, ByteView begin, ByteView end,
                    const std::function<bool(ByteView key, ByteView value)>& visit) const override {
    const std::lock_guard lock(mutex_);
    const Rows& rows = rows_[Place(column)];
    for (auto row = rows.lower_bound(begin); row != rows.end(); ++row) {
      if (!end.empty() && !BytewiseLess{}(row->first, end)) break;
      if (!visit(row->first, row->second)) break;
    }
    return {};
  }

 private:
  using Rows = std::map<Bytes, Bytes, BytewiseLess>;

  static std::size_t Place(Column column) { return static_cast<std::size_t>(column); }

  void Apply(const Write& write) {
    Rows& rows = rows_[Place(write.column)];
    if (write.value) {
      rows.insert_or_assign(write.key, *write.value);
    } else {
      rows.erase(write.key);
    }
  }

  mutable std::recursive_mutex mutex_;  // recursive: a scan's visitor may read
  Bytes head_;
  std::array<Rows, std::size(kAllColumns)> rows_;
};

}  // namespace

std::unique_ptr<Store> MakeMemoryStore() {
  return std::make_unique<MemoryStore>();
}

}  // namespace certmark::ledger
