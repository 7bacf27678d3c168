#include "ca/document_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "ledger/posix_file.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIdSize = 16;

bool IsBase32(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
}

Result<void> MakeFolder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) return DiskError("create", folder);
  // Also where it is there: another thread has perhaps made it just now.
  return SyncFolderOf(folder);
}

}  // namespace

bool IsDocumentId(std::string_view id) {
  return id.size() == kIdSize && std::ranges::all_of(id, IsBase32);
}

Result<fs::path> DocumentFile(const fs::path& folder, std::string_view id) {
  if (!IsDocumentId(id)) return Error{ErrorCode::kInvalidArgument, "no document's id: " + Quote(id)};
  return folder / id.substr(0, 1) / id.substr(1, 1) / id;
}

Result<std::vector<std::string>> DocumentIdsIn(const fs::path& folder) {
  std::vector<std::string> ids;
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(folder, error); !error && at != fs::recursive_directory_iterator();
       at.increment(error)) {
    const std::string id = at->path().filename();
    const auto file = DocumentFile(folder, id);
    if (file && *file == at->path()) ids.push_back(id);
  }
  if (error) return ledger::FileError("look into", folder, error);
  return ids;
}

fs::path PartOf(const fs::path& file) {
  fs::path part = file;
  part += ".part";
  return part;
}

Error DiskError(const char* what, const fs::path& file) {
  const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  return ledger::FileError(what, file, full ? ErrorCode::kResourceExhausted : ledger::NameErrorCode());
}

Result<void> MakeFoldersOf(const fs::path& file) {
  CM_TRY(MakeFolder(file.parent_path().parent_path()));
  return MakeFolder(file.parent_path());
}

Result<void> WriteToDisk(int fd, ByteView bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return DiskError("write", file);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> SyncFolderOf(const fs::path& file) {
  const fs::path folder = ledger::DirectoryOf(file);
  const io::Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return DiskError("open", folder);
  if (::fsync(fd.get()) != 0) return DiskError("sync", folder);
  return {};
}

Result<void> RenameNew(const fs::path& from, const fs::path& to) {
  if (ledger::RenameNew(from, to) != 0) return DiskError("create", to);
  return {};
}

Result<void> RemoveDurably(const fs::path& file) {
  if (::unlink(file.c_str()) != 0 && errno != ENOENT) return DiskError("remove", file);
  auto synced = SyncFolderOf(file);  // also where it is gone: perhaps not durably yet
  return !synced && synced.error().code == ErrorCode::kNotFound ? Result<void>() : synced;
}

}  // namespace certmark::ca
