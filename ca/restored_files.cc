#include "ca/restored_files.h"

#include <system_error>

#include "ca/large_file.h"
#include "ca/small_file.h"
#include "ledger/posix_file.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;
using ledger::FileError;

constexpr std::string_view kDataFolder = "data/";
constexpr std::string_view kAnchorFolder = "anchor/";

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

Result<void> MakePrivateDirectories(const fs::path& directory) {
  if (directory.empty() || Exists(directory)) return {};
  CM_TRY(MakePrivateDirectories(directory.parent_path()));
  return MakePrivateDirectory(directory);
}

Result<void> Remove(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return FileError("remove", path, error);
  return {};
}

Result<void> Rename(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return FileError("put in place", to, error);
  return ledger::SyncDirectory(ledger::DirectoryOf(to));
}

Result<void> CopyOne(const fs::path& from, const fs::path& to, const BackupManifest::File& file) {
  CM_TRY(MakePrivateDirectories(to.parent_path()));
  const FileDigest copied = CM_TRY(CopyLargeFile(from, to));
  if (copied != file.digest) return Error{ErrorCode::kCorruption, file.path + " changed while it was copied"};
  return ledger::SyncDirectory(to.parent_path());
}

// CopyMissing: under its own name a file appears whole or not at all, so that what a restore that was killed has left
// there is not taken for one that is newer.
Result<void> CopyMissing(const fs::path& from, const fs::path& to, const BackupManifest::File& file) {
  if (Exists(to)) return {};
  fs::path part = to;
  part += ".part";
  CM_TRY(Remove(part));
  CM_TRY(CopyOne(from, part, file));
  return Rename(part, to);
}

// BehindLinks is the file that a link leads to, there or not: it lies on another device, and is to stay there.
fs::path BehindLinks(fs::path file) {
  constexpr int kMaxLinks = 40;
  std::error_code error;
  for (int i = 0; i < kMaxLinks && fs::is_symlink(fs::symlink_status(file, error)); ++i) {
    file = ledger::DirectoryOf(file) / fs::read_symlink(file, error);
  }
  return file;
}

fs::path Beside(const fs::path& file, const std::string& suffix) {
  fs::path other = file;
  other += suffix;
  return other;
}

}  // namespace

StagedDatabase::~StagedDatabase() {
  std::error_code ignored;
  if (!in_place_) fs::remove_all(path_, ignored);
}

Result<void> StagedDatabase::Clear() const {
  return Remove(path_);
}

Result<void> StagedDatabase::PutInPlace() {
  CM_TRY(Rename(path_, database_));
  in_place_ = true;
  return {};
}

Result<void> RequirePlace(const AuthorityFiles& files) {
  if (Exists(files.database())) {
    return Error{ErrorCode::kFailedPrecondition,
                 files.database().string() + " is there: move it away, no database is overwritten"};
  }
  const fs::path anchor = BehindLinks(files.anchor());
  if (ledger::LiesIn(anchor, files.root) || Exists(ledger::DirectoryOf(anchor))) return {};
  return Error{ErrorCode::kFailedPrecondition, "no directory " + ledger::DirectoryOf(anchor).string() +
                                                   " for the anchor: mount its device, or make it"};
}

Result<void> CopyBackup(const fs::path& backup, const BackupManifest& manifest, const StagedDatabase& staged,
                        const FilesProgress& progress) {
  CM_TRY(staged.Clear());
  const fs::path directory = staged.path().parent_path();
  std::uint64_t done = 0;
  for (const BackupManifest::File& file : manifest.files) {
    if (file.path.starts_with(kDataFolder)) {
      CM_TRY(CopyOne(backup / file.path, staged.path() / file.path.substr(kDataFolder.size()), file));
    } else if (!file.path.starts_with(kAnchorFolder)) {
      CM_TRY(CopyMissing(backup / file.path, directory / file.path, file));
    }
    if (progress) progress(done += file.digest.size, manifest.Bytes());
  }
  return ledger::SyncDirectory(directory);
}

Result<std::string> KeepAnchor(const AuthorityFiles& files, Time now) {
  const fs::path place = BehindLinks(files.anchor());
  if (!Exists(place)) return std::string();
  const fs::path kept = Beside(place, ".before-" + std::to_string(ToEpoch(now)));
  CM_TRY(CopyLargeFile(place, kept));
  return kept.string();
}

Result<void> ReplaceAnchor(const AuthorityFiles& files, const ledger::AnchorState& state) {
  const fs::path place = BehindLinks(files.anchor());
  if (ledger::LiesIn(place, files.root)) CM_TRY(MakePrivateDirectories(place.parent_path()));
  const fs::path fresh = Beside(place, ".restored");
  CM_TRY(Remove(fresh));
  CM_TRY(ledger::Anchor(fresh).Advance(std::nullopt, state));
  return Rename(fresh, place);
}

}  // namespace certmark::ca
