#include "ca/stream_cipher.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "ca/aes_gcm.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kMagic = "CMSTREAM\x01";
constexpr std::size_t kChunk = StreamFormat::kChunkSize, kSealedChunk = StreamFormat::kSealedChunkSize;
static_assert(kSealedChunk == kChunk + AesGcm::kTagSize);
static_assert(kMagic.size() + StreamFormat::kPrefixSize == StreamFormat::kHeaderSize);

using Header = std::array<std::uint8_t, StreamFormat::kHeaderSize>;
enum class Place : std::uint8_t { kBeforeLast = 0, kLast = 1 };
enum class Phase : std::uint8_t { kOpen, kOver };

Error Over() {
  return {ErrorCode::kFailedPrecondition, "this stream is over"};
}
Error Corrupt(const char* what) {
  return {ErrorCode::kCorruption, std::string("the ciphertext of a document ") + what};
}

AesGcm::Nonce NonceOf(const Header& header, std::uint64_t number, Place place) {
  AesGcm::Nonce nonce{};
  auto at = std::copy(header.begin() + kMagic.size(), header.end(), nonce.begin());
  for (int shift = 24; shift >= 0; shift -= 8) *at++ = static_cast<std::uint8_t>(number >> shift);
  *at = static_cast<std::uint8_t>(place);
  return nonce;
}

Result<Header> FreshHeader() {
  const ErrorQueueGuard guard;
  Header header{};
  std::ranges::copy(kMagic, header.begin());
  if (RAND_bytes(header.data() + kMagic.size(), StreamFormat::kPrefixSize) != 1) {
    return Error{ErrorCode::kInternal, "no prefix could be drawn"};
  }
  return header;
}

/// Filling is a buffer on its way to being full.
struct Filling {
  explicit Filling(std::size_t size) : buffer(size) {}
  bool full() const { return filled == buffer.size(); }
  ByteView bytes() const { return buffer.Reveal().first(filled); }
  /// Take fills what room there is and returns what did not fit.
  ByteView Take(ByteView bytes) {
    const std::size_t taken = std::min(bytes.size(), buffer.size() - filled);
    std::ranges::copy(bytes.first(taken), buffer.Room().begin() + static_cast<std::ptrdiff_t>(filled));
    filled += taken;
    return bytes.subspan(taken);
  }
  SecretBuffer buffer;
  std::size_t filled = 0;
};

}  // namespace

// ---- Encrypting

struct StreamEncryptor::State {
  AesGcm cipher;
  Header header;
  std::uint64_t max_chunks;
  std::uint64_t number = 0;
  Phase phase = Phase::kOpen;
  Filling plaintext{kChunk};
  Bytes sealed = Bytes(kSealedChunk);

  Result<void> Emit(Place place, const ByteSink& sink) {
    if (number == 0) CM_TRY(sink(header));
    // One that is not the last needs a number for the next as well.
    if (number + (place == Place::kLast ? 0 : 1) >= max_chunks) {
      return Error{ErrorCode::kResourceExhausted, "a document of more chunks than can be numbered"};
    }
    const auto out = std::span(sealed).first(plaintext.filled + AesGcm::kTagSize);
    CM_TRY(cipher.Seal(NonceOf(header, number, place), header, plaintext.bytes(), out));
    CM_TRY(sink(out));
    plaintext.filled = 0;
    ++number;
    return {};
  }

  Result<void> Write(ByteView bytes, const ByteSink& sink) {
    while (!bytes.empty()) {
      // Only now is it known that the full chunk is not the last.
      if (plaintext.full()) CM_TRY(Emit(Place::kBeforeLast, sink));
      bytes = plaintext.Take(bytes);
    }
    return {};
  }
};

StreamEncryptor::StreamEncryptor(std::unique_ptr<State> state) : state_(std::move(state)) {}
StreamEncryptor::StreamEncryptor(StreamEncryptor&&) noexcept = default;
StreamEncryptor& StreamEncryptor::operator=(StreamEncryptor&&) noexcept = default;
StreamEncryptor::~StreamEncryptor() = default;

Result<StreamEncryptor> StreamEncryptor::Create(const SymmetricKey& key, std::uint64_t max_chunks) {
  AesGcm cipher = CM_TRY(AesGcm::Create(key));
  const Header header = CM_TRY(FreshHeader());
  return StreamEncryptor(std::make_unique<State>(State{
      .cipher = std::move(cipher), .header = header, .max_chunks = std::min(max_chunks, StreamFormat::kMaxChunks)}));
}

Result<void> StreamEncryptor::Write(ByteView plaintext, const ByteSink& sink) {
  if (state_->phase == Phase::kOver) return Over();
  auto written = state_->Write(plaintext, sink);
  if (!written) state_->phase = Phase::kOver;
  return written;
}

Result<void> StreamEncryptor::Finish(const ByteSink& sink) {
  if (state_->phase == Phase::kOver) return Over();
  state_->phase = Phase::kOver;
  return state_->Emit(Place::kLast, sink);
}

// ---- Decrypting

struct StreamDecryptor::State {
  AesGcm cipher;
  std::uint64_t max_chunks;
  Header header{};
  std::size_t header_filled = 0;
  std::uint64_t number = 0;
  Phase phase = Phase::kOpen;
  Filling sealed{kSealedChunk};
  SecretBuffer plaintext{kChunk};

  bool HasHeader() const { return header_filled == header.size(); }

  Result<void> Release(Place place, const ByteSink& sink) {
    if (sealed.filled < AesGcm::kTagSize) return Corrupt("is cut off");
    const std::size_t size = sealed.filled - AesGcm::kTagSize;
    if (size == 0 && number > 0) return Corrupt("has an empty chunk");
    if (number >= max_chunks) return Corrupt("has more chunks than can be numbered");
    const auto out = plaintext.Room().first(size);
    if (auto opened = cipher.Open(NonceOf(header, number, place), header, sealed.bytes(), out); !opened) {
      return opened.error().code == ErrorCode::kCorruption ? Corrupt("is not authentic, or is cut off") : opened;
    }
    sealed.filled = 0;
    ++number;
    return size == 0 ? Result<void>() : sink(out);
  }

  Result<ByteView> TakeHeader(ByteView bytes) {
    const std::size_t taken = std::min(bytes.size(), header.size() - header_filled);
    std::ranges::copy(bytes.first(taken), header.begin() + static_cast<std::ptrdiff_t>(header_filled));
    header_filled += taken;
    if (HasHeader() && !AsText(header).starts_with(kMagic)) return Corrupt("begins otherwise than one of ours");
    return bytes.subspan(taken);
  }

  Result<void> Write(ByteView bytes, const ByteSink& sink) {
    if (!HasHeader()) bytes = CM_TRY(TakeHeader(bytes));
    while (!bytes.empty()) {
      if (sealed.full()) CM_TRY(Release(Place::kBeforeLast, sink));
      bytes = sealed.Take(bytes);
    }
    return {};
  }
};

StreamDecryptor::StreamDecryptor(std::unique_ptr<State> state) : state_(std::move(state)) {}
StreamDecryptor::StreamDecryptor(StreamDecryptor&&) noexcept = default;
StreamDecryptor& StreamDecryptor::operator=(StreamDecryptor&&) noexcept = default;
StreamDecryptor::~StreamDecryptor() = default;

Result<StreamDecryptor> StreamDecryptor::Create(const SymmetricKey& key, std::uint64_t max_chunks) {
  AesGcm cipher = CM_TRY(AesGcm::Create(key));
  return StreamDecryptor(std::make_unique<State>(
      State{.cipher = std::move(cipher), .max_chunks = std::min(max_chunks, StreamFormat::kMaxChunks)}));
}

Result<void> StreamDecryptor::Write(ByteView ciphertext, const ByteSink& sink) {
  if (state_->phase == Phase::kOver) return Over();
  auto written = state_->Write(ciphertext, sink);
  if (!written) state_->phase = Phase::kOver;
  return written;
}

Result<void> StreamDecryptor::Finish(const ByteSink& sink) {
  if (state_->phase == Phase::kOver) return Over();
  state_->phase = Phase::kOver;
  if (!state_->HasHeader()) return Corrupt("is cut off");
  return state_->Release(Place::kLast, sink);
}

}  // namespace certmark::ca
