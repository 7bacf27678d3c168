// WorkLists: what waits for somebody, in their roles and in person.
#pragma once

#include <cstddef>
#include <vector>

#include "ca/desk.h"
#include "ca/index_rows.h"
#include "ca/party.h"

namespace certmark::ca {

class WorkLists {
 public:
  /// kMaxItems of each role and of the party itself are read, the most urgent.
  static constexpr std::size_t kMaxItems = 1000;

  explicit WorkLists(const Desk& desk) : desk_(desk) {}

  /// Work is one list in three parts; an item is in one of them, each in order of its time.
  struct Work {
    std::vector<WorkItem> overdue;    ///< its time is over
    std::vector<WorkItem> this_week;  ///< it ends within seven days
    std::vector<WorkItem> waits;      ///< later, or it has no end: since when it waits, then
  };
  /// Of is the caller's list: what waits for a role of theirs, but for files of whom they are part of and for what they
  /// proposed themselves, and what waits for them alone. PermissionDenied: not the role.
  Result<Work> Of(const Party& caller) const;

 private:
  const Desk& desk_;
};

}  // namespace certmark::ca
