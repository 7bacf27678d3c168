// Backup: an authority's directory copied while the authority may be at work, and such a copy held against its
// manifest.
//
// Copied are the database, at one commit, what its anchor said before that, configuration, certificates, revocation
// lists, schemes and trust lists. Private keys are not, unless that is asked for: who has a backup must not be able to
// sign. Never copied: `offline/` and `registrar/`, which the daemon's machine should not have, and passphrases; nor
// `document-keys/`, whatever is asked for: a document is erased by destroying its key, and a backup would keep that
// (key_backups.h makes copies that end). `documents/` is not copied yet.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "ca/authority_files.h"
#include "ca/backup_manifest.h"

namespace certmark::ca {

/// DaemonKeys are the keys without which a daemon does not start that writes log number `log`: those that
/// Authority::Load reads, and the server's.
std::vector<std::filesystem::path> DaemonKeys(const AuthorityFiles& files, ledger::LogNumber log);

enum class KeyFiles : std::uint8_t { kLeftOut, kCopied };

/// FilesProgress is told how many bytes were read, of how many.
using FilesProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

struct BackupInput {
  AuthorityFiles files;
  std::filesystem::path to;  ///< absolute, new, in a directory that is there
  KeyFiles keys = KeyFiles::kLeftOut;
  Time now;
  /// copy_database makes a new directory a copy of the database: RocksdbStore::CopyTo, here or in the daemon.
  std::function<Result<void>(const std::filesystem::path& to)> copy_database;
  FilesProgress progress{};
};

/// MakeBackup copies, reads back from the copy what the manifest says of the logs, and writes the manifest last, all of
/// it durably. AlreadyExists: `to` is there. Corruption: the copy does not reach the anchor. FailedPrecondition: it has
/// a log that no trust list names yet, for a succession was begun and not finished. What was begun before an error
/// stays, without a manifest.
Result<BackupManifest> MakeBackup(const BackupInput& input);

/// ReadManifest reads a backup's manifest. NotFound: there is none: it is no backup, or was never finished.
Result<BackupManifest> ReadManifest(const std::filesystem::path& backup);

/// FindTampering compares every file of a backup with its manifest and returns a line for each that differs, is
/// missing, or should not be there. Unavailable: something could not be read, and nothing can be told.
Result<std::vector<std::string>> FindTampering(const std::filesystem::path& backup, const BackupManifest& manifest,
                                               const FilesProgress& progress);

}  // namespace certmark::ca
