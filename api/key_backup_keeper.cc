#include "api/key_backup_keeper.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

namespace certmark::api {
namespace {

std::int64_t EpochOf(const std::optional<Time>& time) {
  return time ? ToEpoch(*time) : 0;
}

}  // namespace

KeyBackupKeeper::KeyBackupKeeper(Round round, KeyBackupCounts& counts)
    : round_(std::move(round)), counts_(counts), thread_([this](const std::stop_token& stop) { Work(stop); }) {}

void KeyBackupKeeper::Look(Time now) {
  const std::lock_guard lock(mutex_);
  if (asked_ || now < next_) return;
  asked_ = now;
  asked_changed_.notify_one();
}

void KeyBackupKeeper::Work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (asked_changed_.wait(lock, stop, [this] { return asked_.has_value(); }) && !stop.stop_requested()) {
    const Time now = *asked_;
    lock.unlock();
    const Time next = RunRound(now, stop);
    lock.lock();
    next_ = next;
    asked_.reset();
  }
}

// Caught: what a round throws is one that failed, and no end of the process.
Result<ca::KeptKeyBackups> KeyBackupKeeper::Caught(Time now, const std::stop_token& stop) const {
  try {
    return round_(now, stop);
  } catch (const std::exception& thrown) {
    return Error{ErrorCode::kInternal, thrown.what()};
  }
}

// RunRound returns when the next one may begin.
Time KeyBackupKeeper::RunRound(Time now, const std::stop_token& stop) {
  const auto kept = Caught(now, stop);
  if (!kept) {
    if (!stop.stop_requested()) {
      ++counts_.failed;
      spdlog::error("the keys of documents are not copied, or old copies not deleted: {}", kept.error().message);
    }
    return now + kRetry;
  }
  if (kept->made) {
    ++counts_.made;
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
  counts_.newest = EpochOf(kept->newest);
  counts_.oldest = EpochOf(kept->oldest);
  return kept->next;
}

}  // namespace certmark::api
