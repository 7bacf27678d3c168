// FaultLedger: a ledger in a directory as the fault tests open it. Everything that they know of Log::Options is in
// fault_ledger.cc.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ledger/log.h"
#include "ledger/store.h"

namespace certmark::ledger {

inline constexpr LogNumber kPublic = 1;

/// FaultLogKey is the verifier key of the log that every fault test writes; one in every process.
const NoteKey& FaultLogKey();
/// FaultOptions are the options of that log.
Log::Options FaultOptions();

/// FaultLedger is an opened ledger: the database in `db`, the anchor beside it.
class FaultLedger {
 public:
  /// Open opens or makes the ledger in `directory`, which exists. Fails as OpenOrCreateRocksdbStore and Log::Open, and
  /// where the log opened to be read alone.
  static Result<std::unique_ptr<FaultLedger>> Open(const std::filesystem::path& directory,
                                                   const Log::Options& options = FaultOptions());
  /// OpenOver is Open on a store of the caller's, which outlives it.
  static Result<std::unique_ptr<FaultLedger>> OpenOver(Store& store, const std::filesystem::path& directory);

  Log& log() { return *log_; }
  const Store& store() const { return *store_; }
  /// Publish appends one entry to the public log, with a record of the same name, and waits until it is published.
  Result<std::uint64_t> Publish(const std::string& name, Ack ack = Ack::kPublished);

 private:
  explicit FaultLedger(const std::filesystem::path& directory) : anchor_(directory / "anchor") {}
  Result<void> OpenLog(const Log::Options& options);

  std::unique_ptr<Store> owned_;
  Store* store_ = nullptr;
  Anchor anchor_;
  std::unique_ptr<Log> log_;
};

}  // namespace certmark::ledger
