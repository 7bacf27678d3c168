// SmallDisk: a disk of a few hundred mebibytes that only this process sees.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ledger {

/// EnterOwnMounts gives the process a mount namespace of its own, and, where it is not root, a user namespace to mount
/// in. REQUIRES: called at the start of main, before any thread. What it could not do, SmallDisk::Mount reports.
void EnterOwnMounts();

/// SmallDisk is a tmpfs, unmounted with the object.
class SmallDisk {
 public:
  /// Mount returns why this process may not, or nothing: the disk is there.
  std::optional<std::string> Mount(std::size_t mebibytes);
  SmallDisk() = default;
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk();

  const std::filesystem::path& path() const { return dir_.path(); }
  /// Room is what is left, in bytes.
  std::uintmax_t Room() const { return std::filesystem::space(dir_.path()).available; }
  /// FillUpTo takes room away until `left` bytes are left, as another program on the disk would. Empty gives it back.
  void FillUpTo(std::uintmax_t left);
  void Empty();
  /// Grow makes the disk larger, as an administrator would. REQUIRES: Mount succeeded.
  void Grow(std::size_t mebibytes);

 private:
  testing::TempDir dir_;
  bool mounted_ = false;
};

}  // namespace certmark::ledger
