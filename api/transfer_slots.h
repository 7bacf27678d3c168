// TransferSlots: how many streams of a kind are carried at once, for everybody and for one of them, so that nobody who
// sends or takes slowly keeps others from it.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// TransferSlots are safe on any thread, and outlive what they gave out.
class TransferSlots {
 public:
  struct Limits {
    std::size_t all = 64;
    std::size_t each = 8;  ///< of one party, or of whatever a stream is counted by
    const char* refusal = "too many documents are carried at once";
  };
  TransferSlots() : TransferSlots(Limits{}) {}
  explicit TransferSlots(Limits limits) : limits_(limits) {}

  /// Slot is one transfer's; it is free again when this goes.
  class Slot {
   public:
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)), whose_(std::move(other.whose_)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (slots_ != nullptr) slots_->Free(whose_);
    }

   private:
    friend class TransferSlots;
    Slot(TransferSlots& slots, std::string whose) : slots_(&slots), whose_(std::move(whose)) {}
    TransferSlots* slots_;
    std::string whose_;
  };
  /// Take: ResourceExhausted: that many are carried already.
  Result<Slot> Take(const std::string& whose);

 private:
  void Free(const std::string& whose);

  const Limits limits_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> taken_;  // by whose they are, none of them 0
  std::size_t all_ = 0;
};

}  // namespace certmark::api
