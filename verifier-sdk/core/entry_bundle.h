// Entry bundles (c2sp.org/tlog-tiles): the entries below one level-0 tile, each after its length as uint16 big-endian.
#pragma once

#include <vector>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/tile.h"

namespace certmark {

/// kMaxBundleBytes is the size of the largest bundle there can be.
inline constexpr std::size_t kMaxBundleBytes = kTileWidth * (2 + kMaxEntryBytes);

/// ParseEntryBundle splits a bundle into exactly `width` entries, which view it. InvalidArgument: fewer, a length that
/// leads beyond its end, or bytes after the last.
Result<std::vector<ByteView>> ParseEntryBundle(ByteView bundle, unsigned width);

/// AppendToBundle writes one more entry. REQUIRES: at most kMaxEntryBytes.
void AppendToBundle(Bytes& bundle, ByteView entry);

}  // namespace certmark
