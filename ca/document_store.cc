#include "ca/document_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <system_error>

#include "ca/document_file.h"
#include "ca/sha256_stream.h"
#include "ca/small_file.h"
#include "ca/stream_cipher.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;

/// Exists: a disk that cannot tell is an error, not absence: what is absent loses its key.
Result<bool> Exists(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return DiskError("look for", path);
}

Error Over(std::string_view id) {
  return {ErrorCode::kFailedPrecondition, "the stream of document " + std::string(id) + " is over"};
}

/// HaveFolder makes a folder, or takes one that is there.
Result<void> HaveFolder(const fs::path& folder) {
  auto made = MakePrivateDirectory(folder);
  return !made && made.error().code == ErrorCode::kAlreadyExists ? Result<void>() : made;
}

}  // namespace

// ---- Writing

/// State is a document on its way. Until it is kept, its destructor removes what there is of it: the key first, so that
/// a crash in between leaves the name by which the rest is found.
struct DocumentWriter::State {
  State(const DocumentKeys& document_keys, std::string document_id, DocumentLimits document_limits)
      : keys(document_keys), id(std::move(document_id)), limits(document_limits) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { Abandon(); }

  Result<void> Start(const fs::path& part, const fs::path& final_name) {
    fd = io::Descriptor(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kPrivateMode));
    if (!fd.ok()) return DiskError("create", part);
    at = part;
    name = final_name;
    CM_TRY(SyncFolderOf(part));
    const SymmetricKey key = CM_TRY(keys.New(id));
    has_key = true;
    cipher = CM_TRY(StreamEncryptor::Create(key));
    return {};
  }

  Result<void> Write(ByteView plaintext) {
    if (!cipher) return Over(id);
    if (plaintext.size() > limits.max_bytes - digest.size) {
      return Error{ErrorCode::kResourceExhausted,
                   "document " + id + " is larger than " + std::to_string(limits.max_bytes) + " bytes"};
    }
    digest.size += plaintext.size();
    hash.Add(plaintext);
    return cipher->Write(plaintext, [this](ByteView bytes) { return WriteToDisk(fd.get(), bytes, at); });
  }

  Result<FileDigest> Finish(const std::optional<Hash>& expected) {
    if (!cipher) return Over(id);
    CM_TRY(cipher->Finish([this](ByteView bytes) { return WriteToDisk(fd.get(), bytes, at); }));
    digest.sha256 = CM_TRY(hash.Take());
    if (expected && digest.sha256 != *expected) {
      return Error{ErrorCode::kInvalidArgument,
                   "document " + id + " has sha256 " + digest.sha256.Hex() + ", not " + expected->Hex()};
    }
    if (::fsync(fd.get()) != 0) return DiskError("sync", at);
    if (!fd.Close()) return DiskError("close", at);
    CM_TRY(Name());
    return digest;
  }

  Result<void> Name() {
    CM_TRY(MakeFoldersOf(name));
    const fs::path part = at;
    CM_TRY(RenameNew(part, name));
    at = name;
    CM_TRY(SyncFolderOf(name));
    CM_TRY(SyncFolderOf(part));
    at.clear();
    has_key = false;
    cipher.reset();
    return {};
  }

  /// Abandon ignores errors: what stays is found when the store is opened.
  void Abandon() {
    cipher.reset();
    if (has_key) static_cast<void>(keys.Destroy(id));
    if (!at.empty()) static_cast<void>(RemoveDurably(at));
    has_key = false;
    at.clear();
  }

  const DocumentKeys& keys;
  const std::string id;
  const DocumentLimits limits;
  io::Descriptor fd;
  fs::path at, name;  // where it is now (nowhere: empty), where it will be
  bool has_key = false;
  std::optional<StreamEncryptor> cipher;  // while it is open
  Sha256Stream hash;
  FileDigest digest;
};

DocumentWriter::DocumentWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
DocumentWriter::DocumentWriter(DocumentWriter&&) noexcept = default;
DocumentWriter& DocumentWriter::operator=(DocumentWriter&&) noexcept = default;
DocumentWriter::~DocumentWriter() = default;

Result<void> DocumentWriter::Write(ByteView plaintext) {
  auto written = state_->Write(plaintext);
  if (!written) state_->Abandon();
  return written;
}

Result<FileDigest> DocumentWriter::Finish(const std::optional<Hash>& expected) {
  auto finished = state_->Finish(expected);
  if (!finished) state_->Abandon();
  return finished;
}

// ---- Reading

struct DocumentReader::State {
  std::string id;
  fs::path file;
  io::Descriptor fd;
  StreamDecryptor cipher;
  SecretBuffer plaintext{2 * StreamFormat::kChunkSize};
  std::size_t filled = 0;
  Bytes ciphertext = Bytes(StreamFormat::kSealedChunkSize);
  enum class Phase : std::uint8_t { kReading, kAtEnd, kFailed } phase = Phase::kReading;

  // A read piece completes at most one chunk, and the end one more.
  Result<void> Keep(ByteView bytes) {
    if (bytes.size() > plaintext.size() - filled) return Error{ErrorCode::kInternal, "more plaintext than ciphertext"};
    std::ranges::copy(bytes, plaintext.Room().begin() + static_cast<std::ptrdiff_t>(filled));
    filled += bytes.size();
    return {};
  }

  Result<void> Fill() {
    const ByteSink keep = [this](ByteView bytes) { return Keep(bytes); };
    filled = 0;
    while (filled == 0 && phase == Phase::kReading) {
      const std::size_t got = CM_TRY(ledger::ReadInto(fd.get(), ciphertext, file));
      CM_TRY(cipher.Write(ByteView(ciphertext).first(got), keep));
      if (got == ciphertext.size()) continue;
      CM_TRY(cipher.Finish(keep));
      phase = Phase::kAtEnd;
    }
    return {};
  }
};

DocumentReader::DocumentReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
DocumentReader::DocumentReader(DocumentReader&&) noexcept = default;
DocumentReader& DocumentReader::operator=(DocumentReader&&) noexcept = default;
DocumentReader::~DocumentReader() = default;

Result<ByteView> DocumentReader::Next() {
  if (state_->phase == State::Phase::kFailed) return Over(state_->id);
  if (auto filled = state_->Fill(); !filled) {
    state_->phase = State::Phase::kFailed;
    return Error{filled.error().code, "document " + state_->id + ": " + filled.error().message};
  }
  return state_->plaintext.Reveal().first(state_->filled);
}

// ---- The store

Result<DocumentStore> DocumentStore::Open(const fs::path& folder, const DocumentKeys& keys) {
  DocumentStore store(folder, keys);
  CM_TRY(HaveFolder(store.Incoming()));
  CM_TRY(store.RemoveLeftovers());
  return store;
}

Result<void> DocumentStore::RemoveLeftovers() const {
  std::error_code error;
  for (auto at = fs::directory_iterator(Incoming(), error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    const std::string id = at->path().stem();
    if (!IsDocumentId(id) || at->path() != PartOf(Incoming() / id)) continue;
    // One that got its name has its key rightly.
    const fs::path name = CM_TRY(DocumentFile(folder_, id));
    if (!CM_TRY(Exists(name))) CM_TRY(keys_->Destroy(id));
    CM_TRY(RemoveDurably(at->path()));
  }
  if (error) return ledger::FileError("look into", Incoming(), error);
  return {};
}

Result<DocumentWriter> DocumentStore::Begin(std::string_view id, DocumentLimits limits) const {
  const fs::path file = CM_TRY(DocumentFile(folder_, id));
  if (CM_TRY(Exists(file))) return Error{ErrorCode::kAlreadyExists, "document " + std::string(id) + " is there"};
  // A key that is there already is nobody's to destroy, and a `.part` would say that it is.
  const auto key = keys_->Get(id);
  if (key) return Error{ErrorCode::kAlreadyExists, "document " + std::string(id) + " has a key"};
  if (key.error().code != ErrorCode::kNotFound) return key.error();
  auto state = std::make_unique<DocumentWriter::State>(*keys_, std::string(id), limits);
  CM_TRY(state->Start(PartOf(Incoming() / id), file));
  return DocumentWriter(std::move(state));
}

Result<DocumentReader> DocumentStore::Read(std::string_view id) const {
  const fs::path file = CM_TRY(DocumentFile(folder_, id));
  const SymmetricKey key = CM_TRY(keys_->Get(id));
  io::Descriptor fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd.ok()) return DiskError("open", file);
  StreamDecryptor cipher = CM_TRY(StreamDecryptor::Create(key));
  return DocumentReader(std::make_unique<DocumentReader::State>(
      DocumentReader::State{.id = std::string(id), .file = file, .fd = std::move(fd), .cipher = std::move(cipher)}));
}

Result<void> DocumentStore::Erase(std::string_view id) const {
  const fs::path file = CM_TRY(DocumentFile(folder_, id));
  CM_TRY(keys_->Destroy(id));
  return RemoveDurably(file);
}

Result<bool> DocumentStore::HasKey(std::string_view id) const {
  const auto key = keys_->Get(id);
  if (!key && key.error().code != ErrorCode::kNotFound) return key.error();
  return key.has_value();
}

Result<bool> DocumentStore::Has(std::string_view id) const {
  const fs::path file = CM_TRY(DocumentFile(folder_, id));
  return CM_TRY(HasKey(id)) && CM_TRY(Exists(file));
}

Result<std::vector<std::string>> DocumentStore::Ids() const {
  std::vector<std::string> ids = CM_TRY(DocumentIdsIn(folder_));
  std::ranges::move(CM_TRY(keys_->Ids()), std::back_inserter(ids));
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace certmark::ca
