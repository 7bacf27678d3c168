#include "verifier-sdk/core/hash_row.h"

#include <algorithm>
#include <string>

#include "verifier-sdk/core/tile.h"

namespace certmark {

Bytes EncodeHashRow(std::span<const Hash> hashes) {
  Bytes row;
  row.reserve(hashes.size() * Hash::kSize);
  for (const Hash& hash : hashes) row.insert(row.end(), hash.bytes.begin(), hash.bytes.end());
  return row;
}

Result<std::vector<Hash>> DecodeHashRow(ByteView row) {
  if (row.empty() || row.size() % Hash::kSize != 0 || row.size() > kTileWidth * Hash::kSize) {
    return Error{ErrorCode::kCorruption, "stored tile has " + std::to_string(row.size()) + " bytes"};
  }
  std::vector<Hash> hashes(row.size() / Hash::kSize);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    std::ranges::copy(row.subspan(i * Hash::kSize, Hash::kSize), hashes[i].bytes.begin());
  }
  return hashes;
}

}  // namespace certmark
