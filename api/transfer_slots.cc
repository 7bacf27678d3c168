#include "api/transfer_slots.h"

namespace certmark::api {

Result<TransferSlots::Slot> TransferSlots::Take(const std::string& party) {
  const std::lock_guard lock(mutex_);
  const auto found = taken_.find(party);
  const std::size_t own = found == taken_.end() ? 0 : found->second;
  if (all_ >= limits_.all || own >= limits_.each)
    return Error{ErrorCode::kResourceExhausted, "too many documents are carried at once"};
  ++all_;
  ++taken_[party];
  return Slot(*this, party);
}

void TransferSlots::Free(const std::string& party) {
  const std::lock_guard lock(mutex_);
  --all_;
  const auto found = taken_.find(party);
  if (--found->second == 0) taken_.erase(found);
}

}  // namespace certmark::api
