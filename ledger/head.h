// Head: what a store's head bytes mean to the ledger, and the keys of its rows.
#pragma once

#include <cstdint>
#include <map>

#include "ledger/store.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ledger {

/// LogNumber 0 is the authority's private record log; the public logs count from 1.
using LogNumber = std::uint32_t;
inline constexpr LogNumber kRecordLog = 0;

/// TreeHead is one tree's state.
struct TreeHead {
  std::uint64_t size = 0;
  Hash root = EmptyRoot();
  bool operator==(const TreeHead&) const = default;
};

/// LogHead is one log's state: its tree, and the sizes of the newest checkpoints that are stored. exposed ≤ published ≤
/// tree.size; 0 before the first.
struct LogHead {
  TreeHead tree;
  std::uint64_t published = 0;  ///< the newest that was signed
  std::uint64_t exposed = 0;    ///< the newest that meets the witness policy
  bool operator==(const LogHead&) const = default;
};

/// Head is the state of every log after a commit; `version` counts commits, so no two states have one head, and `time`
/// is the authority's at the last one, and never goes back.
struct Head {
  std::uint64_t version = 0;
  Time time{};
  std::map<LogNumber, LogHead> logs;

  /// Encode and Decode: version u64, time u64, then for each log number u32, size u64, root 32 bytes, published u64,
  /// exposed u64, all big-endian. Corruption: bytes that Encode did not write. Version 0 is the head of an empty store,
  /// and empty bytes.
  Bytes Encode() const;
  static Result<Head> Decode(ByteView bytes);
  /// log returns a log's state; that of an empty one for a log never written.
  LogHead log(LogNumber number) const;
  /// tree is log(number).tree.
  TreeHead tree(LogNumber number) const { return log(number).tree; }
};

/// EntryKey, TileKey, CheckpointKey and ByHashKey are the keys of the ledger's own rows: the log number, then what the
/// name says, integers big-endian, so that a scan meets them in order.
Bytes EntryKey(LogNumber log, std::uint64_t index);
Bytes TileKey(LogNumber log, std::uint8_t level, std::uint64_t tile);
Bytes CheckpointKey(LogNumber log, std::uint64_t size);
Bytes ByHashKey(LogNumber log, const Hash& leaf);
/// FoundByKey is the key of an index row that finds an entry: what it is found by, then its index.
Bytes FoundByKey(ByteView found_by, std::uint64_t index);
/// EncodeU64 and DecodeU64: eight bytes, big-endian. Corruption: another length.
Bytes EncodeU64(std::uint64_t value);
Result<std::uint64_t> DecodeU64(ByteView bytes);

}  // namespace certmark::ledger
