// Log: the one writer. All change goes through its sequencer thread, in an order that the log itself records; a second
// thread makes durable and publishes what the first has committed, so that some batches are read back, signed and
// synced while the next are written.
//
// Invariants: 1. An acknowledged change is on disk. 2. Records, indexes and log entries of one change are committed by
// one batch. 3. A change whose precondition fails changes nothing. 4. After the first failure whose outcome is not
// known nothing more is written until the log is opened again. 5. The sequencer alone commits: what the publisher and
// the witnesses have to store passes through it.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "ledger/anchor.h"
#include "ledger/bell.h"
#include "ledger/change.h"
#include "ledger/checkpoint_keeper.h"
#include "ledger/clock.h"
#include "ledger/clock_watch.h"
#include "ledger/draft.h"
#include "ledger/publisher.h"
#include "ledger/stats.h"
#include "ledger/store.h"

namespace certmark::ledger {

/// Log appends to the record log and to one public log. Every method is safe on any thread, but the destructor.
class Log {
 public:
  /// kClockBound is how far the clock may step back behind the last commit before the log stops writing.
  static constexpr Seconds kClockBound{60};

  struct Options {
    PublisherOptions publisher;
    Clock clock = SystemTime;
    /// elapsed is what the clock is held against while the log is open (ClockWatch); none: a jump forward goes
    /// unnoticed.
    Elapsed elapsed{};
    Stats* stats = nullptr;          ///< outlives the log; none: its own
    std::optional<Error> read_only;  ///< why this log must not write, as its opener found out
    /// publish_interval is the least time between two checkpoints; 0: each batch has one at once.
    std::chrono::milliseconds publish_interval{0};
    /// note_patience is how long a checkpoint that finds no room is waited for: who waits for it is then told
    /// OutcomeUnknown, and it is still tried. Such a disk may stay full for days.
    std::chrono::milliseconds note_patience{10'000};
    /// batch_entries is where a batch closes: a checkpoint's note waits for no more than one. One sync serves many.
    std::size_t batch_entries = 128;
    std::size_t batch_bytes =
        8 * 1024 * 1024;               ///< or this many bytes, whichever is first; it takes one change at least
    std::size_t changes_ahead = 4096;  ///< so many may be committed and not yet published, before the next have to wait
    std::size_t queue_changes = 16384;           ///< more than this waiting is ResourceExhausted,
    std::size_t queue_bytes = 64 * 1024 * 1024;  ///< and so is this many bytes
  };
  using Done = std::function<void(Result<Receipt>)>;

  /// Open continues the trees in `store` (it and `anchor` outlive the Log), publishes what a stop left unpublished,
  /// with no writes for the pre-expose hook, and starts its threads. Where the store is damaged, or behind the anchor
  /// (`ROLLBACK DETECTED`), or the clock behind the last commit, the log opens all the same, to be read: Stopped() says
  /// why it does not write. So it is with a log that the store has a later one than: it is frozen. InvalidArgument: no
  /// signing function, a key that is not a log's, or public log 0. Else as Publisher::Recover and Publish.
  static Result<std::unique_ptr<Log>> Open(Store& store, Anchor& anchor, Options options);
  /// ~Log finishes and publishes what was submitted, then stops the threads. What waits for witnesses is answered
  /// OutcomeUnknown.
  ~Log();

  /// Submit queues `change`; `done` is called once: on a thread of the log, or before Submit returns if the change is
  /// refused at once. It must not throw, block or call Append. Conflict: a precondition failed. InvalidArgument: an
  /// entry that is empty or over 65,535 bytes, a write or precondition in a column of the ledger's own, or a request id
  /// used for another body. ResourceExhausted: the queue or the disk is full, nothing was written. Unavailable: nothing
  /// was written; if Stopped() says so, nothing will be until the log is opened again. OutcomeUnknown: the change may
  /// or may not be durable, or is durable and did not come as far as was asked. Corruption: a row of the ledger's own
  /// is wrong; nothing was written.
  void Submit(Change change, Ack ack, Done done);
  /// Awaited is what a change will have come to. Whoever lets go of it lets go of the answer alone.
  using Awaited = std::future<Result<Receipt>>;
  /// SubmitAwaited is Submit that answers later; AwaitWithin waits for that, for `patience` at most. OutcomeUnknown
  /// then: the change is queued, and goes on. REQUIRES: not on a thread of the log.
  Awaited SubmitAwaited(Change change, Ack ack);
  static Result<Receipt> AwaitWithin(Awaited answer, std::chrono::milliseconds patience);
  /// Append submits and waits, for kWitnessed as long as the witnesses take; AppendWithin for `patience` at most.
  Result<Receipt> Append(Change change, Ack ack);
  Result<Receipt> AppendWithin(Change change, Ack ack, std::chrono::milliseconds patience);

  /// AddCosignatures stores witnesses' signature lines, verified by the caller, with a checkpoint that was published,
  /// and exposes it if it now meets the policy. Returns at once; what fails is no harm, they may be brought again.
  void AddCosignatures(const SignedCheckpoint& checkpoint, std::vector<std::string> lines);

  /// Exposed returns the newest checkpoint that may be shown, or nothing before the first.
  std::shared_ptr<const SignedCheckpoint> Exposed() const { return publisher_.Exposed(); }
  /// OnExposed has `told` be called whenever Exposed has become another one, the same size with more cosignatures too,
  /// on a thread of the log and after those were answered who waited for it: it must return at once, and not throw,
  /// wait, or submit. No longer once what is returned has gone, which the log outlives.
  [[nodiscard]] Bell::Listening OnExposed(Bell::Told told) { return newly_exposed_.Listen(std::move(told)); }
  /// Published returns the newest signed one: for witnesses, and for who asked for kPublished.
  std::shared_ptr<const SignedCheckpoint> Published() const { return publisher_.Published(); }
  /// AwaitPublished is Publisher's.
  std::shared_ptr<const SignedCheckpoint> AwaitPublished(std::uint64_t known,
                                                         std::chrono::milliseconds patience) const {
    return publisher_.AwaitPublished(known, patience);
  }
  /// Stopped returns why the log does not write, or nothing while it does.
  std::optional<Error> Stopped() const;
  /// ClockFault returns why the log does not write just now: its clock jumped forward. Each change is Unavailable then,
  /// and the log goes on by itself once the clock is right.
  std::optional<Error> ClockFault() const;

  const Store& store() const { return store_; }
  /// number is the public log's.
  LogNumber number() const { return number_; }
  const Stats& stats() const { return stats_; }

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
  using NoteDone = std::function<void(Result<SignedCheckpoint>)>;
  // NoteToStore is what the ledger itself asks its sequencer to write; `done` is told what is stored.
  struct NoteToStore {
    SignedCheckpoint checkpoint;
    std::vector<std::string> cosignatures;
    NoteDone done;
  };
  // Taken is one or the other.
  struct Taken {
    std::vector<Pending> changes;
    std::vector<NoteToStore> notes;
  };
  // Round is what one commit brought, or several, on its way to the publisher; and who waits for it.
  struct Round {
    Head head;
    std::vector<Write> writes;
    std::vector<Waiter> sequenced, published, witnessed;
    std::vector<SignedCheckpoint> cosigned;  // as they are stored now
    std::size_t changes = 0;                 // that were made

    std::vector<Waiter>& WaitersFor(Ack ack);
    std::array<std::vector<Waiter>*, 3> Groups() { return {&sequenced, &published, &witnessed}; }
    bool empty() const { return changes == 0 && cosigned.empty(); }
    void Merge(Round later);
  };
  using Instant = std::chrono::steady_clock::time_point;

  Log(Store& store, Anchor& anchor, Options options, Head head);
  Result<void> Begin();
  void Start();
  Result<void> CheckCurrent() const;
  Result<void> CheckClock(Time now) const;
  std::optional<Error> Enqueue(Pending& pending);
  void Stop(const Error& reason);

  // ---- The sequencer (log.cc)
  void Sequence() noexcept;
  Taken Take();
  void CountQueue();
  void TakeChanges(Taken& taken);
  void TakeNotes(Taken& taken);
  Result<void> MayCommit();
  void CommitChanges(std::vector<Pending> changes);
  void CommitNotes(std::vector<NoteToStore> notes);
  void Pass(Round round);
  Result<std::vector<Write>> CommitDraft(Draft draft);
  Result<void> Commit(Draft::Finished& finished);
  Result<SignedCheckpoint> PutNote(const NoteToStore& note, Draft::Finished& into);
  Result<void> Sync();
  void Sweep(std::vector<Write>& writes);

  // ---- The publisher (log_publishing.cc)
  void PublishRounds() noexcept;
  Round AwaitRound(std::optional<Instant> until);
  enum class Step : std::uint8_t { kPublish, kFollow };
  bool Advance(Round& open, Step step);
  Result<void> Publish(Round& open);
  Result<void> Follow(Round& open);
  Result<void> Settle(Round& open);
  void Answer(Round published);
  void HoldChanges();
  void LetChangesGo();
  void Fail(Round& open, const std::string& why);
  void FailWaiting(Round& open, const Error& reason);
  Result<void> PersistNote(const SignedCheckpoint& checkpoint, Round& open);
  Result<SignedCheckpoint> StoreNote(SignedCheckpoint checkpoint);
  void AnswerExposed();
  void FailAwaiting(const std::string& why);

  const std::unique_ptr<Stats> own_stats_;
  Stats& stats_;
  Store& store_;
  const Options options_;
  const LogNumber number_;
  mutable std::optional<ClockWatch> watch_;  // safe on any thread
  Publisher publisher_;
  CheckpointKeeper keeper_;
  Bell newly_exposed_;
  WriterState state_;                       // the sequencer thread's, after Open
  Time now_{};                              // likewise: of this round; never goes back
  Time swept_at_{};                         // likewise: when expired requests were last looked for
  std::vector<SignedCheckpoint> cosigned_;  // likewise: stored in this round

  mutable std::mutex mutex_;  // guards what follows; never held while a callback runs
  std::condition_variable to_sequence_, to_publish_;
  std::deque<Pending> queue_;
  std::size_t queued_bytes_ = 0;
  std::deque<NoteToStore> notes_;
  Round committed_;                                          // what the publisher has not taken yet
  std::multimap<std::uint64_t, Waiter> awaiting_witnesses_;  // by the size that must be exposed
  std::shared_ptr<const SignedCheckpoint> answered_for_;     // what was exposed when they were last answered
  bool sequencing_ = false;                                  // changes were taken, and are not yet in committed_
  bool holding_ = false;                                     // less than a batch stays in the queue
  bool closing_ = false;
  bool publisher_done_ = false;  // after which there are no more notes
  std::optional<Error> stopped_;

  std::thread sequencer_, publisher_thread_;
};

}  // namespace certmark::ledger
