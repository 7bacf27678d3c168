#include "ca/bulks.h"

#include <algorithm>
#include <set>

#include "ca/numbers.h"
#include "ca/plain_text.h"
#include "ca/separation.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

// Somebody else may be at a certification just now; who loses so often comes back in the next run.
constexpr int kAttempts = 3;

Result<EventKind> EventOf(Proposed act) {
  if (act == Proposed::kSuspendAll) return EventKind::kSuspended;
  if (act == Proposed::kRevokeAll) return EventKind::kRevoked;
  if (act == Proposed::kReissueAll) return EventKind::kSuperseded;
  return Invalid("no act on many certifications: " + std::string(Name(act)));
}

Certification::State WantedBy(EventKind kind) {
  if (kind == EventKind::kSuspended) return Certification::State::kSuspended;
  return kind == EventKind::kRevoked ? Certification::State::kRevoked : Certification::State::kSuperseded;
}

// RequireReason: what holders are blamed for is in their scheme's catalogue. A re-issue is nobody's fault.
Result<void> RequireReason(const Scheme& scheme, const Proposal& proposal) {
  if (proposal.act == Proposed::kReissueAll) {
    return IsCode(proposal.reason) ? Result<void>{} : Invalid("reason is no code: " + Quote(proposal.reason));
  }
  const bool suspends = proposal.act == Proposed::kSuspendAll;
  return scheme.RequireReason(proposal.reason, suspends ? ReasonUse::kSuspension : ReasonUse::kRevocation);
}

// IsFinal: an answer that the next run would give as well.
bool IsFinal(const Error& error) {
  return error.code == ErrorCode::kFailedPrecondition || error.code == ErrorCode::kInvalidArgument;
}

// Forbids: the state it is in forbids it, and would in the next run, too.
bool Forbids(const Certification& certification, EventKind kind, Time now) {
  return certification.StateAt(now) == "EXPIRED" || !Next(certification, kind);
}

bool IsId(std::string_view id) {
  constexpr std::size_t kIdSymbols = 16;
  const auto is_symbol = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); };
  return id.size() == kIdSymbols && std::ranges::all_of(id, is_symbol);
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

// CertificationsBy is one page of what a selector finds: other kinds of records are found by the same attributes.
Result<std::vector<std::string>> CertificationsBy(const ledger::Store& store, const Selector& selector,
                                                  std::string_view after) {
  const std::string behind = std::string(Certification::kKind) + "/" + std::string(after);
  std::vector<std::string> found = CM_TRY(FoundBy(store, selector.by, selector.value, behind, Bulks::kMaxPage));
  std::erase_if(found, [](const std::string& subject) { return KindOf(subject) != Certification::kKind; });
  return found;
}

}  // namespace

Result<std::vector<std::string>> Bulks::Find(const Party& caller, const Selector& selector,
                                             std::string_view after) const {
  CM_TRY(Admit(desk_.store(), caller, Act::kProposeBulk));
  CM_TRY(Selector::Parse(selector.ToJson()));
  std::vector<std::string> found = CM_TRY(CertificationsBy(desk_.store(), selector, after));
  for (std::string& subject : found) subject = IdOf(subject);
  return found;
}

Result<Proposal> Bulks::Propose(const Party& caller, const Draft& draft) {
  const std::string id = CM_TRY(NewId(desk_.random()));
  return proposals_.Propose(caller, {.act = draft.act,
                                     .subject = std::string(Bulk::kKind) + "/" + id,
                                     .reason = draft.reason,
                                     .details = draft.selector.ToJson()});
}

Result<Bulk> Bulks::Get(const Party& caller, std::string_view id) const {
  CM_TRY(Admit(desk_.store(), caller, Act::kReadProposal));
  const Bulk bulk = CM_TRY(Load<Bulk>(desk_.store(), id)).value;
  // Who may not read the proposal may not know of what it brought about.
  CM_TRY(proposals_.Get(caller, bulk.proposal));
  return bulk;
}

Result<std::vector<BulkItem>> Bulks::Report(const Party& caller, std::string_view id, std::uint64_t position) const {
  const Bulk bulk = CM_TRY(Get(caller, id));
  std::vector<BulkItem> items;
  for (; position < bulk.count && items.size() < kMaxPage; ++position) {
    auto item = Load<BulkItem>(desk_.store(), BulkItem::IdOf(id, position));
    if (!item && item.error().code == ErrorCode::kNotFound) break;
    if (!item) return item.error();
    items.push_back(std::move(item->value));
  }
  return items;
}

// ---- Proposing and confirming

Result<Seconds> Bulks::CheckProposal(const Party& proposer, const Proposal& proposal, ledger::Change& change) const {
  CM_TRY(EventOf(proposal.act));
  const std::string_view id = IdOf(proposal.subject);
  if (KindOf(proposal.subject) != Bulk::kKind || !IsId(id)) return Invalid("no bulk: " + Quote(proposal.subject));
  const Selection selection = CM_TRY(Select(proposer, proposal));
  Bulk bulk;
  bulk.id = id;
  bulk.proposal = proposal.id;
  bulk.count = selection.list.numbers.size();
  bulk.list = Sha256(AsBytes(selection.list.ToJson()));
  bulk.due = proposal.proposed_at + selection.life;
  Create(change, bulk);
  Create(change, selection.list);
  return selection.life;
}

// Select reads every certification that is found: what has ended is left out, and whose the others are is asked.
Result<Bulks::Selection> Bulks::Select(const Party& proposer, const Proposal& proposal) const {
  const Selector selector = CM_TRY(Selector::Parse(proposal.details));
  if (proposal.reason == Scheme::kHolderRequest) return Invalid("only the holder gives the reason " + proposal.reason);
  Selection selection{.list = {.id = std::string(IdOf(proposal.subject)), .numbers = {}, .operators = {}},
                      .life = Seconds::max()};
  std::set<std::string> operators;
  std::set<const Scheme*> schemes;
  for (std::string after;;) {
    const auto page = CM_TRY(CertificationsBy(desk_.store(), selector, after));
    for (const std::string& subject : page) {
      const Certification certification = CM_TRY(Load<Certification>(desk_.store(), IdOf(subject))).value;
      if (HasEnded(certification.state) || proposal.proposed_at >= certification.valid_until) continue;
      const Scheme* const scheme = CM_TRY(desk_.SchemeOf(certification));
      if (schemes.insert(scheme).second) CM_TRY(RequireReason(*scheme, proposal));
      selection.life = std::min(selection.life, scheme->parameters.proposal_life);
      operators.insert(certification.operator_party);
      selection.list.numbers.push_back(certification.id);
    }
    if (selection.list.numbers.size() > kMaxItems) {
      return Error{ErrorCode::kResourceExhausted, "more than " + std::to_string(kMaxItems) + " certifications"};
    }
    if (page.size() < kMaxPage) break;
    after = IdOf(page.back());
  }
  if (selection.list.numbers.empty()) {
    return Precondition("no certification that has not ended is found by " + selector.by + " " + Quote(selector.value));
  }
  selection.list.operators.assign(operators.begin(), operators.end());
  for (const std::string& whose : selection.list.operators) CM_TRY(RequireApart(desk_.store(), proposer, whose));
  return selection;
}

Result<std::vector<std::string>> Bulks::Concerned(const Proposal& proposal) const {
  const auto list = Load<BulkList>(desk_.store(), IdOf(proposal.subject));
  if (list) return list->value.operators;
  // The list of what nobody confirmed in time is forgotten.
  if (list.error().code == ErrorCode::kNotFound) return std::vector<std::string>();
  return list.error();
}

Result<void> Bulks::Confirmed(const Party& confirmer, const Proposal& proposal, ledger::Change change) const {
  const auto read = CM_TRY(Load<Bulk>(desk_.store(), IdOf(proposal.subject)));
  const auto list = CM_TRY(Load<BulkList>(desk_.store(), read.value.id));
  if (read.value.state != Bulk::State::kProposed || list.etag != read.value.list) {
    return Precondition("bulk " + read.value.id + " is not what was proposed");
  }
  Bulk bulk = read.value;
  bulk.state = Bulk::State::kRunning;
  bulk.due = desk_.Now();
  change.urgency = ledger::Urgency::kUrgent;
  Expect(change, list);
  Replace(change, read, bulk);
  ActEntry act = ActOn(bulk.due, confirmer.id, Name(Act::kConfirmProposal), bulk);
  act.reason = proposal.reason;
  act.before = Name(read.value.state);
  act.rests_on = SubjectOf(proposal);
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

// ---- The clock

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
  // 2. Item by item, each in a commit of its own.
  Bulk bulk = read.value;
  const std::uint64_t end = std::min<std::uint64_t>(bulk.count, bulk.next + kBatch);
  for (; bulk.next < end; ++bulk.next) {
    const Item item{proposal, BulkItem::IdOf(bulk.id, bulk.next), list.value.numbers[bulk.next], kind};
    Count(bulk, CM_TRY(CarryItem(item)));
  }
  // 3. Where to go on.
  if (bulk.next == bulk.count) bulk.state = Bulk::State::kDone;
  ledger::Change change;
  change.urgency = ledger::Urgency::kUrgent;
  Replace(change, read, bulk);
  ActEntry act = ActOn(desk_.Now(), kClock, "carry-bulk", bulk);
  act.before = Name(read.value.state);
  act.rests_on = SubjectOf(proposal);
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

Result<BulkItem::Outcome> Bulks::CarryItem(const Item& item) const {
  Result<BulkItem::Outcome> outcome = CarryOnce(item);
  for (int attempt = 1; attempt < kAttempts; ++attempt) {
    if (outcome || outcome.error().code != ErrorCode::kConflict) break;
    outcome = CarryOnce(item);
  }
  return outcome;
}

Result<BulkItem::Outcome> Bulks::CarryOnce(const Item& item) const {
  // 1. Before a stop it was this item's turn already.
  const auto earlier = Load<BulkItem>(desk_.store(), item.id);
  if (earlier) return earlier->value.outcome;
  if (earlier.error().code != ErrorCode::kNotFound) return earlier.error();
  // 2. It need not, or must not.
  const auto read = CM_TRY(Load<Certification>(desk_.store(), item.number));
  if (read.value.StateAt(desk_.Now()) == Name(WantedBy(item.kind))) {
    return Note(item, read, BulkItem::Outcome::kAsWanted);
  }
  if (Forbids(read.value, item.kind, desk_.Now())) return Note(item, read, BulkItem::Outcome::kImpossible);
  // 3. The item, and that it was carried out, in one commit.
  return item.kind == EventKind::kSuperseded ? Reissue(item, read) : Turn(item, read);
}

Result<BulkItem::Outcome> Bulks::Turn(const Item& item, const Stored<Certification>& read) const {
  ledger::Change change;
  Create(change, BulkItem{.id = item.id,
                          .number = item.number,
                          .outcome = BulkItem::Outcome::kCarried,
                          .state = std::string(Name(WantedBy(item.kind)))});
  CM_TRY(certifications_.Carry({.read = read,
                                .kind = item.kind,
                                .reason = item.proposal.reason,
                                .actor = std::string(kClock),
                                .act = std::string(Name(item.proposal.act)),
                                .rests_on = SubjectOf(item.proposal)},
                               std::move(change)));
  return BulkItem::Outcome::kCarried;
}

Result<BulkItem::Outcome> Bulks::Reissue(const Item& item, const Stored<Certification>& read) const {
  // 1. One by today's signer, under that edition already.
  const Scheme& scheme = *CM_TRY(EditionFor(item, read.value));
  const bool is_signed = read.value.kid == desk_.authority().credential_signer->public_key().thumbprint();
  if (is_signed && read.value.edition == scheme.edition) return Note(item, read, BulkItem::Outcome::kAsWanted);
  // 2. Its successor, which rests on the decision of the same file, and on this proposal.
  ledger::Change change;
  const auto next = granting_.Reissue(read, scheme, change);
  if (!next && IsFinal(next.error())) return Note(item, read, BulkItem::Outcome::kImpossible);
  if (!next) return next.error();
  Create(change, BulkItem{.id = item.id,
                          .number = item.number,
                          .outcome = BulkItem::Outcome::kCarried,
                          .state = std::string(Name(WantedBy(item.kind))),
                          .successor = next->id});
  ActEntry act = ActOn(desk_.Now(), kClock, Name(item.proposal.act), *next);
  act.reason = item.proposal.reason;
  act.rests_on = SubjectOf(item.proposal);
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kPublished));
  return BulkItem::Outcome::kCarried;
}

Result<const Scheme*> Bulks::EditionFor(const Item& item, const Certification& certification) const {
  const Selector selector = CM_TRY(Selector::Parse(item.proposal.details));
  if (selector.by == "edition") return desk_.schemes().NewestOf(certification.scheme);
  return desk_.SchemeOf(certification);
}

// Note writes down an item on which nothing is done.
Result<BulkItem::Outcome> Bulks::Note(const Item& item, const Stored<Certification>& read,
                                      BulkItem::Outcome outcome) const {
  const Time now = desk_.Now();
  const BulkItem note{
      .id = item.id, .number = item.number, .outcome = outcome, .state = std::string(read.value.StateAt(now))};
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
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return outcome;
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
