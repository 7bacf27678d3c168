#include "ledger/by_hash_check.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "ledger/tile_source.h"
#include "verifier-sdk/core/hash_row.h"
#include "verifier-sdk/io/in_order.h"

namespace certmark::ledger {
namespace {

constexpr unsigned kParts = 16;  // of the column, by the first four bits of the leaf hash
constexpr unsigned kStep = 256 / kParts;
constexpr std::size_t kLogBytes = sizeof(LogNumber);

class ByHashChecker {
 public:
  explicit ByHashChecker(const ByHashInput& input) : in_(input), source_(MakeStoreSource(input.store, input.log)) {}

  Result<ByHashResult> Run() {
    const auto same = SetsAgree();
    if (same && *same) return std::move(out_);
    if (!same && same.error().code != ErrorCode::kCorruption) return same.error();
    if (!same) Report({"by-hash-unreadable", "", "by_hash rows", "rows", same.error().message});
    CM_TRY(LookUpEntries());
    CM_TRY(LookUpRows());
    return std::move(out_);
  }

 private:
  void Report(Finding finding) {
    finding.log = in_.name;
    out_.findings.Add(std::move(finding));
  }

  // ---- One scan, which is mostly all

  Result<void> ScanPart(unsigned part, const std::function<void(ByteView key, ByteView value)>& visit) const {
    Hash first;
    first.bytes[0] = static_cast<std::uint8_t>(part * kStep);
    Bytes end = ByHashKey(in_.log, first);
    if (part + 1 < kParts) {
      end[kLogBytes] = static_cast<std::uint8_t>(end[kLogBytes] + kStep);
    } else {
      std::fill(end.begin() + kLogBytes, end.end(), 0xff);
      end.push_back(0xff);  // after the last hash there can be
    }
    return in_.store.Scan(Column::kByHash, ByHashKey(in_.log, first), end, [&](ByteView key, ByteView value) {
      visit(key, value);
      return true;
    });
  }

  // IndexOf is DecodeU64 of what has its size: this is done for every row.
  static std::uint64_t IndexOf(ByteView value) {
    std::uint64_t index = 0;
    for (const std::uint8_t byte : value) index = index << 8 | byte;
    return index;
  }

  struct Part {
    RowSet rows;
    std::vector<ByHashResult::Row> beyond;
  };

  Result<Part> TakeIn(unsigned number) const {
    Part part;
    Hash leaf;
    CM_TRY(ScanPart(number, [&](ByteView key, ByteView value) {
      // What is no row of an entry makes the sets differ, and is then named.
      if (key.size() != kLogBytes + Hash::kSize || value.size() != sizeof(std::uint64_t)) return part.rows.Spoil();
      std::ranges::copy(key.last<Hash::kSize>(), leaf.bytes.begin());
      const std::uint64_t index = IndexOf(value);
      if (index < in_.size) return part.rows.Add(in_.tree.row_key, leaf, index);
      if (part.beyond.size() < Findings::kMax) part.beyond.push_back({Bytes(key.begin(), key.end()), index});
    }));
    return part;
  }

  Result<bool> SetsAgree() {
    RowSet stored;
    const auto make = [this](std::uint64_t part) { return TakeIn(static_cast<unsigned>(part)); };
    const auto take = [&](Part part) -> Result<void> {
      stored.Add(part.rows);
      std::ranges::move(part.beyond, std::back_inserter(out_.beyond));
      return {};
    };
    CM_TRY(io::InOrder<Part>(kParts, in_.threads, make, take));
    return stored == in_.tree.rows;
  }

  // ---- Row by row, to name what differs

  // LoggedLeaves are the leaves of one tile as they were logged.
  Result<std::vector<Hash>> LoggedLeaves(std::uint64_t tile) const {
    const unsigned width = WidthAt(in_.size, 0, tile);
    const auto row = source_->Tile({std::uint8_t{0}, tile, width});
    if (!row && row.error().code == ErrorCode::kUnavailable) return row.error();
    std::vector<Hash> leaves = row ? CM_TRY(DecodeHashRow(*row)) : std::vector<Hash>(width);
    const auto& logged = in_.tree.logged;
    for (auto known = logged.lower_bound(tile * kTileWidth);
         known != logged.end() && known->first < tile * kTileWidth + width; ++known) {
      leaves[known->first % kTileWidth] = known->second;
    }
    return leaves;
  }

  Result<void> LookUpEntries() {
    for (std::uint64_t tile = 0; tile * kTileWidth < in_.size; ++tile) {
      const std::vector<Hash> leaves = CM_TRY(LoggedLeaves(tile));
      for (std::size_t i = 0; i < leaves.size(); ++i) CM_TRY(LookUpEntry(tile * kTileWidth + i, leaves[i]));
    }
    return {};
  }

  Result<void> LookUpEntry(std::uint64_t index, const Hash& leaf) {
    const auto row = in_.store.Get(Column::kByHash, ByHashKey(in_.log, leaf));
    if (!row && row.error().code != ErrorCode::kCorruption) return row.error();
    const std::string place = "by_hash " + leaf.Hex();
    if (!row || !*row) {
      Report(
          {"by-hash-missing", "", place, "entry " + std::to_string(index), row ? "no such row" : row.error().message});
      return {};
    }
    const auto found = DecodeU64(**row);
    if (found && *found == index) return {};
    if (named_.size() < Findings::kMax) named_.insert(leaf);
    Report({"by-hash-differs", "", place, "entry " + std::to_string(index),
            found ? "entry " + std::to_string(*found) : found.error().message});
    return {};
  }

  Result<void> LookUpRows() {
    for (unsigned part = 0; part < kParts; ++part) {
      std::optional<Error> failed;
      const auto scanned = ScanPart(part, [&](ByteView key, ByteView value) {
        const auto looked = LookUpRow(key, value);
        if (!looked) failed = looked.error();
      });
      if (failed) return *std::move(failed);
      if (!scanned && scanned.error().code != ErrorCode::kCorruption) return scanned;
    }
    return {};
  }

  Result<void> LookUpRow(ByteView key, ByteView value) {
    const auto leaf = Hash::FromBytes(key.subspan(kLogBytes));
    const auto index = DecodeU64(value);
    if (leaf && named_.contains(*leaf)) return {};
    if (leaf && index) {
      if (*index >= in_.size) return {};
      const std::vector<Hash> leaves = CM_TRY(LoggedLeaves(*index / kTileWidth));
      if (leaves[*index % kTileWidth] == *leaf) return {};
    }
    Report({"by-hash-extra", "", "by_hash " + HexEncode(key.subspan(kLogBytes)), "no such row",
            index ? "entry " + std::to_string(*index) : index.error().message});
    return {};
  }

  const ByHashInput& in_;
  std::unique_ptr<TileSource> source_;
  std::set<Hash> named_;  // leaves whose row is named already
  ByHashResult out_;
};

}  // namespace

Result<ByHashResult> CheckByHash(const ByHashInput& input) {
  return ByHashChecker(input).Run();
}

}  // namespace certmark::ledger
