// DocumentStore: documents of applications, each encrypted under a key of its own, written and read in a stream.
//
//   documents/a/b/<id>            a whole document, as stream_cipher.h encrypts it
//   documents/incoming/<id>.part  one that is being written
//
// INVARIANT: what has a name under `a/b` is whole and durable, and so is its key. A document that is being written has
// its `.part` before its key, so that whoever opens the store after a crash finds every key that never got its
// document.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/document_keys.h"
#include "ca/large_file.h"

namespace certmark::ca {

/// DocumentLimits bound one document.
struct DocumentLimits {
  std::uint64_t max_bytes = 0;  ///< of plaintext
};

/// DocumentWriter writes one document. One that goes before Finish has succeeded, or after an error, leaves nothing,
/// neither ciphertext nor key. One thread at a time; the store's keys must outlive it.
class DocumentWriter {
 public:
  DocumentWriter(DocumentWriter&&) noexcept;
  DocumentWriter& operator=(DocumentWriter&&) noexcept;
  ~DocumentWriter();

  /// Write takes more plaintext. ResourceExhausted: more than the limit, or the disk is full. Unavailable: the disk
  /// failed. FailedPrecondition: after Finish or an error.
  Result<void> Write(ByteView plaintext);
  /// Finish makes the document durable under its name and returns what was written, of the plaintext. InvalidArgument:
  /// it is not what was expected. Others as Write; after any of them nothing was kept.
  Result<FileDigest> Finish(const std::optional<Hash>& expected);

 private:
  friend class DocumentStore;
  struct State;
  explicit DocumentWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// DocumentReader reads one document. It goes on while the document is erased. One thread at a time.
class DocumentReader {
 public:
  DocumentReader(DocumentReader&&) noexcept;
  DocumentReader& operator=(DocumentReader&&) noexcept;
  ~DocumentReader();

  /// Next returns the next piece of plaintext, at most two chunks, authentic and in its place; empty at the end, and
  /// only then was the document whole. The view lasts until the next call. Corruption: altered, cut off, or encrypted
  /// under another key. Unavailable: it cannot be read. FailedPrecondition: after an error.
  Result<ByteView> Next();

 private:
  friend class DocumentStore;
  struct State;
  explicit DocumentReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// DocumentStore is such a folder, open. Any threads, one at a time for an id. Every id that is no document's is
/// InvalidArgument.
class DocumentStore {
 public:
  /// Open removes what writers that were killed have left, and their keys. `keys` must outlive the store. REQUIRES:
  /// nobody else has it open. NotFound: no such folder: it is not made, for a disk that is not mounted would look
  /// empty.
  static Result<DocumentStore> Open(const std::filesystem::path& folder, const DocumentKeys& keys);

  /// Begin makes a key and a writer. AlreadyExists: the document, its key or a writer of it is there.
  /// ResourceExhausted: the disk is full.
  Result<DocumentWriter> Begin(std::string_view id, DocumentLimits limits) const;
  /// Read opens a document. NotFound: none, or erased. Corruption: its key is not what was stored.
  Result<DocumentReader> Read(std::string_view id) const;
  /// Erase destroys the key, then removes the document, each durably; what is gone already is fine. After an error,
  /// again. Copies of the document are unreadable once key_backups.h says that no copy of its key is left.
  Result<void> Erase(std::string_view id) const;
  /// HasKey: the document's key is there, and of this store. Errors as Read.
  Result<bool> HasKey(std::string_view id) const;
  /// Has: so is the document itself.
  Result<bool> Has(std::string_view id) const;
  /// Ids are those of which a whole document or a key is there, in order. What is named otherwise is none. Unavailable:
  /// a folder cannot be read.
  Result<std::vector<std::string>> Ids() const;

 private:
  DocumentStore(std::filesystem::path folder, const DocumentKeys& keys) : folder_(std::move(folder)), keys_(&keys) {}
  Result<void> RemoveLeftovers() const;
  std::filesystem::path Incoming() const { return folder_ / "incoming"; }

  std::filesystem::path folder_;
  const DocumentKeys* keys_;
};

}  // namespace certmark::ca
