#include "api/key_backup_keeper.h"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace certmark::api {
namespace {

std::int64_t EpochOf(const std::optional<Time>& time) {
  return time ? ToEpoch(*time) : 0;
}

}  // namespace

struct KeyBackupKeeper::State {
  explicit State(Round from) : round(std::move(from)) {}
  void Work();
  Result<ca::KeptKeyBackups> Caught(Time now) const;
  Time RunRound(Time now);
  bool IsStopping() const { return stop.stop_requested(); }

  const Round round;
  KeyBackupCounts counts;
  std::stop_source stop;
  std::mutex mutex;  // guards what follows
  std::condition_variable_any changed;
  std::optional<Time> asked;  // of the round that is wanted or under way: its time
  Time next{};                // no round begins before
  bool ended = false, abandoned = false;
};

KeyBackupKeeper::KeyBackupKeeper(Round round) : state_(std::make_shared<State>(std::move(round))) {
  // Detached: nobody can end it where a disk does not answer, and who stops gives it up.
  std::thread([state = state_] { state->Work(); }).detach();
}

KeyBackupKeeper::~KeyBackupKeeper() {
  Quit();
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return state_->ended || state_->abandoned; });
}

void KeyBackupKeeper::Look(Time now) {
  const std::lock_guard lock(state_->mutex);
  if (state_->asked || now < state_->next) return;
  state_->asked = now;
  state_->changed.notify_all();
}

const KeyBackupCounts& KeyBackupKeeper::counts() const {
  return state_->counts;
}

void KeyBackupKeeper::Quit() {
  state_->stop.request_stop();
}

Ended KeyBackupKeeper::Stop(std::chrono::milliseconds grace) {
  Quit();
  std::unique_lock lock(state_->mutex);
  if (state_->changed.wait_for(lock, grace, [this] { return state_->ended; })) return Ended::kEnded;
  state_->abandoned = true;
  return Ended::kAbandoned;
}

void KeyBackupKeeper::State::Work() {
  std::unique_lock lock(mutex);
  while (changed.wait(lock, stop.get_token(), [this] { return asked.has_value(); }) && !IsStopping()) {
    const Time now = *asked;
    lock.unlock();
    const Time after = RunRound(now);
    lock.lock();
    next = after;
    asked.reset();
  }
  ended = true;
  changed.notify_all();
}

// Caught: what a round throws is one that failed, and no end of the process.
Result<ca::KeptKeyBackups> KeyBackupKeeper::State::Caught(Time now) const {
  try {
    return round(now, stop.get_token());
  } catch (const std::exception& thrown) {
    return Error{ErrorCode::kInternal, thrown.what()};
  }
}

// RunRound returns when the next one may begin.
Time KeyBackupKeeper::State::RunRound(Time now) {
  const auto kept = Caught(now);
  if (!kept) {
    if (!IsStopping()) {
      ++counts.failed;
      spdlog::error("the keys of documents are not copied, or old copies not deleted: {}", kept.error().message);
    }
    return now + KeyBackupKeeper::kRetry;
  }
  if (kept->made) {
    ++counts.made;
    spdlog::info("the keys of documents are copied to {}", kept->made->string());
  }
  if (kept->deleted > 0)
    spdlog::info("{} copies of the keys of documents that were too old are deleted", kept->deleted);
  for (const auto& path : kept->strange) {
    spdlog::error(
        "{} is named as a copy of the keys of documents, and is a link, a file, or of a time to come: nothing is "
        "reported erased while it is there; look into it and remove it",
        path.string());
  }
  counts.newest = EpochOf(kept->newest);
  counts.oldest = EpochOf(kept->oldest);
  return kept->next;
}

}  // namespace certmark::api
