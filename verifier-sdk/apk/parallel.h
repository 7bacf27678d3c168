// The same work for many numbers, on several threads.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <thread>
#include <vector>

#include "verifier-sdk/core/result.h"

namespace certmark::apk {

/// ForEach calls work(i) once for each i below `count`, on at most `threads` threads of which this is one, and returns
/// the error of the lowest i that had one, as if they had been called in turn; those after it may have been left out.
/// `work` is called by several threads at once. ResourceExhausted: it threw. Where threads cannot be started, those
/// that could be do the work of all.
inline Result<void> ForEach(std::size_t count, unsigned threads, const std::function<Result<void>(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0, failed = count;
  std::vector<Result<void>> first(std::max(threads, 1u));
  // The standard library throws where memory is missing; what leaves a thread ends the process.
  const auto guarded = [&](std::size_t i) -> Result<void> {
    try {
      return work(i);
    } catch (...) {
      return Error{ErrorCode::kResourceExhausted, "apk: no memory"};  // short enough to need none
    }
  };
  const auto run = [&](Result<void>& error) {
    // Numbers are given out in their order, so that all below a failed one are under way or done.
    for (std::size_t i = next++; i < count && i < failed; i = next++) {
      auto done = guarded(i);
      if (done) continue;
      error = std::move(done).error();
      std::size_t known = failed;
      while (i < known && !failed.compare_exchange_weak(known, i)) continue;
      return i;
    }
    return count;
  };
  std::vector<std::size_t> ended(first.size(), count);
  {
    std::vector<std::jthread> others;
    try {
      for (std::size_t t = 1; t < first.size() && t < count; ++t)
        others.emplace_back([&, t] { ended[t] = run(first[t]); });
    } catch (const std::exception&) {
      // This one goes on with those that there are.
    }
    ended[0] = run(first[0]);
  }
  for (std::size_t t = 0; t < first.size(); ++t) {
    if (ended[t] == failed && failed < count) return std::move(first[t]);
  }
  return {};
}

}  // namespace certmark::apk
