// TreeCheck: a log's whole tree, made again from the bytes of its entries and held against the tiles that are stored.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/edge.h"
#include "ledger/findings.h"
#include "ledger/row_set.h"
#include "ledger/tile_source.h"

namespace certmark::ledger {

/// EntryWindow is a run of a log's entries as they are read: nothing for one that cannot be. The views end with the
/// call that is given the window.
struct EntryWindow {
  LogNumber log = 0;
  std::uint64_t begin = 0;
  std::vector<std::optional<ByteView>> entries;
};
/// EntryVisitor looks at a window on any thread, several at a time, and returns what is then run in order of the
/// windows, one at a time; it may return nothing.
using EntryVisitor = std::function<std::function<void()>(const EntryWindow& window)>;

/// CheckedRoot is what a checkpoint says of a log.
struct CheckedRoot {
  std::uint64_t size = 0;
  Hash root;
};

/// TreeCheckInput is one log to be checked. References outlive the check.
struct TreeCheckInput {
  const TileSource& source;
  LogNumber log = 0;
  std::string name;  ///< as findings name the log
  TreeHead head;
  std::vector<CheckedRoot> checkpoints;  ///< of sizes up to the head's, rising
  unsigned threads = 2;
  EntryVisitor visit{};
  std::function<void(std::uint64_t more)> progress{};  ///< entries done since the last call; one call at a time
};

/// TreeCheckResult is what was found, and what the by_hash rows must be.
struct TreeCheckResult {
  Findings findings;
  std::uint64_t tiles = 0;
  RowSet rows;  ///< of the leaves that were logged, with `row_key`
  RowKey row_key{};
  /// What was logged at an index, where the entry or the tile that is stored says otherwise.
  std::map<std::uint64_t, Hash> logged;
};

/// CheckTree reads every entry once, in windows, and compares: each leaf with its tile, each tile above with the hashes
/// of those below, the root with the head and with every checkpoint. Kinds: `entry-missing`, `entry-unreadable`,
/// `entry-differs` (the tiles above vouch for another leaf), `entry-size`, `tile-missing`, `tile-differs`,
/// `checkpoint-root`, `head`. Where entry and tile disagree the node above them says which of the two is wrong; an
/// entry found wrong is counted on as it was logged, so that each damage is reported once. Unavailable: something could
/// not be read, and nothing can be told.
Result<TreeCheckResult> CheckTree(const TreeCheckInput& input);

}  // namespace certmark::ledger
