#include "ca/key_backups.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <system_error>

#include "ca/document_file.h"
#include "ca/document_keys.h"
#include "ca/small_file.h"
#include "verifier-sdk/io/directory_lock.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;
using ledger::FileError;

constexpr std::string_view kPart = ".part", kMark = "key-backups";
constexpr std::string_view kMarkText =
    "Here certmark keeps copies of the keys of documents, and deletes them in time. Without this file it does "
    "neither.\n";
constexpr std::size_t kMaxFileBytes = 4096;  // of a key, whichever
constexpr Seconds kBetweenBackups{24 * 3600};

struct Copy : KeyBackup {
  fs::path path;
};
/// Found is what bears the name of a key backup in a directory: folders, the oldest first, and what is none.
struct Found {
  std::vector<Copy> copies;
  std::vector<fs::path> strange;
};

std::optional<KeyBackup> KeyBackupNamed(std::string name) {
  const bool whole = !name.ends_with(kPart);
  if (!whole) name.resize(name.size() - kPart.size());
  const auto begun = ParseDateTime(name);
  if (!begun) return std::nullopt;
  return KeyBackup{*begun, whole};
}

/// IsFolder: not by a link, behind which lies what is not ours.
bool IsFolder(const fs::directory_entry& entry) {
  std::error_code unknown;
  return !entry.is_symlink(unknown) && entry.is_directory(unknown);
}

/// RequirePrivate: whoever may write there could have us delete, or miss, what they like.
Result<void> RequirePrivate(const fs::path& directory) {
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0) return DiskError("look into", directory);
  if (!S_ISDIR(status.st_mode)) return Error{ErrorCode::kNotFound, "no directory " + directory.string()};
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return {};
  return Error{ErrorCode::kPermissionDenied, "others may write in " + directory.string() + ": make its mode 0700"};
}

/// RequirePlace: an empty folder, where a disk is to be mounted perhaps, is no place without copies.
Result<void> RequirePlace(const fs::path& directory) {
  CM_TRY(RequirePrivate(directory));
  struct stat mark {};
  if (::lstat((directory / kMark).c_str(), &mark) == 0) return {};
  if (errno != ENOENT) return DiskError("look for", directory / kMark);
  return Error{ErrorCode::kNotFound, "no copies of keys are kept in " + directory.string() +
                                         ": mount its disk, or begin there, once, with certmark backup keys --first"};
}

Result<Found> LookInto(const fs::path& directory) {
  CM_TRY(RequirePlace(directory));
  Found found;
  std::error_code error;
  for (auto at = fs::directory_iterator(directory, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    const auto named = KeyBackupNamed(at->path().filename());
    if (!named) continue;
    if (IsFolder(*at)) {
      found.copies.push_back({*named, at->path()});
    } else {
      found.strange.push_back(at->path());
    }
  }
  if (error) return FileError("look into", directory, error);
  std::ranges::sort(found.copies, {}, &Copy::begun);
  return found;
}

/// Lock is taken by whoever changes the directory: nobody removes what another is just making.
Result<io::DirectoryLock> Lock(const fs::path& directory) {
  CM_TRY(RequirePlace(directory));
  return io::DirectoryLock::Take(directory);
}

Result<void> GoesOn(const std::stop_token& stop) {
  if (!stop.stop_requested()) return {};
  return Error{ErrorCode::kUnavailable, "told to stop in the middle of a key backup"};
}

/// Delete goes by folders, of which a copy has a few dozen: whoever is told to stop waits for one of them at most. What
/// is not deleted whole bears no name of a whole one any more.
Result<void> Delete(const Copy& copy, const std::stop_token& stop) {
  const fs::path part = copy.whole ? PartOf(copy.path) : copy.path;
  if (copy.whole) CM_TRY(RenameNew(copy.path, part));
  std::error_code error;
  if (!IsFolder(fs::directory_entry(part, error))) {
    return Error{ErrorCode::kFailedPrecondition, part.string() + " is no folder any more"};
  }
  for (auto at = fs::directory_iterator(part, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    CM_TRY(GoesOn(stop));
    fs::remove_all(at->path(), error);
    if (error) break;
  }
  if (!error) fs::remove(part, error);
  if (error) return FileError("remove", part, error);
  return SyncFolderOf(part);
}

/// CopyKey copies one file, or nothing where it is gone: its key was destroyed meanwhile.
Result<void> CopyKey(const fs::path& from, const fs::path& to) {
  auto key = ReadPrivateFile(from, kMaxFileBytes);
  if (!key && key.error().code == ErrorCode::kNotFound) return {};
  if (!key) return key.error();
  const io::Descriptor fd(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kPrivateMode));
  if (!fd.ok()) return DiskError("create", to);
  return WriteToDisk(fd.get(), AsBytes(key->Reveal()), to);
}

Result<void> CopyBelow(const fs::path& from, const fs::path& to, const std::stop_token& stop) {
  if (::mkdir(to.c_str(), S_IRWXU) != 0) return DiskError("create", to);
  std::error_code error;
  for (auto at = fs::directory_iterator(from, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    CM_TRY(GoesOn(stop));
    const fs::path copy = to / at->path().filename();
    if (at->path().extension() == kPart) continue;  // a key that has encrypted nothing yet
    CM_TRY(IsFolder(*at) ? CopyBelow(at->path(), copy, stop) : CopyKey(at->path(), copy));
  }
  if (error == std::errc::no_such_file_or_directory) return Error{ErrorCode::kNotFound, "no folder " + from.string()};
  if (error) return FileError("look into", from, error);
  return {};
}

/// SyncDisk makes everything on the disk durable at once: a sync of each of millions of files would take hours.
Result<void> SyncDisk(const fs::path& directory) {
  const io::Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return DiskError("open", directory);
  if (::syncfs(fd.get()) != 0) return DiskError("sync the disk of", directory);
  return {};
}

}  // namespace

Seconds KeyBackupLife(const Schemes& schemes) {
  Seconds life = Seconds::max();
  for (const Scheme* const scheme : schemes.all()) life = std::min(life, scheme->parameters.key_backup_life);
  return life;
}

Result<void> CheckKeyBackupPlace(const AuthorityFiles& files, const fs::path& directory) {
  const auto refuse = [&](const std::string& why) {
    return Error{ErrorCode::kInvalidArgument, "key backups in " + directory.string() + ": " + why};
  };
  if (!directory.is_absolute()) return refuse("the path is not absolute");
  for (const fs::path& own : {files.documents(), files.document_keys()}) {
    if (ledger::LiesIn(directory, own)) return refuse("it lies in " + own.string());
  }
  return {};
}

Result<void> BeginKeyBackups(const fs::path& directory) {
  CM_TRY(RequirePrivate(directory));
  auto marked = WriteNewFile(directory / kMark, kMarkText, kPrivateMode);
  if (marked || marked.error().code != ErrorCode::kAlreadyExists) return marked;
  return Error{ErrorCode::kAlreadyExists, "copies of keys are kept in " + directory.string() + " already"};
}

Result<void> RequireKeys(const fs::path& from) {
  CM_TRY(ReadPrivateFile(from / DocumentKeys::kMaster, kMaxFileBytes));
  return {};
}

Result<fs::path> BackUpKeys(const fs::path& from, const fs::path& to_directory, Time now, const std::stop_token& stop) {
  if (ledger::LiesIn(to_directory, from)) {
    return Error{ErrorCode::kInvalidArgument, to_directory.string() + " lies in the folder that is copied"};
  }
  CM_TRY(RequireKeys(from));
  const io::DirectoryLock lock = CM_TRY(Lock(to_directory));
  const Found found = CM_TRY(LookInto(to_directory));
  for (const Copy& copy : found.copies) {
    if (!copy.whole) CM_TRY(Delete(copy, stop));
  }
  const fs::path to = to_directory / FormatDateTime(now), part = PartOf(to);
  auto copied = CopyBelow(from, part, stop);
  if (copied) copied = RequireKeys(part);  // the disk may have gone meanwhile
  if (copied) copied = SyncDisk(part);
  if (copied) copied = RenameNew(part, to);
  if (copied) copied = SyncFolderOf(to);
  if (copied) return to;
  // Who is told to stop has no time to clear up either: the next maker does.
  std::error_code ignored;
  if (!stop.stop_requested()) fs::remove_all(part, ignored);
  return copied.error();
}

Result<std::vector<KeyBackup>> KeyBackups(const fs::path& to_directory) {
  const Found found = CM_TRY(LookInto(to_directory));
  return std::vector<KeyBackup>(found.copies.begin(), found.copies.end());
}

Result<std::vector<fs::path>> StrangeKeyBackups(const fs::path& to_directory, Time now) {
  Found found = CM_TRY(LookInto(to_directory));
  for (const Copy& copy : found.copies) {
    if (copy.begun > now) found.strange.push_back(copy.path);
  }
  return std::move(found.strange);
}

Result<std::size_t> ExpireKeyBackups(const fs::path& to_directory, Time now, Seconds max_age,
                                     const std::stop_token& stop) {
  const io::DirectoryLock lock = CM_TRY(Lock(to_directory));
  std::size_t deleted = 0;
  const Found found = CM_TRY(LookInto(to_directory));
  std::optional<Error> failed;  // one that cannot be deleted keeps none of the others
  for (const Copy& copy : found.copies) {
    if (now - copy.begun < max_age) continue;
    auto gone = Delete(copy, stop);
    if (gone) ++deleted;
    if (!gone && !failed) failed = std::move(gone.error());
  }
  if (failed) return *std::move(failed);
  return deleted;
}

Time NextKeyBackup(std::span<const KeyBackup> copies, Time now) {
  std::optional<Time> newest;
  for (const KeyBackup& copy : copies) {
    if (copy.whole && copy.begun <= now) newest = std::max(newest.value_or(copy.begun), copy.begun);
  }
  return newest ? *newest + kBetweenBackups : now;
}

Result<KeptKeyBackups> KeepKeyBackups(const KeyBackupPlan& plan, Time now, const std::stop_token& stop) {
  CM_TRY(RequireKeys(plan.keys));
  KeptKeyBackups kept;
  // A copy that stays too long is a fault to tell, and no reason to make none.
  const auto deleted = ExpireKeyBackups(plan.directory, now, plan.life, stop);
  const std::vector<KeyBackup> before = CM_TRY(KeyBackups(plan.directory));
  if (NextKeyBackup(before, now) <= now) kept.made = CM_TRY(BackUpKeys(plan.keys, plan.directory, now, stop));
  kept.deleted = CM_TRY(deleted);
  const std::vector<KeyBackup> copies = CM_TRY(KeyBackups(plan.directory));
  for (const KeyBackup& copy : copies) {
    if (copy.begun > now) continue;
    if (copy.whole) kept.newest = copy.begun;
    if (!kept.oldest) kept.oldest = copy.begun;
  }
  kept.next = NextKeyBackup(copies, now);
  if (kept.oldest) kept.next = std::min(kept.next, *kept.oldest + plan.life);
  kept.strange = CM_TRY(StrangeKeyBackups(plan.directory, now));
  return kept;
}

Result<bool> ErasureIsComplete(const fs::path& to_directory, Time destroyed_at, Time now) {
  if (!CM_TRY(StrangeKeyBackups(to_directory, now)).empty()) return false;
  const std::vector<KeyBackup> copies = CM_TRY(KeyBackups(to_directory));
  return copies.empty() || copies.front().begun > destroyed_at;
}

}  // namespace certmark::ca
