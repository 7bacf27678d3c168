// The value of a tile row: its hashes, one after the other.
#pragma once

#include <span>
#include <vector>

#include "verifier-sdk/core/hash.h"

namespace certmark {

/// EncodeHashRow and DecodeHashRow: 32 bytes a hash. Corruption: not 1 to 256 whole hashes.
Bytes EncodeHashRow(std::span<const Hash> hashes);
Result<std::vector<Hash>> DecodeHashRow(ByteView row);

}  // namespace certmark
