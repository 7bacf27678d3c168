#include "ledger/head.h"

#include <string>

namespace certmark::ledger {
namespace {

constexpr std::size_t kHeadBytes = 8 + 8;  // version, time
constexpr std::size_t kLogBytes = 4 + 8 + Hash::kSize + 8 + 8;
constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 63;
constexpr std::uint64_t kMaxTime = 253'402'300'799;  // the end of the year 9999

template <class Integer>
void AppendBigEndian(Bytes& out, Integer value) {
  for (unsigned shift = 8 * sizeof(Integer); shift > 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> (shift - 8)));
  }
}

// Take reads an integer from the front of `bytes`. REQUIRES: they are there.
template <class Integer>
Integer Take(ByteView& bytes) {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) value = static_cast<Integer>(value << 8) | bytes[i];
  bytes = bytes.subspan(sizeof(Integer));
  return value;
}

Error Corrupt(std::string_view what) {
  return {ErrorCode::kCorruption, "stored head: " + std::string(what)};
}

// DecodeLog takes one log's state from the front of `bytes`. REQUIRES: it is there.
Result<LogHead> DecodeLog(LogNumber number, ByteView& bytes) {
  LogHead log;
  log.tree.size = Take<std::uint64_t>(bytes);
  log.tree.root = CM_TRY(Hash::FromBytes(bytes.first(Hash::kSize)));
  bytes = bytes.subspan(Hash::kSize);
  log.published = Take<std::uint64_t>(bytes);
  log.exposed = Take<std::uint64_t>(bytes);
  if (log.tree.size > kMaxSize) return Corrupt("impossible size " + std::to_string(log.tree.size));
  if (log.tree.size == 0 && log.tree.root != EmptyRoot()) {
    return Corrupt("empty log " + std::to_string(number) + " has a root");
  }
  if (log.exposed > log.published || log.published > log.tree.size) {
    return Corrupt("log " + std::to_string(number) + " has published more than it has");
  }
  return log;
}

// RowKey begins every key of the ledger's own columns.
Bytes RowKey(LogNumber log, std::size_t more) {
  Bytes key;
  key.reserve(sizeof log + more);
  AppendBigEndian(key, log);
  return key;
}

}  // namespace

Bytes Head::Encode() const {
  if (version == 0) return {};
  Bytes out;
  out.reserve(kHeadBytes + logs.size() * kLogBytes);
  AppendBigEndian(out, version);
  AppendBigEndian(out, static_cast<std::uint64_t>(ToEpoch(time)));
  for (const auto& [number, log] : logs) {
    AppendBigEndian(out, number);
    AppendBigEndian(out, log.tree.size);
    out.insert(out.end(), log.tree.root.bytes.begin(), log.tree.root.bytes.end());
    AppendBigEndian(out, log.published);
    AppendBigEndian(out, log.exposed);
  }
  return out;
}

Result<Head> Head::Decode(ByteView bytes) {
  Head head;
  if (bytes.empty()) return head;
  if (bytes.size() < kHeadBytes || (bytes.size() - kHeadBytes) % kLogBytes != 0) {
    return Corrupt("impossible length " + std::to_string(bytes.size()));
  }
  head.version = Take<std::uint64_t>(bytes);
  if (head.version == 0) return Corrupt("version 0");
  const auto time = Take<std::uint64_t>(bytes);
  if (time > kMaxTime) return Corrupt("impossible time " + std::to_string(time));
  head.time = FromEpoch(static_cast<std::int64_t>(time));
  while (!bytes.empty()) {
    const auto number = Take<LogNumber>(bytes);
    if (!head.logs.empty() && number <= head.logs.rbegin()->first) return Corrupt("logs out of order");
    head.logs.emplace_hint(head.logs.end(), number, CM_TRY(DecodeLog(number, bytes)));
  }
  return head;
}

LogHead Head::log(LogNumber number) const {
  const auto found = logs.find(number);
  return found == logs.end() ? LogHead{} : found->second;
}

Bytes EntryKey(LogNumber log, std::uint64_t index) {
  Bytes key = RowKey(log, 8);
  AppendBigEndian(key, index);
  return key;
}

Bytes TileKey(LogNumber log, std::uint8_t level, std::uint64_t tile) {
  Bytes key = RowKey(log, 9);
  key.push_back(level);
  AppendBigEndian(key, tile);
  return key;
}

Bytes CheckpointKey(LogNumber log, std::uint64_t size) {
  Bytes key = RowKey(log, 8);
  AppendBigEndian(key, size);
  return key;
}

Bytes ByHashKey(LogNumber log, const Hash& leaf) {
  Bytes key = RowKey(log, Hash::kSize);
  key.insert(key.end(), leaf.bytes.begin(), leaf.bytes.end());
  return key;
}

Bytes FoundByKey(ByteView found_by, std::uint64_t index) {
  Bytes key(found_by.begin(), found_by.end());
  AppendBigEndian(key, index);
  return key;
}

Bytes EncodeU64(std::uint64_t value) {
  Bytes out;
  out.reserve(sizeof value);
  AppendBigEndian(out, value);
  return out;
}

Result<std::uint64_t> DecodeU64(ByteView bytes) {
  if (bytes.size() != 8)
    return Error{ErrorCode::kCorruption, "stored number has " + std::to_string(bytes.size()) + " bytes"};
  return Take<std::uint64_t>(bytes);
}

}  // namespace certmark::ledger
