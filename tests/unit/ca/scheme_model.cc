#include "tests/unit/ca/scheme_model.h"

#include <algorithm>
#include <chrono>

#include "tests/unit/ca/scheme_model_facts.h"

namespace certmark::ca::testing {
namespace {

constexpr std::string_view kActs[] = {"submit",   "resubmit",    "withdraw-file", "correct",      "return",
                                      "refuse",   "accept",      "reassign",      "report",       "audit",
                                      "decide",   "propose",     "confirm",       "reject",       "reinstate",
                                      "withdraw", "close-order", "appeal",        "decide-appeal"};
constexpr std::string_view kFlaws[] = {
    "-",          "no-document",    "unanswered",   "fails-itself",   "strange-criterion", "other-unit", "not-grown",
    "open-range", "other-document", "no-new-names", "closed",         "other-edition",     "other-file", "other-author",
    "stale",      "rests-on-less",  "again",        "strange-reason", "no-reason"};

}  // namespace

std::string_view Name(ActKind kind) {
  return kActs[static_cast<std::size_t>(kind)];
}
std::string_view Name(Flaw flaw) {
  return kFlaws[static_cast<std::size_t>(flaw)];
}

std::string ModelAct::ToText() const {
  std::string text = "p" + std::to_string(actor) + " " + std::string(testing::Name(kind));
  if (kind == ActKind::kPropose) text += ":" + std::string(ca::Name(proposed));
  if (subject != kNobody) text += " #" + std::to_string(subject);
  if (kind == ActKind::kSubmit) {
    text += " " + std::string(ca::Name(path)) + " unit " + std::to_string(unit) + " edition " + std::to_string(edition);
    if (base != kNobody) text += " base " + std::to_string(base);
    if (path == ApplicationPath::kDocumentsOnly) text += " called " + std::to_string(called);
  }
  if (kind == ActKind::kAccept || kind == ActKind::kReassign)
    text += " laboratory " + std::to_string(laboratory) + " auditor " + std::to_string(auditor);
  if (kind == ActKind::kReport || kind == ActKind::kAudit) text += conform ? " conform" : " nonconform";
  if (kind == ActKind::kDecide || kind == ActKind::kDecideAppeal) text += granted ? " yes" : " no";
  if (accused != kNobody) text += " accused " + std::to_string(accused);
  if (!reason.empty()) text += " " + reason;
  if (flaw != Flaw::kNone) text += " [" + std::string(testing::Name(flaw)) + "]";
  return text;
}

bool Judgement::Allows(const std::optional<ErrorCode>& refusal) const {
  if (!refusal) return must.empty();
  return must.contains(*refusal) || may.contains(*refusal);
}

std::string Judgement::ToText() const {
  std::string text = must.empty() ? "done" : "refused:";
  for (const ErrorCode code : must) text += " " + std::string(Name(code));
  for (const ErrorCode code : may) text += " (" + std::string(Name(code)) + ")";
  return text;
}

Time EndOfWorkingDay(Time start, int days) {
  constexpr Seconds kEast{8 * 3600};
  auto date = std::chrono::floor<std::chrono::days>(start + kEast);
  while (days > 0) {
    date += std::chrono::days(1);
    const unsigned weekday = std::chrono::weekday(date).iso_encoding();
    if (weekday <= 5) --days;
  }
  return Time(date) + Rules::kDay - kEast;
}

// ---- Doing

// Inherit: what is not evaluated anew stands as its base's file has it.
void SchemeModel::Inherit(ModelFile& file) const {
  if (file.base == kNobody) return;
  const int before = certifications[static_cast<std::size_t>(file.base)].file;
  const ModelFile& base = files[static_cast<std::size_t>(before)];
  if (!HasVerification(file.path)) file.tested_by = base.tested_by;
  if (!IsNewTerm(file.path)) file.audited_by = base.audited_by;
}

void SchemeModel::Arrive(ModelFile& file, FileState state, Time now) const {
  if (state == FileState::kVerification && !HasVerification(file.path)) state = FileState::kAudit;
  if (state == FileState::kAudit && !HasAudit(file.path, file.edition)) state = FileState::kReview;
  if (state == FileState::kRectifying && file.rounds >= Rules::rounds) state = FileState::kLapsed;
  file.state = state;
  file.deadline.reset();
  if (state == FileState::kReturned) file.deadline = now + Rules::returned;
  if (state == FileState::kRectifying) {
    ++file.rounds;
    file.deadline = now + Rules::rectification;
  }
}

void SchemeModel::Apply(const ModelAct& act, Time now) {
  const auto place = static_cast<std::size_t>(act.subject);
  switch (act.kind) {
    case ActKind::kSubmit:
      files.push_back(FileOf(act));
      Inherit(files.back());
      files.back().people = {act.actor};
      return;
    case ActKind::kDecide:
      return ApplyDecision(act, now);
    case ActKind::kPropose:
      proposals.push_back({act, Proposal::State::kOpen, now, now + Rules::proposal_life});
      return;
    case ActKind::kConfirm:
      return ApplyConfirmation(act, now);
    case ActKind::kReject:
      proposals[place].state = Proposal::State::kRejected;
      return;
    case ActKind::kReinstate:
    case ActKind::kWithdraw: {
      ModelCertification& certification = certifications[place];
      certification.state = act.kind == ActKind::kReinstate ? CertState::kValid : CertState::kWithdrawn;
      certification.restore_by.reset();
      certification.by_holder = false;
      certification.changed_at = now;
      certification.people.insert(act.actor);
      return;
    }
    case ActKind::kCloseOrder:
      orders[place].state = OrderState::kRectified;
      orders[place].people.insert(act.actor);
      return;
    case ActKind::kAppeal: {
      Appeal::Against against = act.against;
      if (against == Appeal::Against::kSuspension && certifications[place].state == CertState::kRevoked)
        against = Appeal::Against::kRevocation;
      appeals.push_back({against, act.subject, act.actor, *ActAppealed(act.against, act.subject)});
      return;
    }
    case ActKind::kDecideAppeal:
      return ApplyRuling(act, now);
    default:
      break;
  }
  ModelFile& file = files[place];
  file.people.insert(act.actor);
  switch (act.kind) {
    case ActKind::kResubmit:
      return Arrive(file, FileState::kSubmitted, now);
    case ActKind::kWithdrawFile:
      return Arrive(file, FileState::kWithdrawn, now);
    case ActKind::kCorrect:
      return Arrive(file, FileState::kVerification, now);
    case ActKind::kReturn:
      return Arrive(file, FileState::kReturned, now);
    case ActKind::kRefuse:
      file.decided_at = now;
      file.at_acceptance = true;
      return Arrive(file, FileState::kRefused, now);
    case ActKind::kAccept:
      file.laboratory = act.laboratory;
      file.auditor = act.auditor;
      file.called_before = people[static_cast<std::size_t>(file.operator_party)].called;
      Inherit(file);
      return Arrive(file, FileState::kVerification, now);
    case ActKind::kReassign:
      if (act.laboratory != kNobody) file.laboratory = act.laboratory;
      if (act.auditor != kNobody) file.auditor = act.auditor;
      return;
    default: {
      const bool audit = act.kind == ActKind::kAudit;
      (audit ? file.audited_by : file.tested_by) = act.actor;
      if (!audit) ++file.reports;
      file.reporters.push_back(act.actor);
      if (!act.conform) return Arrive(file, FileState::kRectifying, now);
      return Arrive(file, audit ? FileState::kReview : FileState::kAudit, now);
    }
  }
}

void SchemeModel::ApplyDecision(const ModelAct& act, Time now) {
  ModelFile& file = files[static_cast<std::size_t>(act.subject)];
  file.people.insert(act.actor);
  file.decided_at = now;
  file.at_acceptance = false;
  if (!act.granted) return Arrive(file, FileState::kRefused, now);
  for (ModelCertification& certification : certifications) {
    if (certification.unit == file.unit) certification.state = StateNow(certification, now);
  }
  ModelCertification granted;
  granted.file = act.subject;
  granted.operator_party = file.operator_party;
  granted.unit = file.unit;
  granted.edition = file.edition;
  granted.to = file.to;
  granted.until = now + Rules::validity;
  granted.changed_at = now;
  int& called = people[static_cast<std::size_t>(file.operator_party)].called;
  if (file.path == ApplicationPath::kDocumentsOnly && file.regrants == kNobody) called = file.called;
  granted.called = called;
  if (file.regrants != kNobody) {
    granted.until = certifications[static_cast<std::size_t>(file.regrants)].until;
  } else if (file.base != kNobody) {
    ModelCertification& base = certifications[static_cast<std::size_t>(file.base)];
    if (!IsNewTerm(file.path)) granted.until = base.until;
    base.state = CertState::kSuperseded;
    base.changed_at = now;
  }
  certifications.push_back(granted);
  Arrive(file, FileState::kGranted, now);
}

void SchemeModel::Suspend(ModelCertification& certification, Time now, bool by_holder, int order) const {
  certification.state = CertState::kSuspended;
  certification.by_holder = by_holder;
  certification.restore_by = now + (by_holder ? Rules::suspension_asked : Rules::suspension);
  certification.changed_at = now;
  certification.order = order;
}

void SchemeModel::ApplyConfirmation(const ModelAct& act, Time now) {
  ModelProposal& proposal = proposals[static_cast<std::size_t>(act.subject)];
  proposal.state = Proposal::State::kConfirmed;
  const ModelAct& what = proposal.act;
  const std::set<int> two = {what.actor, act.actor};
  const auto place = static_cast<std::size_t>(what.subject);
  if (what.proposed == Proposed::kOrder) {
    ModelOrder order;
    order.app = what.subject;
    order.ordered_at = now;
    order.deadline = EndOfWorkingDay(now, Rules::order_days);
    order.people = two;
    const std::vector<int> live = LiveOf(what.subject, now);
    order.certification = live.empty() ? kNobody : live.front();
    order.operator_party =
        live.empty() ? what.accused : certifications[static_cast<std::size_t>(live.front())].operator_party;
    orders.push_back(order);
    return;
  }
  if (IsOfOrder(what.proposed)) {
    ModelOrder& order = orders[place];
    order.people.insert(two.begin(), two.end());
    if (what.proposed == Proposed::kAnnulOrder) return Annul(what.subject, two, now);
    order.state = OrderState::kExposed;
    order.exposed_at = now;
    order.limit = std::max(order.deadline, now + Rules::exposed);
    return;
  }
  if (!IsOfCertification(what.proposed)) {
    ModelAccreditation& accreditation = accreditations[what.subject];
    accreditation.state = what.proposed == Proposed::kSuspendAccreditation ? Accredited::kSuspended
                          : what.proposed == Proposed::kEndAccreditation   ? Accredited::kEnded
                                                                           : Accredited::kActive;
    return;
  }
  ModelCertification& certification = certifications[place];
  certification.people.insert(two.begin(), two.end());
  if (what.proposed == Proposed::kSuspend) {
    return Suspend(certification, now, what.actor == certification.operator_party, kNobody);
  }
  certification.state = CertState::kRevoked;
  certification.restore_by.reset();
  certification.by_holder = false;
  certification.changed_at = now;
}

void SchemeModel::ApplyRuling(const ModelAct& act, Time now) {
  ModelAppeal& appeal = appeals[static_cast<std::size_t>(act.subject)];
  appeal.state = act.granted ? Appeal::State::kUpheld : Appeal::State::kDismissed;
  const auto place = static_cast<std::size_t>(appeal.subject);
  const bool of_order = appeal.against == Appeal::Against::kOrder;
  if (appeal.against == Appeal::Against::kRefusal) {
    files[place].people.insert(act.actor);
  } else {
    (of_order ? orders[place].people : certifications[place].people).insert(act.actor);
  }
  if (!act.granted) return;
  const std::set<int> near = PeopleNear(appeal.against, appeal.subject);
  if (appeal.against == Appeal::Against::kRefusal) {
    if (files[place].state == FileState::kRefused) Reopen(appeal.subject, act.actor, near, kNobody);
    return;
  }
  const bool of_revocation = appeal.against == Appeal::Against::kRevocation ||
                             (!of_order && certifications[place].suspended_at == appeal.act_at &&
                              certifications[place].state == CertState::kRevoked);
  if (of_revocation) {
    ModelCertification& certification = certifications[place];
    const bool reopens =
        !certification.spared && files[static_cast<std::size_t>(certification.file)].state == FileState::kGranted;
    certification.spared = true;
    if (reopens) Reopen(certification.file, act.actor, near, appeal.subject);
    return;
  }
  if (of_order) {
    // Of one that was met meanwhile the suspensions fall all the same.
    return Annul(appeal.subject, {act.actor}, now);
  }
  ModelCertification& certification = certifications[place];
  if (certification.state != CertState::kSuspended || certification.changed_at != appeal.act_at) return;
  const int order = certification.order;
  const bool is_open = order != kNobody && orders[static_cast<std::size_t>(order)].state != OrderState::kRectified;
  if (is_open) return Annul(order, {act.actor}, now);
  Lift({&certification}, {act.actor}, now);
}

void SchemeModel::Annul(int place, const std::set<int>& by, Time now) {
  ModelOrder& order = orders[static_cast<std::size_t>(place)];
  if (order.state != OrderState::kRectified) order.state = OrderState::kAnnulled;
  std::vector<ModelCertification*> suspended;
  for (ModelCertification& certification : certifications) {
    const bool is_suspended = StateNow(certification, now) == CertState::kSuspended;
    if (is_suspended && certification.order == place) suspended.push_back(&certification);
  }
  Lift(suspended, by, now);
}

// Another order that held one of them back suspends it again, for its own reason.
void SchemeModel::Lift(const std::vector<ModelCertification*>& suspended, const std::set<int>& by, Time now) {
  for (ModelCertification* certification : suspended) {
    certification->state = CertState::kValid;
    certification->restore_by.reset();
    certification->changed_at = now;
    certification->people.insert(by.begin(), by.end());
    for (ModelOrder& order : orders) {
      const bool holds = order.state == OrderState::kExposed && now >= *order.limit && Concerns(order, *certification);
      if (holds) order.limit_passed = false;
    }
  }
}

// Reopen sends a file back to where it was refused, or decided; whoever took part is out of it.
void SchemeModel::Reopen(int place, int officer, const std::set<int>& near, int regrants) {
  ModelFile& file = files[static_cast<std::size_t>(place)];
  file.excluded = file.people;
  file.excluded.insert(officer);
  if (regrants != kNobody) {
    const std::set<int>& after = certifications[static_cast<std::size_t>(regrants)].people;
    file.excluded.insert(after.begin(), after.end());
    file.regrants = regrants;
  }
  file.excluded.erase(file.operator_party);
  file.near = near;
  file.reopened = true;
  file.state = file.state == FileState::kRefused && file.at_acceptance ? FileState::kSubmitted : FileState::kReview;
}

// ---- The clock

SchemeModel::Due SchemeModel::Earliest(Time now) const {
  Due next;
  const auto consider = [&](Due::Kind kind, std::size_t place, const std::optional<Time>& at) {
    if (at && *at <= now && *at < next.at) next = {kind, static_cast<int>(place), *at};
  };
  for (std::size_t i = 0; i < files.size(); ++i) consider(Due::Kind::kFile, i, files[i].deadline);
  for (std::size_t i = 0; i < certifications.size(); ++i) {
    const ModelCertification& each = certifications[i];
    if (!IsLive(each.state)) continue;
    const bool limited = each.state == CertState::kSuspended;
    consider(Due::Kind::kCertification, i, limited ? std::min(each.until, *each.restore_by) : each.until);
  }
  for (std::size_t i = 0; i < proposals.size(); ++i) {
    if (proposals[i].state == Proposal::State::kOpen) consider(Due::Kind::kProposal, i, proposals[i].expires);
  }
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (orders[i].state == OrderState::kOrdered) consider(Due::Kind::kOrder, i, orders[i].deadline);
    if (orders[i].state == OrderState::kExposed && !orders[i].limit_passed)
      consider(Due::Kind::kOrder, i, orders[i].limit);
  }
  return next;
}

std::vector<SchemeModel::Due> SchemeModel::RunClock(Time now) {
  std::vector<Due> done;
  for (Due next = Earliest(now); next.kind != Due::Kind::kNothing; next = Earliest(now)) {
    Carry(next, now);
    done.push_back(next);
  }
  return done;
}

void SchemeModel::Carry(const Due& due, Time now) {
  const auto place = static_cast<std::size_t>(due.place);
  if (due.kind == Due::Kind::kFile) return Arrive(files[place], FileState::kLapsed, now);
  if (due.kind == Due::Kind::kProposal) {
    proposals[place].state = Proposal::State::kExpired;
    return;
  }
  if (due.kind == Due::Kind::kCertification) {
    ModelCertification& certification = certifications[place];
    const bool outlived = OutlivedItsLimit(certification, now);
    certification.state = outlived ? CertState::kRevoked : CertState::kExpired;
    if (!outlived) return;
    certification.suspended_at = certification.changed_at;
    certification.restore_by.reset();
    certification.by_holder = false;
    certification.changed_at = now;
    return;
  }
  ModelOrder& order = orders[place];
  if (order.state == OrderState::kOrdered) {
    order.state = OrderState::kExposed;
    order.exposed_at = now;
    order.limit = std::max(order.deadline, now + Rules::exposed);
    return;
  }
  order.limit_passed = true;
  for (ModelCertification& certification : certifications) {
    const bool valid = StateNow(certification, now) == CertState::kValid;
    if (valid && Concerns(order, certification)) Suspend(certification, now, false, due.place);
  }
}

}  // namespace certmark::ca::testing
