// A stream gives back what was encrypted, and of one that was tampered with not a byte that is not authentic.
#include "ca/stream_cipher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace certmark::ca {
namespace {

constexpr std::size_t kChunk = StreamFormat::kChunkSize, kSealed = StreamFormat::kSealedChunkSize;
constexpr std::size_t kHeader = StreamFormat::kHeaderSize;

Bytes Plaintext(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / kChunk);
  return bytes;
}

ByteSink Into(Bytes& out) {
  return [&out](ByteView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
    return Result<void>();
  };
}

Result<Bytes> Encrypt(const SymmetricKey& key, ByteView plaintext, std::size_t piece,
                      std::uint64_t max_chunks = StreamFormat::kMaxChunks) {
  Bytes out;
  StreamEncryptor encryptor = CM_TRY(StreamEncryptor::Create(key, max_chunks));
  for (std::size_t at = 0; at < plaintext.size(); at += piece) {
    CM_TRY(encryptor.Write(plaintext.subspan(at, std::min(piece, plaintext.size() - at)), Into(out)));
  }
  CM_TRY(encryptor.Finish(Into(out)));
  return out;
}

/// Decrypted is what was released, and whether the stream was whole.
struct Decrypted {
  Bytes released;
  Result<void> whole;
};
Decrypted Decrypt(const SymmetricKey& key, ByteView stream, std::size_t piece = 50'000,
                  std::uint64_t max_chunks = StreamFormat::kMaxChunks) {
  Decrypted result;
  StreamDecryptor decryptor = StreamDecryptor::Create(key, max_chunks).value();
  for (std::size_t at = 0; at < stream.size() && result.whole; at += piece) {
    result.whole = decryptor.Write(stream.subspan(at, std::min(piece, stream.size() - at)), Into(result.released));
  }
  if (result.whole) result.whole = decryptor.Finish(Into(result.released));
  return result;
}

class StreamCipher : public ::testing::Test {
 protected:
  Bytes Stream(std::size_t size) const { return Encrypt(key_, Plaintext(size), 10'000).value(); }
  /// ExpectRefused: Corruption, and what was released before is the beginning of the plaintext, `released` bytes of it.
  void ExpectRefused(const Bytes& stream, std::size_t released, const std::string& what) const {
    const Decrypted result = Decrypt(key_, stream);
    ASSERT_FALSE(result.whole) << what;
    EXPECT_EQ(result.whole.error().code, ErrorCode::kCorruption) << what;
    EXPECT_EQ(result.released, Plaintext(released)) << what;
  }
  static Bytes ChunkOf(const Bytes& stream, std::size_t number) {
    const std::size_t at = std::min(kHeader + number * kSealed, stream.size());
    return {stream.begin() + static_cast<std::ptrdiff_t>(at),
            stream.begin() + static_cast<std::ptrdiff_t>(std::min(at + kSealed, stream.size()))};
  }
  /// Built is the stream's header followed by those of its chunks, in that order.
  static Bytes Built(const Bytes& stream, const std::vector<std::size_t>& chunks) {
    Bytes built(stream.begin(), stream.begin() + kHeader);
    for (const std::size_t number : chunks) {
      const Bytes chunk = ChunkOf(stream, number);
      built.insert(built.end(), chunk.begin(), chunk.end());
    }
    return built;
  }
  const SymmetricKey key_ = SymmetricKey::Generate().value();
};

TEST_F(StreamCipher, GivesBackWhatWasEncryptedHoweverItIsCutIntoPieces) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kChunk - 1, kChunk, kChunk + 1, 2 * kChunk, 200'000ul}) {
    const Bytes plaintext = Plaintext(size);
    for (const std::size_t piece : {std::size_t{7}, kChunk, kSealed, std::size_t{1'000'000}}) {
      const Bytes stream = Encrypt(key_, plaintext, piece).value();
      const Decrypted result = Decrypt(key_, stream, piece + 1);
      EXPECT_TRUE(result.whole) << size << " by " << piece;
      EXPECT_EQ(result.released, plaintext) << size << " by " << piece;
    }
  }
}

TEST_F(StreamCipher, IsAsLongAsItsHeaderAndATagForEachChunk) {
  EXPECT_EQ(Stream(0).size(), kHeader + 16);
  EXPECT_EQ(Stream(kChunk).size(), kHeader + kChunk + 16);
  EXPECT_EQ(Stream(kChunk + 1).size(), kHeader + kChunk + 16 + 1 + 16);
}

TEST_F(StreamCipher, IsNeverTheSameTwice) {
  EXPECT_NE(Stream(100), Stream(100));
}

TEST_F(StreamCipher, CutOffAnywhereAroundAChunksEndIsNotWhole) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, kChunk, 3 * kChunk, 3 * kChunk + 5}) {
    const Bytes stream = Stream(size);
    for (std::size_t end = kHeader; end < stream.size() + kSealed; end += kSealed) {
      for (const int off : {-17, -16, -1, 0, 1, 15, 16, 17}) {
        const auto cut = static_cast<std::ptrdiff_t>(end) + off;
        if (cut < 0 || cut >= static_cast<std::ptrdiff_t>(stream.size())) continue;
        const Bytes rest(stream.begin(), stream.begin() + cut);
        // A chunk is released once something follows it.
        const std::size_t before = rest.size() <= kHeader ? 0 : (rest.size() - kHeader - 1) / kSealed;
        ExpectRefused(rest, before * kChunk, std::to_string(size) + " cut to " + std::to_string(cut));
      }
    }
  }
}

TEST_F(StreamCipher, WithAByteChangedAtEachEdgeOfEachChunkReleasesNothingFromThereOn) {
  const std::size_t size = 2 * kChunk + 1000;
  const Bytes stream = Stream(size);
  for (std::size_t number = 0; number < 3; ++number) {
    const std::size_t begin = kHeader + number * kSealed, end = std::min(begin + kSealed, stream.size());
    for (const std::size_t at : {begin, begin + 1, end - 17, end - 16, end - 1}) {
      Bytes changed = stream;
      changed[at] ^= 1;
      ExpectRefused(changed, number * kChunk, "byte " + std::to_string(at));
    }
  }
}

TEST_F(StreamCipher, WithAnyByteOfItsHeaderChangedReleasesNothing) {
  const Bytes stream = Stream(kChunk + 10);
  for (std::size_t at = 0; at < kHeader; ++at) {
    Bytes changed = stream;
    changed[at] ^= 0x80;
    ExpectRefused(changed, 0, "byte " + std::to_string(at));
  }
}

TEST_F(StreamCipher, WithItsChunksOtherwiseThanTheyWereIsRefused) {
  const Bytes stream = Stream(3 * kChunk);  // whole chunks, so that each fits at each place
  struct Row {
    const char* what;
    std::vector<std::size_t> chunks;
    std::size_t released;  // chunks
  };
  const Row rows[] = {
      {"the first missing", {1, 2}, 0},
      {"one in the middle missing", {0, 2}, 1},
      {"the last missing", {0, 1}, 1},
      {"none left", {}, 0},
      {"the first two swapped", {1, 0, 2}, 0},
      {"the last two swapped", {0, 2, 1}, 1},
      {"the first twice", {0, 0, 1, 2}, 1},
      {"the second twice", {0, 1, 1, 2}, 2},
      {"the last twice", {0, 1, 2, 2}, 2},
      {"more after the last", {0, 1, 2, 0}, 2},
      {"the last alone", {2}, 0},
  };
  ASSERT_TRUE(Decrypt(key_, Built(stream, {0, 1, 2})).whole);
  for (const Row& row : rows) ExpectRefused(Built(stream, row.chunks), row.released * kChunk, row.what);
}

TEST_F(StreamCipher, FollowedByAByteOrByAnotherStreamIsRefused) {
  const Bytes stream = Stream(kChunk), other = Stream(3);
  Bytes longer = stream;
  longer.push_back(0);
  ExpectRefused(longer, 0, "a byte more");
  longer = stream;
  longer.insert(longer.end(), other.begin(), other.end());
  ExpectRefused(longer, 0, "another stream");
}

TEST_F(StreamCipher, WithAChunkOfAnotherStreamUnderTheSameKeyIsRefused) {
  const Bytes stream = Stream(2 * kChunk), other = Stream(2 * kChunk);
  Bytes mixed = Built(stream, {0});
  const Bytes foreign = ChunkOf(other, 1);
  mixed.insert(mixed.end(), foreign.begin(), foreign.end());
  ExpectRefused(mixed, kChunk, "the second chunk of another");
  mixed = stream;
  std::copy(other.begin(), other.begin() + kHeader, mixed.begin());
  ExpectRefused(mixed, 0, "the header of another");
}

TEST_F(StreamCipher, OfNothingAtAllOrOfNoChunkIsRefused) {
  ExpectRefused({}, 0, "nothing");
  ExpectRefused(Built(Stream(0), {}), 0, "a header");
}

TEST_F(StreamCipher, UnderAnotherKeyIsRefused) {
  const Decrypted result = Decrypt(SymmetricKey::Generate().value(), Stream(2 * kChunk));
  EXPECT_EQ(result.whole.error().code, ErrorCode::kCorruption);
  EXPECT_TRUE(result.released.empty());
}

TEST_F(StreamCipher, TakesAsManyChunksAsCanBeNumberedAndNoMore) {
  const Bytes most = Plaintext(3 * kChunk), more = Plaintext(3 * kChunk + 1);
  const Bytes stream = Encrypt(key_, most, kChunk, 3).value();
  EXPECT_EQ(Encrypt(key_, more, kChunk, 3).error().code, ErrorCode::kResourceExhausted);
  EXPECT_TRUE(Decrypt(key_, stream, kChunk, 3).whole);
  const Decrypted result = Decrypt(key_, Encrypt(key_, more, kChunk).value(), kChunk, 3);
  EXPECT_EQ(result.whole.error().code, ErrorCode::kCorruption);
}

TEST_F(StreamCipher, GoesOnNeitherAfterItsEndNorAfterAnError) {
  Bytes out;
  StreamEncryptor encryptor = StreamEncryptor::Create(key_).value();
  ASSERT_TRUE(encryptor.Finish(Into(out)));
  EXPECT_EQ(encryptor.Write(Plaintext(1), Into(out)).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(encryptor.Finish(Into(out)).error().code, ErrorCode::kFailedPrecondition);

  Bytes stream = Stream(kChunk + 1), released;
  stream[kHeader] ^= 1;
  StreamDecryptor decryptor = StreamDecryptor::Create(key_).value();
  ASSERT_FALSE(decryptor.Write(stream, Into(released)));
  EXPECT_EQ(decryptor.Write(stream, Into(released)).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(decryptor.Finish(Into(released)).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(released.empty());
}

TEST_F(StreamCipher, EndsWithTheErrorOfWhoeverTakesItsBytes) {
  const ByteSink full = [](ByteView) -> Result<void> { return Error{ErrorCode::kResourceExhausted, "full"}; };
  StreamEncryptor encryptor = StreamEncryptor::Create(key_).value();
  EXPECT_EQ(encryptor.Write(Plaintext(kChunk + 1), full).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(encryptor.Finish(full).error().code, ErrorCode::kFailedPrecondition);
  StreamDecryptor decryptor = StreamDecryptor::Create(key_).value();
  EXPECT_EQ(decryptor.Write(Stream(kChunk + 1), full).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(decryptor.Finish(full).error().code, ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace certmark::ca
