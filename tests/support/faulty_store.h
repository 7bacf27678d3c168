// A Store that fails where a test says, and that watches whether the ledger keeps its side of the contract.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ledger/store.h"

namespace certmark::ledger {

/// Fault is what becomes of a commit: written or not × reported as done, as not done, or as unknown.
enum class Fault {
  kNone,               ///< written, reported as done
  kUnavailable,        ///< not written, reported so
  kNoRoom,             ///< not written, reported so
  kConflict,           ///< not written, for another writer was there
  kUnknownNotWritten,  ///< not written, reported as unknown
  kUnknownWritten,     ///< written, reported as unknown
  kLost,               ///< not written, reported as done: a disk that lies
  kUnsynced,           ///< written, reported as done, and gone with all that follows at PowerCut, whatever Sync says
};
std::string_view Name(Fault fault);

/// FaultyStore passes everything on to `inner`, except what it is told to fail.
class FaultyStore : public Store {
 public:
  explicit FaultyStore(Store& inner) : inner_(inner) {}

  /// FailCommit lets the commit number `nth` from now, 0 being the next, end in `fault`.
  void FailCommit(int nth, Fault fault);
  /// FailSync lets the sync number `nth` from now end in `fault`: kUnknownNotWritten or kUnknownWritten.
  void FailSync(int nth, Fault fault);
  /// FailReads makes every Get of a column answer Corruption, until told false.
  void FailReads(Column column, bool fail);
  /// FlipBit turns one bit of every value that is read from a column, or of the head: the bit `bit`, counted from the
  /// value's end, modulo its length. StopFlipping ends that.
  void FlipBit(Column column, std::size_t bit);
  void FlipBitOfHead(std::size_t bit);
  void StopFlipping();
  /// OnCommit runs at the start of every commit.
  void OnCommit(std::function<void(const Batch&)> hook);
  /// Reopen forgets an unknown outcome, as opening a database again does.
  void Reopen();
  /// PowerCut takes back what was not synced, and the first kUnsynced commit with everything after it, then does as
  /// Reopen.
  void PowerCut();

  int commits() const { return commits_; }
  int syncs() const { return syncs_; }
  /// violations lists what the writer did that a ledger must never do.
  std::vector<std::string> violations() const;

  Result<Bytes> Head() const override;
  Result<void> Commit(ByteView expected_head, const Batch& batch) override;
  Result<void> Sync() override;
  Result<std::optional<Bytes>> Get(Column column, ByteView key) const override;
  Result<void> Scan(Column column, ByteView begin, ByteView end,
                    const std::function<bool(ByteView, ByteView)>& visit) const override;

 private:
  Fault Take();
  Result<void> CommitToUndo(ByteView expected_head, const Batch& batch);
  void Flip(std::optional<Column> column, Bytes& value) const;
  void Watch(ByteView expected_head, const Batch& batch);
  void WatchRow(const Write& write);
  void Violated(std::string what);

  Store& inner_;
  std::atomic<int> commits_ = 0, syncs_ = 0;
  std::atomic<bool> committing_ = false;
  mutable std::mutex mutex_;                   // guards what follows
  std::map<int, Fault> faults_, sync_faults_;  // by number
  std::map<Column, bool> unreadable_;
  std::map<std::optional<Column>, std::size_t> flipped_;  // the bit; nothing: the head's
  std::vector<Batch> undo_;                               // what takes each commit back that was not synced
  std::function<void(const Batch&)> hook_;
  std::vector<std::string> violations_;
  bool unknown_ = false;      // an outcome was unknown since the last Reopen
  bool sync_failed_ = false;  // and it was a sync's
  bool unsynced_ = false;     // there was a kUnsynced commit: no sync helps what follows
};

}  // namespace certmark::ledger
