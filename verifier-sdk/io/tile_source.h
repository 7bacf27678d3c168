// TileSource: what a log has published, wherever it lies: under a URL, in a directory of files, in a database.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "verifier-sdk/core/proofs.h"
#include "verifier-sdk/core/tile.h"

namespace certmark::io {

/// TileSource reads one log. Every method is safe on any thread. NotFound: it is not there. Corruption: what is there
/// is not readable as what it must be. Unavailable: it could not be read now, retries included.
class TileSource {
 public:
  virtual ~TileSource() = default;

  /// Checkpoint returns the newest checkpoint's note, verbatim and unverified.
  virtual Result<std::string> Checkpoint() const = 0;

  /// Tile returns a hash tile of exactly `name.width` hashes, or an entry bundle, unparsed.
  virtual Result<Bytes> Tile(const TileName& name) const = 0;

  /// Entry is given an entry's index and its bytes, which end with the call, or why it cannot be read.
  using EntryVisitor = std::function<void(std::uint64_t index, const Result<ByteView>& entry)>;
  /// Entries visits [begin, end) in order, of a log of `size` entries. An entry that is not there or not readable is
  /// visited with its error, and does not keep the others from being read; only Unavailable ends the reading.
  virtual Result<void> Entries(std::uint64_t begin, std::uint64_t end, std::uint64_t size,
                               const EntryVisitor& visit) const = 0;
};

/// Fetch reads what lies under a path below a prefix, such as `tile/0/000`, at most `limit` bytes. NotFound: nothing is
/// there. Corruption: it is longer. Unavailable: not now; it may be tried again. Safe on any thread.
using Fetch = std::function<Result<std::string>(const std::string& path, std::size_t limit)>;

/// FetchFiles reads below a directory; FetchUrl below a URL of http or https, whose server the CAs in `ca_file` vouch
/// for (PEM; empty: the system's).
Fetch FetchFiles(std::filesystem::path directory);
Fetch FetchUrl(std::string prefix, std::filesystem::path ca_file);

/// Patience is how often what is Unavailable is asked for, and how long to wait before the second time; each further
/// wait is twice as long.
struct Patience {
  unsigned attempts = 4;
  std::chrono::milliseconds first_wait{250};
};
/// Retrying asks again what answers Unavailable.
Fetch Retrying(Fetch fetch, Patience patience);

/// MakePublishedSource reads a log in the layout of c2sp.org/tlog-tiles.
std::unique_ptr<TileSource> MakePublishedSource(Fetch fetch);

/// SourceNodes reads nodes out of the tiles of a source, which outlives it, for a tree of `size` leaves.
class SourceNodes : public NodeReader {
 public:
  SourceNodes(const TileSource& source, std::uint64_t size) : source_(source), size_(size) {}
  Result<Hash> Node(unsigned height, std::uint64_t index) const override;

 private:
  const TileSource& source_;
  std::uint64_t size_;
};

}  // namespace certmark::io
