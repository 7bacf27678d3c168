// The office: the way of an application in single steps.
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

std::string DigestUri(std::string_view text) {
  return "sha256:" + Sha256(AsBytes(text)).Hex();
}

}  // namespace

Office::Office(const Beginning& beginning)
    : SmallAuthority(beginning),
      applicant(Enrol("Example Operator 07", {Role::kOperator})),
      laboratory(EnrolEvaluator("Example Test Laboratory", {Role::kLaboratory})),
      reviewer(Enrol("Reviewer", {Role::kReviewer})),
      decider(Enrol("Decider", {Role::kDecider})),
      officer(Enrol("Officer", {Role::kSurveillanceOfficer})),
      second_officer(Enrol("Second Officer", {Role::kSurveillanceOfficer})),
      other_operator(Enrol("Example Operator 08", {Role::kOperator})) {}

ApplicationForm Office::Form() const {
  ApplicationForm form;
  form.app = App::Parse("android:org.example.app").value();
  form.app_name = "Example";
  form.signers = {std::string(kSigner)};
  form.version_from = "100";
  form.version_to = "199";
  form.scheme = scheme().Name();
  form.privacy_policy_url = "https://operator07.example/privacy";
  return Complete(form);
}

ApplicationForm Office::Complete(ApplicationForm form) const {
  const Scheme& scheme = *schemes().Find(form.scheme).value();
  form.self_evaluation.clear();
  form.documents = DocumentsBefore(form);
  if (StepsOf(form.path).self_evaluation) {
    for (const Criterion* criterion : scheme.CriteriaFor(form.app.platform))
      form.self_evaluation[criterion->code] = Answer::Result::kConform;
  }
  for (const DocumentKind& kind : scheme.documents) {
    if (kind.required_for.contains(std::string(Name(form.path)))) form.documents[kind.code] = DigestUri(PaperOf(kind));
  }
  return form;
}

std::map<std::string, std::string> Office::DocumentsBefore(const ApplicationForm& form) const {
  if (StepsOf(form.path).verification) return {};
  const auto base = Load<Certification>(store(), form.base);
  if (!base) return {};
  return ApplicationForm::Parse(File(base->value.application).form_json).value().documents;
}

ApplicationForm Office::FormOn(const Certification& base, ApplicationPath path) const {
  ApplicationForm form = Form();
  form.app = base.app;
  form.app_name = base.app_name;
  form.signers = base.signers;
  form.version_from = base.version_from;
  form.version_to = base.version_to;
  form.scheme = base.scheme + " " + base.edition;
  form.path = path;
  form.base = base.id;
  if (StepsOf(path).new_names)
    form.new_names = ApplicationForm::NewNames{"New " + base.operator_name, "https://new.example"};
  return Complete(form);
}

std::string Office::SubmitBy(const Person& by, const ApplicationForm& form) {
  return service().applications().Submit(by.party, {Complete(form).ToJson()}).value().id;
}

std::string Office::PaperOf(const DocumentKind& kind) {
  const std::string& type = kind.media_types.front();
  if (type == "application/pdf") return "%PDF-1.7 " + kind.code;
  return type == "application/json" ? "{\"" + kind.code + "\": 1}" : kind.code;
}

void Office::HandIn(const std::string& id) {
  const Application file = File(id);
  const Party by = Load<Party>(store(), file.operator_party).value().value;
  const ApplicationForm form = ApplicationForm::Parse(file.form_json).value();
  for (const auto& named : form.documents) {
    const DocumentKind& kind = *schemes().Find(file.scheme).value()->FindDocument(named.first);
    const std::string paper = PaperOf(kind);
    auto upload = service().documents().Begin(by, {id, kind.code, kind.media_types.front()}).value();
    upload.Write(AsBytes(paper)).value();
    upload.Finish(Sha256(AsBytes(paper))).value();
  }
}

void Office::Accept(const std::string& id) {
  if (service().desk().documents() != nullptr) HandIn(id);
  const bool verified = StepsOf(File(id).path).verification;
  service().applications().Accept(reviewer.party, id, verified ? laboratory.party.id : "").value();
}

Application Office::File(const std::string& id) const {
  return Load<Application>(store(), id).value().value;
}

Hash Office::EtagOf(const std::string& id) const {
  return Load<Application>(store(), id).value().etag;
}

void Office::Concern(PartyDocument& document, const std::string& id, const Person& by) const {
  const ApplicationForm form = ApplicationForm::Parse(File(id).form_json).value();
  document.iss = authority().iss + "/parties/" + by.party.id;
  document.iat = now();
  document.authority = authority().iss;
  document.application = id;
  document.edition = form.scheme;
  document.subject = {form.app, form.signers, form.version_from, form.version_to};
}

ReportDocument Office::DraftReport(const std::string& id, const std::set<std::string>& nonconform) const {
  ReportDocument report;
  Concern(report, id, laboratory);
  const Scheme& scheme = *schemes().Find(report.edition).value();
  for (const Criterion* criterion : scheme.CriteriaFor(report.subject.app.platform)) {
    Answer answer;
    answer.criterion = criterion->code;
    answer.method = "dynamic test";
    answer.evidence = {DigestUri(criterion->code)};
    if (nonconform.contains(criterion->code)) {
      answer.result = Answer::Result::kNonconform;
      answer.finding = "F-" + criterion->code;
    }
    report.answers.push_back(answer);
  }
  return report;
}

ReportDocument Office::DraftReport(const std::string& id, const Person& by) const {
  ReportDocument report = DraftReport(id);
  Concern(report, id, by);
  return report;
}

std::string Office::SignReport(const ReportDocument& report, const Person& by) const {
  return SignJws(*by.signer, kTypReport, {by.certificate.der(), authority().party_ca.der()}, report.ToJson()).value();
}

Application Office::Report(const std::string& id, const std::set<std::string>& nonconform) {
  return service()
      .applications()
      .SubmitReport(laboratory.party, id, SignReport(DraftReport(id, nonconform), laboratory))
      .value();
}

void Office::Correct(const std::string& id) {
  service().applications().Correct(applicant.party, id).value();
}

DecisionDocument Office::DraftDecision(const std::string& id) const {
  DecisionDocument decision;
  Concern(decision, id, decider);
  decision.granted = true;
  const Application file = File(id);
  decision.rests_on = {DigestUri(file.form_json)};
  for (const Application::Report& report : file.reports) decision.rests_on.push_back(DigestUri(report.jws));
  for (const Application::CarriedReport& carried : file.carried_reports) decision.rests_on.push_back(carried.digest);
  return decision;
}

std::string Office::SignDecision(const DecisionDocument& decision, const Person& by) const {
  DecisionDocument signed_by = decision;
  signed_by.iss = authority().iss + "/parties/" + by.party.id;
  return SignJws(*by.signer, kTypDecision, {by.certificate.der(), authority().party_ca.der()}, signed_by.ToJson())
      .value();
}

Result<Granting::Decided> Office::Decide(const std::string& id, const DecisionDocument& decision, const Person& by) {
  const std::string jws = SignDecision(decision, by);
  return service().applications().Decide(by.party, {.application = id, .etag = EtagOf(id), .decision_jws = jws});
}

Result<Proposal> Office::Propose(const Person& by, Proposed act, const std::string& number, std::string_view reason) {
  return service().proposals().Propose(by.party, {act, "certification/" + number, std::string(reason)});
}

Result<Certification> Office::Confirm(const Person& by, const std::string& proposal) {
  const Proposal confirmed = CM_TRY(service().proposals().Confirm(by.party, proposal));
  return service().certifications().Get(IdOf(confirmed.subject));
}

std::string Office::InReview() {
  return InReview(Form());
}

std::string Office::InReview(const ApplicationForm& form) {
  const std::string id = Submit(form);
  Accept(id);
  if (StepsOf(form.path).verification) Report(id);
  return id;
}

Certification Office::CertifiedUnder(std::string_view scheme) {
  ApplicationForm form = Form();
  form.scheme = scheme;
  return service().certifications().Get(Decide(InReview(form)).value().application.certification).value();
}

Certification Office::Certified() {
  return service().certifications().Get(Decide(InReview()).value().application.certification).value();
}

}  // namespace certmark::ca::testing
