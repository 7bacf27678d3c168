#include "ca/document_keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "ca/document_file.h"
#include "ca/sealed_key.h"
#include "ca/small_file.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "CMDOCKEY\x01";
constexpr std::size_t kKeyFileSize = kMagic.size() + kWrappedKeySize;

std::string Context(std::string_view id) {
  return std::string(kMagic).append(id);
}

/// Named puts the file before what is said of it.
Error Named(const fs::path& file, Error error) {
  error.message = file.string() + ": " + error.message;
  return error;
}

Result<void> WritePart(const fs::path& part, std::string_view contents) {
  // A rest of an attempt that was killed: its key has encrypted nothing.
  CM_TRY(RemoveDurably(part));
  const io::Descriptor fd(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kPrivateMode));
  if (!fd.ok()) return DiskError("create", part);
  CM_TRY(WriteToDisk(fd.get(), AsBytes(contents), part));
  if (::fsync(fd.get()) != 0) return DiskError("sync", part);
  return {};
}

Result<void> Install(const fs::path& file, std::string_view contents) {
  CM_TRY(WritePart(PartOf(file), contents));
  CM_TRY(RenameNew(PartOf(file), file));
  auto synced = SyncFolderOf(file);
  if (!synced) static_cast<void>(RemoveDurably(file));  // nobody was given it: it must not stand in the way
  return synced;
}

/// Overwrite is best effort: on disks and file systems that write elsewhere the old bytes stay for a while, readable to
/// whoever has the disk and the master key.
void Overwrite(const fs::path& file) {
  const io::Descriptor fd(::open(file.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!fd.ok() || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  const Bytes zeros(kKeyFileSize);
  if (WriteToDisk(fd.get(), zeros, file)) static_cast<void>(::fdatasync(fd.get()));
}

}  // namespace

Result<DocumentKeys> DocumentKeys::Create(const fs::path& folder, const Secret& passphrase) {
  SymmetricKey master = CM_TRY(SymmetricKey::Generate());
  const Secret sealed = CM_TRY(SealKey(master, passphrase));
  CM_TRY(MakePrivateDirectory(folder));
  CM_TRY(InstallNewFile(folder / kMaster, sealed.Reveal(), kPrivateMode));
  return DocumentKeys(folder, std::move(master));
}

Result<DocumentKeys> DocumentKeys::Open(const fs::path& folder, const Secret& passphrase) {
  const fs::path file = folder / kMaster;
  auto sealed = ReadPrivateFile(file, kMaxSealedKeyBytes);
  if (!sealed && sealed.error().code == ErrorCode::kInvalidArgument) {
    return Error{ErrorCode::kCorruption, sealed.error().message};
  }
  if (!sealed) return sealed.error();
  auto master = UnsealKey(*sealed, passphrase);
  if (!master) return Named(file, master.error());
  return DocumentKeys(folder, *std::move(master));
}

Result<SymmetricKey> DocumentKeys::New(std::string_view id) const {
  const fs::path file = CM_TRY(DocumentFile(folder_, id));
  SymmetricKey key = CM_TRY(SymmetricKey::Generate());
  const Bytes wrapped = CM_TRY(WrapKey(master_, key, AsBytes(Context(id))));
  CM_TRY(MakeFoldersOf(file));
  auto installed = Install(file, std::string(kMagic).append(AsText(wrapped)));
  if (!installed) {
    static_cast<void>(RemoveDurably(PartOf(file)));
    return installed.error();
  }
  return key;
}

Result<SymmetricKey> DocumentKeys::Get(std::string_view id) const {
  const fs::path file = CM_TRY(DocumentFile(folder_, id));
  auto contents = ReadPrivateFile(file, kKeyFileSize);
  const bool too_large = !contents && contents.error().code == ErrorCode::kInvalidArgument;
  if (!contents && !too_large) return contents.error();
  if (too_large || contents->Reveal().size() != kKeyFileSize || !contents->Reveal().starts_with(kMagic)) {
    return Error{ErrorCode::kCorruption, file.string() + " is no document's key"};
  }
  auto key = UnwrapKey(master_, AsBytes(contents->Reveal().substr(kMagic.size())), AsBytes(Context(id)));
  if (!key) return Named(file, key.error());
  return key;
}

Result<std::vector<std::string>> DocumentKeys::Ids() const {
  return DocumentIdsIn(folder_);
}

Result<void> DocumentKeys::Destroy(std::string_view id) const {
  const fs::path file = CM_TRY(DocumentFile(folder_, id));
  for (const fs::path& each : {file, PartOf(file)}) {
    Overwrite(each);
    CM_TRY(RemoveDurably(each));
  }
  return {};
}

}  // namespace certmark::ca
