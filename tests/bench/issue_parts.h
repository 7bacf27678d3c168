// What the parts of an issue cost alone, in the same run: signatures, and a write that is synced.
#pragma once

#include <array>
#include <filesystem>

#include "tests/bench/signature_count.h"
#include "verifier-sdk/core/result.h"

namespace certmark::bench {

/// PrimitiveSeconds is what each of kPrimitives costs, by EVP alone, where all processors do the same.
using PrimitiveSeconds = std::array<double, std::size(kPrimitives)>;
Result<PrimitiveSeconds> MeasurePrimitives();

/// WriteBatch is the size of one.
struct WriteBatch {
  std::size_t rows, bytes;  ///< keys and values
};
/// MeasureWrites is the median time of such a batch, in seconds, synced, by bare RocksDB in a directory of its own.
Result<double> MeasureWrites(const std::filesystem::path& directory, const WriteBatch& batch);

}  // namespace certmark::bench
