// Reread: does the store hold what the writer believes it wrote?
#pragma once

#include "ledger/edge.h"
#include "ledger/head.h"
#include "ledger/store.h"

namespace certmark::ledger {

/// RereadGrowth reads back every entry and tile that took a tree from the edge `from`, which is trusted, to `to`,
/// hashes the entries again and compares; it returns the edge of `to`. So a root is signed only if bytes read from the
/// store lead to it. Corruption: they do not.
Result<Edge> RereadGrowth(const Store& store, LogNumber log, Edge from, const TreeHead& to);

}  // namespace certmark::ledger
