// Where a document's files lie, and what is done to them durably: shared by the store of documents and that of their
// keys.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/bytes.h"

namespace certmark::ca {

/// IsDocumentId: 16 lower-case base32 characters (NewId), and so never a path.
bool IsDocumentId(std::string_view id);

/// DocumentFile is `<folder>/a/b/<id>` after the id's first two characters: 1,024 folders hold millions of files.
/// InvalidArgument: no document's id.
Result<std::filesystem::path> DocumentFile(const std::filesystem::path& folder, std::string_view id);

/// DocumentIdsIn are the ids of which `folder` has a DocumentFile, in no order. Unavailable: it cannot be read.
Result<std::vector<std::string>> DocumentIdsIn(const std::filesystem::path& folder);

/// PartOf is the name that a file has until it is whole.
std::filesystem::path PartOf(const std::filesystem::path& file);

/// DiskError says that `what` could not be done to a file, for the reason in `errno`. ResourceExhausted: the disk, a
/// quota or the process's limit of a file's size is full. Otherwise as ledger::NameErrorCode.
Error DiskError(const char* what, const std::filesystem::path& file);

/// MakeFoldersOf makes the two folders of a DocumentFile, mode 0700, durably. They may be there. Errors: DiskError.
Result<void> MakeFoldersOf(const std::filesystem::path& file);

/// WriteToDisk writes all of `bytes`. Errors: DiskError; some of it may have been written.
Result<void> WriteToDisk(int fd, ByteView bytes, const std::filesystem::path& file);

/// SyncFolderOf makes the name of a file, or that it is gone, durable. Errors: DiskError.
Result<void> SyncFolderOf(const std::filesystem::path& file);

/// RenameNew gives a file, or a folder, its name, in one step, not yet durably. AlreadyExists: something bears that
/// name. On file systems that cannot tell in that step (NFS) it looks before. REQUIRES: nobody else gives that name
/// meanwhile. Errors: DiskError.
Result<void> RenameNew(const std::filesystem::path& from, const std::filesystem::path& to);

/// RemoveDurably removes a file, which need not be there, nor its folder. Errors: DiskError.
Result<void> RemoveDurably(const std::filesystem::path& file);

}  // namespace certmark::ca
