// AnswerCache: what anybody was answered, until anything changes.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "api/http_message.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// AnswerCache keeps answers by their path, each as long as it would be the same. Safe on any thread.
class AnswerCache {
 public:
  /// kMaxBytes bounds the bodies that are kept, each of kMaxBody at most: one more, and it begins anew.
  static constexpr std::size_t kMaxBytes = 8 * 1024 * 1024, kMaxBody = 64 * 1024;

  /// Moment is all that an answer depends on: what is stored, what the log shows, the second.
  struct Moment {
    std::uint64_t version = 0;  ///< of the log's head (ledger::Stats)
    std::shared_ptr<const void> exposed;
    Time now{};
    bool operator==(const Moment&) const = default;
  };

  /// Find is what was answered at `moment`, or nothing.
  std::optional<HttpResponse> Find(const std::string& path, const Moment& moment);
  /// Put keeps an answer with a body, to what was asked at `moment` and read after it.
  void Put(const std::string& path, const HttpResponse& response, const Moment& moment);

 private:
  std::mutex mutex_;  // guards what follows
  Moment moment_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, HttpResponse> by_path_;
};

}  // namespace certmark::api
