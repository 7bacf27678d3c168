#include "tests/fault/fault_ledger.h"

#include "ledger/rocksdb_store.h"
#include "tests/support/test_pki.h"

namespace certmark::ledger {
namespace {

const testing::TestNoteKey& TheKey() {
  static const testing::TestNoteKey key = testing::TestNoteKey::Log("ca.example/log/1");
  return key;
}

}  // namespace

const NoteKey& FaultLogKey() {
  return TheKey().key();
}

Log::Options FaultOptions() {
  Log::Options options;
  options.publisher.log = kPublic;
  options.publisher.key = FaultLogKey();
  options.publisher.sign = [](std::string_view text) -> Result<Bytes> { return TheKey().Sign(text); };
  return options;
}

Result<std::unique_ptr<FaultLedger>> FaultLedger::Open(const std::filesystem::path& directory,
                                                       const Log::Options& options) {
  std::unique_ptr<FaultLedger> ledger(new FaultLedger(directory));
  ledger->owned_ = CM_TRY(OpenOrCreateRocksdbStore(directory / "db"));
  ledger->store_ = ledger->owned_.get();
  CM_TRY(ledger->OpenLog(options));
  return ledger;
}

Result<std::unique_ptr<FaultLedger>> FaultLedger::OpenOver(Store& store, const std::filesystem::path& directory) {
  std::unique_ptr<FaultLedger> ledger(new FaultLedger(directory));
  ledger->store_ = &store;
  CM_TRY(ledger->OpenLog(FaultOptions()));
  return ledger;
}

Result<void> FaultLedger::OpenLog(const Log::Options& options) {
  log_ = CM_TRY(Log::Open(*store_, anchor_, options));
  if (const auto stopped = log_->Stopped()) return *stopped;
  return {};
}

Result<std::uint64_t> FaultLedger::Publish(const std::string& name, Ack ack) {
  Change change;
  change.preconditions.push_back({Column::kRecord, ToBytes(name), std::nullopt});
  change.writes.push_back({Column::kRecord, ToBytes(name), ToBytes("value of " + name)});
  change.entries.push_back({NewEntry::To::kPublicLog, ToBytes(name)});
  change.entries.push_back({NewEntry::To::kRecordLog, ToBytes("record of " + name)});
  const Receipt receipt = CM_TRY(log_->Append(std::move(change), ack));
  return receipt.indices.at(0);
}

}  // namespace certmark::ledger
