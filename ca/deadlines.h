// Deadlines: the one engine that does what time brings about. What is due stands in the rows `due/…`, which follow from
// the records; each kind of record has one function that knows what to do then.
//
// It keeps nothing that a restart could lose: a record that was carried has moved or lost its due row in the commit
// that carried it, with the record as read for a precondition, so that nothing happens twice; one that was not is still
// in its row, so that nothing is missed.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/desk.h"
#include "ca/index_rows.h"

namespace certmark::ca {

/// Deadlines is safe on any thread; runs follow one another.
class Deadlines {
 public:
  /// kMaxFailures are told by name in one report; the rest are counted.
  static constexpr std::size_t kMaxFailures = 100;

  explicit Deadlines(const Desk& desk) : desk_(desk) {}

  /// OnDue reads the record of that id again and does what is due on it, or nothing where nothing is. Conflict:
  /// somebody was faster, and the record is looked at again in the next run.
  using OnDue = std::function<Result<void>(std::string_view id)>;
  /// Serve says who carries out what is due on a kind of record; called before the first Run.
  void Serve(std::string_view kind, OnDue on_due) { kinds_[std::string(kind)] = std::move(on_due); }

  struct Failure {
    std::string subject;  ///< the record, `<kind>/<id>`
    Error error;
  };
  struct Report {
    std::size_t carried = 0, failed = 0;
    bool more = false;  ///< something that is due can go on at once
    std::vector<Failure> failures;
  };
  /// Run looks at no more than `limit` records that are due now, in order of their time. One that fails is reported,
  /// holds up no other, and is tried again once all others had their turn; so is a record of a kind that nobody serves,
  /// and one on which nothing changed although it is due. The next run goes on where this one stopped. Unavailable: the
  /// log does not write. Others: the rows cannot be read.
  Result<Report> Run(std::size_t limit);

 private:
  enum class Outcome : std::uint8_t { kDone, kGoesOn, kContended };
  Result<Outcome> Carry(const Due& due) const;
  Result<void> CheckWriting() const;

  const Desk& desk_;
  std::map<std::string, OnDue, std::less<>> kinds_;
  std::mutex running_;         ///< guards what follows, for the length of a run
  std::optional<Due> before_;  ///< where the last run stopped; nothing: at the end
};

}  // namespace certmark::ca
