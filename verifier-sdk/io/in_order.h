// InOrder: pieces of work made on several threads, and taken one after the other in their order.
#pragma once

#include <algorithm>
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
/// what each made, one call at a time and in order of i. At most 2 × `threads` pieces exist at once: whoever is
/// early leaves its piece and makes another. The first error of either ends the work and is returned. No `threads` are
/// one. Who throws ends the process: the others would wait for it for ever.
template <class T, class Make, class Take>
Result<void> InOrder(std::uint64_t count, unsigned threads, const Make& make, const Take& take) {
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t next_to_make = 0, next_to_take = 0;
    bool is_taking = false;
    std::vector<std::optional<T>> made;  // piece i at i mod its size
    std::optional<Error> failed;
  } state;
  threads = std::max(threads, 1u);
  state.made.resize(2 * std::size_t{threads});
  const std::size_t room = state.made.size();

  const auto fail = [&state](Error error) {
    const std::lock_guard lock(state.mutex);
    if (!state.failed) state.failed = std::move(error);
    state.changed.notify_all();
  };
  const auto begin_one = [&]() -> std::optional<std::uint64_t> {
    std::unique_lock lock(state.mutex);
    state.changed.wait(lock, [&] {
      return state.failed || state.next_to_make == count || state.next_to_make < state.next_to_take + room;
    });
    if (state.failed || state.next_to_make == count) return std::nullopt;
    return state.next_to_make++;
  };
  const auto leave = [&](std::uint64_t piece, T made) {
    const std::lock_guard lock(state.mutex);
    state.made[piece % room] = std::move(made);
  };
  // begin_taking is the next piece where it is made and nobody takes another.
  const auto begin_taking = [&]() -> std::optional<T> {
    const std::lock_guard lock(state.mutex);
    if (state.failed || state.is_taking) return std::nullopt;
    std::optional<T> next = std::exchange(state.made[state.next_to_take % room], std::nullopt);
    state.is_taking = next.has_value();
    return next;
  };
  const auto taken = [&state] {
    const std::lock_guard lock(state.mutex);
    state.is_taking = false;
    ++state.next_to_take;
    state.changed.notify_all();
  };
  const auto work = [&]() noexcept {
    while (const auto piece = begin_one()) {
      Result<T> made = make(*piece);
      if (!made) return fail(std::move(made).error());
      leave(*piece, *std::move(made));
      while (auto next = begin_taking()) {
        Result<void> result = take(*std::move(next));
        if (!result) return fail(std::move(result).error());
        taken();
      }
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
