// The second thread of the log: it follows the sequencer, and makes durable and publishes what that has committed.
#include <algorithm>
#include <future>
#include <iterator>
#include <string>
#include <utility>

#include "ledger/log.h"

namespace certmark::ledger {
namespace {

constexpr std::chrono::milliseconds kFirstPause{50}, kLongestPause{1000};

bool MayDoBetterLater(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kResourceExhausted;
}

}  // namespace

std::vector<Log::Waiter>& Log::Round::WaitersFor(Ack ack) {
  switch (ack) {
    case Ack::kSequenced:
      return sequenced;
    case Ack::kPublished:
      return published;
    case Ack::kWitnessed:
      return witnessed;
  }
  Die("an answer that nobody knows");
}

void Log::Round::Merge(Round later) {
  if (!later.empty()) head = std::move(later.head);
  changes += later.changes;
  std::ranges::move(later.writes, std::back_inserter(writes));
  std::ranges::move(later.sequenced, std::back_inserter(sequenced));
  std::ranges::move(later.published, std::back_inserter(published));
  std::ranges::move(later.witnessed, std::back_inserter(witnessed));
  std::ranges::move(later.cosigned, std::back_inserter(cosigned));
}

// noexcept: as the sequencer's.
void Log::PublishRounds() noexcept {
  Instant last{};
  Round open;  // what was committed since the last checkpoint
  for (;;) {
    Round next = AwaitRound(open.empty() ? std::nullopt : std::optional(last + options_.publish_interval));
    if (next.empty() && open.empty()) break;
    const Instant begin = std::chrono::steady_clock::now();
    // A log that closes gives its last checkpoint at once.
    const bool due = next.empty() || begin >= last + options_.publish_interval;
    open.Merge(std::move(next));
    if (!Advance(open, due ? Step::kPublish : Step::kFollow) || !due) continue;
    last = std::chrono::steady_clock::now();
    stats_.publish_seconds.Observe(std::chrono::duration<double>(last - begin).count());
    Answer(std::exchange(open, {}));
  }
  {
    const std::lock_guard lock(mutex_);
    publisher_done_ = true;
  }
  to_sequence_.notify_one();
}

// AwaitRound waits for what is committed, until a time if there is one, and takes all there is; nothing at that time,
// or once the log closes and the sequencer has no changes left.
Log::Round Log::AwaitRound(std::optional<Instant> until) {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return !committed_.empty() || (closing_ && queue_.empty() && !sequencing_); };
  if (until) {
    to_publish_.wait_until(lock, *until, ready);
  } else {
    to_publish_.wait(lock, ready);
  }
  Round taken = std::exchange(committed_, {});
  lock.unlock();
  to_sequence_.notify_one();
  return taken;
}

// Advance returns whether the round has come as far as it was to; if not, the log has stopped, and nobody waits any
// more.
bool Log::Advance(Round& open, Step step) {
  const std::optional<Error> stopped = Stopped();
  const auto done = stopped ? Result<void>(*stopped) : step == Step::kPublish ? Publish(open) : Follow(open);
  LetChangesGo();
  if (done) return true;
  Stop(done.error());
  Fail(open, Stopped()->message);
  open = {};
  return false;
}

// Publish: one sync makes the batches durable, and the note that covers them.
Result<void> Log::Publish(Round& open) {
  if (!publisher_.HasGrown(open.head)) return Follow(open);
  HoldChanges();
  return publisher_.Publish(open.head, open.writes,
                            [&](const SignedCheckpoint& note) { return PersistNote(note, open); });
}

// Follow is all that does not wait for the next checkpoint.
Result<void> Log::Follow(Round& open) {
  CM_TRY(Settle(open));
  CM_TRY(publisher_.Follow(open.head, open.writes));
  open.writes.clear();
  return {};
}

// Settle makes durable what was committed, and gives those their answer, and the world the cosigned checkpoint, that
// waited for no more.
Result<void> Log::Settle(Round& open) {
  CM_TRY(Sync());
  for (Waiter& waiter : std::exchange(open.sequenced, {})) waiter.done(std::move(waiter.answer));
  if (open.cosigned.empty()) return {};
  for (SignedCheckpoint& checkpoint : std::exchange(open.cosigned, {})) publisher_.Expose(std::move(checkpoint));
  AnswerExposed();
  return {};
}

void Log::Answer(Round published) {
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t size = published.head.tree(number_).size;
    for (Waiter& waiter : published.witnessed) awaiting_witnesses_.emplace(size, std::move(waiter));
    // Who is answered now may ask for more at once: that goes with what is behind, whose note is next.
    holding_ = !committed_.empty();
  }
  for (Waiter& waiter : published.published) waiter.done(std::move(waiter.answer));
  AnswerExposed();
  if (Stopped()) FailAwaiting("the log stopped writing");
}

// HoldChanges keeps less than a batch in the queue until the publisher hands in its note, or LetChangesGo.
void Log::HoldChanges() {
  const std::lock_guard lock(mutex_);
  holding_ = true;
}

void Log::LetChangesGo() {
  {
    const std::lock_guard lock(mutex_);
    holding_ = false;
  }
  to_sequence_.notify_one();
}

// Fail tells everybody how far their change has come, now that it will come no further.
void Log::Fail(Round& open, const std::string& why) {
  const std::string how_far = Settle(open) ? "durable, but not published: " : "not known to be durable: ";
  const Error error{ErrorCode::kOutcomeUnknown, how_far + why};
  for (auto* group : open.Groups()) {
    for (Waiter& waiter : std::exchange(*group, {})) waiter.done(error);
  }
}

// FailWaiting answers everybody who waits for a checkpoint that finds no room: of the round at work, of what is
// committed behind it, and, where the sequencer waits for the publisher to come nearer, whoever is still in the queue.
void Log::FailWaiting(Round& open, const Error& reason) {
  Round behind;
  std::deque<Pending> refused;
  {
    const std::lock_guard lock(mutex_);
    for (const auto group : {&Round::sequenced, &Round::published, &Round::witnessed}) {
      behind.*group = std::exchange(committed_.*group, {});
    }
    if (committed_.changes >= options_.changes_ahead) {
      refused.swap(queue_);
      queued_bytes_ = 0;
      CountQueue();
    }
  }
  Fail(open, reason.message);
  Fail(behind, reason.message);
  for (Pending& pending : refused) {
    ++stats_.refused[static_cast<std::size_t>(reason.code)];
    pending.done(Error{reason.code, "nothing was written: " + reason.message});
  }
}

// PersistNote comes back until the store takes the note: what it covers is there, and a full disk may empty.
Result<void> Log::PersistNote(const SignedCheckpoint& checkpoint, Round& open) {
  const Instant patience_ends = std::chrono::steady_clock::now() + options_.note_patience;
  for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    const auto stored = StoreNote(checkpoint);
    CM_TRY(Settle(open));
    if (stored) return {};
    if (!MayDoBetterLater(stored.error()) || Stopped()) return stored.error();
    if (std::chrono::steady_clock::now() >= patience_ends) FailWaiting(open, stored.error());
    std::unique_lock lock(mutex_);
    if (to_publish_.wait_for(lock, pause, [this] { return closing_; })) return stored.error();
  }
}

// StoreNote asks the sequencer to write a note, and waits for it.
Result<SignedCheckpoint> Log::StoreNote(SignedCheckpoint checkpoint) {
  // Shared, for set_value may still be on its way out when get returns.
  const auto promise = std::make_shared<std::promise<Result<SignedCheckpoint>>>();
  auto answer = promise->get_future();
  {
    const std::lock_guard lock(mutex_);
    holding_ = false;
    notes_.push_back({std::move(checkpoint), {}, [promise](Result<SignedCheckpoint> stored) {
                        promise->set_value(std::move(stored));
                      }});
  }
  to_sequence_.notify_one();
  return answer.get();
}

// AnswerExposed tells those who wait for witnesses, up to the size that is exposed now, and then whoever looks on.
void Log::AnswerExposed() {
  const auto exposed = publisher_.Exposed();
  if (!exposed) return;
  std::vector<Waiter> answered;
  bool is_another = false;
  {
    const std::lock_guard lock(mutex_);
    is_another = std::exchange(answered_for_, exposed) != exposed;
    if (is_another) stats_.exposed_at = ToEpoch(options_.clock());
    const auto end = awaiting_witnesses_.upper_bound(exposed->checkpoint.size);
    for (auto it = awaiting_witnesses_.begin(); it != end; ++it) answered.push_back(std::move(it->second));
    awaiting_witnesses_.erase(awaiting_witnesses_.begin(), end);
  }
  for (Waiter& waiter : answered) waiter.done(std::move(waiter.answer));
  if (is_another) newly_exposed_.Ring();
}

// FailAwaiting tells everybody who waits for witnesses that this log will not see them.
void Log::FailAwaiting(const std::string& why) {
  std::multimap<std::uint64_t, Waiter> failed;
  {
    const std::lock_guard lock(mutex_);
    failed.swap(awaiting_witnesses_);
  }
  for (auto& [size, waiter] : failed) {
    waiter.done(
        Error{ErrorCode::kOutcomeUnknown,
              "durable and published; " + why + " before enough witnesses had cosigned size " + std::to_string(size)});
  }
}

}  // namespace certmark::ledger
