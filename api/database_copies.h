// DatabaseCopies: copies of the database while it is written to, and a daemon that need not wait for them to stop.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

#include "api/ended.h"
#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// DatabaseCopies makes one copy at a time, on a thread of its own: a database of many gigabytes takes as long as its
/// disks take, and no storage engine lets go of a copy that it has begun. Safe on any thread.
class DatabaseCopies {
 public:
  using Copy = std::function<Result<void>(const std::filesystem::path& to)>;
  /// DatabaseCopies calls `copy`, which stays valid until Stop has said kEnded, or until the process ends.
  explicit DatabaseCopies(Copy copy);
  /// ~DatabaseCopies waits for a copy that is being made, however long it takes, unless Stop has given it up.
  ~DatabaseCopies();
  DatabaseCopies(const DatabaseCopies&) = delete;
  DatabaseCopies& operator=(const DatabaseCopies&) = delete;

  /// Make makes `to` a copy and waits for it. Unavailable: another copy is being made; or the process is told to stop,
  /// and what has been copied is of no use. Internal: the function it calls threw. Else as that function.
  Result<void> Make(const std::filesystem::path& to);

  /// Quit answers who waits in Make, and lets no copy begin any more. The one that is being made goes on.
  void Quit();

  /// Stop is Quit, and waits for the copy that is being made for as long as `grace`.
  Ended Stop(std::chrono::milliseconds grace);

 private:
  struct State;
  const std::shared_ptr<State> state_;  // shared with the thread, which may outlive this object
};

}  // namespace certmark::api
