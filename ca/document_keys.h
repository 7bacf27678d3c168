// DocumentKeys: the keys of documents, one small file each, wrapped by one master key. They lie outside the database
// and outside its backups, so that to destroy a key is to erase its document wherever a copy of that lies.
//
//   document-keys/master        the master key, sealed by the operator's passphrase
//   document-keys/a/b/<id>      "CMDOCKEY", version 1 (1 byte), the wrapped key (60 bytes), bound to those and the id
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ca/secret.h"
#include "ca/symmetric_key.h"

namespace certmark::ca {

/// DocumentKeys is such a folder, open. Any threads, one at a time for an id. Every id that is no document's is
/// InvalidArgument; a full disk is ResourceExhausted, and one that fails Unavailable.
class DocumentKeys {
 public:
  static constexpr std::string_view kMaster = "master";

  /// Create makes the folder, mode 0700, with a new master key; an empty passphrase stores that unencrypted
  /// (development). AlreadyExists: something bears the name.
  static Result<DocumentKeys> Create(const std::filesystem::path& folder, const Secret& passphrase);
  /// Open unseals the master key. NotFound: none is there. PermissionDenied: another passphrase, or a file that others
  /// may touch. Corruption: no master key.
  static Result<DocumentKeys> Open(const std::filesystem::path& folder, const Secret& passphrase);

  /// New draws a document's key and stores it, durably. AlreadyExists: the document has one.
  Result<SymmetricKey> New(std::string_view id) const;
  /// Get returns it. NotFound: none, or destroyed. Corruption: not wrapped by this master key for this document.
  /// PermissionDenied: others may touch the file.
  Result<SymmetricKey> Get(std::string_view id) const;
  /// Destroy overwrites the key's file, as far as that helps on this disk, and removes it, durably; one that is not
  /// there is fine. After an error, again: it may be there.
  Result<void> Destroy(std::string_view id) const;
  /// Ids are the documents that have a key here, in no order.
  Result<std::vector<std::string>> Ids() const;

 private:
  DocumentKeys(std::filesystem::path folder, SymmetricKey master)
      : folder_(std::move(folder)), master_(std::move(master)) {}
  std::filesystem::path folder_;
  SymmetricKey master_;
};

}  // namespace certmark::ca
