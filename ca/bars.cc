#include "ca/bars.h"

#include <algorithm>
#include <set>

#include "ca/index_rows.h"
#include "ca/numbers.h"
#include "ca/operator_rows.h"
#include "ca/record_json.h"
#include "ca/rights.h"
#include "ca/separation.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

// A bar is of no scheme: its reason is any scheme's, and its proposal waits as long as the scheme allows that allows
// least.
Result<void> RequireAnyReason(const Schemes& schemes, std::string_view code, ReasonUse use) {
  const auto all = schemes.all();
  const bool known = std::ranges::any_of(all, [&](const Scheme* scheme) { return scheme->HasReason(code, use); });
  if (known) return {};
  return Invalid("no reason for that: " + Quote(code));
}
Seconds LifeOf(const Schemes& schemes) {
  Seconds life = Seconds::max();
  for (const Scheme* scheme : schemes.all()) life = std::min(life, scheme->parameters.proposal_life);
  return life;
}

Result<void> CheckSubject(const Proposal& proposal, std::string_view kind) {
  if (KindOf(proposal.subject) == kind) return {};
  return Invalid("no " + std::string(kind) + ": " + Quote(proposal.subject));
}

}  // namespace

Result<Bars::Cause> Bars::Cause::Parse(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxBytes));
  const json::Value root = document.root();
  Cause cause;
  cause.kind = CM_TRY(ParseBarCause(CM_TRY(root.String("kind"))));
  cause.at = CM_TRY(ReadTime(root, "at"));
  return cause;
}

std::string Bars::Cause::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("kind", Name(kind));
    WriteTime(writer, "at", at);
  });
  return writer.Take();
}

Result<Seconds> Bars::CheckProposal(const Party& actor, const Proposal& proposal, ledger::Change& change) const {
  if (proposal.act == Proposed::kBar) {
    CM_TRY(CheckBar(actor, proposal, change));
  } else {
    CM_TRY(CheckLift(actor, proposal, change));
  }
  return LifeOf(desk_.schemes());
}

Result<void> Bars::CheckBar(const Party& actor, const Proposal& proposal, ledger::Change& change) const {
  CM_TRY(CheckSubject(proposal, Party::kKind));
  const auto party = CM_TRY(Load<Party>(desk_.store(), IdOf(proposal.subject)));
  if (!party.value.has(Role::kOperator)) return Precondition("party " + party.value.id + " is no operator");
  CM_TRY(RequireApart(desk_.store(), actor, party.value.id));
  CM_TRY(RequireAnyReason(desk_.schemes(), proposal.reason, ReasonUse::kRefusal));
  const Cause cause = CM_TRY(Cause::Parse(proposal.details));
  if (cause.at > desk_.Now()) return Invalid("at: " + FormatDateTime(cause.at) + " is to come");
  for (const Bar& bar : CM_TRY(OpenBars(desk_.store(), party.value))) {
    if (bar.cause != cause.kind || (bar.cause == Bar::Cause::kMajorIncident && bar.at != cause.at)) continue;
    return Error{ErrorCode::kAlreadyExists, "party " + party.value.id + " is barred for that: " + SubjectOf(bar)};
  }
  Expect(change, party);
  return {};
}

Result<void> Bars::CheckLift(const Party& actor, const Proposal& proposal, ledger::Change& change) const {
  CM_TRY(CheckSubject(proposal, Bar::kKind));
  if (!proposal.details.empty()) return Invalid("details that are not asked for");
  const auto read = CM_TRY(Load<Bar>(desk_.store(), IdOf(proposal.subject)));
  if (read.value.state != Bar::State::kOpen) return Precondition(proposal.subject + " is lifted");
  CM_TRY(RequireApart(desk_.store(), actor, read.value.operator_party));
  CM_TRY(RequireAnyReason(desk_.schemes(), proposal.reason, ReasonUse::kReinstatement));
  Expect(change, read);
  return {};
}

Result<std::vector<std::string>> Bars::Concerned(const Proposal& proposal) const {
  if (proposal.act == Proposed::kBar) return std::vector{std::string(IdOf(proposal.subject))};
  const auto bar = CM_TRY(Load<Bar>(desk_.store(), IdOf(proposal.subject)));
  return std::vector{bar.value.operator_party};
}

Result<void> Bars::Confirmed(const Party& confirmer, const Proposal& proposal, ledger::Change change) const {
  // 1. The rules again.
  CM_TRY(CheckProposal(confirmer, proposal, change));
  // 2. The bar as it will be.
  Bar bar;
  std::string_view before;
  if (proposal.act == Proposed::kBar) {
    const Party party = CM_TRY(Load<Party>(desk_.store(), IdOf(proposal.subject))).value;
    const Cause cause = CM_TRY(Cause::Parse(proposal.details));
    bar.id = CM_TRY(NewId(desk_.random()));
    bar.cause = cause.kind;
    bar.at = cause.at;
    bar.operator_party = party.id;
    bar.operator_id = party.operator_id;
    bar.reason = proposal.reason;
    bar.rests_on = SubjectOf(proposal);
    Create(change, bar);
  } else {
    const auto read = CM_TRY(Load<Bar>(desk_.store(), IdOf(proposal.subject)));
    bar = read.value;
    bar.state = Bar::State::kLifted;
    before = Name(read.value.state);
    Replace(change, read, bar);
  }
  // 3. One change. A full disk must not keep an operator from being barred.
  change.urgency = ledger::Urgency::kUrgent;
  ActEntry act = ActOn(desk_.Now(), confirmer.id, Name(Act::kConfirmProposal), bar);
  act.reason = proposal.reason;
  act.before = before;
  act.rests_on = SubjectOf(proposal);
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

Result<std::vector<Bar>> OpenBars(const ledger::Store& store, const Party& party) {
  std::set<std::string> subjects;
  for (std::string& subject : CM_TRY(AllFoundBy(store, "bar", party.id))) subjects.insert(std::move(subject));
  if (!party.operator_id.empty()) {
    const std::string value = OperatorIdValue(party.operator_id);
    for (std::string& subject : CM_TRY(AllFoundBy(store, "bar-of", value))) subjects.insert(std::move(subject));
  }
  std::vector<Bar> bars;
  for (const std::string& subject : subjects) bars.push_back(CM_TRY(Load<Bar>(store, IdOf(subject))).value);
  return bars;
}

}  // namespace certmark::ca
