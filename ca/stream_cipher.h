// A document's encryption: the STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, 2015) over AES-256-GCM, so
// that a document of any size is encrypted and decrypted piece by piece, and no piece is believed before it is
// authentic in its place.
//
//   stream  header, then chunks
//   header  "CMSTREAM", version 1 (1 byte), random prefix (7 bytes)
//   chunk   AES-256-GCM of 64 KiB of plaintext, the last one of 1 byte to 64 KiB, then its tag (16 bytes)
//   nonce   prefix, the chunk's number from 0 (4 bytes, big-endian), 1 for the last chunk or else 0 (1 byte)
//   bound   the header, as additional authenticated data of every chunk
//
// An empty document is one empty chunk; no other chunk is empty, so that a plaintext has one sequence of chunks. The
// number finds chunks that are missing, twice or elsewhere; the flag, a stream that was cut off at a chunk's end or
// went on after its last.
//
// INVARIANT: a key encrypts one stream, ever. The random prefix alone would let it encrypt some, not many.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "ca/symmetric_key.h"

namespace certmark::ca {

/// ByteSink takes bytes, in order; the view lasts for the call. An Error of it ends the stream, and is returned.
using ByteSink = std::function<Result<void>(ByteView)>;

struct StreamFormat {
  static constexpr std::size_t kChunkSize = 64 * 1024;
  static constexpr std::size_t kPrefixSize = 7, kHeaderSize = 16;
  static constexpr std::size_t kSealedChunkSize = kChunkSize + 16;
  static constexpr std::uint64_t kMaxChunks = std::uint64_t{1} << 32;  ///< as many numbers as there are: 256 TiB
};

/// StreamEncryptor encrypts one document. Nothing goes on after an error. One thread at a time.
class StreamEncryptor {
 public:
  /// Create draws the prefix. `max_chunks` is less than kMaxChunks only where the limit is tested. REQUIRES: `key` has
  /// encrypted nothing. Internal: OpenSSL failed.
  static Result<StreamEncryptor> Create(const SymmetricKey& key, std::uint64_t max_chunks = StreamFormat::kMaxChunks);
  StreamEncryptor(StreamEncryptor&&) noexcept;
  StreamEncryptor& operator=(StreamEncryptor&&) noexcept;
  ~StreamEncryptor();

  /// Write takes more plaintext, of any length, and gives `sink` what ciphertext is ready. ResourceExhausted: more
  /// chunks than there are numbers. FailedPrecondition: after Finish or an error.
  Result<void> Write(ByteView plaintext, const ByteSink& sink);
  /// Finish gives `sink` the last chunk. FailedPrecondition: after Finish or an error.
  Result<void> Finish(const ByteSink& sink);

 private:
  struct State;
  explicit StreamEncryptor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// StreamDecryptor decrypts one document. What `sink` gets is authentic and in its place, yet the document is whole
/// only once Finish has succeeded. Nothing goes on after an error. One thread at a time.
class StreamDecryptor {
 public:
  /// Create as StreamEncryptor's. Internal: OpenSSL failed.
  static Result<StreamDecryptor> Create(const SymmetricKey& key, std::uint64_t max_chunks = StreamFormat::kMaxChunks);
  StreamDecryptor(StreamDecryptor&&) noexcept;
  StreamDecryptor& operator=(StreamDecryptor&&) noexcept;
  ~StreamDecryptor();

  /// Write takes more of the stream, of any length, and gives `sink` the plaintext of chunks that are authentic.
  /// Corruption: no such stream, another key or header, a chunk that is changed, missing, twice or elsewhere, more
  /// chunks than there are numbers. FailedPrecondition: after Finish or an error.
  Result<void> Write(ByteView ciphertext, const ByteSink& sink);
  /// Finish says that the stream ends here, and gives `sink` the plaintext of the last chunk. Corruption: as Write, and
  /// a stream that was cut off. FailedPrecondition: after Finish or an error.
  Result<void> Finish(const ByteSink& sink);

 private:
  struct State;
  explicit StreamDecryptor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace certmark::ca
