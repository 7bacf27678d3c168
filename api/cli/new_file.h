// NewFile: a file that is written piece by piece, and has its name once it is whole.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark::cli {

/// NewFile is `<name>.part` (mode 0600) until Keep. One that goes before leaves nothing.
class NewFile {
 public:
  /// Create: AlreadyExists: something bears the name, or that of the part. Unavailable: it cannot be made.
  static Result<NewFile> Create(const std::filesystem::path& name);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  /// Write: Unavailable: it cannot be written.
  Result<void> Write(std::string_view bytes);
  /// Keep makes it durable and gives it its name. AlreadyExists: something bears it by now; it is left as it is.
  Result<void> Keep();

 private:
  NewFile(std::filesystem::path name, int fd) : name_(std::move(name)), fd_(fd) {}
  std::filesystem::path Part() const { return name_.string() + ".part"; }

  std::filesystem::path name_;
  int fd_;  // -1: moved from
};

}  // namespace certmark::cli
