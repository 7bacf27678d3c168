// StoreSource: what a log has published, out of its database; wherever else it lies, verifier-sdk/io/tile_source.h.
#pragma once

#include <memory>

#include "ledger/head.h"
#include "ledger/store.h"
#include "ledger/tiles.h"
#include "verifier-sdk/io/tile_source.h"

namespace certmark::ledger {

using namespace io;

/// MakeStoreSource reads log `log` of `store`, which outlives it: rows as they are stored, tiles cut to the width asked
/// for.
std::unique_ptr<TileSource> MakeStoreSource(const Store& store, LogNumber log);

}  // namespace certmark::ledger
