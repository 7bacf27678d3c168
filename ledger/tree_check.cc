#include "ledger/tree_check.h"

#include <algorithm>
#include <span>
#include <utility>

#include "verifier-sdk/core/hash_row.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/io/in_order.h"

namespace certmark::ledger {
namespace {

// Windows are whole tiles. A visitor's window is held in memory, of the largest entries and once for each thread.
constexpr std::uint64_t kWindow = 16 * kTileWidth;
constexpr std::uint64_t kVisitedWindow = 4 * kTileWidth;

std::string EntryPlace(std::uint64_t first, std::uint64_t last) {
  if (first == last) return "entry " + std::to_string(first);
  return "entries " + std::to_string(first) + "-" + std::to_string(last);
}

std::string HashPlace(const TileName& tile, std::size_t hash) {
  return "tile/" + tile.ToPath() + " hash " + std::to_string(hash);
}

// Unread is a run of entries that could not be read for one reason.
struct Unread {
  std::uint64_t first, last;
  Error error;
};

// Window is what a thread makes of a run of entries.
struct Window {
  std::uint64_t begin = 0;
  std::vector<Hash> leaves;  ///< as they were logged
  std::vector<bool> read;    ///< whether the leaf is of an entry's bytes
  std::vector<Unread> unread;
  std::vector<Finding> findings;
  std::vector<std::pair<std::uint64_t, Hash>> logged;
  std::uint64_t tiles = 0;
  RowSet rows;
  std::function<void()> then;
};

class TreeChecker {
 public:
  explicit TreeChecker(const TreeCheckInput& input)
      : in_(input), window_(input.visit ? kVisitedWindow : kWindow), edge_(input.log) {
    out_.row_key = DrawRowKey();
  }

  Result<TreeCheckResult> Run() {
    const std::uint64_t windows = (in_.head.size + window_ - 1) / window_;
    CM_TRY(io::InOrder<Window>(
        windows, in_.threads, [this](std::uint64_t i) { return Make(i * window_); },
        [this](Window window) { return Take(std::move(window)); }));
    CheckRootsHere();
    if (const TreeHead found = edge_.head(); found != in_.head) {
      Report(out_.findings,
             {"head", "", "size " + std::to_string(in_.head.size), found.root.Base64(), in_.head.root.Base64()});
    }
    return std::move(out_);
  }

 private:
  void Report(Findings& findings, Finding finding) const {
    finding.log = in_.name;
    findings.Add(std::move(finding));
  }
  void Report(Window& window, Finding finding) const {
    finding.log = in_.name;
    window.findings.push_back(std::move(finding));
  }

  // ---- On any thread: one window

  Result<Window> Make(std::uint64_t begin) const {
    const std::uint64_t end = std::min(in_.head.size, begin + window_);
    Window window;
    window.begin = begin;
    window.leaves.resize(end - begin);
    window.read.resize(end - begin);
    CM_TRY(in_.visit ? ReadAndVisit(window, end) : ReadEntries(window, end, {}));
    ReportUnread(window);
    for (std::uint64_t tile = begin / kTileWidth; tile * kTileWidth < end; ++tile) CM_TRY(CheckLeaves(window, tile));
    for (std::size_t i = 0; i < window.leaves.size(); ++i) window.rows.Add(out_.row_key, window.leaves[i], begin + i);
    return window;
  }

  Result<void> ReadEntries(Window& window, std::uint64_t end,
                           const std::function<void(std::size_t, ByteView)>& keep) const {
    return in_.source.Entries(window.begin, end, in_.head.size,
                              [&](std::uint64_t index, const Result<ByteView>& entry) {
                                if (!entry) return AddUnread(window, index, entry.error());
                                const std::size_t i = index - window.begin;
                                window.leaves[i] = LeafHash(*entry);
                                window.read[i] = true;
                                CheckSize(window, index, entry->size());
                                if (keep) keep(i, *entry);
                              });
  }

  Result<void> ReadAndVisit(Window& window, std::uint64_t end) const {
    struct Place {
      std::size_t entry, offset, size;
    };
    Bytes bytes;
    std::vector<Place> places;
    CM_TRY(ReadEntries(window, end, [&](std::size_t i, ByteView entry) {
      places.push_back({i, bytes.size(), entry.size()});
      bytes.insert(bytes.end(), entry.begin(), entry.end());
    }));
    EntryWindow shown{in_.log, window.begin, std::vector<std::optional<ByteView>>(window.leaves.size())};
    for (const Place& place : places) shown.entries[place.entry] = ByteView(bytes).subspan(place.offset, place.size);
    window.then = in_.visit(shown);
    return {};
  }

  void CheckSize(Window& window, std::uint64_t index, std::size_t size) const {
    if (size > 0 && size <= kMaxEntryBytes) return;
    Report(window, {"entry-size", "", EntryPlace(index, index), "1 to " + std::to_string(kMaxEntryBytes) + " bytes",
                    std::to_string(size) + " bytes"});
  }

  static void AddUnread(Window& window, std::uint64_t index, const Error& error) {
    std::vector<Unread>& runs = window.unread;
    const bool same = !runs.empty() && runs.back().last + 1 == index && runs.back().error.message == error.message;
    if (same) {
      runs.back().last = index;
    } else {
      runs.push_back({index, index, error});
    }
  }

  void ReportUnread(Window& window) const {
    for (const Unread& run : window.unread) {
      const bool missing = run.error.code == ErrorCode::kNotFound;
      Report(window, {missing ? "entry-missing" : "entry-unreadable", "", EntryPlace(run.first, run.last), "an entry",
                      run.error.message});
    }
  }

  // CheckLeaves holds the leaves of one tile against it, and settles each where they differ.
  Result<void> CheckLeaves(Window& window, std::uint64_t tile) const {
    const TileName name{std::uint8_t{0}, tile, WidthAt(in_.head.size, 0, tile)};
    const std::span<Hash> leaves(&window.leaves[tile * kTileWidth - window.begin], name.width);
    const auto row = in_.source.Tile(name);
    ++window.tiles;
    if (!row && row.error().code == ErrorCode::kUnavailable) return row.error();
    if (!row) {
      Report(window, {"tile-missing", "", "tile/" + name.ToPath(), std::to_string(name.width) + " hashes",
                      row.error().message});
      for (std::size_t i = 0; i < leaves.size(); ++i) window.logged.emplace_back(tile * kTileWidth + i, leaves[i]);
      return {};
    }
    const std::vector<Hash> stored = CM_TRY(DecodeHashRow(*row));
    if (std::ranges::equal(leaves, stored)) return {};
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      if (!window.read[tile * kTileWidth - window.begin + i]) leaves[i] = stored[i];
    }
    if (std::ranges::equal(leaves, stored)) return {};
    const bool tile_is_right = CM_TRY(IsVouchedFor(name, leaves, stored));
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      if (leaves[i] == stored[i]) continue;
      Settle(window, name, i, {leaves[i], stored[i], tile_is_right});
      if (tile_is_right) leaves[i] = stored[i];
      window.logged.emplace_back(tile * kTileWidth + i, leaves[i]);
    }
    return {};
  }

  // IsVouchedFor: what is above a tile agrees with what is stored there, and not with what the entries hash to.
  Result<bool> IsVouchedFor(const TileName& name, std::span<const Hash> made, std::span<const Hash> stored) const {
    if (name.width < kTileWidth) {
      const auto root = RootAt(SourceNodes(in_.source, in_.head.size), in_.head.size);
      if (!root && root.error().code == ErrorCode::kUnavailable) return root.error();
      return root && *root == in_.head.root;
    }
    const std::uint64_t parent = name.number / kTileWidth;
    const auto above = in_.source.Tile({std::uint8_t{1}, parent, WidthAt(in_.head.size, 1, parent)});
    if (!above && above.error().code == ErrorCode::kUnavailable) return above.error();
    if (!above) return false;
    const Hash vouched = CM_TRY(DecodeHashRow(*above))[name.number % kTileWidth];
    return vouched == CompleteRoot(stored) && vouched != CompleteRoot(made);
  }

  // Disagreement is a leaf as its entry hashes to it, and as the tile has it.
  struct Disagreement {
    Hash made, stored;
    bool tile_is_right;
  };
  void Settle(Window& window, const TileName& tile, std::size_t i, const Disagreement& leaf) const {
    const std::uint64_t index = tile.number * kTileWidth + i;
    if (leaf.tile_is_right) {
      Report(window, {"entry-differs", "", EntryPlace(index, index), leaf.stored.Hex(), leaf.made.Hex()});
    } else {
      Report(window, {"tile-differs", "", HashPlace(tile, i), leaf.made.Hex(), leaf.stored.Hex()});
    }
  }

  // ---- In order: the tree above

  Result<void> Take(Window window) {
    out_.findings.Add(std::move(window.findings));
    out_.tiles += window.tiles;
    out_.rows.Add(window.rows);
    if (out_.logged.size() < Findings::kMax) out_.logged.insert(window.logged.begin(), window.logged.end());
    std::span<const Hash> leaves = window.leaves;
    while (!leaves.empty()) {
      CheckRootsHere();
      const std::uint64_t until_checkpoint =
          next_checkpoint_ < in_.checkpoints.size() ? in_.checkpoints[next_checkpoint_].size - edge_.size() : ~0ULL;
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(leaves.size(), until_checkpoint));
      Grow(leaves.first(count));
      leaves = leaves.subspan(count);
    }
    CM_TRY(CheckTilesAbove());
    if (window.then) window.then();
    if (in_.progress) in_.progress(window.leaves.size());
    return {};
  }

  // Grow keeps of the tiles that the edge writes the newest width of each above the leaves.
  void Grow(std::span<const Hash> leaves) {
    std::vector<Write> writes;
    edge_.Append(leaves, writes);
    for (Write& write : writes) {
      if (write.key[sizeof(LogNumber)] > 0) grown_[std::move(write.key)] = *std::move(write.value);
    }
  }

  // CheckTilesAbove compares the tiles that are at the width they have in the whole tree.
  Result<void> CheckTilesAbove() {
    for (auto tile = grown_.begin(); tile != grown_.end();) {
      const TileName name = NameOf(tile->first);
      if (tile->second.size() != name.width * Hash::kSize) {
        ++tile;
        continue;
      }
      CM_TRY(CheckTile(name, tile->second));
      tile = grown_.erase(tile);
    }
    return {};
  }

  TileName NameOf(const Bytes& key) const {
    const std::uint8_t level = key[sizeof(LogNumber)];
    const std::uint64_t number = DecodeU64(ByteView(key).subspan(sizeof(LogNumber) + 1)).value();
    return {level, number, WidthAt(in_.head.size, level, number)};
  }

  Result<void> CheckTile(const TileName& name, const Bytes& made) {
    ++out_.tiles;
    const auto row = in_.source.Tile(name);
    if (!row && row.error().code == ErrorCode::kUnavailable) return row.error();
    if (!row) {
      Report(out_.findings, {"tile-missing", "", "tile/" + name.ToPath(), std::to_string(name.width) + " hashes",
                             row.error().message});
      return {};
    }
    for (std::size_t i = 0; i < name.width; ++i) {
      const ByteView right = ByteView(made).subspan(i * Hash::kSize, Hash::kSize);
      const ByteView found = ByteView(*row).subspan(i * Hash::kSize, Hash::kSize);
      if (Equal(right, found)) continue;
      Report(out_.findings, {"tile-differs", "", HashPlace(name, i), HexEncode(right), HexEncode(found)});
    }
    return {};
  }

  // CheckRootsHere holds the root against every checkpoint of the size reached.
  void CheckRootsHere() {
    for (; next_checkpoint_ < in_.checkpoints.size(); ++next_checkpoint_) {
      const CheckedRoot& checkpoint = in_.checkpoints[next_checkpoint_];
      if (checkpoint.size != edge_.size()) return;
      const Hash root = edge_.head().root;
      if (root == checkpoint.root) continue;
      Report(out_.findings, {"checkpoint-root", "", "checkpoint of size " + std::to_string(checkpoint.size),
                             root.Base64(), checkpoint.root.Base64()});
    }
  }

  const TreeCheckInput& in_;
  const std::uint64_t window_;
  Edge edge_;
  std::map<Bytes, Bytes> grown_;  // tiles above the leaves that are not compared yet, by key
  std::size_t next_checkpoint_ = 0;
  TreeCheckResult out_;
};

}  // namespace

Result<TreeCheckResult> CheckTree(const TreeCheckInput& input) {
  return TreeChecker(input).Run();
}

}  // namespace certmark::ledger
