// The bytes of an APK, such that what was looked at and what was hashed are the same.
//
// A file is read by pread into buffers of ours and never mapped: one that is cut off meanwhile is an error here, not a
// SIGBUS, and one that is written to meanwhile changes nothing that was read. What is judged by its content (directory,
// signing block, end record, manifest and signature files with their local headers) is kept: read once, and every later
// reading of that place, the one for the digest too, sees those very bytes. The local headers of other entries, and
// what lies between entries, are not kept: they are held against the directory once and hashed another time.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "verifier-sdk/core/bytes.h"

namespace certmark::apk {

/// ApkFile is an open file, or bytes in memory. Read may be called by several threads at once, Keep by one alone.
class ApkFile {
 public:
  /// kMaxBytes is what offsets of 32 bits reach: an APK has no others.
  static constexpr std::uint64_t kMaxBytes = 0xffff'ffff;

  /// Open opens a regular file, and closes it at the end: with that the process loses its record locks (fcntl) on it.
  /// Unavailable: there is none, or it cannot be read. ResourceExhausted: over kMaxBytes.
  static Result<ApkFile> Open(const std::filesystem::path& path);
  /// FromDescriptor borrows the descriptor of a regular file, which stays open for as long as this object lives: it is
  /// read from its beginning, and stands where it stood. Not closed, no record lock is lost. Errors as Open's.
  static Result<ApkFile> FromDescriptor(int fd);
  /// FromBytes takes a file that is in memory already.
  static ApkFile FromBytes(Bytes bytes);

  ApkFile(ApkFile&& other) noexcept;
  ApkFile& operator=(ApkFile&&) = delete;
  ~ApkFile();

  std::uint64_t size() const { return size_; }

  /// Read fills `out` from `at` on. InvalidArgument: that leads over the end. Unavailable: it could not be read, or the
  /// file is shorter than it was.
  Result<void> Read(std::uint64_t at, std::span<std::uint8_t> out) const;

  /// Keep reads a part that stays as it is for as long as this object lives, wherever that is moved. The caller bounds
  /// `size`. Errors as Read.
  Result<ByteView> Keep(std::uint64_t at, std::size_t size);

  /// CheckUnchanged is Unavailable where the file was written to since it was opened, by its size and times. What was
  /// answered is true of the bytes that were read in any case. That they are still what lies there this says as well as
  /// it can: who maps a file, or sets its times, may write to it unseen.
  Result<void> CheckUnchanged() const;

 private:
  struct Kept {
    std::uint64_t at = 0;
    Bytes bytes;
  };
  ApkFile() = default;
  static Result<ApkFile> Look(ApkFile file, const std::string& name);
  Result<void> ReadFile(std::uint64_t at, std::span<std::uint8_t> out) const;

  int fd_ = -1;  // -1: all of it is kept
  bool is_owned_ = false;
  std::uint64_t size_ = 0;
  struct stat opened_ {};
  std::vector<Kept> kept_;
};

}  // namespace certmark::apk
