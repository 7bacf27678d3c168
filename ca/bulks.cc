#include "ca/bulks.h"

#include <algorithm>
#include <set>

#include "ca/numbers.h"
#include "ca/plain_text.h"
#include "ca/separation.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

bool IsId(std::string_view id) {
  constexpr std::size_t kIdSymbols = 16;
  const auto is_symbol = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); };
  return id.size() == kIdSymbols && std::ranges::all_of(id, is_symbol);
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

Result<EventKind> Bulks::EventOf(Proposed act) {
  if (act == Proposed::kSuspendAll) return EventKind::kSuspended;
  if (act == Proposed::kRevokeAll) return EventKind::kRevoked;
  if (act == Proposed::kReissueAll) return EventKind::kSuperseded;
  return Invalid("no act on many certifications: " + std::string(Name(act)));
}

Result<void> Bulks::RequireReason(const Scheme& scheme, const Proposal& proposal) {
  if (proposal.act == Proposed::kReissueAll) {
    return IsCode(proposal.reason) ? Result<void>{} : Invalid("reason is no code: " + Quote(proposal.reason));
  }
  const bool suspends = proposal.act == Proposed::kSuspendAll;
  return scheme.RequireReason(proposal.reason, suspends ? ReasonUse::kSuspension : ReasonUse::kRevocation);
}

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
      if (!certification.IsLive(proposal.proposed_at)) continue;
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

}  // namespace certmark::ca
