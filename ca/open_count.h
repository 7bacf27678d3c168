// OpenCount: how many records of one kind wait, as far as a bound needs to know it: those that strangers make may be a
// hundred thousand, which are not counted for each that comes.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "ledger/store.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// OpenCount is safe on any thread.
class OpenCount {
 public:
  /// kGoodFor is how long a count is good: what comes in meanwhile is added to it, what is done with is not taken off.
  static constexpr Seconds kGoodFor{60};

  /// OpenCount counts the rows `find/<attribute>/<value>/…`, up to `bound`.
  OpenCount(std::string attribute, std::string value, std::size_t bound)
      : attribute_(std::move(attribute)), value_(std::move(value)), bound_(bound) {}

  /// Take counts one more that comes in now; false: so many wait already.
  Result<bool> Take(const ledger::Store& store, Time now);

 private:
  const std::string attribute_, value_;
  const std::size_t bound_;
  std::mutex mutex_;  // guards what follows
  std::size_t count_ = 0;
  std::optional<Time> counted_at_;
};

}  // namespace certmark::ca
