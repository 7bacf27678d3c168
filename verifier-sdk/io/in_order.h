// InOrder: pieces of work made on several threads, and taken one after the other in their order.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "verifier-sdk/core/result.h"

namespace certmark::io {

/// InOrder calls `make(i)` for i from 0 to `count` − 1 on `threads` threads, the caller's among them, and `take` with
/// what each made, one call at a time and in order of i. So at most `threads` pieces exist at once. The first error of
/// either ends the work and is returned.
template <class T, class Make, class Take>
Result<void> InOrder(std::uint64_t count, unsigned threads, const Make& make, const Take& take) {
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t next_to_make = 0, next_to_take = 0;
    std::optional<Error> failed;
  } state;

  const auto fail = [&state](Error error) {
    const std::lock_guard lock(state.mutex);
    if (!state.failed) state.failed = std::move(error);
    state.changed.notify_all();
  };
  const auto begin_one = [&]() -> std::optional<std::uint64_t> {
    const std::lock_guard lock(state.mutex);
    if (state.failed || state.next_to_make == count) return std::nullopt;
    return state.next_to_make++;
  };
  const auto await_turn = [&state](std::uint64_t piece) {
    std::unique_lock lock(state.mutex);
    state.changed.wait(lock, [&] { return state.failed || state.next_to_take == piece; });
    return !state.failed;
  };
  const auto work = [&] {
    while (const auto piece = begin_one()) {
      Result<T> made = make(*piece);
      if (!made) return fail(std::move(made).error());
      if (!await_turn(*piece)) return;
      Result<void> taken = take(*std::move(made));
      if (!taken) return fail(std::move(taken).error());
      const std::lock_guard lock(state.mutex);
      ++state.next_to_take;
      state.changed.notify_all();
    }
  };

  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  if (state.failed) return *std::move(state.failed);
  return {};
}

}  // namespace certmark::io
