#include "ca/replay.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ca/act_entry.h"
#include "ca/certification.h"
#include "ca/certification_rows.h"
#include "ca/fsck.h"
#include "ca/issuer.h"
#include "ca/log_judge.h"
#include "ca/numbers.h"
#include "ca/order.h"
#include "ca/outside.h"
#include "ca/party.h"
#include "ca/public_text.h"
#include "ca/record_head.h"
#include "ca/records.h"
#include "ca/replay_order.h"
#include "ca/scheme.h"
#include "ca/signer_record.h"
#include "ledger/import.h"
#include "ledger/proofs.h"
#include "ledger/tiles.h"
#include "verifier-sdk/core/event_fold.h"
#include "verifier-sdk/core/merkle.h"

namespace certmark::ca {
namespace {

using ledger::Column;

constexpr std::size_t kBatchBytes = 4 * 1024 * 1024;
constexpr std::size_t kAllParties = SIZE_MAX;
// Entries are read in runs of this many, whole tiles: a source that fails loses no more.
constexpr std::uint64_t kRun = 16 * ledger::kTileWidth;

Error Corrupt(std::string message) {
  return {ErrorCode::kCorruption, std::move(message)};
}
Error At(std::uint64_t index, const std::string& what) {
  return Corrupt("entry " + std::to_string(index) + ": " + what);
}

std::string BuildText(Platform platform, const Credential::Version& version) {
  return UsesNumberBuilds(platform) ? std::to_string(version.number.value_or(0)) : version.text.value_or("");
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

// IsHolderBefore: of two parties with one entry in a company register, who can still act comes first, then the newer.
bool IsHolderBefore(const Party& one, const Party& other) {
  if (one.certificates.empty() != other.certificates.empty()) return other.certificates.empty();
  return one.since > other.since;
}

// IsGrantedInsteadOf: to the holder of a revoked number, for its very unit and with its very end. Whatever else is
// granted after a revocation begins a term of its own, so an appeal was upheld (application_reopening.h).
bool IsGrantedInsteadOf(const Certification& next, const Certification& revoked) {
  return revoked.state == Certification::State::kRevoked && revoked.app == next.app &&
         revoked.signers == next.signers && revoked.operator_id == next.operator_id && revoked.scheme == next.scheme &&
         revoked.valid_until == next.valid_until;
}

// What is replayed of one entry: rows, and the act that says so.
struct Derived {
  ledger::Change change;
  std::string subject, reason, before, after;
  bool at_once = false;  ///< written before anything else is read: any entry may read it
};

class Replayer {
 public:
  Replayer(const ReplayInput& input, std::unique_ptr<ledger::Importer> importer, ledger::SignedCheckpoint target)
      : input_(input),
        importer_(std::move(importer)),
        target_(std::move(target)),
        judge_(input.lists, target_.checkpoint.origin, Signatures::kVerify) {}

  Result<Replayed> Run() {
    const ledger::TreeHead stored = importer_->head().tree(input_.log);
    const Checkpoint& target = target_.checkpoint;
    begin_ = stored.size;
    out_.entries = std::max(stored.size, target.size) - stored.size;
    // 1. One history: the shorter of the two is a beginning of the longer.
    CM_TRY(CheckContinues(stored));
    // 2. What is stored already tells the judge what may follow; 3. and then what follows.
    if (target.size > stored.size) {
      CM_TRY(ReadParties());
      CM_TRY(ReadNames());
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
    const Hash our_root = CM_TRY(ledger::RootAt(ours, common));
    const Hash their_root = CM_TRY(ledger::RootAt(theirs, common));
    if (our_root == their_root && (common < target.size || their_root == target.root)) return {};
    return Corrupt("the log that was given does not agree with the database: at size " + std::to_string(common) +
                   " one has root " + their_root.Base64() + ", the other " + our_root.Base64());
  }

  Result<void> ReadParties() {
    std::map<std::string, Party> holders;
    for (Party& party : CM_TRY(LoadAll<Party>(input_.store, kAllParties))) {
      if (!party.has(Role::kOperator)) continue;
      const auto [held, is_first] = holders.try_emplace(party.operator_id, party);
      if (!is_first && IsHolderBefore(party, held->second)) held->second = std::move(party);
    }
    for (const auto& [operator_id, party] : holders) operators_.emplace(operator_id, party.id);
    return {};
  }

  Result<void> ReadNames() {
    return ForEach<Certification>(input_.store, [this](Certification known) -> Result<bool> {
      names_[known.operator_id].insert(std::move(known.operator_name));
      return true;
    });
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
    auto derived = judged.problem ? DeriveOpen(NumberNamedBy(entry.jws->payload_text())) : Derive(entry, bytes);
    if (!derived) return At(index, derived.error().message);
    return Import(index, bytes, *std::move(derived));
  }

  Result<void> Import(std::uint64_t index, ByteView bytes, std::optional<Derived> derived) {
    const bool at_once = derived && derived->at_once;
    ledger::Change change;
    if (derived) {
      change = std::move(derived->change);
      ActEntry{.at = input_.now,
               .actor = std::string(kRestoreActor),
               .act = std::string(kReplayAct),
               .subject = derived->subject,
               .reason = derived->reason,
               .before = derived->before,
               .after = derived->after}
          .RecordIn(change);
      ++out_.acts;
    }
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
    return CM_TRY(ledger::RootAt(records, head.size)) == head.root;
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

  Result<std::optional<Derived>> DeriveCredential(const ReadEntry& entry, const Hash& leaf) {
    const auto& credential = std::get<Credential>(entry.content);
    const Claims& claims = *entry.claims;
    CM_TRY(Settle(claims.app.ToText()));
    Derived derived;
    Certification out;
    out.id = credential.number;
    out.log = input_.log;
    out.app = claims.app;
    out.app_name = credential.name;
    out.looks = LooksOf(out.app_name);
    out.signers = claims.signers;
    out.version_from = BuildText(claims.app.platform, credential.version_from);
    if (credential.version_to) out.version_to = BuildText(claims.app.platform, *credential.version_to);
    out.operator_id = credential.operator_id;
    out.operator_name = credential.operator_name;
    out.operator_url = credential.operator_url.value_or("");
    out.scheme = credential.scheme;
    out.level = credential.level;
    out.status = {claims.status_list, static_cast<std::uint32_t>(credential.status_index)};
    out.entry = leaf;
    out.kid = entry.jws->kid;
    out.valid_from = claims.valid_from;
    out.valid_until = claims.valid_until;
    derived.subject = std::string(Certification::kKind) + "/" + out.id;
    derived.after = std::string(Name(out.state));
    CM_TRY(SetHolder(out, derived));
    out.Remember(names_[out.operator_id]);
    names_[out.operator_id].insert(out.operator_name);
    CM_TRY(SpareWhatItReplaces(out, derived.change));
    const std::vector<std::string> expired = CM_TRY(ExpireHolders(out, claims.iat, derived.change));
    CM_TRY(ClaimUnit(input_.store, out, expired, derived.change));
    Create(derived.change, out);
    return std::optional(std::move(derived));
  }

  // SetHolder says whose a certification is: of whom it superseded, or who has the register's number in its credential.
  Result<void> SetHolder(Certification& out, Derived& derived) {
    const auto before = CM_TRY(SupersededBy(out));
    if (!before) {
      out.operator_party = CM_TRY(PartyOf(out, derived.change));
      return {};
    }
    out.supersedes = before->id;
    out.operator_party = before->operator_party;
    return Rename(out, derived);
  }

  // SupersededBy is what the event before a credential ended for its sake.
  Result<std::optional<Certification>> SupersededBy(const Certification& next) const {
    for (const std::string& number : CM_TRY(NumbersOf(input_.store, next.app))) {
      Certification before = CM_TRY(Load<Certification>(input_.store, number)).value;
      if (before.superseded_by == next.id) return std::optional(std::move(before));
    }
    return std::optional<Certification>();
  }

  // Rename: an operator takes a new name in the commit of a credential that shows it, in the place of another.
  Result<void> Rename(const Certification& certification, Derived& derived) const {
    const auto read = CM_TRY(Load<Party>(input_.store, certification.operator_party));
    const auto site = PublicText::SiteOf(read.value);
    const bool same = PublicText::OfOperator(read.value) == certification.operator_name &&
                      (site ? site->text() : "") == certification.operator_url;
    if (same) return {};
    Party renamed = read.value;
    renamed.name = certification.operator_name;
    renamed.url = certification.operator_url;
    Replace(derived.change, read, renamed);
    derived.at_once = true;
    return {};
  }

  // SpareWhatItReplaces: a revocation that the number was granted instead of bars nothing any more.
  Result<void> SpareWhatItReplaces(const Certification& next, ledger::Change& change) const {
    for (const std::string& number : CM_TRY(NumbersOf(input_.store, next.app))) {
      const auto read = CM_TRY(Load<Certification>(input_.store, number));
      if (!read.value.overturned_by.empty() || !IsGrantedInsteadOf(next, read.value)) continue;
      Certification spared = read.value;
      spared.overturned_by = SubjectOf(next);
      Replace(change, read, spared);
    }
    return {};
  }

  // ExpireHolders: whoever held the unit was over when the next began.
  Result<std::vector<std::string>> ExpireHolders(const Certification& next, Time now, ledger::Change& change) {
    std::vector<std::string> expired;
    for (const std::string& number : CM_TRY(NumbersOf(input_.store, next.app))) {
      const auto read = CM_TRY(Load<Certification>(input_.store, number));
      if (HasEnded(read.value.state) || read.value.valid_until > now) continue;
      Certification over = read.value;
      over.state = Certification::State::kExpired;
      Replace(change, read, over);
      expired.push_back(number);
    }
    return expired;
  }

  // PartyOf is the operator of a certification, by its number in the register that both name. One who is no longer
  // known is entered without a certificate, so that nobody can act as it: whoever asks who the holder is gets an
  // answer.
  Result<std::string> PartyOf(const Certification& certification, ledger::Change& change) {
    const auto known = operators_.find(certification.operator_id);
    if (known != operators_.end()) return known->second;
    Party party;
    party.id = CM_TRY(NewId(input_.random));
    party.name = certification.operator_name;
    party.roles = {Role::kOperator};
    party.operator_id = certification.operator_id;
    party.url = certification.operator_url;
    party.since = input_.now;
    Create(change, party);
    operators_.emplace(party.operator_id, party.id);
    return party.id;
  }

  // DeriveOpen: what an event leaves open is not good until somebody has looked.
  Result<std::optional<Derived>> DeriveOpen(const std::string& number) {
    CM_TRY(Commit());
    const auto read = Load<Certification>(input_.store, number);
    if (!read && read.error().code != ErrorCode::kNotFound) return read.error();
    if (!read || HasEnded(read->value.state)) return std::optional<Derived>();
    Certification out = read->value;
    out.state = Certification::State::kSuspended;
    out.suspended_by_holder = false;
    out.suspended_by.clear();  // no annulment of an order stands for that look
    out.left_open = true;
    Derived derived;
    derived.subject = std::string(Certification::kKind) + "/" + number;
    derived.before = std::string(Name(read->value.state));
    derived.after = std::string(Name(out.state));
    Replace(derived.change, *read, out);
    pending_.insert(out.app.ToText());
    return std::optional(std::move(derived));
  }

  // StateAfter: an end is an end, whatever state it was in; but nothing short of it closes what was left open.
  static Result<Certification::State> StateAfter(const Certification& certification, EventKind kind) {
    // The clock may have revoked, late, what had passed the limit of its suspension before its end.
    const bool is_expired = certification.state == Certification::State::kExpired;
    if (is_expired && kind == EventKind::kRevoked) return Certification::State::kRevoked;
    if (!certification.left_open) return Next(certification, kind);
    if (kind == EventKind::kSuspended || kind == EventKind::kReinstated) return Certification::State::kSuspended;
    Certification any = certification;
    any.state = Certification::State::kValid;
    return Next(any, kind);
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

  Result<std::optional<Derived>> DeriveEvent(const Event& event) {
    if (!event.order.empty()) return DeriveOrder(event);
    if (event.number.empty() || !IsOfALife(event.kind)) return std::optional<Derived>();
    CM_TRY(Settle(event.app.ToText()));
    const auto read = CM_TRY(Load<Certification>(input_.store, event.number));
    if (read.value.app != event.app) return Corrupt(event.number + " is of " + read.value.app.ToText());
    Certification out = read.value;
    out.state = CM_TRY(StateAfter(read.value, event.kind));
    out.left_open = out.left_open && !HasEnded(out.state);
    out.suspended_by_holder =
        event.kind == EventKind::kSuspended && event.reason == Scheme::kHolderRequest && !out.left_open;
    out.restore_by = out.state == Certification::State::kSuspended ? event.until : std::nullopt;
    out.suspended_by.clear();
    const bool is_overdue = event.kind == EventKind::kSuspended && event.reason == Scheme::kOrderOverdue;
    if (is_overdue && !out.left_open) out.suspended_by = CM_TRY(CauseOfOverdue(input_.store, out));
    if (event.kind == EventKind::kSuperseded) out.superseded_by = event.by;
    out.history.push_back({event.kind, event.iat, event.reason});
    Derived derived;
    derived.subject = std::string(Certification::kKind) + "/" + out.id;
    derived.reason = event.reason;
    derived.before = std::string(Name(read.value.state));
    derived.after = std::string(Name(out.state));
    Replace(derived.change, read, out);
    return std::optional(std::move(derived));
  }

  const ReplayInput& input_;
  const std::unique_ptr<ledger::Importer> importer_;
  const ledger::SignedCheckpoint target_;
  LogJudge judge_;
  std::uint64_t begin_ = 0;                             // the first entry that is not stored yet
  std::map<std::string, std::string> operators_;        // party ids, by the operator's number in its register
  std::map<std::string, std::set<std::string>> names_;  // that its credentials show, by that number
  std::set<std::string> pending_;                       // apps whose rows wait to be written
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
