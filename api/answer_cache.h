// AnswerCache: what anybody was answered, until anything changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// AnswerMoment is all that an answer to anybody depends on: what is stored, what the log shows, the second.
struct AnswerMoment {
  std::uint64_t version = 0;  ///< of the log's head (ledger::Stats)
  std::shared_ptr<const void> exposed;
  Time now{};
  bool operator==(const AnswerMoment&) const = default;
};

/// AnswerCache keeps answers by what was asked, each as long as it would be the same. Safe on any thread.
template <class Answer>
class AnswerCache {
 public:
  /// kMaxBytes bounds the answers that are kept with what was asked, each of kMaxOne at most: one more, and it begins
  /// anew.
  static constexpr std::size_t kMaxBytes = 8 * 1024 * 1024, kMaxOne = 64 * 1024;

  /// Find is what was answered at `moment`, or null.
  std::shared_ptr<const Answer> Find(const std::string& asked, const AnswerMoment& moment) const {
    const std::lock_guard lock(mutex_);
    if (moment != moment_) return nullptr;
    const auto found = by_asked_.find(asked);
    return found == by_asked_.end() ? nullptr : found->second;
  }
  /// Put keeps an answer of `bytes`, to what was asked at `moment` and read after it.
  void Put(const std::string& asked, Answer answer, std::size_t bytes, const AnswerMoment& moment) {
    bytes += asked.size();
    if (bytes > kMaxOne) return;
    auto kept = std::make_shared<const Answer>(std::move(answer));
    const std::lock_guard lock(mutex_);
    if (moment != moment_ || bytes_ + bytes > kMaxBytes) {
      by_asked_.clear();
      bytes_ = 0;
      moment_ = moment;
    }
    if (by_asked_.emplace(asked, std::move(kept)).second) bytes_ += bytes;
  }

 private:
  mutable std::mutex mutex_;  // guards what follows
  AnswerMoment moment_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, std::shared_ptr<const Answer>> by_asked_;
};

}  // namespace certmark::api
