#include "ca/replay.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ca/act_entry.h"
#include "ca/certification.h"
#include "ca/fsck.h"
#include "ca/order.h"
#include "ca/outside.h"
#include "ca/record_head.h"
#include "ca/records.h"
#include "ca/replay_certification.h"
#include "ca/replay_order.h"
#include "ca/signer_record.h"
#include "ledger/import.h"
#include "ledger/tiles.h"
#include "verifier-sdk/core/event_fold.h"
#include "verifier-sdk/core/log_judge.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/proofs.h"

namespace certmark::ca {
namespace {

using ledger::Column;

// What the restore does to rows that a public log brought back.
constexpr std::string_view kReplayAct = "replay";
constexpr std::size_t kBatchBytes = 4 * 1024 * 1024;
// Entries are read in runs of this many, whole tiles: a source that fails loses no more.
constexpr std::uint64_t kRun = 16 * ledger::kTileWidth;

Error Corrupt(std::string message) {
  return {ErrorCode::kCorruption, std::move(message)};
}
Error At(std::uint64_t index, const std::string& what) {
  return Corrupt("entry " + std::to_string(index) + ": " + what);
}

bool IsOfALife(EventKind kind) {
  switch (kind) {
    case EventKind::kSuspended:
    case EventKind::kReinstated:
    case EventKind::kRevoked:
    case EventKind::kWithdrawn:
    case EventKind::kSuperseded:
      return true;
    case EventKind::kExposed:
    case EventKind::kRectified:
    case EventKind::kOrderAnnulled:
      return false;
  }
  return false;
}

// LeavesOpen: an event that its signer signed and nobody can read says that something happened to its number.
bool LeavesOpen(const ReadEntry& entry, const Problem& problem) {
  return entry.type == EntryType::kEvent && problem.kind == "entry-malformed" && entry.jws;
}

class Replayer {
 public:
  Replayer(const ReplayInput& input, std::unique_ptr<ledger::Importer> importer, ledger::SignedCheckpoint target)
      : input_(input),
        importer_(std::move(importer)),
        target_(std::move(target)),
        judge_(input.lists, target_.checkpoint.origin, Signatures::kVerify),
        certifications_(input) {}

  Result<Replayed> Run() {
    const ledger::TreeHead stored = importer_->head().tree(input_.log);
    const Checkpoint& target = target_.checkpoint;
    begin_ = stored.size;
    out_.entries = std::max(stored.size, target.size) - stored.size;
    // 1. One history: the shorter of the two is a beginning of the longer.
    CM_TRY(CheckContinues(stored));
    // 2. What is stored already tells the judge what may follow; 3. and then what follows.
    if (target.size > stored.size) {
      CM_TRY(certifications_.ReadOperators());
      CM_TRY(Judge(*ledger::MakeStoreSource(input_.store, input_.log), 0, stored.size));
      CM_TRY(Judge(input_.source, stored.size, target.size));
      CM_TRY(importer_->Commit());
    }
    // 4. The tree is what the log's key signed. Only now may its note be shown.
    if (target.size > importer_->head().log(input_.log).published) CM_TRY(importer_->PutCheckpoint(target_));
    return out_;
  }

 private:
  Result<void> CheckContinues(const ledger::TreeHead& stored) {
    const Checkpoint& target = target_.checkpoint;
    const ledger::TileNodes ours(input_.store, input_.log);
    const ledger::SourceNodes theirs(input_.source, target.size);
    const std::uint64_t common = std::min(stored.size, target.size);
    const Hash our_root = CM_TRY(RootAt(ours, common));
    const Hash their_root = CM_TRY(RootAt(theirs, common));
    if (our_root == their_root && (common < target.size || their_root == target.root)) return {};
    return Corrupt("the log that was given does not agree with the database: at size " + std::to_string(common) +
                   " one has root " + their_root.Base64() + ", the other " + our_root.Base64());
  }

  Result<void> Judge(const ledger::TileSource& source, std::uint64_t begin, std::uint64_t end) {
    std::optional<Error> failed;
    const auto take = [&](std::uint64_t index, const Result<ByteView>& entry) {
      if (failed) return;
      const auto taken = entry ? Take(index, *entry) : Result<void>(entry.error());
      if (!taken) failed = taken.error();
    };
    for (std::uint64_t at = begin; at < end && !failed; at = std::min(end, at - at % kRun + kRun)) {
      CM_TRY(source.Entries(at, std::min(end, at - at % kRun + kRun), end, take));
      if (input_.progress) input_.progress(std::min(end, at - at % kRun + kRun), target_.checkpoint.size);
    }
    if (failed) return *std::move(failed);
    return {};
  }

  // Take judges an entry; one that is new is imported with what follows from it.
  Result<void> Take(std::uint64_t index, ByteView bytes) {
    ReadEntry entry = judge_.Read(bytes);
    const Judged judged = judge_.Judge(index, entry);
    if (index < begin_) return {};  // fsck says what is wrong with those
    if (judged.problem && !LeavesOpen(entry, *judged.problem)) {
      return At(index, std::string(judged.problem->kind) + ", expected " + judged.problem->expected + ", found " +
                           judged.problem->found);
    }
    if (judged.problem) return TakeOpen(index, bytes, NumbersNamedBy(entry.jws->payload_text()));
    auto derived = Derive(entry, bytes);
    if (!derived) return At(index, derived.error().message);
    return Import(index, bytes, *std::move(derived));
  }

  // TakeOpen imports an event that nobody can read, with what follows for each of the numbers that it names. The entry
  // goes with the last of them: who was interrupted begins at the first entry that is not stored, and so at this one.
  Result<void> TakeOpen(std::uint64_t index, ByteView bytes, const std::vector<std::string>& numbers) {
    std::optional<Derived> last;
    for (const std::string& number : numbers) {
      if (last) {
        const auto receipt = importer_->Add(ChangeOf(*std::exchange(last, std::nullopt)));
        if (!receipt) return At(index, receipt.error().message);
      }
      auto derived = DeriveOpen(number);
      if (!derived) return At(index, derived.error().message);
      last = *std::move(derived);
    }
    return Import(index, bytes, std::move(last));
  }

  // ChangeOf is what was derived, and the act that says so.
  ledger::Change ChangeOf(Derived derived) {
    ledger::Change change = std::move(derived.change);
    ActEntry{.at = input_.now,
             .actor = std::string(kRestoreActor),
             .act = std::string(kReplayAct),
             .subject = derived.subject,
             .reason = derived.reason,
             .before = derived.before,
             .after = derived.after}
        .RecordIn(change);
    ++out_.acts;
    return change;
  }

  Result<void> Import(std::uint64_t index, ByteView bytes, std::optional<Derived> derived) {
    const bool at_once = derived && derived->at_once;
    ledger::Change change;
    if (derived) change = ChangeOf(*std::move(derived));
    change.entries.push_back({ledger::NewEntry::To::kPublicLog, Bytes(bytes.begin(), bytes.end())});
    const auto receipt = importer_->Add(std::move(change));
    if (!receipt) return At(index, receipt.error().message);
    if (receipt->indices.back() != index) {
      return At(index, "it is entry " + std::to_string(receipt->indices.back()) + " once more");
    }
    if (importer_->pending() < kBatchBytes && !at_once) return {};
    return Commit();
  }

  Result<void> Commit() {
    pending_.clear();
    return importer_->Commit();
  }

  // Settle: rows are read from the store, so what waits for them to be written is written first.
  Result<void> Settle(const std::string& app) {
    if (!pending_.contains(app)) {
      pending_.insert(app);
      return {};
    }
    CM_TRY(Commit());
    pending_.insert(app);
    return {};
  }

  Result<std::optional<Derived>> Derive(const ReadEntry& entry, ByteView bytes) {
    switch (entry.type) {
      case EntryType::kKey:
        ++out_.keys;
        return DeriveKey(entry, LeafHash(bytes));
      case EntryType::kCredential:
        ++out_.credentials;
        return DeriveCredential(entry, LeafHash(bytes));
      case EntryType::kEvent:
        ++out_.events;
        return DeriveEvent(std::get<Event>(entry.content));
      case EntryType::kGenesis:
        CM_TRY(CheckPrevious(std::get<Genesis>(entry.content)));
        return std::optional<Derived>();
      case EntryType::kRecord:
        return DeriveHead(std::get<RecordHead>(entry.content), LeafHash(bytes));
      case EntryType::kUnknown:
        return std::optional<Derived>();
    }
    return std::optional<Derived>();
  }

  // DeriveHead: how far the world has seen the record log, so that the next head does not contradict that. The record
  // log that it was of is mostly not the one here.
  Result<std::optional<Derived>> DeriveHead(const RecordHead& head, const Hash& leaf) {
    CM_TRY(Commit());
    const auto known = CM_TRY(Known<RecordHeadRow>(RecordHeadRow::kId));
    RecordHeadRow row;
    row.size = head.size;
    row.root = head.root;
    row.log = input_.log;
    row.entry = leaf;
    row.at = head.iat;
    row.next = NextMidnight(head.iat);
    row.replaced = !CM_TRY(IsOfRecordLog(head));
    Derived derived;
    derived.subject = SubjectOf(row);
    if (known) Replace(derived.change, *known, row);
    if (!known) Create(derived.change, row);
    return std::optional(std::move(derived));
  }
  Result<bool> IsOfRecordLog(const RecordHead& head) const {
    if (head.size > importer_->head().tree(ledger::kRecordLog).size) return false;
    const ledger::TileNodes records(input_.store, ledger::kRecordLog);
    return CM_TRY(RootAt(records, head.size)) == head.root;
  }

  // CheckPrevious: the judge holds a successor's genesis against the trust list, which knows the size of the log before
  // it; its root is known here.
  Result<void> CheckPrevious(const Genesis& genesis) const {
    if (!genesis.previous) return {};
    const Genesis::Previous& previous = *genesis.previous;
    const auto number = CM_TRY(ParseLogOrigin(genesis.iss, previous.origin));
    const ledger::TreeHead stored = importer_->head().tree(number);
    if (stored == ledger::TreeHead{previous.size, previous.root}) return {};
    return Corrupt("it follows " + previous.origin + " of size " + std::to_string(previous.size) + " root " +
                   previous.root.Base64() + ", here it has size " + std::to_string(stored.size) + " root " +
                   stored.root.Base64());
  }

  Result<std::optional<Derived>> DeriveKey(const ReadEntry& entry, const Hash& key_entry) {
    const auto& key = std::get<KeyEntry>(entry.content);
    const SignerRecord record{entry.jws->kid, key.leaf.der(), key.ca.der(), {{input_.log, key_entry}}};
    Derived derived;
    derived.subject = std::string(SignerRecord::kKind) + "/" + record.id;
    const auto known = Load<SignerRecord>(input_.store, record.id);
    if (!known && known.error().code != ErrorCode::kNotFound) return known.error();
    if (!known) {
      Create(derived.change, record);
      return std::optional(std::move(derived));
    }
    // A signer that an earlier log announced.
    SignerRecord more = known->value;
    more.logs.emplace(input_.log, key_entry);
    Replace(derived.change, *known, more);
    return std::optional(std::move(derived));
  }

  // DeriveOrder: an order that became public, as far as it did.
  Result<std::optional<Derived>> DeriveOrder(const Event& event) {
    CM_TRY(Commit());
    const auto read = CM_TRY(Known<Order>(event.order));
    const auto holder = CM_TRY(Known<Certification>(event.number));
    const auto order =
        CM_TRY(OrderAfter(read ? std::optional(read->value) : std::nullopt, event, holder ? &holder->value : nullptr));
    if (!order) return std::optional<Derived>();
    Derived derived;
    derived.subject = SubjectOf(*order);
    derived.reason = event.reason;
    derived.before = read ? std::string(Name(read->value.state)) : "";
    derived.after = std::string(Name(order->state));
    if (read) Replace(derived.change, *read, *order);
    if (!read) Create(derived.change, *order);
    pending_.insert(event.app.ToText());
    return std::optional(std::move(derived));
  }

  // Known is a record, or nothing where there is none. REQUIRES: nothing pending writes it.
  template <class R>
  Result<std::optional<Stored<R>>> Known(std::string_view id) const {
    auto read = Load<R>(input_.store, id);
    if (read) return std::optional(*std::move(read));
    if (read.error().code == ErrorCode::kNotFound) return std::optional<Stored<R>>();
    return read.error();
  }

  Result<std::optional<Derived>> DeriveCredential(const ReadEntry& entry, const Hash& leaf) {
    CM_TRY(Settle(entry.claims->app.ToText()));
    return std::optional(CM_TRY(certifications_.Granted(entry, leaf)));
  }

  Result<std::optional<Derived>> DeriveEvent(const Event& event) {
    if (!event.order.empty()) return DeriveOrder(event);
    if (event.number.empty() || !IsOfALife(event.kind)) return std::optional<Derived>();
    CM_TRY(Settle(event.app.ToText()));
    return std::optional(CM_TRY(certifications_.After(event)));
  }

  Result<std::optional<Derived>> DeriveOpen(const std::string& number) {
    CM_TRY(Commit());
    return certifications_.LeftOpen(number);
  }

  const ReplayInput& input_;
  const std::unique_ptr<ledger::Importer> importer_;
  const ledger::SignedCheckpoint target_;
  LogJudge judge_;
  ReplayedCertifications certifications_;
  std::uint64_t begin_ = 0;        // the first entry that is not stored yet
  std::set<std::string> pending_;  // apps whose rows wait to be written
  Replayed out_;
};

}  // namespace

Replayed& Replayed::operator+=(const Replayed& more) {
  entries += more.entries;
  credentials += more.credentials;
  events += more.events;
  keys += more.keys;
  acts += more.acts;
  return *this;
}

Result<ledger::SignedCheckpoint> NewestOf(const ledger::TileSource& source, const TrustList& list,
                                          ledger::LogNumber log) {
  const auto keys = KeysOf(list);
  const auto known = keys.find(log);
  if (known == keys.end()) {
    return Error{ErrorCode::kInvalidArgument,
                 "trust list " + std::to_string(list.seq()) + " knows no log " + std::to_string(log)};
  }
  std::string note = CM_TRY(source.Checkpoint());
  std::vector<ledger::Finding> findings;
  auto checkpoint = ledger::CheckNote(note, known->second, "checkpoint", findings);
  if (checkpoint) return ledger::SignedCheckpoint{*std::move(checkpoint), std::move(note)};
  const ledger::Finding& wrong = findings.front();
  return Corrupt(std::string(wrong.kind) + ": expected " + wrong.expected + ", found " + wrong.found);
}

namespace {

Result<void> CheckEnd(const Checkpoint& target, const TrustList& list) {
  const auto position = list.LogPosition(target.origin);
  const auto end = position ? list.logs()[*position].final_size : std::nullopt;
  if (!end || target.size <= *end) return {};
  return Corrupt("it has " + std::to_string(target.size) + " entries, trust list " + std::to_string(list.seq()) +
                 " ends " + target.origin + " at " + std::to_string(*end));
}

}  // namespace

Result<Replayed> Replay(const ReplayInput& input) {
  if (input.lists.empty()) return Error{ErrorCode::kInvalidArgument, "no trust list to judge by"};
  const TrustList& list = input.lists.back();
  auto target = CM_TRY(NewestOf(input.source, list, input.log));
  CM_TRY(CheckEnd(target.checkpoint, list));
  auto importer = CM_TRY(ledger::Importer::Open(
      input.store, {.log = input.log,
                    .meets_policy = [&](const Note& note) { return MeetsPolicy(note, input.policy, list); },
                    .now = input.now}));
  return Replayer(input, std::move(importer), std::move(target)).Run();
}

}  // namespace certmark::ca
