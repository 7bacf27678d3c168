#include "verifier-sdk/apk/contents_digest.h"

#include <algorithm>
#include <array>

#include "verifier-sdk/apk/parallel.h"

namespace certmark::apk {
namespace {

constexpr std::uint64_t kChunkBytes = 1024 * 1024;
constexpr std::size_t kPieceBytes = 64 * 1024;  // stays in a core's own cache between reading and hashing
constexpr std::size_t kDirectoryOffsetAt = 16;  // in the end record

// Chunk is a part of the file, or bytes of ours.
struct Chunk {
  std::uint64_t at = 0, size = 0;
  ByteView ours;
};

void AppendChunks(std::vector<Chunk>& chunks, std::uint64_t at, std::uint64_t end) {
  for (; at < end; at += kChunkBytes) chunks.push_back({at, std::min(kChunkBytes, end - at), {}});
}

std::array<std::uint8_t, 5> Prefixed(std::uint8_t kind, std::uint64_t number) {
  std::array<std::uint8_t, 5> out{kind};
  for (std::size_t i = 0; i < 4; ++i) out[i + 1] = static_cast<std::uint8_t>(number >> (8 * i));
  return out;
}

Bytes EndRecordAsSigned(const Archive& archive) {
  Bytes end(archive.end.begin(), archive.end.end());
  const auto offset = Prefixed(0, archive.block_at);
  std::copy(offset.begin() + 1, offset.end(), end.begin() + kDirectoryOffsetAt);
  return end;
}

Result<void> AddPieces(const ApkFile& file, const Chunk& chunk, std::vector<Digest>& digests) {
  std::array<std::uint8_t, kPieceBytes> piece;
  for (std::uint64_t done = 0; done < chunk.size;) {
    const auto part = std::span(piece).first(std::min<std::uint64_t>(piece.size(), chunk.size - done));
    if (chunk.ours.empty()) {
      CM_TRY(file.Read(chunk.at + done, part));
    } else {
      std::ranges::copy(chunk.ours.subspan(done, part.size()), part.begin());
    }
    for (Digest& digest : digests) digest.Add(part);
    done += part.size();
  }
  return {};
}

}  // namespace

Result<std::vector<Bytes>> DigestContents(const ApkFile& file, const Archive& archive,
                                          const std::vector<DigestAlgorithm>& algorithms, unsigned threads) {
  const Bytes end = EndRecordAsSigned(archive);
  std::vector<Chunk> chunks;
  AppendChunks(chunks, 0, archive.block_at);
  AppendChunks(chunks, archive.directory_at, archive.end_at);
  chunks.push_back({0, end.size(), end});

  std::vector<std::vector<Bytes>> found(chunks.size());
  CM_TRY(ForEach(chunks.size(), threads, [&](std::size_t i) -> Result<void> {
    std::vector<Digest> digests;
    for (const DigestAlgorithm algorithm : algorithms) digests.emplace_back(algorithm);
    for (Digest& digest : digests) digest.Add(Prefixed(0xa5, chunks[i].size));
    CM_TRY(AddPieces(file, chunks[i], digests));
    for (Digest& digest : digests) found[i].push_back(digest.Finish());
    return {};
  }));

  std::vector<Bytes> out;
  for (std::size_t a = 0; a < algorithms.size(); ++a) {
    Digest whole(algorithms[a]);
    whole.Add(Prefixed(0x5a, chunks.size()));
    for (const std::vector<Bytes>& chunk : found) whole.Add(chunk[a]);
    out.push_back(whole.Finish());
  }
  return out;
}

}  // namespace certmark::apk
