#include "ca/backup.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "ca/authority.h"
#include "ca/small_file.h"
#include "ledger/anchor.h"
#include "ledger/posix_file.h"
#include "ledger/rocksdb_store.h"
#include "ledger/signed_checkpoint.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolders[] = {"certificates", "crl", "schemes", "trust"};

using ledger::FileError;

// Below is what is below a directory: regular files, as paths from it, and whatever else is no directory.
struct Below {
  std::vector<std::string> files, others;
  std::vector<fs::path> directories;
};
Result<Below> LookBelow(const fs::path& root) {
  Below below;
  below.directories.push_back(root);
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(root, error); !error && at != fs::recursive_directory_iterator();
       at.increment(error)) {
    const fs::file_status status = at->symlink_status(error);
    if (error) break;
    const std::string path = at->path().lexically_relative(root).generic_string();
    if (fs::is_directory(status)) {
      below.directories.push_back(at->path());
    } else {
      (fs::is_regular_file(status) ? below.files : below.others).push_back(path);
    }
  }
  if (error) return FileError("look into", root, error);
  std::ranges::sort(below.files);
  return below;
}

class Maker {
 public:
  explicit Maker(const BackupInput& input) : input_(input) {}

  Result<BackupManifest> Run() {
    const TrustList newest = CM_TRY(ReadTrustLists(input_.files)).back();
    manifest_.authority = newest.iss();
    manifest_.created = input_.now;
    CM_TRY(MakePrivateDirectory(input_.to));
    // The anchor before the database: the copy must then reach it.
    const auto anchored = CM_TRY(ledger::ReadAnchor(input_.files.anchor()));
    CM_TRY(CopyFiles());
    CM_TRY(input_.copy_database(CopyOf(input_.files.database())));
    CM_TRY(ReadCopy(newest, anchored));
    CM_TRY(DigestFiles());
    CM_TRY(WriteNewFile(input_.to / BackupManifest::kFile, manifest_.ToJson(), kPrivateMode));
    CM_TRY(ledger::SyncDirectory(input_.to.parent_path()));
    return std::move(manifest_);
  }

 private:
  fs::path CopyOf(const fs::path& file) const { return input_.to / file.lexically_relative(input_.files.root); }

  Result<void> CopyFiles() {
    std::error_code error;
    if (fs::exists(input_.files.config(), error)) CM_TRY(CopyOne(input_.files.config()));
    std::vector<std::string_view> folders(std::begin(kFolders), std::end(kFolders));
    if (input_.keys == KeyFiles::kCopied) folders.emplace_back("keys");
    for (const std::string_view folder : folders) {
      const fs::path from = input_.files.root / folder;
      const Below below = CM_TRY(LookBelow(from));
      if (!below.others.empty()) {
        return Error{ErrorCode::kFailedPrecondition,
                     (from / below.others.front()).string() + " is no regular file: a backup would lack it"};
      }
      for (const std::string& file : below.files) CM_TRY(CopyOne(from / file));
    }
    return CopyAnchor();
  }

  // The anchor may lie on another device, behind a link.
  Result<void> CopyAnchor() {
    constexpr std::size_t kMaxAnchorBytes = 64 * 1024;
    const std::string text = CM_TRY(ReadPublicFile(input_.files.anchor(), kMaxAnchorBytes));
    const fs::path to = AuthorityFiles(input_.to).anchor();
    CM_TRY(MakePrivateDirectory(to.parent_path()));
    return WriteNewFile(to, text, kPrivateMode);
  }

  Result<void> CopyOne(const fs::path& file) {
    const fs::path to = CopyOf(file);
    std::error_code error;
    fs::create_directories(to.parent_path(), error);
    if (error) return FileError("make", to.parent_path(), error);
    CM_TRY(CopyLargeFile(file, to));
    return {};
  }

  // ReadCopy: the manifest tells of the copy, never of the database that goes on meanwhile.
  Result<void> ReadCopy(const TrustList& newest, const std::optional<ledger::AnchorState>& anchored) {
    const auto store = CM_TRY(ledger::OpenRocksdbStoreReadOnly(CopyOf(input_.files.database())));
    const ledger::Head head = CM_TRY(ledger::ReadHead(*store));
    std::optional<ledger::LogNumber> log;
    for (const auto& [number, state] : head.logs) {
      manifest_.trees.push_back({number, state.tree});
      if (number != ledger::kRecordLog) log = number;
    }
    if (!log) return Error{ErrorCode::kCorruption, "the database has no public log"};
    if (!newest.LogPosition(LogOrigin(newest.iss(), *log))) {
      return Error{ErrorCode::kFailedPrecondition, "the database has " + LogOrigin(newest.iss(), *log) +
                                                       ", which trust list " + std::to_string(newest.seq()) +
                                                       " does not name: finish the succession, then back up"};
    }
    const auto exposed = CM_TRY(ledger::ExposedNote(*store, *log));
    if (exposed) manifest_.checkpoint = exposed->note;
    if (!anchored) return {};
    const auto number = ParseLogOrigin(newest.iss(), anchored->published.origin);
    if (!number || head.tree(*number).size < anchored->published.size ||
        head.tree(ledger::kRecordLog).size < anchored->records.size) {
      return Error{ErrorCode::kCorruption, "the database does not reach its anchor, " + anchored->published.origin +
                                               " size " + std::to_string(anchored->published.size) +
                                               ": a backup of it would be of no use"};
    }
    return {};
  }

  Result<void> DigestFiles() {
    const Below below = CM_TRY(LookBelow(input_.to));
    std::uint64_t total = 0, done = 0;
    std::error_code error;
    for (const std::string& file : below.files) total += fs::file_size(input_.to / file, error);
    for (const std::string& file : below.files) {
      const FileDigest digest = CM_TRY(DigestLargeFile(input_.to / file));
      manifest_.files.push_back({file, digest});
      done += digest.size;
      if (input_.progress) input_.progress(done, total);
    }
    for (const fs::path& directory : below.directories) CM_TRY(ledger::SyncDirectory(directory));
    return {};
  }

  const BackupInput& input_;
  BackupManifest manifest_;
};

}  // namespace

std::vector<fs::path> DaemonKeys(const AuthorityFiles& files, ledger::LogNumber log) {
  return {files.key("credential-signer"), files.log_key(log), files.key("party-ca"), files.key("server"),
          files.key("status-signer")};
}

Result<BackupManifest> MakeBackup(const BackupInput& input) {
  return Maker(input).Run();
}

Result<BackupManifest> ReadManifest(const fs::path& backup) {
  auto text = ReadPublicFile(backup / BackupManifest::kFile, BackupManifest::kMaxBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) {
    return Error{ErrorCode::kNotFound,
                 backup.string() + " has no " + std::string(BackupManifest::kFile) + ": no backup, or never finished"};
  }
  if (!text) return text.error();
  return BackupManifest::Parse(*text);
}

Result<std::vector<std::string>> FindTampering(const fs::path& backup, const BackupManifest& manifest,
                                               const FilesProgress& progress) {
  const Below below = CM_TRY(LookBelow(backup));
  std::vector<std::string> lines;
  std::set<std::string, std::less<>> there(below.files.begin(), below.files.end());
  there.erase(std::string(BackupManifest::kFile));
  std::uint64_t done = 0;
  for (const BackupManifest::File& file : manifest.files) {
    done += file.digest.size;
    if (there.erase(file.path) == 0) {
      lines.push_back(file.path + " is missing");
      continue;
    }
    const FileDigest found = CM_TRY(DigestLargeFile(backup / file.path));
    if (found != file.digest) {
      lines.push_back(file.path + " is another: " + std::to_string(found.size) + " bytes of sha256 " +
                      found.sha256.Hex() + ", not " + std::to_string(file.digest.size) + " of " +
                      file.digest.sha256.Hex());
    }
    if (progress) progress(done, manifest.Bytes());
  }
  for (const std::string& path : there) lines.push_back(path + " is not in the manifest");
  for (const std::string& path : below.others) lines.push_back(path + " is no regular file");
  return lines;
}

}  // namespace certmark::ca
