#include "api/answer_cache.h"

namespace certmark::api {

std::optional<HttpResponse> AnswerCache::Find(const std::string& path, const Moment& moment) {
  const std::lock_guard lock(mutex_);
  if (moment != moment_) return std::nullopt;
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? std::nullopt : std::optional(found->second);
}

void AnswerCache::Put(const std::string& path, const HttpResponse& response, const Moment& moment) {
  if (response.pieces || response.size() > kMaxBody) return;
  const std::lock_guard lock(mutex_);
  if (moment != moment_ || bytes_ + response.size() > kMaxBytes) {
    by_path_.clear();
    bytes_ = 0;
    moment_ = moment;
  }
  if (by_path_.emplace(path, response).second) bytes_ += response.size();
}

}  // namespace certmark::api
