// RestoredFiles: the files of an authority whose database is made again, on their way into its directory: copied from a
// backup if there is one, and put in place once everything agrees.
#pragma once

#include <filesystem>
#include <string>

#include "ca/authority_files.h"
#include "ca/backup.h"
#include "ledger/anchor.h"

namespace certmark::ca {

/// StagedDatabase is a place for a database that is not in place yet, beside where it will be. What lies there goes
/// with the object, unless it was put in place.
class StagedDatabase {
 public:
  explicit StagedDatabase(const AuthorityFiles& files)
      : path_(files.root / "data.restoring"), database_(files.database()) {}
  ~StagedDatabase();
  StagedDatabase(const StagedDatabase&) = delete;
  StagedDatabase& operator=(const StagedDatabase&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Clear removes what somebody who was killed has left there. Unavailable: it could not.
  Result<void> Clear() const;
  /// PutInPlace makes it the authority's database, durably. Unavailable: it could not.
  Result<void> PutInPlace();

 private:
  const std::filesystem::path path_, database_;
  bool in_place_ = false;
};

/// RequirePlace: FailedPrecondition: a database is in place, or the anchor's is a directory elsewhere that is not
/// there, such as a device that is not mounted.
Result<void> RequirePlace(const AuthorityFiles& files);

/// CopyBackup copies a backup's database to `staged`, and its other files to where they are not: what is there is newer
/// than the backup, and stays. Its anchor is as old as it, and is left out. Corruption: a file changed meanwhile.
Result<void> CopyBackup(const std::filesystem::path& backup, const BackupManifest& manifest,
                        const StagedDatabase& staged, const FilesProgress& progress);

/// KeepAnchor copies the anchor to a file beside it, named after the time, and returns that; nothing: there is none.
Result<std::string> KeepAnchor(const AuthorityFiles& files, Time now);

/// ReplaceAnchor puts an anchor that says `state` in its place, or behind the link that is there, in one step: at each
/// moment there is the old one or the new one.
Result<void> ReplaceAnchor(const AuthorityFiles& files, const ledger::AnchorState& state);

}  // namespace certmark::ca
