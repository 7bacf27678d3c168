#include "api/database_copies.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace certmark::api {
namespace {

// A thread's main: no exception passes it.
Result<void> Caught(const DatabaseCopies::Copy& copy, const std::filesystem::path& to) {
  try {
    return copy(to);
  } catch (const std::exception& exception) {
    return Error{ErrorCode::kInternal, std::string("the copy failed: ") + exception.what()};
  } catch (...) {
    return Error{ErrorCode::kInternal, "the copy failed"};
  }
}

}  // namespace

struct DatabaseCopies::State {
  const Copy copy;
  std::mutex mutex{};  // guards what follows
  std::condition_variable changed{};
  bool copying = false;
  bool quitting = false;
  bool abandoned = false;
  std::optional<Result<void>> done{};  // of the last copy, until it is fetched
};

DatabaseCopies::DatabaseCopies(Copy copy) : state_(new State{.copy = std::move(copy)}) {}

DatabaseCopies::~DatabaseCopies() {
  Quit();
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return !state_->copying || state_->abandoned; });
}

Result<void> DatabaseCopies::Make(const std::filesystem::path& to) {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  if (state.quitting) return Error{ErrorCode::kUnavailable, "the daemon stops: no copy is begun"};
  if (state.copying || state.done) return Error{ErrorCode::kUnavailable, "another copy is being made"};
  // Detached: nobody can end it, and who stops gives it up.
  std::thread([state = state_, to] {
    auto copied = Caught(state->copy, to);
    const std::lock_guard lock(state->mutex);
    state->copying = false;
    if (!state->quitting) state->done = std::move(copied);
    state->changed.notify_all();
  }).detach();
  state.copying = true;  // only now: where there is no thread, nothing is copied
  state.changed.wait(lock, [&] { return state.done || state.quitting; });
  if (state.done) return *std::exchange(state.done, std::nullopt);
  return Error{ErrorCode::kUnavailable, "the daemon stops: the copy in " + to.string() + " is abandoned, remove it"};
}

void DatabaseCopies::Quit() {
  const std::lock_guard lock(state_->mutex);
  state_->quitting = true;
  state_->changed.notify_all();
}

Ended DatabaseCopies::Stop(std::chrono::milliseconds grace) {
  Quit();
  std::unique_lock lock(state_->mutex);
  if (state_->changed.wait_for(lock, grace, [this] { return !state_->copying; })) return Ended::kEnded;
  state_->abandoned = true;
  return Ended::kAbandoned;
}

}  // namespace certmark::api
