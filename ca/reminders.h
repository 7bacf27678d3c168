// Reminders: a party hears again of what ends or waits for it, some days before. Each is an act of the clock that
// concerns the party, so that it is told as everything else is (notices.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ca/desk.h"
#include "ca/index_rows.h"

namespace certmark::ca {

/// Reminded is how far in time the reminders of one sort have come.
struct Reminded {
  static constexpr std::string_view kKind = "reminded";
  std::string id;  ///< the sort's name
  Due last;  ///< the last row that was looked at: rows that come before it later on were told of by what made them

  std::string ToJson() const;
  static Result<Reminded> FromJson(std::string_view json);
};

class Reminders {
 public:
  /// kAct is what the clock does. Ends, of certifications, accreditations and a party's last certificate, are told of
  /// kAheadOfEnds before; deadlines, of whatever waits for a party and of suspensions, kAheadOfDeadlines before.
  static constexpr std::string_view kAct = "remind";
  static constexpr Seconds kAheadOfEnds{30 * 24 * 3600}, kAheadOfDeadlines{7 * 24 * 3600};
  /// kEvery is how exact they are: nothing is written more often.
  static constexpr Seconds kEvery{600};

  explicit Reminders(const Desk& desk) : desk_(desk) {}

  /// Run looks at `limit` records at most of each sort of reminder, and returns how many reminders it made. What it
  /// looked at and what it made is one commit: none is made twice, and none is left out.
  Result<std::size_t> Run(std::size_t limit) const;

 private:
  struct Sort;
  Result<std::size_t> RunSort(const Sort& sort, std::size_t limit) const;

  const Desk& desk_;
};

}  // namespace certmark::ca
