// Key backups: copies of the store of documents' keys that end. Without one, the loss of that store is the loss of
// every document; while one is kept, a key that was destroyed is still in it. So each is deleted after some days, and
// only then is an erased document erased wherever a copy of it lies.
//
//   <to>/key-backups                  says that copies are kept here (BeginKeyBackups)
//   <to>/2026-11-24T15:20:54Z/        a whole copy of `document-keys/`, named by when it was begun
//   <to>/2026-11-24T15:20:54Z.part/   one that is being made or deleted, or whose maker was killed
//   <to>/lock                         whoever makes or deletes one holds it
//
// It holds the master key as that lies there: sealed by the passphrase, bare in development. When the next copy is due
// follows from those that there are, so that nothing has to be remembered over a restart. Where the disk of the keys or
// that of the copies is not mounted there is an empty folder in its place: it has neither master key nor mark, so that
// it is taken neither for keys that are to be copied nor for a place without copies.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "ca/authority_files.h"
#include "ca/schemes.h"
#include "verifier-sdk/core/result.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// KeyBackupLife is how long a copy may be kept: as long as every scheme allows.
Seconds KeyBackupLife(const Schemes& schemes);

/// CheckKeyBackupPlace: InvalidArgument unless `directory` is an absolute path, outside the authority's documents and
/// their keys.
Result<void> CheckKeyBackupPlace(const AuthorityFiles& files, const std::filesystem::path& directory);

/// BeginKeyBackups marks a directory as the one where copies are kept: the deliberate act of whoever has its disk
/// before them, once. AlreadyExists: it is one. Others as KeyBackups.
Result<void> BeginKeyBackups(const std::filesystem::path& directory);

/// RequireKeys: there is a master key that can be read. Without one nothing is copied, and no copy deleted either: what
/// was copied before may be all that is left. NotFound: none. Others as ReadPrivateFile.
Result<void> RequireKeys(const std::filesystem::path& from);

/// BackUpKeys copies the folder of keys `from` into `to_directory`, durably, and returns the copy's path. `now` is when
/// the copy was begun: keys that are destroyed meanwhile may be in it or not. What makers that were killed have left is
/// removed. InvalidArgument: `to_directory` lies in `from`. NotFound, PermissionDenied: as RequireKeys and KeyBackups.
/// AlreadyExists: a copy of that time. FailedPrecondition: somebody else is at work in the directory.
/// ResourceExhausted: the disk is full. Unavailable: it could not be read or written, or it was told to stop, which it
/// looks for between two keys.
Result<std::filesystem::path> BackUpKeys(const std::filesystem::path& from, const std::filesystem::path& to_directory,
                                         Time now, const std::stop_token& stop = {});

/// KeyBackup is a copy in a directory.
struct KeyBackup {
  Time begun{};
  bool whole = false;
  auto operator<=>(const KeyBackup&) const = default;
};
/// KeyBackups are the copies in a directory, unfinished ones too, the oldest first. What is named otherwise is none,
/// nor is a link or a file, however it is named. NotFound: no such directory, or BeginKeyBackups did not mark it.
/// PermissionDenied: others may write there. Unavailable: it cannot be read.
Result<std::vector<KeyBackup>> KeyBackups(const std::filesystem::path& to_directory);

/// StrangeKeyBackups bear the name of a copy, and nobody knows which keys they hold: a link, a file, or one that was
/// begun after `now`, by a clock that was wrong then or is now. They are left alone. Errors as KeyBackups.
Result<std::vector<std::filesystem::path>> StrangeKeyBackups(const std::filesystem::path& to_directory, Time now);

/// ExpireKeyBackups deletes, durably, copies that are `max_age` old or older, unfinished ones too, and returns how
/// many. Errors as KeyBackups and BackUpKeys, the first, once all are tried; after one, again.
Result<std::size_t> ExpireKeyBackups(const std::filesystem::path& to_directory, Time now, Seconds max_age,
                                     const std::stop_token& stop = {});

/// NextKeyBackup is when the next copy is due: a day after the newest whole one of before `now`; without one, `now`.
Time NextKeyBackup(std::span<const KeyBackup> copies, Time now);

/// KeyBackupPlan is what copies are kept by.
struct KeyBackupPlan {
  std::filesystem::path keys;       ///< what is copied
  std::filesystem::path directory;  ///< where to
  Seconds life{};                   ///< of a copy
};
/// KeptKeyBackups is what there was to do, and how it is now.
struct KeptKeyBackups {
  std::size_t deleted = 0;
  std::optional<std::filesystem::path> made;
  std::optional<Time> newest, oldest;  ///< of the whole copies, and of all, but for what is strange
  Time next{};                         ///< when there is something to do again: a copy is due, or too old
  std::vector<std::filesystem::path> strange{};
};
/// KeepKeyBackups does what is due at `now`: it deletes what is too old, then makes a copy. Errors as RequireKeys,
/// which it asks first, and those two; what can be deleted is, though no copy can be made, and the other way round.
Result<KeptKeyBackups> KeepKeyBackups(const KeyBackupPlan& plan, Time now, const std::stop_token& stop = {});

/// ErasureCompleteAt is when no copy may have a key any more that was destroyed then, provided that every copy is kept
/// where ExpireKeyBackups deletes it in time.
inline Time ErasureCompleteAt(Time destroyed_at, Seconds max_age) {
  return destroyed_at + max_age;
}

/// ErasureIsComplete looks: every copy in the directory was begun after that second, and none is strange. Errors as
/// KeyBackups.
Result<bool> ErasureIsComplete(const std::filesystem::path& to_directory, Time destroyed_at, Time now);

}  // namespace certmark::ca
