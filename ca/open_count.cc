#include "ca/open_count.h"

#include "ca/index_rows.h"

namespace certmark::ca {

Result<bool> OpenCount::Take(const ledger::Store& store, Time now) {
  const std::lock_guard lock(mutex_);
  const bool is_good = counted_at_ && now >= *counted_at_ && now < *counted_at_ + kGoodFor;
  if (!is_good) {
    count_ = CM_TRY(FoundBy(store, attribute_, value_, "", bound_)).size();
    counted_at_ = now;
  }
  if (count_ >= bound_) return false;
  ++count_;
  return true;
}

}  // namespace certmark::ca
