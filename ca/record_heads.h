// RecordHeads: every day the public log commits to the private record log (FORMATS.md §6), so that nothing in that can
// be edited or left out afterwards without the world's being able to tell.
#pragma once

#include <string_view>

#include "ca/desk.h"
#include "ca/record_head.h"

namespace certmark::ca {

class RecordHeads {
 public:
  explicit RecordHeads(const Desk& desk) : desk_(desk) {}

  /// Begin makes the record, due at once, where there is none: of an authority just founded, and of one whose database
  /// was made again. Whoever writes calls it at each start.
  Result<void> Begin() const;
  /// OnDue signs size and root of the record log as they are durable now, and appends that to the public log. The next
  /// is due at 00:00 UTC. After a restore it waits from day to day until the record log is longer than the newest head
  /// says that it was: one of that size or less would contradict it.
  Result<void> OnDue(std::string_view id) const;

 private:
  Result<void> Wait(const Stored<RecordHeadRow>& read) const;
  Result<void> Publish(const Stored<RecordHeadRow>& read, std::uint64_t size) const;

  const Desk& desk_;
};

}  // namespace certmark::ca
