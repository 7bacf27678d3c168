#include "api/transfer_slots.h"

namespace certmark::api {

Result<TransferSlots::Slot> TransferSlots::Take(const std::string& whose) {
  const std::lock_guard lock(mutex_);
  const auto found = taken_.find(whose);
  const std::size_t own = found == taken_.end() ? 0 : found->second;
  if (all_ >= limits_.all || own >= limits_.each) return Error{ErrorCode::kResourceExhausted, limits_.refusal};
  ++all_;
  ++taken_[whose];
  return Slot(*this, whose);
}

void TransferSlots::Free(const std::string& whose) {
  const std::lock_guard lock(mutex_);
  --all_;
  const auto found = taken_.find(whose);
  if (--found->second == 0) taken_.erase(found);
}

}  // namespace certmark::api
