// Log: the one sequencer. All durable change goes through its thread, in an order that the log itself records.
//
// Invariants: 1. An acknowledged change is on disk. 2. Records, indexes and log entries of one change are committed by
// one batch.
// 3. A change whose precondition fails changes nothing. 4. After the first failure whose outcome is not known nothing
// more is written until the log is opened again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "ledger/anchor.h"
#include "ledger/change.h"
#include "ledger/draft.h"
#include "ledger/publisher.h"
#include "ledger/store.h"

namespace certmark::ledger {

/// Log appends to the record log and to one public log. Submit, Append, Exposed and Stopped are safe on any thread.
class Log {
 public:
  struct Options {
    PublisherOptions publisher;
    std::size_t batch_entries = 4096;  ///< a batch closes at this many entries
    std::size_t batch_bytes =
        8 * 1024 * 1024;                ///< or this many bytes, whichever is first; it takes one change at least
    std::size_t queue_changes = 16384;  ///< more than this waiting is ResourceExhausted,
    std::size_t queue_bytes = 64 * 1024 * 1024;  ///< and so is this many bytes
  };
  using Done = std::function<void(Result<Receipt>)>;

  /// Open continues the trees in `store` (it and `anchor` outlive the Log), publishes what a stop left unpublished,
  /// with no writes for the pre-expose hook, and starts the sequencer thread. Corruption: the stored edge does not hash
  /// to the stored root, or `ROLLBACK DETECTED` (publisher.h). InvalidArgument: no signing function, a key that is not
  /// a log's, or public log 0. Publisher::Recover and Publish say what else.
  static Result<std::unique_ptr<Log>> Open(Store& store, Anchor& anchor, Options options);
  /// ~Log finishes what was submitted, then stops the thread.
  ~Log();

  /// Submit queues `change`; `done` is called once: on the sequencer thread, or before Submit returns if the change is
  /// refused at once. It must not throw, block or call Append. Conflict: a precondition failed. InvalidArgument: an
  /// entry that is empty or over 65,535 bytes, or a write or precondition in a column of the ledger's own.
  /// ResourceExhausted: the queue or the disk is full, nothing was written. Unavailable: nothing was written; if
  /// Stopped() says so, nothing will be until the log is opened again. OutcomeUnknown: the change may or may not be
  /// durable, or, for kPublished, is durable and not yet published. Corruption: a row of the ledger's own is wrong;
  /// nothing was written.
  void Submit(Change change, Ack ack, Done done);
  /// Append is Submit that waits. REQUIRES: not on the sequencer thread.
  Result<Receipt> Append(Change change, Ack ack);

  /// Exposed returns the newest checkpoint that may be shown, or nothing before the first.
  std::shared_ptr<const SignedCheckpoint> Exposed() const { return publisher_.Exposed(); }
  /// Stopped returns why the log no longer writes, or nothing while it does.
  std::optional<Error> Stopped() const;

  const Store& store() const { return store_; }
  /// number is the public log's.
  LogNumber number() const { return number_; }

 private:
  struct Pending {
    CheckedChange change;
    Ack ack;
    Done done;
  };
  struct Waiter {
    Done done;
    Result<Receipt> answer;
  };

  Log(Store& store, Anchor& anchor, Options options, WriterState state);
  Result<void> CatchUp();
  std::optional<Error> Enqueue(Pending& pending);

  // On the sequencer thread.
  void Run() noexcept;
  std::vector<Pending> Take();
  void Process(std::vector<Pending> round);
  Result<std::vector<Write>> Commit(Draft draft);
  void Stop(const Error& reason);
  void RefuseQueued();

  Store& store_;
  const Options options_;
  const LogNumber number_;
  Publisher publisher_;
  WriterState state_;  // the sequencer thread's, after Open

  mutable std::mutex mutex_;  // guards what follows; never held while `done` runs
  std::condition_variable wake_;
  std::deque<Pending> queue_;
  std::size_t queued_bytes_ = 0;
  bool closing_ = false;
  std::optional<Error> stopped_;

  std::thread thread_;
};

}  // namespace certmark::ledger
