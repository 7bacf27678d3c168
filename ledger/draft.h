// Draft: the batch that the sequencer is putting together from the changes of one round.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/change.h"
#include "ledger/edge.h"
#include "ledger/head.h"
#include "ledger/request_rows.h"
#include "ledger/store.h"

namespace certmark::ledger {

/// CheckedChange is a change of the right shape, its entries hashed: done on the caller's thread.
class CheckedChange {
 public:
  /// Create checks the shape. InvalidArgument: an entry that is empty or over 65,535 bytes, an empty key or found_by, a
  /// write or precondition in a column of the ledger's own, or a request id that is empty or too long.
  static Result<CheckedChange> Create(Change change);

  const Change& change() const { return change_; }
  const std::vector<Hash>& leaves() const { return leaves_; }  ///< leaf hash of each entry
  std::size_t bytes() const { return bytes_; }                 ///< what it weighs in a batch

 private:
  friend class Draft;
  CheckedChange() = default;
  Change change_;
  std::vector<Hash> leaves_;
  std::size_t bytes_ = 0;
};

/// WriterState is what the sequencer carries from one commit to the next.
struct WriterState {
  Head head;
  Edge records, published;  ///< of the record log and of the public log
};

/// Draft collects changes, each checked against the store and against what the draft already writes.
class Draft {
 public:
  /// Draft continues `state` at time `now`; both references outlive it.
  Draft(const Store& store, const WriterState& state, LogNumber public_log, Time now);

  /// Add takes the whole change, or none of it on an error; a request that was answered before is answered again, and
  /// its change left aside. Conflict: a precondition failed; the message names the key. InvalidArgument: a request id
  /// with another body. Corruption: a row that the ledger wrote is missing or another. The batch is
  /// urgent if every change is.
  Result<Receipt> Add(CheckedChange checked);

  /// empty is true while there is nothing to commit: no change, or only such as are in the log already.
  bool empty() const;

  /// Finished is what to write, and the state once that is committed. The first `change_writes` writes are those of the
  /// changes.
  struct Finished {
    std::vector<Write> writes;
    std::size_t change_writes;
    Urgency urgency;
    WriterState after;
  };
  Finished Finish() &&;

 private:
  // Growth is what is appended to one tree.
  struct Growth {
    LogNumber log;
    std::uint64_t size;  // of the tree, with these entries
    std::vector<Bytes> entries;
    std::vector<Hash> leaves;
    std::map<Hash, std::uint64_t> index_of;
  };

  Growth& GrowthOf(NewEntry::To to) { return growth_[to == NewEntry::To::kRecordLog ? 0 : 1]; }
  Result<std::optional<Receipt>> FindAnswered(const RequestId& request) const;
  Result<void> Check(const Precondition& precondition) const;
  Result<std::optional<Hash>> EtagNow(Column column, const Bytes& key) const;
  Result<std::optional<std::uint64_t>> FindStored(LogNumber log, const Hash& leaf, const Bytes& entry) const;
  std::uint64_t Append(Growth& growth, const Hash& leaf, Bytes entry);
  static void AppendRows(Growth growth, Edge& edge, Head& head, std::vector<Write>& writes);

  const Store& store_;
  const WriterState& state_;
  const Time now_;
  std::array<Growth, 2> growth_;
  std::vector<Write> writes_;                                   // of the changes, in order
  bool only_urgent_ = true;                                     // every change is
  std::map<std::pair<Column, Bytes>, std::size_t> last_write_;  // place in writes_

  // Answered is a request of this draft.
  struct Answered {
    RequestId request;
    std::vector<std::uint64_t> indices;
  };
  std::map<Bytes, Answered> answered_;  // by the request's key
};

}  // namespace certmark::ledger
