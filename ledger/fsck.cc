#include "ledger/fsck.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/by_hash_check.h"
#include "ledger/request_check.h"

namespace certmark::ledger {
namespace {

constexpr std::size_t kLogBytes = sizeof(LogNumber);

std::string NameOf(LogNumber log) {
  return "log " + std::to_string(log);
}

// EndOf is behind every key of a log, whatever the column.
Bytes EndOf(LogNumber log) {
  if (log == ~LogNumber{0}) return Bytes(2 * Hash::kSize, 0xff);  // longer than any key
  Bytes end = CheckpointKey(log + 1, 0);
  end.resize(kLogBytes);
  return end;
}

std::vector<Finding> Named(std::vector<Finding> findings, const std::string& log) {
  for (Finding& finding : findings) finding.log = log;
  return findings;
}

void Append(Findings& all, const Findings& more) {
  all.Add(more.list());
  all.Count(more.total() - more.list().size());
}

// Progress adds up what the checks of one run have done.
class Progress {
 public:
  Progress(const FsckOptions& options, std::uint64_t total) : options_(options), total_(total) {}
  void Add(std::uint64_t more) {
    done_ += more;
    if (options_.progress) options_.progress(done_, total_);
  }

 private:
  const FsckOptions& options_;
  std::uint64_t total_, done_ = 0;
};

LogNumber LogOf(ByteView key) {
  LogNumber log = 0;
  for (const std::uint8_t byte : key.first(kLogBytes)) log = log << 8 | byte;
  return log;
}

class StoreChecker {
 public:
  StoreChecker(const Store& store, const std::map<LogNumber, CheckpointKeys>& keys, const FsckOptions& options)
      : store_(store), keys_(keys), options_(options) {}

  Result<FsckReport> Run() {
    auto head = Head::Decode(CM_TRY(store_.Head()));
    if (!head) {
      report_.findings.Add({"head-unreadable", "", "head", "a head", head.error().message});
      return std::move(report_);
    }
    head_ = *std::move(head);
    std::uint64_t total = 0;
    for (const auto& [log, state] : head_.logs) total += state.tree.size;
    Progress progress(options_, total);
    for (const auto& [log, state] : head_.logs) CM_TRY(CheckLog(log, state.tree, progress));
    CM_TRY(CheckNothingBeyond());
    const RequestsChecked requests = CM_TRY(CheckRequests(store_));
    Append(report_.findings, requests.findings);
    report_.requests = requests.requests;
    for (const auto& [log, state] : head_.logs) report_.logs[log] = state.tree;
    return std::move(report_);
  }

 private:
  Result<void> CheckLog(LogNumber log, const TreeHead& tree, Progress& progress) {
    const std::unique_ptr<TileSource> source = MakeStoreSource(store_, log);
    std::vector<CheckedRoot> checkpoints = CM_TRY(CheckpointsOf(log, tree));
    const TreeCheckInput input{.source = *source,
                               .log = log,
                               .name = NameOf(log),
                               .head = tree,
                               .checkpoints = std::move(checkpoints),
                               .threads = options_.threads,
                               .visit = options_.visit,
                               .progress = [&progress](std::uint64_t more) { progress.Add(more); }};
    const TreeCheckResult checked = CM_TRY(CheckTree(input));
    Append(report_.findings, checked.findings);
    report_.entries += tree.size;
    report_.tiles += checked.tiles;
    const ByHashInput rows{store_, log, NameOf(log), tree.size, checked, options_.threads};
    ByHashResult by_hash = CM_TRY(CheckByHash(rows));
    Append(report_.findings, by_hash.findings);
    std::ranges::move(by_hash.beyond, std::back_inserter(beyond_));
    return {};
  }

  // CheckpointsOf are those that the tree must lead to; what is beyond the head is judged later.
  Result<std::vector<CheckedRoot>> CheckpointsOf(LogNumber log, const TreeHead& tree) {
    if (log == kRecordLog) return std::vector<CheckedRoot>{};
    const auto keys = keys_.find(log);
    if (keys == keys_.end()) {
      report_.findings.Add({"log-unknown", NameOf(log), "head", "a log whose key is known", "no key of this number"});
      return std::vector<CheckedRoot>{};
    }
    CheckedNotes notes = CM_TRY(CheckStoredNotes(store_, log, keys->second, options_.threads));
    report_.findings.Add(Named(std::move(notes.findings), NameOf(log)));
    report_.checkpoints += notes.count;
    std::erase_if(notes.roots, [&](const CheckedRoot& root) { return root.size > tree.size; });
    return std::move(notes.roots);
  }

  // ---- No row beyond the head. A writer may have moved it meanwhile: what was seen is held against the newer one.

  struct Seen {
    Finding finding;
    LogNumber log;
    std::uint64_t needs;  ///< the size that a log must have for the row to be no surplus; 0: none would do
  };

  Result<void> CheckNothingBeyond() {
    std::vector<Seen> seen;
    CM_TRY(SeeEntries(seen));
    CM_TRY(SeeTiles(seen));
    CM_TRY(SeeCheckpoints(seen));
    CM_TRY(SeeByHash(seen));
    if (seen.empty()) return {};
    const auto newer = Head::Decode(CM_TRY(store_.Head()));
    for (Seen& row : seen) {
      const bool appended = newer && row.needs > 0 && newer->tree(row.log).size >= row.needs;
      if (!appended) report_.findings.Add(std::move(row.finding));
    }
    return {};
  }

  void See(std::vector<Seen>& seen, Seen row) const {
    if (seen.size() < 2 * Findings::kMax) seen.push_back(std::move(row));
  }

  // ScanAll scans a column; damage in it ends the scan, and is reported where the row is read.
  Result<void> ScanAll(Column column, ByteView begin, ByteView end,
                       const std::function<void(ByteView key, ByteView value)>& visit) const {
    const auto scanned = store_.Scan(column, begin, end, [&](ByteView key, ByteView value) {
      visit(key, value);
      return true;
    });
    if (!scanned && scanned.error().code != ErrorCode::kCorruption) return scanned;
    return {};
  }

  static Seen Extra(std::string_view kind, ByteView key, std::uint64_t needs, std::string place) {
    const LogNumber log = key.size() < kLogBytes ? 0 : LogOf(key);
    return {{kind, NameOf(log), std::move(place), "no such row", "a row"}, log, needs};
  }

  // SeeEntries looks between the entries of the logs, which are not read again.
  Result<void> SeeEntries(std::vector<Seen>& seen) const {
    Bytes begin;
    const auto visit = [&](ByteView key, ByteView) {
      const auto index = key.size() == kLogBytes + 8 ? DecodeU64(key.subspan(kLogBytes)) : DecodeU64({});
      See(seen, Extra("entry-extra", key, index ? *index + 1 : 0,
                      index ? "entry " + std::to_string(*index) : "entry row " + HexEncode(key)));
    };
    for (const auto& [log, state] : head_.logs) {
      CM_TRY(ScanAll(Column::kEntry, begin, EntryKey(log, 0), visit));
      begin = EntryKey(log, state.tree.size);
    }
    return ScanAll(Column::kEntry, begin, {}, visit);
  }

  Result<void> SeeTiles(std::vector<Seen>& seen) const {
    return ScanAll(Column::kTile, {}, {}, [&](ByteView key, ByteView value) {
      if (key.size() != kLogBytes + 9) return See(seen, Extra("tile-extra", key, 0, "tile row " + HexEncode(key)));
      const std::uint8_t level = key[kLogBytes];
      const std::uint64_t number = DecodeU64(key.subspan(kLogBytes + 1)).value();
      const unsigned width = WidthAt(head_.tree(LogOf(key)).size, level, number);
      if (value.size() == width * Hash::kSize && width > 0) return;
      // A row that is too short is missed where the tile is read.
      if (value.size() < width * Hash::kSize) return;
      Seen row = Extra("tile-extra", key, SizeOfTile(level, number, value.size()),
                       "tile/" + TileName{level, number, kTileWidth}.ToPath());
      row.finding.expected = std::to_string(width) + " hashes";
      row.finding.found = std::to_string(value.size()) + " bytes";
      See(seen, std::move(row));
    });
  }

  // SizeOfTile is the size of the smallest tree whose tile has so many bytes; 0 where none has.
  static std::uint64_t SizeOfTile(std::uint8_t level, std::uint64_t number, std::size_t bytes) {
    const unsigned height = kTileHeight * level;
    const std::size_t width = bytes / Hash::kSize;
    if (height > 55 || width == 0 || width > kTileWidth || bytes % Hash::kSize != 0) return 0;
    if (number >= (std::uint64_t{1} << (55 - height))) return 0;
    return (number * kTileWidth + width) << height;
  }

  Result<void> SeeCheckpoints(std::vector<Seen>& seen) const {
    return ScanAll(Column::kCheckpoint, {}, {}, [&](ByteView key, ByteView) {
      const auto size = key.size() == kLogBytes + 8 ? DecodeU64(key.subspan(kLogBytes)) : DecodeU64({});
      const LogNumber log = size ? LogOf(key) : 0;
      const bool of_a_log = size && log != kRecordLog;
      if (of_a_log && head_.logs.contains(log) && *size <= head_.tree(log).size) return;
      See(seen, Extra("checkpoint-extra", key, of_a_log ? *size : 0,
                      size ? "checkpoint of size " + std::to_string(*size) : "checkpoint row " + HexEncode(key)));
    });
  }

  // SeeByHash looks between the rows of the logs; those of a log were read with its tree.
  Result<void> SeeByHash(std::vector<Seen>& seen) const {
    for (const ByHashResult::Row& row : beyond_) See(seen, ExtraHash(row.key, row.index + 1, EncodeU64(row.index)));
    const auto visit = [&](ByteView key, ByteView value) { See(seen, ExtraHash(key, 0, value)); };
    Bytes begin;
    for (const auto& [log, tree] : head_.logs) {
      CM_TRY(ScanAll(Column::kByHash, begin, ByHashKey(log, Hash{}), visit));
      begin = EndOf(log);
    }
    return ScanAll(Column::kByHash, begin, {}, visit);
  }

  static Seen ExtraHash(ByteView key, std::uint64_t needs, ByteView value) {
    const ByteView hash = key.subspan(std::min(kLogBytes, key.size()));
    const auto index = DecodeU64(value);
    Seen row = Extra("by-hash-extra", key, needs, "by_hash " + HexEncode(hash));
    row.finding.found = index ? "entry " + std::to_string(*index) : index.error().message;
    return row;
  }

  const Store& store_;
  const std::map<LogNumber, CheckpointKeys>& keys_;
  const FsckOptions& options_;
  Head head_;
  std::vector<ByHashResult::Row> beyond_;
  FsckReport report_;
};

}  // namespace

Result<FsckReport> FsckStore(const Store& store, const std::map<LogNumber, CheckpointKeys>& keys,
                             const FsckOptions& options) {
  return StoreChecker(store, keys, options).Run();
}

Result<FsckReport> FsckPublished(const PublishedLog& log, const FsckOptions& options) {
  const std::string& name = log.keys.log.name();
  FsckReport report;
  // 1. The checkpoint, without which there is nothing to hold the tiles against.
  const auto note = log.source.Checkpoint();
  if (!note && note.error().code == ErrorCode::kUnavailable) return note.error();
  if (!note) {
    report.findings.Add({"checkpoint-missing", name, "checkpoint", "a note", note.error().message});
    return report;
  }
  report.checkpoints = 1;
  std::vector<Finding> wrong;
  const auto checkpoint = CheckNote(*note, log.keys, "checkpoint", wrong);
  report.findings.Add(Named(std::move(wrong), name));
  if (!checkpoint) return report;
  const auto cosigned = CountCosignatures(CM_TRY(Note::Parse(*note)), log.keys.witnesses);
  if (const std::size_t witnesses = cosigned.value_or(0); witnesses < log.quorum) {
    report.findings.Add({"checkpoint-not-witnessed", name, "checkpoint", std::to_string(log.quorum) + " witnesses",
                         std::to_string(witnesses)});
  }
  // 2. The tree below it.
  Progress progress(options, checkpoint->size);
  const TreeCheckInput input{.source = log.source,
                             .log = log.number,
                             .name = name,
                             .head = {checkpoint->size, checkpoint->root},
                             .checkpoints = {},
                             .threads = options.threads,
                             .visit = options.visit,
                             .progress = [&progress](std::uint64_t more) { progress.Add(more); }};
  const TreeCheckResult checked = CM_TRY(CheckTree(input));
  Append(report.findings, checked.findings);
  report.entries = checkpoint->size;
  report.tiles = checked.tiles;
  report.logs[log.number] = input.head;
  return report;
}

}  // namespace certmark::ledger
