// BackupManifest: what a backup is a copy of, and every file of it by its digest. It is written last: a directory
// without one is no backup.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ca/large_file.h"
#include "ledger/head.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

struct BackupManifest {
  static constexpr std::uint64_t kFormat = 1;
  static constexpr std::size_t kMaxBytes = 64 * 1024 * 1024;
  static constexpr std::string_view kFile = "manifest.json";

  struct Tree {
    ledger::LogNumber log = 0;  ///< 0: the private record log
    ledger::TreeHead head;
    bool operator==(const Tree&) const = default;
  };
  struct File {
    std::string path;  ///< below the backup, with `/`; never out of it
    FileDigest digest;
    bool operator==(const File&) const = default;
  };

  std::string authority;  ///< `https://…`
  Time created{};
  std::vector<Tree> trees;  ///< every log, as the copied database has it
  std::string checkpoint;   ///< the newest exposed note of the newest log, verbatim; empty: none yet
  std::vector<File> files;  ///< all but the manifest, by path
  bool operator==(const BackupManifest&) const = default;

  /// TreeOf is the tree of a log, empty for one that was not there.
  ledger::TreeHead TreeOf(ledger::LogNumber log) const;
  /// Bytes is the size of all files.
  std::uint64_t Bytes() const;

  /// ToJson writes what Parse reads. REQUIRES: `files` are by path, sizes below 2^53.
  std::string ToJson() const;
  /// Parse reads a manifest. InvalidArgument names what is missing or wrong: another format, an authority that is none,
  /// a path that leads elsewhere, two files or trees of one name.
  static Result<BackupManifest> Parse(std::string_view json);
};

}  // namespace certmark::ca
