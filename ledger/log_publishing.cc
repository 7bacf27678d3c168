// The second thread of the log: it follows the sequencer and publishes what that has made durable.
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

// noexcept: as the sequencer's.
void Log::PublishRounds() noexcept {
  Instant last{};
  Round open;  // what was committed since the last checkpoint
  for (;;) {
    const bool unpublished = open.head.version > 0;
    std::vector<Round> rounds =
        AwaitRounds(unpublished ? std::optional(last + options_.publish_interval) : std::nullopt);
    if (rounds.empty() && !unpublished) break;
    const Instant begin = std::chrono::steady_clock::now();
    std::vector<Write> writes;
    for (Round& round : rounds) {
      std::ranges::move(round.writes, std::back_inserter(writes));
      std::ranges::move(round.published, std::back_inserter(open.published));
      std::ranges::move(round.witnessed, std::back_inserter(open.witnessed));
      open.head = std::move(round.head);
    }
    // A log that closes gives its last checkpoint at once.
    const bool due = rounds.empty() || begin >= last + options_.publish_interval;
    const std::optional<Error> stopped = Stopped();
    if (!due || stopped) ExpectNote(false);
    auto done = stopped ? Result<void>(*stopped) : due ? Publish(open, writes) : publisher_.Follow(open.head, writes);
    if (!done) {
      Stop(done.error());
      FailRound(open, Stopped()->message);
      open = {};
      continue;
    }
    if (!due) continue;
    last = std::chrono::steady_clock::now();
    stats_.publish_seconds.Observe(std::chrono::duration<double>(last - begin).count());
    {
      const std::lock_guard lock(mutex_);
      const std::uint64_t size = open.head.tree(number_).size;
      for (Waiter& waiter : open.witnessed) awaiting_witnesses_.emplace(size, std::move(waiter));
      // Who is answered now may ask for more at once: that had better not get in front of the next note.
      note_coming_ = !rounds_.empty();
    }
    for (Waiter& waiter : open.published) waiter.done(std::move(waiter.answer));
    AnswerExposed();
    if (Stopped()) FailAwaiting("the log stopped writing");
    open = {};
  }
  {
    const std::lock_guard lock(mutex_);
    publisher_done_ = true;
  }
  to_sequence_.notify_one();
}

// AwaitRounds waits for rounds, until a time if there is one, and takes all there are; none at that time, or once the
// log closes and the sequencer has no changes left.
std::vector<Log::Round> Log::AwaitRounds(std::optional<Instant> until) {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return !rounds_.empty() || (closing_ && queue_.empty() && !sequencing_); };
  if (until) {
    to_publish_.wait_until(lock, *until, ready);
  } else {
    to_publish_.wait(lock, ready);
  }
  std::vector<Round> taken(std::move_iterator(rounds_.begin()), std::move_iterator(rounds_.end()));
  rounds_.clear();
  lock.unlock();
  to_sequence_.notify_one();
  return taken;
}

// Publish tells the sequencer that a note will come, for as long as that is true.
Result<void> Log::Publish(Round& open, std::span<const Write> writes) {
  const auto last = publisher_.Published();
  ExpectNote(open.head.tree(number_).size > (last ? last->checkpoint.size : 0));
  const auto published =
      publisher_.Publish(open.head, writes, [&](const SignedCheckpoint& note) { return PersistNote(note, open); });
  ExpectNote(false);
  return published;
}

void Log::ExpectNote(bool coming) {
  {
    const std::lock_guard lock(mutex_);
    note_coming_ = coming;
  }
  if (!coming) to_sequence_.notify_one();
}

void Log::FailRound(Round& round, const std::string& why) {
  const Error error{ErrorCode::kOutcomeUnknown, "durable, but not published: " + why};
  for (auto* group : {&round.published, &round.witnessed}) {
    for (Waiter& waiter : std::exchange(*group, {})) waiter.done(error);
  }
}

// FailWaiting answers everybody who waits for a checkpoint that finds no room: of the round at work, of those behind
// it, and, where the sequencer waits for the publisher to come nearer, whoever is still in the queue.
void Log::FailWaiting(Round& open, const Error& reason) {
  Round behind;
  std::deque<Pending> refused;
  {
    const std::lock_guard lock(mutex_);
    for (Round& round : rounds_) {
      std::ranges::move(std::exchange(round.published, {}), std::back_inserter(behind.published));
      std::ranges::move(std::exchange(round.witnessed, {}), std::back_inserter(behind.witnessed));
    }
    if (rounds_.size() >= kRoundsAhead) {
      refused.swap(queue_);
      queued_bytes_ = 0;
    }
  }
  FailRound(open, reason.message);
  FailRound(behind, reason.message);
  for (Pending& pending : refused) {
    ++stats_.refused[static_cast<std::size_t>(reason.code)];
    pending.done(Error{reason.code, "nothing was written: " + reason.message});
  }
}

// PersistNote comes back until the store takes the note: what it covers is durable, and a full disk may empty.
Result<void> Log::PersistNote(const SignedCheckpoint& checkpoint, Round& open) {
  const Instant patience_ends = std::chrono::steady_clock::now() + options_.note_patience;
  for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    const auto stored = StoreNote(checkpoint);
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
    note_coming_ = false;
    notes_.push_back({std::move(checkpoint), {}, [promise](Result<SignedCheckpoint> stored) {
                        promise->set_value(std::move(stored));
                      }});
  }
  to_sequence_.notify_one();
  return answer.get();
}

// AnswerExposed tells those who wait for witnesses, up to the size that is exposed now.
void Log::AnswerExposed() {
  const auto exposed = publisher_.Exposed();
  if (!exposed) return;
  std::vector<Waiter> answered;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(answered_for_, exposed) != exposed) stats_.exposed_at = ToEpoch(options_.clock());
    const auto end = awaiting_witnesses_.upper_bound(exposed->checkpoint.size);
    for (auto it = awaiting_witnesses_.begin(); it != end; ++it) answered.push_back(std::move(it->second));
    awaiting_witnesses_.erase(awaiting_witnesses_.begin(), end);
  }
  for (Waiter& waiter : answered) waiter.done(std::move(waiter.answer));
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
