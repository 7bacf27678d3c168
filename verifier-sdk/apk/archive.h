// The ZIP archive of an APK, read in the one way that leaves no other.
//
// From the front: entries, each a local header and its data; the APK Signing Block, where there is one; the central
// directory; the end record. What two readers could read in two ways is refused: bytes that no entry owns in front of,
// between or behind entries (a DEX, another archive), entries that overlap or share a name, a local header that says
// something else than the directory, a second end record. Bytes between entries may be zero, or a local header without
// name and content whose extra field is zero, by which Android's build tools fill holes. A comment of up to 65,534
// bytes may stand in the end record. ZIP64, several disks, encryption and methods other than stored and deflated are
// refused: Android reads none.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "verifier-sdk/apk/apk_file.h"

namespace certmark::apk {

/// Entry is a file in the archive, as the central directory has it.
struct Entry {
  std::string_view name;  ///< UTF-8 without control characters, as Android takes names whatever their flag
  bool deflated = false;
  bool described_behind = false;  ///< a data descriptor follows its data
  std::uint32_t crc = 0, packed = 0, size = 0;
  std::uint64_t header_at = 0;
  std::uint64_t data_at = 0;  ///< 0 until its local header was read

  bool is_directory() const { return name.ends_with('/'); }
};

/// Archive is what the file's end says. Its views are of parts that the ApkFile keeps.
struct Archive {
  std::vector<Entry> entries;                  ///< in the directory's order
  std::uint64_t block_at = 0;                  ///< where entries end: at the signing block, or the directory
  ByteView block;                              ///< the signing block whole, with sizes and magic; empty: none
  std::uint64_t directory_at = 0, end_at = 0;  ///< the central directory; the end record
  ByteView directory, end;

  const Entry* Find(std::string_view name) const;
};

/// Limits of an archive: its directory (65,534 entries at most, by its format), its signing block, and how many headers
/// without a name fill its holes.
struct ArchiveLimits {
  static constexpr std::uint64_t kDirectoryBytes = 32 * 1024 * 1024, kBlockBytes = 16 * 1024 * 1024, kFillers = 65'536;
};

/// ReadArchive reads end record, directory and the signing block's place, and no local header. InvalidArgument: it is
/// no ZIP archive or could be read as another. ResourceExhausted: over a limit. Unavailable: the file cannot be read.
Result<Archive> ReadArchive(ApkFile& file);

/// ReadLocalHeader holds one entry's local header against the directory and sets `data_at`. Errors as ReadArchive's.
Result<void> ReadLocalHeader(const ApkFile& file, Entry& entry);

/// CheckLayout reads every local header and accounts for every byte in front of the signing block or the directory.
/// Errors as ReadArchive's.
Result<void> CheckLayout(const ApkFile& file, Archive& archive);

}  // namespace certmark::apk
