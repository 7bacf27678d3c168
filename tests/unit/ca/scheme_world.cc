#include "tests/unit/ca/scheme_world.h"

#include <algorithm>

#include "ca/accreditation.h"
#include "ca/order_draft.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::ca::testing {
namespace {

constexpr std::string_view kEditions[] = {"Certmark-NPI 2021", "Audited 2019", "Young 2019"};
constexpr std::string_view kSigners[] = {kSigner, kOtherSigner};

// AdaptScheme gives an edition the model's numbers and a handful of its criteria, one of them not mandatory.
void AdaptScheme(Scheme& scheme) {
  Parameters& rules = scheme.parameters;
  rules.validity = ModelRules::validity;
  rules.renewal_from = ModelRules::renewal_from;
  rules.incident_bar = rules.revocation_bar = ModelRules::barred;
  rules.rectification_limit = ModelRules::rectification;
  rules.rectification_rounds = ModelRules::rounds;
  rules.return_limit = ModelRules::returned;
  rules.proposal_life = ModelRules::proposal_life;
  rules.suspension_limit = ModelRules::suspension;
  rules.suspension_limit_asked = ModelRules::suspension_asked;
  rules.order_working_days = ModelRules::order_days;
  rules.exposed_limit = ModelRules::exposed;
  rules.appeal_working_days = ModelRules::appeal_days;
  if (scheme.id == "Young") scheme.open = false;
  scheme.necessary.reset();
  for (Catalogue& catalogue : scheme.catalogues) {
    if (catalogue.criteria.size() > 2) catalogue.criteria.resize(2);
  }
  scheme.catalogues.front().criteria.back().mandatory = false;
}

std::string Digest(std::string_view text) {
  return "sha256:" + Sha256(AsBytes(text)).Hex();
}

App AppAt(int app) {
  return App::Parse("android:org.example.app" + std::to_string(app)).value();
}

// Refusal turns a result into what Try answers.
template <class R>
Result<void> Refusal(const R& result) {
  if (result) return {};
  return result.error();
}

}  // namespace

SchemeWorld::SchemeWorld(SchemeModel& model) : SmallAuthority({.at = kStart, .adapt = AdaptScheme}), model_(model) {
  People();
  AccreditAll();
}

void SchemeWorld::People() {
  using enum Role;
  model_.people.clear();
  for (const Person* registrar : {&first_registrar(), &second_registrar()}) {
    model_.people.push_back({.name = registrar->party.name, .roles = {kRegistrar}, .belongs_to = {}});
    people_.push_back({registrar->party, registrar->certificate, nullptr});
  }
  for (int i = 0; i < 6; ++i) AddPerson({"Operator", {kOperator}, {}, i < 2 ? 1 : i + 1});  // 2 and 3 are one company
  AddPerson({"Laboratory", {kLaboratory}, {}});                                             // 8
  AddPerson({"Laboratory of an operator", {kLaboratory}, {2}});                             // 9
  AddPerson({"Auditor", {kAuditor}, {}});                                                   // 10
  AddPerson({"Reviewer", {kReviewer}, {}});                                                 // 11
  AddPerson({"Reviewer of an operator", {kReviewer}, {3}});                                 // 12
  AddPerson({"Decider", {kDecider}, {}});                                                   // 13
  AddPerson({"Decider of a laboratory", {kDecider}, {8}});                                  // 14
  AddPerson({"Officer", {kSurveillanceOfficer}, {}});                                       // 15
  AddPerson({"Second Officer", {kSurveillanceOfficer}, {}});                                // 16
  AddPerson({"Officer of an operator", {kSurveillanceOfficer}, {4}});                       // 17
  AddPerson({"Appeals Officer", {kAppealsOfficer}, {}});                                    // 18
  AddPerson({"Second Appeals Officer", {kAppealsOfficer}, {}});                             // 19
  AddPerson({"Everything", {kReviewer, kDecider, kSurveillanceOfficer, kAppealsOfficer}, {}});                    // 20
  AddPerson({"Judge in their own cause", {kLaboratory, kAuditor, kDecider, kReviewer}, {}});                      // 21
  AddPerson({"Operator and officer", {kOperator, kSurveillanceOfficer, kDecider, kReviewer}, {}, 9});             // 22
  AddPerson({"Somebody of a reviewer of an operator", {kDecider, kAppealsOfficer, kSurveillanceOfficer}, {12}});  // 23
  AddPerson({"Store", {kRelyingParty}, {}});                                                                      // 24
  // Nobody: a party that the registry does not know, whatever it says of itself.
  Person stranger{people_.back().party, people_.back().certificate, nullptr};
  stranger.party.id = "aaaaaaaaaaaaaaaa";
  stranger.party.roles = {kOperator, kLaboratory, kAuditor, kReviewer, kDecider, kSurveillanceOfficer, kAppealsOfficer};
  model_.people.push_back({.name = "Stranger", .roles = stranger.party.roles, .belongs_to = {}, .enrolled = false});
  people_.push_back(std::move(stranger));
}

void SchemeWorld::AddPerson(const ModelPerson& person) {
  const int entry = person.register_entry;
  Applicant applicant = Request(person.name, entry == 0 ? "" : "reg:XX:entry" + std::to_string(entry));
  std::vector<std::string> belongs_to;
  for (const int parent : person.belongs_to) belongs_to.push_back(people_[static_cast<std::size_t>(parent)].party.id);
  const Enrolment& asked = applicant.enrolment;
  const Enrolment approved =
      service()
          .enrolments()
          .Approve(first_registrar().party, {asked.id, asked.fingerprint, person.roles, belongs_to})
          .value();
  if (approved.open()) service().enrolments().Confirm(second_registrar().party, asked.id, asked.fingerprint).value();
  people_.push_back(Become(std::move(applicant)));
  model_.people.push_back(person);
}

void SchemeWorld::AccreditAll() {
  for (std::size_t i = 0; i < people_.size(); ++i) {
    const ModelPerson& person = model_.people[i];
    if (!person.enrolled || !(person.roles.contains(Role::kLaboratory) || person.roles.contains(Role::kAuditor)))
      continue;
    ModelAct act{.kind = ActKind::kPropose, .actor = 0, .subject = static_cast<int>(i)};
    act.proposed = Proposed::kAccredit;
    if (const auto refused = Try(act)) Die(refused->message.c_str());
    model_.Apply(act, now());
    ModelAct confirmation{.kind = ActKind::kConfirm, .actor = 1, .subject = static_cast<int>(proposals_.size()) - 1};
    if (const auto refused = Try(confirmation)) Die(refused->message.c_str());
    model_.Apply(confirmation, now());
  }
}

// ---- What is handed in

ApplicationForm SchemeWorld::Form(const ModelAct& act, const ModelFile& file) const {
  const int edition = act.kind == ActKind::kResubmit && act.flaw == Flaw::kOtherEdition
                          ? (file.edition == SchemeModel::kPlain ? SchemeModel::kAudited : SchemeModel::kPlain)
                          : file.edition;
  const Scheme& rules = *schemes().Find(kEditions[edition]).value();
  ApplicationForm form;
  form.app = AppAt(SchemeModel::AppOf(file.unit));
  form.app_name = "Example " + std::to_string(SchemeModel::AppOf(file.unit));
  form.signers = {std::string(kSigners[file.unit % SchemeModel::kSigners])};
  form.version_from = "100";
  if (act.flaw != Flaw::kOpenRange) form.version_to = std::to_string(file.to);
  form.scheme = rules.Name();
  form.privacy_policy_url = "https://operator.example/privacy";
  form.path = file.path;
  if (file.base != kNobody) form.base = numbers_[static_cast<std::size_t>(file.base)];
  if (file.path != ApplicationPath::kDocumentsOnly) {
    for (const Criterion* criterion : rules.CriteriaFor(form.app.platform))
      form.self_evaluation[criterion->code] = Answer::Result::kConform;
    if (act.flaw == Flaw::kFailsItself)
      form.self_evaluation[rules.catalogues.front().criteria.front().code] = Answer::Result::kNonconform;
    if (act.flaw == Flaw::kUnanswered) form.self_evaluation.erase(form.self_evaluation.begin());
  }
  if (file.path == ApplicationPath::kDocumentsOnly && act.flaw != Flaw::kNoNewNames) {
    const std::string url = "https://operator" + std::to_string(file.called) + ".example";
    form.new_names = ApplicationForm::NewNames{NameOf(file.operator_party, file.called), file.called == 0 ? "" : url};
  }
  if (act.flaw == Flaw::kStrangeCriterion) form.self_evaluation["UNIT/99"] = Answer::Result::kConform;
  if (file.base != kNobody && (file.path == ApplicationPath::kUpdate || file.path == ApplicationPath::kDocumentsOnly))
    form.documents = DocumentsOf(file.base);
  std::erase_if(form.documents, [&](const auto& document) { return rules.FindDocument(document.first) == nullptr; });
  for (const DocumentKind& kind : rules.documents) {
    if (kind.required_for.contains(std::string(Name(form.path)))) form.documents[kind.code] = Digest(kind.code);
  }
  if (act.flaw == Flaw::kOtherDocument) form.documents["inventory"] = Digest("another inventory");
  if (act.flaw == Flaw::kNoDocument) form.documents.erase(form.documents.begin());
  return form;
}

std::map<std::string, std::string> SchemeWorld::DocumentsOf(int certification) const {
  const std::string granted = CertificationAt(certification).application;
  const Application application = Load<Application>(store(), granted).value().value;
  return ApplicationForm::Parse(application.form_json).value().documents;
}

void SchemeWorld::Concern(PartyDocument& document, const ModelAct& act) const {
  const Application application = Load<Application>(store(), file(act)).value().value;
  const ApplicationForm form = ApplicationForm::Parse(application.form_json).value();
  document.iss = authority().iss + "/parties/" + AuthorOf(act).party.id;
  document.iat = now();
  document.authority = authority().iss;
  document.application = act.flaw == Flaw::kOtherFile ? "bbbbbbbbbbbbbbbb" : application.id;
  document.edition = form.scheme;
  document.subject = {form.app, form.signers, form.version_from, form.version_to};
}

// AuthorOf is who signs: who hands in, but for one who hands in what another signed, and for those without a key.
const Person& SchemeWorld::AuthorOf(const ModelAct& act) const {
  const Person& actor = person(act.actor);
  if (actor.signer && act.flaw != Flaw::kOtherAuthor) return actor;
  return person(act.actor == 8 ? 21 : 8);
}

std::string SchemeWorld::Sign(std::string_view typ, const std::string& payload, const Person& by) const {
  return SignJws(*by.signer, typ, {by.certificate.der(), authority().party_ca.der()}, payload).value();
}

std::string SchemeWorld::ReportFor(const ModelAct& act, ReportDocument::Kind kind) const {
  const Application application = Load<Application>(store(), file(act)).value().value;
  if (act.flaw == Flaw::kAgain) return application.reports.front().jws;
  ReportDocument report;
  Concern(report, act);
  report.kind = kind;
  bool failed = act.conform;
  for (const Criterion* criterion : schemes().Find(report.edition).value()->CriteriaFor(Platform::kAndroid)) {
    Answer answer;
    answer.criterion = criterion->code;
    answer.method = "dynamic-test";
    answer.evidence = {Digest(criterion->code)};
    // What is not mandatory may be nonconform in any report.
    const bool fails = !criterion->mandatory || !failed;
    if (criterion->mandatory) failed = true;
    if (fails) {
      answer.result = Answer::Result::kNonconform;
      answer.finding = "F-1";
    }
    report.answers.push_back(answer);
  }
  if (act.flaw == Flaw::kUnanswered) report.answers.pop_back();
  return Sign(kTypReport, report.ToJson(), AuthorOf(act));
}

std::string SchemeWorld::DecisionFor(const ModelAct& act) const {
  DecisionDocument decision;
  Concern(decision, act);
  decision.granted = act.granted;
  const Application application = Load<Application>(store(), file(act)).value().value;
  decision.rests_on = {Digest(application.form_json)};
  for (const Application::Report& report : application.reports) decision.rests_on.push_back(Digest(report.jws));
  for (const Application::CarriedReport& carried : application.carried_reports)
    decision.rests_on.push_back(carried.digest);
  if (act.flaw == Flaw::kRestsOnLess) decision.rests_on.pop_back();
  if (!act.granted && act.flaw != Flaw::kNoReason) decision.reasons = {"criteria-not-met"};
  if (act.flaw == Flaw::kStrangeReason) decision.reasons = {"no-such-reason"};
  return Sign(kTypDecision, decision.ToJson(), AuthorOf(act));
}

Proposals::Draft SchemeWorld::DraftFor(const ModelAct& act) const {
  const auto place = static_cast<std::size_t>(act.subject);
  Proposals::Draft draft{act.proposed, "", act.reason};
  switch (act.proposed) {
    case Proposed::kSuspend:
    case Proposed::kRevoke:
      draft.subject = "certification/" + numbers_[place];
      break;
    case Proposed::kOrder: {
      draft.subject = "app/" + AppAt(act.subject).ToText();
      OrderDraft order;
      if (act.accused != kNobody) order.operator_party = person(act.accused).party.id;
      order.version = "150";
      order.store = "Example Store";
      order.body = "Example Laboratory";
      const Scheme& rules = *schemes().Find(kEditions[0]).value();
      order.findings = {act.flaw == Flaw::kStrangeCriterion ? "UNIT/99" : rules.catalogues[0].criteria[0].code};
      order.tested_first = order.tested_last = std::chrono::floor<std::chrono::days>(now() - kDay);
      order.edition = rules.Name();
      draft.details = order.ToJson();
      break;
    }
    case Proposed::kExposeOrder:
    case Proposed::kAnnulOrder:
      draft.subject = "order/" + orders_[place];
      break;
    case Proposed::kAccredit: {
      draft.subject = "party/" + person(act.subject).party.id;
      AccreditationScope scope;
      scope.schemes = {"Audited", "Certmark-NPI"};
      scope.platforms = {Platform::kAndroid};
      scope.until = now() + 1000 * kDay;
      draft.details = scope.ToJson();
      break;
    }
    default:
      draft.subject = "accreditation/" + person(act.subject).party.id;
  }
  return draft;
}

// ---- Trying

std::optional<Error> SchemeWorld::Try(const ModelAct& act) {
  const auto result = [&]() -> Result<void> {
    switch (act.kind) {
      case ActKind::kPropose:
      case ActKind::kConfirm:
      case ActKind::kReject:
        return TryOnProposal(act);
      case ActKind::kReinstate:
      case ActKind::kWithdraw:
      case ActKind::kCloseOrder:
      case ActKind::kAppeal:
      case ActKind::kDecideAppeal:
        return TryElse(act);
      default:
        return TryOnFile(act);
    }
  }();
  if (result) return std::nullopt;
  return result.error();
}

Result<void> SchemeWorld::TryOnFile(const ModelAct& act) {
  Applications& applications = service().applications();
  const Party& actor = person(act.actor).party;
  const auto id = [&](int place) { return place == kNobody ? std::string() : person(place).party.id; };
  switch (act.kind) {
    case ActKind::kSubmit: {
      const auto submitted = applications.Submit(actor, {Form(act, model_.FileOf(act)).ToJson()});
      if (submitted) files_.push_back(submitted->id);
      return Refusal(submitted);
    }
    case ActKind::kResubmit:
      return Refusal(applications.Resubmit(actor, file(act),
                                           {Form(act, model_.files[static_cast<std::size_t>(act.subject)]).ToJson()}));
    case ActKind::kWithdrawFile:
      return Refusal(applications.Withdraw(actor, file(act)));
    case ActKind::kCorrect:
      return Refusal(applications.Correct(actor, file(act)));
    case ActKind::kReturn:
      return Refusal(applications.Return(actor, file(act), act.reason));
    case ActKind::kRefuse:
      return Refusal(applications.Refuse(actor, file(act), act.reason));
    case ActKind::kAccept:
      return Refusal(applications.Accept(actor, file(act), id(act.laboratory), id(act.auditor)));
    case ActKind::kReassign:
      return Refusal(applications.Reassign(actor, file(act), {id(act.laboratory), id(act.auditor), act.reason}));
    case ActKind::kReport:
      return Refusal(applications.SubmitReport(actor, file(act), ReportFor(act, ReportDocument::Kind::kVerification)));
    case ActKind::kAudit:
      return Refusal(applications.SubmitReport(actor, file(act), ReportFor(act, ReportDocument::Kind::kAudit)));
    default: {
      const std::string decision = DecisionFor(act);
      const Hash etag =
          act.flaw == Flaw::kStale ? Sha256(AsBytes("before")) : Load<Application>(store(), file(act)).value().etag;
      const auto decided =
          applications.Decide(actor, {.application = file(act), .etag = etag, .decision_jws = decision});
      if (decided && act.granted) numbers_.push_back(decided->application.certification);
      return Refusal(decided);
    }
  }
}

Result<void> SchemeWorld::TryOnProposal(const ModelAct& act) {
  Proposals& proposals = service().proposals();
  const Party& actor = person(act.actor).party;
  if (act.kind == ActKind::kPropose) {
    const auto proposed = proposals.Propose(actor, DraftFor(act));
    if (proposed) proposals_.push_back(proposed->id);
    return Refusal(proposed);
  }
  const std::string& id = proposals_[static_cast<std::size_t>(act.subject)];
  if (act.kind == ActKind::kReject) return Refusal(proposals.Reject(actor, id, ""));
  const auto confirmed = proposals.Confirm(actor, id);
  if (confirmed && confirmed->act == Proposed::kOrder) {
    orders_.push_back(service().orders().OfProposal(person(15).party, id).value().id);
  }
  return Refusal(confirmed);
}

Result<void> SchemeWorld::TryElse(const ModelAct& act) {
  const Party& actor = person(act.actor).party;
  const auto place = static_cast<std::size_t>(act.subject);
  switch (act.kind) {
    case ActKind::kReinstate:
      return Refusal(service().certifications().Reinstate(actor, numbers_[place], act.reason));
    case ActKind::kWithdraw:
      return Refusal(service().certifications().Withdraw(actor, numbers_[place], act.reason));
    case ActKind::kCloseOrder:
      return Refusal(service().orders().Close(actor, orders_[place], act.reason));
    case ActKind::kAppeal: {
      const std::string subject = act.against == Appeal::Against::kRefusal ? "application/" + files_[place]
                                  : act.against == Appeal::Against::kOrder ? "order/" + orders_[place]
                                                                           : "certification/" + numbers_[place];
      const auto filed = service().appeals().File(actor, subject, "");
      if (filed) appeals_.push_back(filed->id);
      return Refusal(filed);
    }
    default: {
      const auto outcome = act.granted ? Appeal::State::kUpheld : Appeal::State::kDismissed;
      return Refusal(service().appeals().Decide(actor, {appeals_[place], outcome, act.reason}));
    }
  }
}

bool SchemeWorld::RunClock() {
  while (true) {
    const auto report = service().deadlines().Run(10'000);
    if (!report || report->failed > 0) return false;
    if (!report->more) return true;
  }
}

// ---- Looking

Application::State SchemeWorld::StateOfFile(int place) const {
  return Load<Application>(store(), files_[static_cast<std::size_t>(place)]).value().value.state;
}
Certification SchemeWorld::CertificationAt(int place) const {
  return Load<Certification>(store(), numbers_[static_cast<std::size_t>(place)]).value().value;
}
Party SchemeWorld::PartyAt(int place) const {
  return Load<Party>(store(), person(place).party.id).value().value;
}
std::string SchemeWorld::NameOf(int place, int called) const {
  const std::string& enrolled = person(place).party.name;
  return called == 0 ? enrolled : enrolled + ", named " + std::to_string(called);
}
Order SchemeWorld::OrderAt(int place) const {
  return Load<Order>(store(), orders_[static_cast<std::size_t>(place)]).value().value;
}
Proposal::State SchemeWorld::StateOfProposal(int place) const {
  return Load<Proposal>(store(), proposals_[static_cast<std::size_t>(place)]).value().value.state;
}
Appeal::State SchemeWorld::StateOfAppeal(int place) const {
  return Load<Appeal>(store(), appeals_[static_cast<std::size_t>(place)]).value().value.state;
}

}  // namespace certmark::ca::testing
