// What the clock does with one act on many: it is carried out, batch by batch, or forgotten.
#include <algorithm>

#include "ca/bulks.h"
#include "ca/certification_rows.h"

namespace certmark::ca {
namespace {

// Somebody else may be at a certification just now; who loses so often comes back in the next run.
constexpr int kAttempts = 3;

Certification::State WantedBy(EventKind kind) {
  if (kind == EventKind::kSuspended) return Certification::State::kSuspended;
  return kind == EventKind::kRevoked ? Certification::State::kRevoked : Certification::State::kSuperseded;
}

// IsFinal: an answer that the next run would give as well.
bool IsFinal(const Error& error) {
  return error.code == ErrorCode::kFailedPrecondition || error.code == ErrorCode::kInvalidArgument;
}

// Forbids: the state it is in forbids it, and would in the next run, too.
bool Forbids(const Certification& certification, EventKind kind, Time now) {
  return certification.StateAt(now) == Certification::State::kExpired || !Next(certification, kind);
}

// IsFoundBy holds a certification against a selector as its rows do.
bool IsFoundBy(const Certification& certification, const Selector& selector) {
  const std::vector<IndexRow> rows = certification.IndexRows();
  return std::ranges::find(rows, FindRow(selector.by, selector.value, SubjectOf(certification))) != rows.end();
}

// ItemOn is an item that was carried out on `acted`, the one that is listed or what took its place.
BulkItem ItemOn(const std::string& id, const std::string& number, const Certification& acted) {
  return {.id = id,
          .number = number,
          .outcome = BulkItem::Outcome::kCarried,
          .acted_on = acted.id == number ? "" : acted.id,
          .state = {}};
}

void Count(Bulk& bulk, BulkItem::Outcome outcome) {
  switch (outcome) {
    case BulkItem::Outcome::kCarried:
      ++bulk.carried;
      return;
    case BulkItem::Outcome::kAsWanted:
      ++bulk.as_wanted;
      return;
    case BulkItem::Outcome::kImpossible:
      ++bulk.impossible;
      return;
  }
}

}  // namespace

Result<void> Bulks::OnDue(std::string_view id) const {
  const auto read = CM_TRY(Load<Bulk>(desk_.store(), id));
  if (desk_.Now() < read.value.due) return {};
  if (read.value.state == Bulk::State::kRunning) return CarryBatch(read);
  if (read.value.state == Bulk::State::kProposed) return MakeVoid(read);
  return {};
}

Result<void> Bulks::CarryBatch(const Stored<Bulk>& read) const {
  // 1. What was fixed, and confirmed by two.
  const auto list = CM_TRY(Load<BulkList>(desk_.store(), read.value.id));
  const Proposal proposal = CM_TRY(Load<Proposal>(desk_.store(), read.value.proposal)).value;
  const bool confirmed = proposal.state == Proposal::State::kConfirmed;
  if (!confirmed || list.etag != read.value.list || list.value.numbers.size() != read.value.count) {
    return Error{ErrorCode::kCorruption, "bulk " + read.value.id + " is not what was confirmed"};
  }
  const EventKind kind = CM_TRY(EventOf(proposal.act));
  const Selector selector = CM_TRY(Selector::Parse(proposal.details));
  // 2. Item by item, each in a commit of its own.
  Bulk bulk = read.value;
  const std::uint64_t end = std::min<std::uint64_t>(bulk.count, bulk.next + kBatch);
  std::vector<Item> items;
  for (; bulk.next < end; ++bulk.next) {
    items.push_back({proposal, selector, kind, BulkItem::IdOf(bulk.id, bulk.next), list.value.numbers[bulk.next]});
  }
  CM_TRY(CarryItems(items, bulk));
  // 3. Where to go on, once all of them are published: the log keeps their order.
  if (bulk.next == bulk.count) bulk.state = Bulk::State::kDone;
  ledger::Change change;
  change.urgency = ledger::Urgency::kUrgent;
  Replace(change, read, bulk);
  ActEntry act = ActOn(desk_.Now(), kClock, "carry-bulk", bulk);
  act.before = Name(read.value.state);
  act.rests_on = SubjectOf(proposal);
  return desk_.Commit(std::move(change), act, ledger::Ack::kPublished);
}

// CarryItems has all of them under way before it waits for the first.
Result<void> Bulks::CarryItems(const std::vector<Item>& items, Bulk& bulk) const {
  std::vector<Result<Begun>> begun;
  begun.reserve(items.size());
  for (const Item& item : items) begun.push_back(Begin(item));
  for (std::size_t i = 0; i < items.size(); ++i) Count(bulk, CM_TRY(Finish(items[i], std::move(begun[i]))));
  return {};
}

// Finish begins an item again that somebody was faster at.
Result<BulkItem::Outcome> Bulks::Finish(const Item& item, Result<Begun> begun) const {
  for (int attempt = 1;; ++attempt) {
    if (!begun) return begun.error();
    if (!begun->commit) return begun->outcome;
    const auto committed = begun->commit->Await();
    if (committed) return begun->outcome;
    if (committed.error().code != ErrorCode::kConflict || attempt == kAttempts) return committed.error();
    begun = Begin(item);
  }
}

Result<Bulks::Begun> Bulks::Begin(const Item& item) const {
  // 1. Before a stop it was this item's turn already.
  const auto earlier = Load<BulkItem>(desk_.store(), item.id);
  if (earlier) return Begun{earlier->value.outcome, std::nullopt};
  if (earlier.error().code != ErrorCode::kNotFound) return earlier.error();
  // 2. It need not, or must not.
  const auto read = CM_TRY(Meant(item));
  if (read.value.StateAt(desk_.Now()) == WantedBy(item.kind)) {
    return Note(item, read, BulkItem::Outcome::kAsWanted);
  }
  const bool forbidden = Forbids(read.value, item.kind, desk_.Now()) || !CM_TRY(MayBlame(item, read.value));
  if (forbidden) return Note(item, read, BulkItem::Outcome::kImpossible);
  // 3. The item, and that it was carried out, in one commit.
  return item.kind == EventKind::kSuperseded ? Reissue(item, read) : Turn(item, read);
}

// Meant is the certification that an item stands for: of a superseded one what took its place, if the selector finds
// that as well. It is of the same operator, whom the two people were held against.
Result<Stored<Certification>> Bulks::Meant(const Item& item) const {
  auto listed = CM_TRY(Load<Certification>(desk_.store(), item.number));
  if (listed.value.state != Certification::State::kSuperseded) return listed;
  auto last = CM_TRY(LastOf(desk_.store(), listed.value.superseded_by));
  return IsFoundBy(last.value, item.selector) ? std::move(last) : std::move(listed);
}

// MayBlame: what took the place of a listed one may be under an edition without that reason.
Result<bool> Bulks::MayBlame(const Item& item, const Certification& certification) const {
  if (certification.id == item.number) return true;
  return RequireReason(*CM_TRY(desk_.SchemeOf(certification)), item.proposal).has_value();
}

Result<Bulks::Begun> Bulks::Turn(const Item& item, const Stored<Certification>& read) const {
  BulkItem note = ItemOn(item.id, item.number, read.value);
  note.state = Name(WantedBy(item.kind));
  ledger::Change change;
  Create(change, note);
  auto turned = CM_TRY(certifications_.Take({.read = read,
                                             .kind = item.kind,
                                             .reason = item.proposal.reason,
                                             .actor = std::string(kClock),
                                             .act = std::string(Name(item.proposal.act)),
                                             .rests_on = SubjectOf(item.proposal)},
                                            std::move(change)));
  auto commit = CM_TRY(PendingCommit::Begin(desk_, std::move(turned.change), turned.act));
  return Begun{note.outcome, std::move(commit)};
}

Result<Bulks::Begun> Bulks::Reissue(const Item& item, const Stored<Certification>& read) const {
  // 1. One by today's signer, under that edition already.
  const Scheme& scheme = *CM_TRY(EditionFor(item, read.value));
  const bool is_signed = read.value.kid == desk_.authority().credential_signer->public_key().thumbprint();
  if (is_signed && read.value.edition == scheme.edition) return Note(item, read, BulkItem::Outcome::kAsWanted);
  // 2. Its successor, which rests on the decision of the same file, and on this proposal.
  ledger::Change change;
  const auto next = granting_.Reissue(read, scheme, change);
  if (!next && IsFinal(next.error())) return Note(item, read, BulkItem::Outcome::kImpossible);
  if (!next) return next.error();
  BulkItem note = ItemOn(item.id, item.number, read.value);
  note.state = Name(WantedBy(item.kind));
  note.successor = next->id;
  Create(change, note);
  ActEntry act = ActOn(desk_.Now(), kClock, Name(item.proposal.act), *next);
  act.reason = item.proposal.reason;
  act.rests_on = SubjectOf(item.proposal);
  auto commit = CM_TRY(PendingCommit::Begin(desk_, std::move(change), act));
  return Begun{note.outcome, std::move(commit)};
}

Result<const Scheme*> Bulks::EditionFor(const Item& item, const Certification& certification) const {
  if (item.selector.by == "edition") return desk_.schemes().NewestOf(certification.scheme);
  return desk_.SchemeOf(certification);
}

// Note writes down an item on which nothing is done.
Result<Bulks::Begun> Bulks::Note(const Item& item, const Stored<Certification>& read, BulkItem::Outcome outcome) const {
  const Time now = desk_.Now();
  BulkItem note = ItemOn(item.id, item.number, read.value);
  note.outcome = outcome;
  note.state = Name(read.value.StateAt(now));
  ledger::Change change;
  change.urgency = ledger::Urgency::kUrgent;
  Expect(change, read);
  Create(change, note);
  const ActEntry act{.at = now,
                     .actor = std::string(kClock),
                     .act = "leave-out",
                     .subject = SubjectOf(read.value),
                     .reason = item.proposal.reason,
                     .before = note.state,
                     .after = note.state,
                     .rests_on = SubjectOf(item.proposal)};
  auto commit = CM_TRY(PendingCommit::Begin(desk_, std::move(change), act));
  return Begun{outcome, std::move(commit)};
}

Result<void> Bulks::MakeVoid(const Stored<Bulk>& read) const {
  const auto list = CM_TRY(Load<BulkList>(desk_.store(), read.value.id));
  Bulk bulk = read.value;
  bulk.state = Bulk::State::kVoid;
  ledger::Change change;
  Replace(change, read, bulk);
  Erase(change, list);
  ActEntry act = ActOn(desk_.Now(), kClock, "void-bulk", bulk);
  act.before = Name(read.value.state);
  act.rests_on = std::string(Proposal::kKind) + "/" + bulk.proposal;
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

}  // namespace certmark::ca
