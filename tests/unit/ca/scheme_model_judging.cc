// What may be done in the model, by whom, and why not.
#include <algorithm>

#include "tests/unit/ca/scheme_model_facts.h"

namespace certmark::ca::testing {
namespace {

constexpr ErrorCode kDenied = ErrorCode::kPermissionDenied, kWrong = ErrorCode::kInvalidArgument,
                    kNotNow = ErrorCode::kFailedPrecondition, kUnknown = ErrorCode::kNotFound,
                    kThere = ErrorCode::kAlreadyExists, kChanged = ErrorCode::kConflict;

bool EvaluatesItself(ApplicationPath path) {
  return path != ApplicationPath::kDocumentsOnly;
}

bool IsUnderWay(FileState state) {
  return state != FileState::kGranted && state != FileState::kRefused && state != FileState::kWithdrawn &&
         state != FileState::kLapsed;
}

void Need(Judgement& out, bool holds, ErrorCode refusal) {
  if (!holds) out.must.insert(refusal);
}

void JudgeReason(const ModelAct& act, Judgement& out) {
  Need(out, act.flaw != Flaw::kStrangeReason && act.flaw != Flaw::kNoReason, kWrong);
}

Role RoleFor(ActKind kind) {
  switch (kind) {
    case ActKind::kReturn:
    case ActKind::kRefuse:
    case ActKind::kAccept:
    case ActKind::kReassign:
      return Role::kReviewer;
    case ActKind::kReport:
      return Role::kLaboratory;
    case ActKind::kAudit:
      return Role::kAuditor;
    case ActKind::kDecide:
      return Role::kDecider;
    case ActKind::kReinstate:
    case ActKind::kCloseOrder:
      return Role::kSurveillanceOfficer;
    case ActKind::kDecideAppeal:
      return Role::kAppealsOfficer;
    default:
      return Role::kOperator;
  }
}

std::set<Role> ProposersOf(Proposed act) {
  if (act == Proposed::kSuspend) return {Role::kSurveillanceOfficer, Role::kOperator};
  if (act == Proposed::kRevoke || IsOfOrder(act)) return {Role::kSurveillanceOfficer};
  return {Role::kRegistrar};
}
std::set<Role> ConfirmersOf(Proposed act) {
  if (IsOfCertification(act) || IsOfOrder(act)) return {Role::kSurveillanceOfficer, Role::kDecider};
  return {Role::kRegistrar};
}

bool HasAny(const ModelPerson& person, const std::set<Role>& roles) {
  return person.enrolled && std::ranges::any_of(roles, [&](Role role) { return person.roles.contains(role); });
}

}  // namespace

// ---- Who

bool SchemeModel::HasAct(ActKind kind, int actor) const {
  return HasAny(people[static_cast<std::size_t>(actor)], {RoleFor(kind)});
}

// CircleOf is somebody with all that they belong to.
std::set<int> SchemeModel::CircleOf(int person) const {
  std::set<int> all = {person};
  std::vector<int> open = {person};
  while (!open.empty()) {
    const int next = open.back();
    open.pop_back();
    for (const int parent : people[static_cast<std::size_t>(next)].belongs_to) {
      if (all.insert(parent).second) open.push_back(parent);
    }
  }
  return all;
}

// Apart: nobody of the one, or of what they belong to, is of the other.
bool SchemeModel::Apart(int a, int b) const {
  for (const int mine : CircleOf(a)) {
    for (const int theirs : CircleOf(b)) {
      if (IsOneCompany(mine, theirs)) return false;
    }
  }
  return true;
}

// ---- Judging

Judgement SchemeModel::Judge(const ModelAct& act, Time now) const {
  Judgement out;
  switch (act.kind) {
    case ActKind::kPropose: {
      const ModelPerson& person = people[static_cast<std::size_t>(act.actor)];
      Need(out, HasAny(person, ProposersOf(act.proposed)), kDenied);
      JudgeReason(act, out);
      JudgeSubject(act, act.actor, now, out);
      return out;
    }
    case ActKind::kConfirm:
    case ActKind::kReject:
      JudgeConfirmation(act, now, out);
      return out;
    default:
      break;
  }
  Need(out, HasAct(act.kind, act.actor), kDenied);
  switch (act.kind) {
    case ActKind::kSubmit:
      JudgeForm(act, FileOf(act), now, out);
      break;
    case ActKind::kReinstate:
    case ActKind::kWithdraw:
      JudgeCertification(act, now, out);
      break;
    case ActKind::kCloseOrder: {
      const ModelOrder& order = orders[static_cast<std::size_t>(act.subject)];
      JudgeReason(act, out);
      Need(out, Apart(act.actor, order.operator_party), kDenied);
      Need(out, order.state == OrderState::kOrdered || order.state == OrderState::kExposed, kNotNow);
      Need(out, order.state != OrderState::kOrdered || now < order.deadline, kNotNow);
      // Once its limit is over the clock suspends first.
      Need(out, order.state != OrderState::kExposed || order.limit_passed || now < *order.limit, kNotNow);
      break;
    }
    case ActKind::kAppeal:
      JudgeAppeal(act, now, out);
      break;
    case ActKind::kDecideAppeal:
      JudgeRuling(act, now, out);
      break;
    default:
      JudgeFile(act, now, out);
  }
  return out;
}

ModelFile SchemeModel::FileOf(const ModelAct& act) const {
  ModelFile file;
  file.operator_party = act.actor;
  file.path = act.path;
  file.unit = act.unit;
  file.edition = act.flaw == Flaw::kClosedEdition ? kClosed : act.edition;
  file.base = act.base;
  file.called = act.called;
  file.to = 199;
  if (act.base == kNobody) return file;
  const ModelCertification& base = certifications[static_cast<std::size_t>(act.base)];
  file.to = base.to + (act.path == ApplicationPath::kUpdate ? 100 : 0);
  file.unit = base.unit;
  file.edition = base.edition;
  if (act.flaw == Flaw::kOtherEdition) file.edition = base.edition == kPlain ? kAudited : kPlain;
  if (act.flaw == Flaw::kOtherUnit) file.unit = base.unit ^ 1;
  if (act.flaw == Flaw::kNotGrown) file.to = base.to + (act.path == ApplicationPath::kUpdate ? 0 : 100);
  return file;
}

void SchemeModel::JudgeForm(const ModelAct& act, const ModelFile& file, Time now, Judgement& out) const {
  Need(out, act.flaw != Flaw::kNoDocument && act.flaw != Flaw::kOpenRange, kNotNow);
  if (!HasVerification(file.path)) Need(out, act.flaw != Flaw::kOtherDocument, kNotNow);
  if (EvaluatesItself(file.path)) {
    Need(out, act.flaw != Flaw::kUnanswered && act.flaw != Flaw::kFailsItself, kNotNow);
  }
  Need(out, act.flaw != Flaw::kStrangeCriterion && act.flaw != Flaw::kNoNewNames, kWrong);
  if (act.kind == ActKind::kSubmit) {
    // Of a unit an operator has one file under way, but for those that appeals reopened.
    for (const ModelFile& other : files) {
      const bool same = other.operator_party == file.operator_party && other.unit == file.unit;
      if (!same || !IsUnderWay(other.state) || other.reopened) continue;
      (IsLate(other, now) ? out.may : out.must).insert(kThere);
    }
  }
  if (act.kind == ActKind::kSubmit && IsNewTerm(file.path)) Need(out, file.edition != kClosed, kNotNow);
  JudgeBase(file, now, out);
  JudgeNames(file, out);
  JudgeBars(file, now, out);
}

// JudgeNames: documents alone change what the operator is called, or what the certification shows of that.
void SchemeModel::JudgeNames(const ModelFile& file, Judgement& out) const {
  if (file.base == kNobody || file.path != ApplicationPath::kDocumentsOnly) return;
  const int shown = certifications[static_cast<std::size_t>(file.base)].called;
  const int now = people[static_cast<std::size_t>(file.operator_party)].called;
  Need(out, file.called != shown || file.called != now, kNotNow);
}

bool SchemeModel::IsOneCompany(int a, int b) const {
  const int entry = people[static_cast<std::size_t>(a)].register_entry;
  return a == b || (entry != 0 && entry == people[static_cast<std::size_t>(b)].register_entry);
}

// JudgeBars: a revocation weighs on its company, in that scheme and for that app, and on that unit, for a while.
void SchemeModel::JudgeBars(const ModelFile& file, Time now, Judgement& out) const {
  for (const ModelCertification& other : certifications) {
    if (other.state != CertState::kRevoked || other.spared || now >= other.changed_at + Rules::barred) continue;
    const bool same_company = IsOneCompany(other.operator_party, file.operator_party);
    const bool same_type = other.edition == file.edition || AppOf(other.unit) == AppOf(file.unit);
    Need(out, !(same_company && same_type) && other.unit != file.unit, kNotNow);
  }
}

// JudgeIncluded: who took part in what an appeal overturned has no part in what follows.
void SchemeModel::JudgeIncluded(int actor, const ModelFile& file, Judgement& out) const {
  for (const int other : file.excluded) Need(out, Apart(actor, other), kDenied);
  for (const int other : file.near) {
    if (!Apart(actor, other)) out.may.insert(kDenied);
  }
}

bool SchemeModel::IsAccredited(int person) const {
  const auto found = accreditations.find(person);
  return found != accreditations.end() && found->second.state == Accredited::kActive;
}

void SchemeModel::JudgeBase(const ModelFile& file, Time now, Judgement& out) const {
  if (file.base == kNobody) return;
  const ModelCertification& base = certifications[static_cast<std::size_t>(file.base)];
  Need(out, base.operator_party == file.operator_party, kDenied);
  Need(out, StateNow(base, now) == CertState::kValid, kNotNow);
  Need(out, base.edition == file.edition && base.unit == file.unit, kNotNow);
  if (file.path == ApplicationPath::kRenewal) Need(out, now >= base.until - Rules::renewal_from, kNotNow);
  if (file.path == ApplicationPath::kUpdate) Need(out, file.to > base.to, kNotNow);
  if (file.path == ApplicationPath::kDocumentsOnly) Need(out, file.to == base.to, kNotNow);
}

void SchemeModel::JudgeFile(const ModelAct& act, Time now, Judgement& out) const {
  const ModelFile& file = files[static_cast<std::size_t>(act.subject)];
  Need(out, !IsLate(file, now), kNotNow);
  switch (act.kind) {
    case ActKind::kResubmit:
      Need(out, file.operator_party == act.actor, kUnknown);
      Need(out, file.state == FileState::kReturned, kNotNow);
      Need(out, act.flaw != Flaw::kOtherEdition, kWrong);
      JudgeForm(act, file, now, out);
      break;
    case ActKind::kWithdrawFile:
      Need(out, file.operator_party == act.actor, kUnknown);
      Need(out, IsUnderWay(file.state), kNotNow);
      break;
    case ActKind::kCorrect:
      Need(out, file.operator_party == act.actor, kUnknown);
      Need(out, file.state == FileState::kRectifying, kNotNow);
      break;
    case ActKind::kReturn:
    case ActKind::kRefuse:
      JudgeReason(act, out);
      Need(out, Apart(act.actor, file.operator_party), kDenied);
      JudgeIncluded(act.actor, file, out);
      // To refuse what is evaluated is the decider's.
      Need(out, act.kind != ActKind::kRefuse || file.state != FileState::kReview, kDenied);
      Need(out, file.state == FileState::kSubmitted, kNotNow);
      break;
    case ActKind::kAccept:
      JudgeAcceptance(act, file, now, out);
      break;
    case ActKind::kReassign:
      JudgeReassignment(act, file, out);
      break;
    case ActKind::kDecide:
      JudgeDecision(act, file, now, out);
      break;
    default:
      JudgeReport(act, file, out);
  }
}

void SchemeModel::JudgeAssigned(const ModelAct& act, const ModelFile& file, Judgement& out) const {
  Need(out, Apart(act.actor, file.operator_party), kDenied);
  JudgeIncluded(act.actor, file, out);
  for (const auto& [party, role] :
       {std::pair(act.laboratory, Role::kLaboratory), std::pair(act.auditor, Role::kAuditor)}) {
    if (party == kNobody) continue;
    const ModelPerson& person = people[static_cast<std::size_t>(party)];
    Need(out, person.enrolled, kUnknown);
    Need(out, HasAny(person, {role}), kNotNow);
    if (!person.enrolled) continue;
    Need(out, Apart(act.actor, party), kDenied);
    Need(out, Apart(party, file.operator_party), kDenied);
    Need(out, IsAccredited(party), kNotNow);
  }
}

void SchemeModel::JudgeReassignment(const ModelAct& act, const ModelFile& file, Judgement& out) const {
  const bool evaluated =
      file.state == FileState::kVerification || file.state == FileState::kAudit || file.state == FileState::kRectifying;
  Need(out, evaluated, kNotNow);
  JudgeReason(act, out);
  Need(out, act.laboratory == kNobody || file.state != FileState::kAudit, kNotNow);
  JudgeAssigned(act, file, out);
  Need(out, act.laboratory != kNobody || act.auditor != kNobody, kWrong);
  for (const auto& [another, before] :
       {std::pair(act.laboratory, file.laboratory), std::pair(act.auditor, file.auditor)}) {
    if (another == kNobody) continue;
    Need(out, before != kNobody, kWrong);
    Need(out, before != another, kThere);
  }
  // Nobody takes a file from their own.
  std::set<int> evaluators(file.reporters.begin(), file.reporters.end());
  evaluators.insert({file.laboratory, file.auditor, file.tested_by, file.audited_by});
  evaluators.erase(kNobody);
  for (const int evaluator : evaluators) Need(out, Apart(act.actor, evaluator), kDenied);
}

void SchemeModel::JudgeAcceptance(const ModelAct& act, const ModelFile& file, Time now, Judgement& out) const {
  Need(out, file.state == FileState::kSubmitted, kNotNow);
  Need(out, HasVerification(file.path) == (act.laboratory != kNobody), kWrong);
  Need(out, HasAudit(file.path, file.edition) == (act.auditor != kNobody), kWrong);
  JudgeAssigned(act, file, out);
  // What was tested and audited before, of the file or of its base, was so by nobody of the reviewer's.
  for (const int evaluator : {file.tested_by, file.audited_by})
    if (evaluator != kNobody) Need(out, Apart(act.actor, evaluator), kDenied);
  JudgeBars(file, now, out);
  JudgeBase(file, now, out);
  JudgeNames(file, out);
}

void SchemeModel::JudgeReport(const ModelAct& act, const ModelFile& file, Judgement& out) const {
  const bool audit = act.kind == ActKind::kAudit;
  Need(out, act.actor == (audit ? file.auditor : file.laboratory), kUnknown);
  Need(out, file.state == (audit ? FileState::kAudit : FileState::kVerification), kNotNow);
  Need(out, act.flaw != Flaw::kUnanswered && act.flaw != Flaw::kOtherFile, kWrong);
  Need(out, act.flaw != Flaw::kOtherAuthor, kDenied);
  Need(out, act.flaw != Flaw::kAgain, kThere);
  if (act.flaw == Flaw::kAgain)
    Need(out, file.reporters.front() == act.actor, kDenied);  // the laboratory before signed it
  if (act.flaw == Flaw::kAgain) out.may.insert(kWrong);       // signed over a day ago, or about the form before
  Need(out, IsAccredited(act.actor), kNotNow);
}

void SchemeModel::JudgeDecision(const ModelAct& act, const ModelFile& file, Time now, Judgement& out) const {
  std::set<int> others = {file.operator_party, file.laboratory, file.auditor, file.tested_by, file.audited_by};
  others.insert(file.reporters.begin(), file.reporters.end());
  others.erase(kNobody);
  for (const int other : others) Need(out, Apart(act.actor, other), kDenied);
  JudgeIncluded(act.actor, file, out);
  Need(out, act.flaw != Flaw::kStale, kChanged);
  Need(out, act.flaw != Flaw::kRestsOnLess && act.flaw != Flaw::kOtherFile, kWrong);
  Need(out, act.flaw != Flaw::kOtherAuthor, kDenied);
  Need(out, act.flaw != Flaw::kStrangeReason, kWrong);
  Need(out, act.granted || act.flaw != Flaw::kNoReason, kWrong);
  Need(out, act.granted || file.state != FileState::kSubmitted, kDenied);
  Need(out, file.state == FileState::kReview, kNotNow);
  if (!act.granted) return;
  JudgeBars(file, now, out);
  Need(out, !IsExposed(AppOf(file.unit), file.operator_party), kNotNow);
  if (file.regrants != kNobody) {
    Need(out, now < certifications[static_cast<std::size_t>(file.regrants)].until, kNotNow);
  } else {
    JudgeBase(file, now, out);
    const int called = people[static_cast<std::size_t>(file.operator_party)].called;
    Need(out, file.path != ApplicationPath::kDocumentsOnly || file.called_before == called, kNotNow);
    if (file.base != kNobody) Need(out, now < certifications[static_cast<std::size_t>(file.base)].until, kNotNow);
  }
  for (std::size_t i = 0; i < certifications.size(); ++i) {
    const ModelCertification& other = certifications[i];
    const bool holds = other.unit == file.unit && IsLive(StateNow(other, now)) &&
                       (file.regrants != kNobody || static_cast<int>(i) != file.base);
    Need(out, !holds, kThere);
    // Whoever held the app under any signer is to be revoked first, however long it is over.
    const bool first = AppOf(other.unit) == AppOf(file.unit) && now >= other.until && OutlivedItsLimit(other, now);
    Need(out, !first, kNotNow);
  }
}

void SchemeModel::JudgeSubject(const ModelAct& act, int actor, Time now, Judgement& out) const {
  if (IsOfOrder(act.proposed)) return JudgeOrder(act, actor, now, out);
  if (!IsOfCertification(act.proposed)) return JudgeAccreditation(act, actor, out);
  const ModelCertification& certification = certifications[static_cast<std::size_t>(act.subject)];
  const CertState state = StateNow(certification, now);
  Need(out, state == CertState::kValid || (state == CertState::kSuspended && act.proposed == Proposed::kRevoke),
       kNotNow);
  const bool is_holder = actor == certification.operator_party;
  if (act.kind == ActKind::kPropose && is_holder) {
    // The holder asks for their own suspension, and gives no cause.
    Need(out, act.proposed == Proposed::kSuspend, kDenied);
    Need(out, act.reason == "holder-request", kWrong);
    for (const ModelProposal& other : proposals) {
      const bool same = other.act.proposed == act.proposed && other.act.subject == act.subject &&
                        other.act.reason == act.reason && other.state == Proposal::State::kOpen;
      Need(out, !same, kThere);
    }
  } else if (act.kind == ActKind::kPropose) {
    Need(out, people[static_cast<std::size_t>(actor)].roles.contains(Role::kSurveillanceOfficer), kDenied);
    Need(out, act.reason != "holder-request", kWrong);
    Need(out, Apart(actor, certification.operator_party), kDenied);
  } else {
    Need(out, Apart(actor, certification.operator_party), kDenied);
  }
}

std::vector<int> SchemeModel::LiveOf(int app, Time now) const {
  std::vector<int> live;
  for (std::size_t i = 0; i < certifications.size(); ++i) {
    if (AppOf(certifications[i].unit) == app && IsLive(StateNow(certifications[i], now)))
      live.push_back(static_cast<int>(i));
  }
  return live;
}

void SchemeModel::JudgeOrder(const ModelAct& act, int actor, Time now, Judgement& out) const {
  if (act.proposed != Proposed::kOrder) {
    const ModelOrder& order = orders[static_cast<std::size_t>(act.subject)];
    Need(out, Apart(actor, order.operator_party), kDenied);
    const bool takes = order.state == OrderState::kOrdered || order.state == OrderState::kOverdue ||
                       (order.state == OrderState::kExposed && act.proposed == Proposed::kAnnulOrder);
    Need(out, takes, kNotNow);
    return;
  }
  Need(out, act.flaw != Flaw::kStrangeCriterion, kWrong);
  const std::vector<int> live = LiveOf(act.subject, now);
  Need(out, live.size() < 2, kNotNow);
  if (live.size() > 1) return;
  // Of a certified app the operator is known; of another it has to be named.
  Need(out, live.empty() == (act.accused != kNobody), kWrong);
  const int accused =
      live.empty() ? act.accused : certifications[static_cast<std::size_t>(live.front())].operator_party;
  if (accused != kNobody) Need(out, Apart(actor, accused), kDenied);
}

void SchemeModel::JudgeAccreditation(const ModelAct& act, int actor, Judgement& out) const {
  const auto found = accreditations.find(act.subject);
  const Accredited state = found == accreditations.end() ? Accredited::kNever : found->second.state;
  Need(out, Apart(actor, act.subject), kDenied);
  if (act.proposed == Proposed::kAccredit) {
    const ModelPerson& person = people[static_cast<std::size_t>(act.subject)];
    Need(out, HasAny(person, {Role::kLaboratory, Role::kAuditor}), kNotNow);
    Need(out, state != Accredited::kSuspended, kNotNow);
    return;
  }
  Need(out, state != Accredited::kNever, kUnknown);
  if (state == Accredited::kNever) return;
  const bool takes = (act.proposed == Proposed::kSuspendAccreditation && state == Accredited::kActive) ||
                     (act.proposed == Proposed::kRestoreAccreditation && state == Accredited::kSuspended) ||
                     (act.proposed == Proposed::kEndAccreditation && state != Accredited::kEnded);
  Need(out, takes, kNotNow);
}

void SchemeModel::JudgeConfirmation(const ModelAct& act, Time now, Judgement& out) const {
  const ModelProposal& proposal = proposals[static_cast<std::size_t>(act.subject)];
  const ModelPerson& person = people[static_cast<std::size_t>(act.actor)];
  const bool own = act.actor == proposal.act.actor;
  Need(out, proposal.state == Proposal::State::kOpen, kNotNow);
  if (act.kind == ActKind::kReject) {
    Need(out, HasAny(person, own ? ProposersOf(proposal.act.proposed) : ConfirmersOf(proposal.act.proposed)), kDenied);
    if (!own) JudgeConcerned(act.actor, proposal.act, out);
    if (now >= proposal.expires) out.may.insert(kNotNow);
    return;
  }
  Need(out, HasAny(person, ConfirmersOf(proposal.act.proposed)), kDenied);
  Need(out, now < proposal.expires, kNotNow);
  Need(out, AreTwo(act.actor, proposal.act.actor), kDenied);
  JudgeConcerned(act.actor, proposal.act, out);
  ModelAct carried = proposal.act;
  carried.kind = ActKind::kConfirm;
  JudgeSubject(carried, act.actor, now, out);
}

// AreTwo: neither is the other, or part of it.
bool SchemeModel::AreTwo(int a, int b) const {
  const auto is_in = [&](int one, int other) {
    return std::ranges::any_of(CircleOf(other), [&](int each) { return IsOneCompany(one, each); });
  };
  return !is_in(a, b) && !is_in(b, a);
}

// JudgeConcerned: nobody of those whom a proposal is about confirms it, or throws it out.
void SchemeModel::JudgeConcerned(int actor, const ModelAct& proposed, Judgement& out) const {
  const auto place = static_cast<std::size_t>(proposed.subject);
  std::set<int> concerned;
  if (IsOfCertification(proposed.proposed)) {
    concerned = {certifications[place].operator_party};
  } else if (proposed.proposed == Proposed::kOrder) {
    concerned = {proposed.accused};
    for (const ModelCertification& held : certifications) {
      if (AppOf(held.unit) == proposed.subject) concerned.insert(held.operator_party);
    }
  } else if (IsOfOrder(proposed.proposed)) {
    concerned = {orders[place].operator_party};
  } else {
    concerned = {proposed.subject};
  }
  concerned.erase(kNobody);
  for (const int whose : concerned) Need(out, Apart(actor, whose), kDenied);
}

bool SchemeModel::IsExposed(int app, int operator_party) const {
  return std::ranges::any_of(orders, [&](const ModelOrder& order) {
    return order.state == OrderState::kExposed && order.app == app && order.operator_party != kNobody &&
           IsOneCompany(order.operator_party, operator_party);
  });
}

bool SchemeModel::Concerns(const ModelOrder& order, const ModelCertification& certification) const {
  return AppOf(certification.unit) == order.app && order.operator_party != kNobody &&
         IsOneCompany(certification.operator_party, order.operator_party);
}

bool SchemeModel::HeldBack(const ModelCertification& certification, Time now) const {
  return std::ranges::any_of(orders, [&](const ModelOrder& order) {
    return order.state == OrderState::kExposed && now >= *order.limit && Concerns(order, certification);
  });
}

void SchemeModel::JudgeCertification(const ModelAct& act, Time now, Judgement& out) const {
  const ModelCertification& certification = certifications[static_cast<std::size_t>(act.subject)];
  const CertState state = StateNow(certification, now);
  JudgeReason(act, out);
  const bool outlived = certification.restore_by && now >= *certification.restore_by;
  if (act.kind == ActKind::kReinstate) {
    Need(out, Apart(act.actor, certification.operator_party), kDenied);
    Need(out, state == CertState::kSuspended, kNotNow);
  } else {
    Need(out, act.actor == certification.operator_party, kDenied);
    Need(out, state == CertState::kValid || (state == CertState::kSuspended && certification.by_holder), kNotNow);
    Need(out, !IsExposed(AppOf(certification.unit), certification.operator_party), kNotNow);
  }
  // What was not corrected in time is revoked, and nobody is quicker than the clock.
  Need(out, !outlived, kNotNow);
  Need(out, !HeldBack(certification, now), kNotNow);
}

std::optional<Time> SchemeModel::ActAppealed(Appeal::Against against, int subject) const {
  const auto place = static_cast<std::size_t>(subject);
  if (against == Appeal::Against::kRefusal) {
    if (files[place].state != FileState::kRefused) return std::nullopt;
    return files[place].decided_at;
  }
  if (against == Appeal::Against::kOrder) {
    const ModelOrder& order = orders[place];
    if (order.state == OrderState::kRectified || order.state == OrderState::kAnnulled) return std::nullopt;
    return order.exposed_at.value_or(order.ordered_at);
  }
  const ModelCertification& certification = certifications[place];
  const bool suspended = certification.state == CertState::kSuspended && !certification.by_holder;
  if (!suspended && certification.state != CertState::kRevoked) return std::nullopt;
  return certification.changed_at;
}

namespace {

// SameSubject: suspensions and revocations are both of certifications.
bool SameSubject(Appeal::Against a, Appeal::Against b) {
  const auto kind = [](Appeal::Against against) {
    return against == Appeal::Against::kRevocation ? Appeal::Against::kSuspension : against;
  };
  return kind(a) == kind(b);
}

}  // namespace

void SchemeModel::JudgeAppeal(const ModelAct& act, Time now, Judgement& out) const {
  const auto place = static_cast<std::size_t>(act.subject);
  const bool of_file = act.against == Appeal::Against::kRefusal, of_order = act.against == Appeal::Against::kOrder;
  const int owner = of_file    ? files[place].operator_party
                    : of_order ? orders[place].operator_party
                               : certifications[place].operator_party;
  Need(out, owner == act.actor, kUnknown);
  const std::optional<Time> at = ActAppealed(act.against, act.subject);
  Need(out, at.has_value(), kNotNow);
  if (!at) return;
  Need(out, now < EndOfWorkingDay(*at, Rules::appeal_days), kNotNow);
  for (const ModelAppeal& other : appeals) {
    const bool same = SameSubject(other.against, act.against) && other.subject == act.subject && other.act_at == *at;
    Need(out, !same, kThere);
  }
  // Suspended, and over: the clock may have been at it or not.
  if (!of_file && !of_order && StateNow(certifications[place], now) == CertState::kExpired) out.may.insert(kNotNow);
}

std::set<int> SchemeModel::PeopleOf(Appeal::Against against, int subject) const {
  const auto place = static_cast<std::size_t>(subject);
  if (against == Appeal::Against::kRefusal) return files[place].people;
  if (against == Appeal::Against::kOrder) return orders[place].people;
  std::set<int> all = certifications[place].people;
  const std::set<int>& before = files[static_cast<std::size_t>(certifications[place].file)].people;
  all.insert(before.begin(), before.end());
  return all;
}

// PeopleNear are those who had to do with the same app in any way.
std::set<int> SchemeModel::PeopleNear(Appeal::Against against, int subject) const {
  const auto place = static_cast<std::size_t>(subject);
  const int app = against == Appeal::Against::kRefusal ? AppOf(files[place].unit)
                  : against == Appeal::Against::kOrder ? orders[place].app
                                                       : AppOf(certifications[place].unit);
  std::set<int> all;
  const auto add = [&](const std::set<int>& some) { all.insert(some.begin(), some.end()); };
  for (const ModelFile& file : files) {
    if (AppOf(file.unit) != app) continue;
    add(file.people);
    all.insert({file.laboratory, file.auditor, file.tested_by, file.audited_by});
  }
  for (const ModelCertification& certification : certifications) {
    if (AppOf(certification.unit) == app) add(certification.people);
  }
  for (const ModelOrder& order : orders) {
    if (order.app == app) add(order.people);
  }
  all.erase(kNobody);
  return all;
}

void SchemeModel::JudgeRuling(const ModelAct& act, Time now, Judgement& out) const {
  const ModelAppeal& appeal = appeals[static_cast<std::size_t>(act.subject)];
  JudgeReason(act, out);
  Need(out, appeal.state == Appeal::State::kFiled, kNotNow);
  for (const int person : PeopleOf(appeal.against, appeal.subject)) Need(out, Apart(act.actor, person), kDenied);
  Need(out, Apart(act.actor, appeal.operator_party), kDenied);
  for (const int person : PeopleNear(appeal.against, appeal.subject)) {
    if (!Apart(act.actor, person)) out.may.insert(kDenied);
  }
  if (appeal.against == Appeal::Against::kRefusal) return;
  // What expired under an appeal cannot be restored; the clock may have been at it or not.
  for (const ModelCertification& certification : certifications) {
    if (certification.state == CertState::kSuspended && now >= certification.until) out.may.insert(kNotNow);
  }
}

}  // namespace certmark::ca::testing
