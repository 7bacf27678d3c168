#include "ca/first_entries.h"

#include "ca/act_entry.h"
#include "ca/records.h"
#include "ledger/log.h"
#include "ledger/rocksdb_store.h"

namespace certmark::ca {
namespace {

constexpr ledger::LogNumber kFirstLog = 1;

Error Wrong(std::string what) {
  return {ErrorCode::kCorruption, "the log just begun: " + std::move(what)};
}

ledger::Log::Options LogOptions(const FirstEntries& first) {
  ledger::Log::Options options;
  options.clock = [now = first.beginning.now] { return now; };
  options.publisher.log = kFirstLog;
  options.publisher.key = first.beginning.log_key;
  options.publisher.sign = [&signer = first.log_signer](std::string_view text) { return signer.Sign(text); };
  // No status list is served yet.
  options.publisher.before_exposing = [](std::span<const ledger::Write>) { return Result<void>(); };
  return options;
}

Result<void> CheckAnchor(const AuthorityFiles& files, const Authority& authority) {
  const auto anchored = CM_TRY(ledger::ReadAnchor(files.anchor()));
  if (!anchored || anchored->published.origin != authority.log_key.name() ||
      anchored->published.size != kBeginningSize) {
    return Wrong("the anchor is not at size " + std::to_string(kBeginningSize));
  }
  return {};
}

}  // namespace

Result<void> WriteFirstEntries(const FirstEntries& first) {
  const auto store = CM_TRY(ledger::OpenOrCreateRocksdbStore(first.files.database()));
  ledger::Anchor anchor(first.files.anchor());
  ledger::Change change = CM_TRY(BeginningOf(first.beginning, *store));
  ActEntry{.at = first.beginning.now,
           .actor = "ceremony",
           .act = "begin-log",
           .subject = "log/" + std::to_string(kFirstLog),
           .reason = "",
           .before = "",
           .after = "BEGUN"}
      .RecordIn(change);
  AppendTo(change, RegisterFirst(first.registrar, first.registrar_certificate));
  const auto log = CM_TRY(ledger::Log::Open(*store, anchor, LogOptions(first)));
  if (const auto stopped = log->Stopped()) return *stopped;
  const auto receipt = CM_TRY(log->Append(std::move(change), ledger::Ack::kPublished));
  if (receipt.indices.size() < kBeginningSize || receipt.indices[0] != 0) return Wrong("it was not empty");
  return {};
}

Result<void> CheckFirstEntries(const AuthorityFiles& files, const Authority& authority) {
  const auto store = CM_TRY(ledger::OpenRocksdbStoreReadOnly(files.database()));
  CM_TRY(CheckBeginning(*store, authority, authority.log_key, std::nullopt));
  return CheckAnchor(files, authority);
}

}  // namespace certmark::ca
