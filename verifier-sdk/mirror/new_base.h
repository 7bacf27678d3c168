// NewBase: a base that is written in a thread of its own, out of a generation that stands still, while further ones
// are made. It has everything but what was changed meanwhile, which the delta of then tells from the one of now.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include "verifier-sdk/mirror/index.h"

namespace certmark::mirror {

/// NewBase is for one thread, beside its own.
class NewBase {
 public:
  /// kFile is its name in the index's directory until it is taken; one that was left there is worth nothing.
  static constexpr std::string_view kFile = "next-base";

  /// NewBase begins to write what `from` has, into its directory.
  NewBase(const std::filesystem::path& directory, std::shared_ptr<const Index> from);
  /// Whatever was not taken goes, done or not.
  ~NewBase();
  NewBase(const NewBase&) = delete;
  NewBase& operator=(const NewBase&) = delete;

  const Index& from() const { return *from_; }
  bool IsDone() const;
  bool HasFailed() const;  ///< it could not be written, or was taken: it is of no use

  /// TakeAs gives it the name of a file beside it, durably, once; it waits until it is written. Unavailable: it could
  /// not be written, or not be named, or was taken before. OutcomeUnknown: as PutInPlace.
  Result<void> TakeAs(const std::filesystem::path& file);

 private:
  Result<void> Write(const std::stop_token& stop) const;

  const std::filesystem::path file_;
  const std::shared_ptr<const Index> from_;
  mutable std::mutex mutex_;
  std::optional<Result<void>> written_;  // guarded by mutex_; nothing until it is done
  std::jthread thread_;                  // the last: it uses what stands before it
};

}  // namespace certmark::mirror
