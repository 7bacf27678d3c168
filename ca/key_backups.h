// Key backups: copies of the store of documents' keys that end. Without one, the loss of that store is the loss of
// every document; while one is kept, a key that was destroyed is still in it. So each is deleted after some days, and
// only then is an erased document erased wherever a copy of it lies.
//
//   <to>/2026-11-24T15:20:54Z/        a whole copy of `document-keys/`, named by when it was begun
//   <to>/2026-11-24T15:20:54Z.part/   one that is being made, or whose maker was killed
//
// It holds the master key as that lies there: sealed by the passphrase, bare in development.
#pragma once

#include <filesystem>
#include <vector>

#include "verifier-sdk/core/result.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// kKeyBackupAge is how long a key backup is kept, unless a scheme says otherwise.
inline constexpr Seconds kKeyBackupAge{30 * 24 * 3600};

/// BackUpKeys copies the folder of keys `from` into `to_directory`, durably, and returns the copy's path. `now` is when
/// the copy was begun: keys that are destroyed meanwhile may be in it or not. What makers that were killed have left is
/// removed. REQUIRES: one at a time for a directory. InvalidArgument: `to_directory` lies in `from`. NotFound: no
/// folder of keys, or no such directory. AlreadyExists: a copy of that time. ResourceExhausted: the disk is full.
/// Unavailable: it could not be read or written.
Result<std::filesystem::path> BackUpKeys(const std::filesystem::path& from, const std::filesystem::path& to_directory,
                                         Time now);

/// KeyBackups are the times of the copies in a directory, unfinished ones too, the oldest first. What is named
/// otherwise is none. NotFound: no such directory. Unavailable: it cannot be read.
Result<std::vector<Time>> KeyBackups(const std::filesystem::path& to_directory);

/// ExpireKeyBackups deletes, durably, copies that are `max_age` old or older, unfinished ones too, and returns how
/// many. Errors as KeyBackups; after one, again.
Result<std::size_t> ExpireKeyBackups(const std::filesystem::path& to_directory, Time now, Seconds max_age);

/// ErasureCompleteAt is when no copy may have a key any more that was destroyed then, provided that every copy is kept
/// where ExpireKeyBackups deletes it in time.
inline Time ErasureCompleteAt(Time destroyed_at, Seconds max_age) {
  return destroyed_at + max_age;
}

/// ErasureIsComplete looks: every copy in the directory was begun after that second. Errors as KeyBackups.
Result<bool> ErasureIsComplete(const std::filesystem::path& to_directory, Time destroyed_at);

}  // namespace certmark::ca
