#include "ledger/log.h"

#include <pthread.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "ledger/request_rows.h"

namespace certmark::ledger {
namespace {

Result<void> CheckOptions(const Log::Options& options) {
  const PublisherOptions& publisher = options.publisher;
  const auto refuse = [](const char* what) { return Error{ErrorCode::kInvalidArgument, what}; };
  if (publisher.log == kRecordLog) return refuse("public log 0: that is the record log");
  if (publisher.key.type() != NoteKey::Type::kEd25519) return refuse("the log key is not an Ed25519 key");
  if (!publisher.sign) return refuse("no function to sign checkpoints");
  if (!options.clock) return refuse("no clock");
  return {};
}

// Refusal answers a change that a stopped log did not write.
Error Refusal(const Error& reason) {
  return {ErrorCode::kUnavailable, "the log stopped writing: " + reason.message};
}

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

// ---- Opening and closing

Result<std::unique_ptr<Log>> Log::Open(Store& store, Anchor& anchor, Options options) {
  CM_TRY(CheckOptions(options));
  Head head = CM_TRY(ReadHead(store));
  std::unique_ptr<Log> log(new Log(store, anchor, std::move(options), std::move(head)));
  const auto begun = log->Begin();
  if (begun) {
    log->Start();
    return log;
  }
  // What a person has to look into is no reason to hide what was published.
  const ErrorCode code = begun.error().code;
  if (code != ErrorCode::kCorruption && code != ErrorCode::kFailedPrecondition) return begun.error();
  log->Stop(begun.error());
  (void)log->publisher_.RecoverReadOnly(log->state_.head);  // if that too is damaged, nothing is shown
  return log;
}

Log::Log(Store& store, Anchor& anchor, Options options, Head head)
    : own_stats_(options.stats ? nullptr : std::make_unique<Stats>()),
      stats_(options.stats ? *options.stats : *own_stats_),
      store_(store),
      options_(std::move(options)),
      number_(options_.publisher.log),
      publisher_(store, anchor, options_.publisher, stats_),
      keeper_(store, number_, options_.publisher.meets_policy),
      state_{std::move(head), Edge(kRecordLog), Edge(number_)} {
  if (options_.elapsed) watch_.emplace(options_.clock, options_.elapsed);
}

// Begin takes up the trees, exposes what was published, then publishes what a stop left between its commit and its
// checkpoint.
Result<void> Log::Begin() {
  if (options_.read_only) return *options_.read_only;
  CM_TRY(CheckCurrent());
  now_ = options_.clock();
  CM_TRY(CheckClock(now_));
  now_ = std::max(now_, state_.head.time);
  state_.records = CM_TRY(Edge::Load(store_, kRecordLog, state_.head.tree(kRecordLog)));
  state_.published = CM_TRY(Edge::Load(store_, number_, state_.head.tree(number_)));
  stats_.version = state_.head.version;
  stats_.integrated = state_.published.size();
  CM_TRY(store_.Sync());  // what a killed process left to the system alone
  CM_TRY(publisher_.Recover(state_.head));
  AnswerExposed();
  const LogHead stored = state_.head.log(number_);
  if (stored.published == stored.tree.size) return {};
  const auto persist = [this](const SignedCheckpoint& checkpoint) -> Result<void> {
    Draft::Finished finished{{}, 0, Urgency::kOrdinary, state_};
    CM_TRY(PutNote({checkpoint, {}, {}}, finished));
    CM_TRY(Commit(finished));
    return Sync();
  };
  CM_TRY(publisher_.Publish(state_.head, {}, persist));
  AnswerExposed();
  return {};
}

void Log::Start() {
  sequencer_ = std::thread(&Log::Sequence, this);
  publisher_thread_ = std::thread(&Log::PublishRounds, this);
  // For who looks at a busy machine.
  ::pthread_setname_np(sequencer_.native_handle(), "log-sequencer");
  ::pthread_setname_np(publisher_thread_.native_handle(), "log-publisher");
}

Log::~Log() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  to_sequence_.notify_one();
  to_publish_.notify_one();
  if (sequencer_.joinable()) sequencer_.join();
  if (publisher_thread_.joinable()) publisher_thread_.join();
  FailAwaiting("the log closed");
}

// CheckCurrent: a log that has a successor is frozen for ever, at the size that the successor's genesis names.
Result<void> Log::CheckCurrent() const {
  const LogNumber last = state_.head.logs.empty() ? number_ : state_.head.logs.rbegin()->first;
  if (last <= number_) return {};
  if (!state_.head.logs.contains(number_)) {
    return Error{ErrorCode::kCorruption, "the stored head has log " + std::to_string(last) + ", but not log " +
                                             std::to_string(number_) + " before it"};
  }
  return Error{ErrorCode::kFailedPrecondition, "log " + std::to_string(number_) + " is frozen: log " +
                                                   std::to_string(last) +
                                                   " was begun after it; finish that succession"};
}

// CheckClock: time is the authority's word on everything it signs; it advances only.
Result<void> Log::CheckClock(Time now) const {
  const Time last = state_.head.time;
  if (now + kClockBound >= last) return {};
  return Error{ErrorCode::kFailedPrecondition, "the clock was set back: it says " + FormatDateTime(now) +
                                                   ", the last commit was at " + FormatDateTime(last)};
}

std::optional<Error> Log::ClockFault() const {
  if (!watch_) return std::nullopt;
  const auto now = watch_->Now();
  return now ? std::nullopt : std::optional(now.error());
}

// ---- What callers do

void Log::Submit(Change change, Ack ack, Done done) {
  auto checked = CheckedChange::Create(std::move(change));
  if (!checked) {
    ++stats_.refused[static_cast<std::size_t>(checked.error().code)];
    return done(std::move(checked).error());
  }
  Pending pending{*std::move(checked), ack, std::move(done)};
  if (std::optional<Error> refused = Enqueue(pending)) {
    ++stats_.refused[static_cast<std::size_t>(refused->code)];
    return pending.done(*std::move(refused));
  }
  to_sequence_.notify_one();
}

std::optional<Error> Log::Enqueue(Pending& pending) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return Refusal(*stopped_);
  const std::size_t bytes = pending.change.bytes();
  const bool full = queue_.size() >= options_.queue_changes || queued_bytes_ >= options_.queue_bytes;
  if (full)
    return Error{ErrorCode::kResourceExhausted, std::to_string(queue_.size()) + " changes are waiting for the log"};
  queue_.push_back(std::move(pending));
  queued_bytes_ += bytes;
  CountQueue();
  return std::nullopt;
}

Log::Awaited Log::SubmitAwaited(Change change, Ack ack) {
  // Shared, for set_value may still be on its way out when get returns, or the caller may have gone.
  const auto promise = std::make_shared<std::promise<Result<Receipt>>>();
  Awaited answer = promise->get_future();
  Submit(std::move(change), ack, [promise](Result<Receipt> receipt) { promise->set_value(std::move(receipt)); });
  return answer;
}

Result<Receipt> Log::AwaitWithin(Awaited answer, std::chrono::milliseconds patience) {
  if (answer.wait_for(patience) == std::future_status::ready) return answer.get();
  return Error{ErrorCode::kOutcomeUnknown, "no answer from the log within " + std::to_string(patience.count()) + " ms"};
}

Result<Receipt> Log::Append(Change change, Ack ack) {
  return SubmitAwaited(std::move(change), ack).get();
}

Result<Receipt> Log::AppendWithin(Change change, Ack ack, std::chrono::milliseconds patience) {
  return AwaitWithin(SubmitAwaited(std::move(change), ack), patience);
}

void Log::AddCosignatures(const SignedCheckpoint& checkpoint, std::vector<std::string> lines) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || closing_) return;
    notes_.push_back({checkpoint, std::move(lines), [this](Result<SignedCheckpoint> stored) {
                        if (stored) cosigned_.push_back(*std::move(stored));
                      }});
  }
  to_sequence_.notify_one();
}

std::optional<Error> Log::Stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

// The first reason stands: what follows from it is no news. A log that does not write stores no cosignatures either.
void Log::Stop(const Error& reason) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopped_) stopped_ = reason;
  }
  FailAwaiting("the log stopped writing");
}

// ---- The sequencer

// noexcept: a writer that lost its place must not go on.
void Log::Sequence() noexcept {
  for (;;) {
    Taken taken = Take();
    if (!taken.notes.empty()) {
      CommitNotes(std::move(taken.notes));
    } else if (!taken.changes.empty()) {
      CommitChanges(std::move(taken.changes));
    } else {
      return;
    }
  }
}

// Take waits for work and takes what arrived while the last batch was written: the notes first, for the publisher waits
// for one of them; else changes within the caps; nothing once the log has closed.
Log::Taken Log::Take() {
  std::unique_lock lock(mutex_);
  const auto may_go_on = [this] {
    // Less than a batch, if each change has one entry, waits for the note that is on its way: the publisher takes it up
    // only after that note, which would have to wait for its commit.
    return committed_.changes < options_.changes_ahead && (!holding_ || queue_.size() >= options_.batch_entries);
  };
  to_sequence_.wait(lock, [&] { return (!queue_.empty() && may_go_on()) || !notes_.empty() || publisher_done_; });
  Taken taken;
  TakeNotes(taken);
  if (taken.notes.empty() && may_go_on()) TakeChanges(taken);
  CountQueue();
  return taken;
}

// CountQueue REQUIRES: mutex_ is held.
void Log::CountQueue() {
  stats_.queued_changes = queue_.size();
  stats_.queued_bytes = queued_bytes_;
}

// TakeChanges mixes nothing urgent with what is not: on a full disk one is written and the other refused.
void Log::TakeChanges(Taken& taken) {
  std::size_t entries = 0, bytes = 0;
  while (!queue_.empty()) {
    const CheckedChange& next = queue_.front().change;
    entries += next.leaves().size();
    bytes += next.bytes();
    const bool fits = entries <= options_.batch_entries && bytes <= options_.batch_bytes;
    const bool alike = taken.changes.empty() || taken.changes.front().change.change().urgency == next.change().urgency;
    if ((!fits && !taken.changes.empty()) || !alike) break;
    queued_bytes_ -= next.bytes();
    taken.changes.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  sequencing_ = !taken.changes.empty();
}

// TakeNotes takes one for each size: two would write one row.
void Log::TakeNotes(Taken& taken) {
  std::deque<NoteToStore> later;
  for (NoteToStore& note : notes_) {
    const bool again = std::ranges::any_of(taken.notes, [&](const NoteToStore& other) {
      return other.checkpoint.checkpoint.size == note.checkpoint.checkpoint.size;
    });
    if (again) {
      later.push_back(std::move(note));
    } else {
      taken.notes.push_back(std::move(note));
    }
  }
  notes_ = std::move(later);
}

// MayCommit takes the time of what is committed next. An error: the log has stopped, which is for good, or its clock
// has jumped forward, which is until it is right.
Result<void> Log::MayCommit() {
  const Result<Time> now = watch_ ? watch_->Now() : Result<Time>(options_.clock());
  if (now) {
    if (const auto advancing = CheckClock(*now); !advancing) Stop(advancing.error());
  }
  if (const auto stopped = Stopped()) return Refusal(*stopped);
  now_ = std::max(CM_TRY(now), state_.head.time);
  return {};
}

void Log::CommitChanges(std::vector<Pending> changes) {
  if (const auto may = MayCommit(); !may) {
    stats_.refused[static_cast<std::size_t>(may.error().code)] += changes.size();
    for (Pending& pending : changes) pending.done(may.error());
    return Pass({});
  }
  // 1. Draft one batch; what is refused does not touch the rest.
  Draft draft(store_, state_, number_, now_);
  Round round;
  std::vector<Waiter> refused;
  for (Pending& pending : changes) {
    Waiter waiter{std::move(pending.done), draft.Add(std::move(pending.change))};
    if (!waiter.answer) ++stats_.refused[static_cast<std::size_t>(waiter.answer.error().code)];
    (waiter.answer ? round.WaitersFor(pending.ack) : refused).push_back(std::move(waiter));
  }
  // 2. One commit.
  auto writes = CommitDraft(std::move(draft));
  if (!writes) {
    for (Waiter& waiter : refused) waiter.done(std::move(waiter.answer));
    for (auto* group : round.Groups()) {
      stats_.refused[static_cast<std::size_t>(writes.error().code)] += group->size();
      for (Waiter& waiter : *group) waiter.done(writes.error());
    }
    return Pass({});
  }
  // 3. The publisher goes on from here. Refusals too are told once it is durable what they lost to.
  std::ranges::move(refused, std::back_inserter(round.sequenced));
  round.changes = changes.size();
  round.head = state_.head;
  round.writes = *std::move(writes);
  Pass(std::move(round));
}

// CommitNotes: one that cannot be stored is answered and dropped, and the rest goes on.
void Log::CommitNotes(std::vector<NoteToStore> notes) {
  const auto may = MayCommit();
  Draft::Finished finished{{}, 0, Urgency::kOrdinary, state_};
  std::vector<std::pair<NoteDone, SignedCheckpoint>> stored;
  for (NoteToStore& note : notes) {
    auto put = may ? PutNote(note, finished) : Result<SignedCheckpoint>(may.error());
    if (put) {
      stored.emplace_back(std::move(note.done), *std::move(put));
    } else {
      note.done(put.error());
    }
  }
  if (stored.empty()) return;
  const auto committed = Commit(finished);
  for (auto& [done, checkpoint] : stored) {
    done(committed ? Result<SignedCheckpoint>(std::move(checkpoint)) : committed.error());
  }
  if (cosigned_.empty()) return;
  Round round;
  round.head = state_.head;
  round.cosigned = std::exchange(cosigned_, {});
  Pass(std::move(round));
}

// Pass hands a round to the publisher; an empty one only says that the sequencer is done with what it took.
void Log::Pass(Round round) {
  {
    const std::lock_guard lock(mutex_);
    sequencing_ = false;
    committed_.Merge(std::move(round));
  }
  to_publish_.notify_one();
}

// CommitDraft returns the writes of the draft's changes. On an error nothing is written, or the log has stopped.
Result<std::vector<Write>> Log::CommitDraft(Draft draft) {
  const bool has_changes = !draft.empty();
  Draft::Finished finished = std::move(draft).Finish();
  if (!has_changes) return std::vector<Write>{};
  Sweep(finished.writes);
  CM_TRY(Commit(finished));
  finished.writes.resize(finished.change_writes);
  return std::move(finished.writes);
}

// Commit is one commit of the store. On an error the log has stopped, unless the store is sure that nothing was written
// and the next may do better.
Result<void> Log::Commit(Draft::Finished& finished) {
  const auto begin = std::chrono::steady_clock::now();
  Head& head = finished.after.head;
  ++head.version;
  head.time = now_;
  Batch batch{head.Encode(), std::move(finished.writes), finished.urgency};
  const auto committed = store_.Commit(state_.head.Encode(), batch);
  finished.writes = std::move(batch.writes);
  if (!committed) {
    const Error& error = committed.error();
    if (error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kResourceExhausted) return error;
    if (error.code == ErrorCode::kConflict) {
      Stop({ErrorCode::kConflict, "another writer: " + error.message});
      return Refusal(*Stopped());
    }
    Stop(error);
    return Error{ErrorCode::kOutcomeUnknown, error.message};
  }
  stats_.commit_seconds.Observe(SecondsSince(begin));
  const std::uint64_t before = state_.published.size();
  state_ = std::move(finished.after);
  stats_.version = state_.head.version;
  stats_.integrated = state_.published.size();
  if (state_.published.size() > before) {
    stats_.batch_entries.Observe(static_cast<double>(state_.published.size() - before));
  }
  return {};
}

// PutNote adds a note's rows to a batch, and returns the note as it will be stored.
Result<SignedCheckpoint> Log::PutNote(const NoteToStore& note, Draft::Finished& into) {
  return keeper_.Put(note.checkpoint, note.cosignatures, now_, into.after.head.logs[number_], into.writes);
}

// Sync makes durable what was committed.
Result<void> Log::Sync() {
  const auto begin = std::chrono::steady_clock::now();
  const auto synced = store_.Sync();
  if (!synced) {
    Stop(synced.error());
    return synced;
  }
  stats_.sync_seconds.Observe(SecondsSince(begin));
  return {};
}

// Sweep lets go of requests that are over, once a second at most. They are looked for again after a failure.
void Log::Sweep(std::vector<Write>& writes) {
  if (now_ == swept_at_) return;
  swept_at_ = now_;
  auto expired = ExpiredRequests(store_, now_);
  if (!expired) return;
  // A name that is used again in this batch has its new row there.
  for (Write& erased : *expired) {
    const bool used = std::ranges::any_of(
        writes, [&](const Write& write) { return write.column == erased.column && write.key == erased.key; });
    if (!used) writes.push_back(std::move(erased));
  }
}

}  // namespace certmark::ledger
