// Decrypting a document: what was never encrypted releases nothing, and of a stream that was edited no more comes out
// than its authentic beginning, nor does it pass for whole.
//
// The first byte of the input, if odd: the rest is a stream. If even: the rest are edits of a real one, 8 bytes each:
// kind, position (3 bytes), length (3 bytes), value.
#include <algorithm>

#include "ca/stream_cipher.h"
#include "tests/fuzz/fuzz.h"

namespace certmark::ca {
namespace {

/// Real is a stream of three chunks under a key of this process alone, so that no input can have one.
struct Real {
  SymmetricKey key = SymmetricKey::Generate().value();
  Bytes plaintext = Bytes(2 * StreamFormat::kChunkSize + 100, 'x');
  Bytes stream;
  Real() {
    for (std::size_t i = 0; i < plaintext.size(); ++i) plaintext[i] = static_cast<std::uint8_t>(i * 31 + i / 65536);
    StreamEncryptor encryptor = StreamEncryptor::Create(key).value();
    const ByteSink sink = [this](ByteView bytes) {
      stream.insert(stream.end(), bytes.begin(), bytes.end());
      return Result<void>();
    };
    encryptor.Write(plaintext, sink).value();
    encryptor.Finish(sink).value();
  }
};
const Real& TheReal() {
  static const Real real;
  return real;
}

std::size_t Number(ByteView bytes) {
  return std::size_t{bytes[0]} << 16 | std::size_t{bytes[1]} << 8 | bytes[2];
}

void Edit(Bytes& stream, ByteView edit) {
  if (stream.empty()) return;
  const std::size_t at = Number(edit.subspan(1)) % stream.size();
  const std::size_t length = std::min(Number(edit.subspan(4)), stream.size() - at);
  const auto from = stream.begin() + static_cast<std::ptrdiff_t>(at);
  const auto to = from + static_cast<std::ptrdiff_t>(length);
  switch (edit[0] % 4) {
    case 0:
      stream[at] ^= edit[7];
      break;
    case 1:
      stream.erase(from, to);
      break;
    case 2: {
      const Bytes copy(from, to);  // a piece that comes again at the end
      stream.insert(stream.end(), copy.begin(), copy.end());
      break;
    }
    default:
      stream.insert(from, std::min<std::size_t>(length, 100), edit[7]);
  }
}

bool Decrypt(const Bytes& stream, std::size_t piece, Bytes& released) {
  StreamDecryptor decryptor = StreamDecryptor::Create(TheReal().key).value();
  const ByteSink sink = [&released](ByteView bytes) {
    released.insert(released.end(), bytes.begin(), bytes.end());
    return Result<void>();
  };
  const ByteView view(stream);
  for (std::size_t at = 0; at < view.size(); at += piece) {
    if (!decryptor.Write(view.subspan(at, std::min(piece, view.size() - at)), sink)) return false;
  }
  return decryptor.Finish(sink).has_value();
}

void Raw(ByteView input) {
  Bytes released;
  const bool whole = Decrypt({input.begin(), input.end()}, 1000, released);
  fuzz::Require(!whole && released.empty(), "what nobody encrypted releases nothing");
}

void Edited(ByteView edits) {
  constexpr std::size_t kEdit = 8, kMostEdits = 16;
  const Real& real = TheReal();
  Bytes stream = real.stream, released;
  for (std::size_t i = 0; i < kMostEdits && edits.size() >= kEdit; ++i, edits = edits.subspan(kEdit)) {
    Edit(stream, edits.first(kEdit));
  }
  const bool whole = Decrypt(stream, 40'000 + edits.size(), released);
  fuzz::Require(whole == (stream == real.stream), "a stream is whole if it is what was encrypted, and only then");
  fuzz::Require(
      released.size() <= real.plaintext.size() && std::equal(released.begin(), released.end(), real.plaintext.begin()),
      "what is released is the beginning of what was encrypted");
}

}  // namespace
}  // namespace certmark::ca

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const certmark::ByteView rest(data + 1, size - 1);
  data[0] % 2 == 1 ? certmark::ca::Raw(rest) : certmark::ca::Edited(rest);
  return 0;
}
