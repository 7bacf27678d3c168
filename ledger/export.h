// Export: a public log as files that any web server can serve as the same log (c2sp.org/tlog-tiles).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "ledger/head.h"
#include "ledger/store.h"

namespace certmark::ledger {

/// ExportInput is one log, and where its files go.
struct ExportInput {
  const Store& store;  ///< one state, as one opened to be read is
  LogNumber log = 1;
  std::filesystem::path directory;  ///< made with those above it
  /// progress is told the tiles that are there, of how many.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

/// Exported is what the files now are.
struct Exported {
  std::uint64_t size = 0;     ///< of the exposed checkpoint
  std::uint64_t written = 0;  ///< files that are new
  std::uint64_t kept = 0;     ///< full tiles and bundles that were there
};

/// ExportLog writes what the exposed checkpoint implies: full tiles and entry bundles that are not there yet or not
/// whole, the partial ones of its size, and last, when all of these are durable, the checkpoint; each appears whole or
/// not at all, readable for everybody. Partial ones of other sizes are removed then. FailedPrecondition: no checkpoint
/// is exposed yet; or the directory has a checkpoint of another log, or a larger one, or one whose root the database
/// does not have at its size, with both roots. Corruption: a row that must be there is not. Unavailable: a file could
/// not be written; run it again.
Result<Exported> ExportLog(const ExportInput& input);

/// PublicLogsOf are the numbers of the public logs in `store`.
Result<std::vector<LogNumber>> PublicLogsOf(const Store& store);

}  // namespace certmark::ledger
