// Whatever people write, nothing of a natural person reaches what is public, nor the record log: here everything that
// can be written carries a mark, a whole life is lived, and then every byte is looked at.
#include <gtest/gtest.h>

#include <map>

#include "ca/csr.h"
#include "ca/order_draft.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

constexpr std::string_view kPhone = "13812345678", kIdentity = "11010519491231002X", kMail = "wang.si@mail.example",
                           kWord = "ZhangSanMark";
constexpr std::string_view kMarks[] = {kPhone, kIdentity, kMail, kWord};

std::string Marked(std::string_view text) {
  return std::string(text) + " " + std::string(kMail) + " " + std::string(kPhone);
}

bool IsBase64(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

// Opened is a text with everything that is encoded in it, JWS in JSON and JSON in JWS, decoded behind it.
std::string Opened(const std::string& text, int depth = 3) {
  std::string all = text;
  for (std::size_t at = 0; depth > 0 && at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && IsBase64(text[end])) ++end;
    if (end - at >= 16) {
      if (const auto bytes = Base64UrlDecode(text.substr(at, end - at)))
        all += "\n" + Opened(std::string(AsText(*bytes)), depth - 1);
    }
    at = end + 1;
  }
  return all;
}

class PersonalData : public ::testing::Test {
 protected:
  PersonalData() : auditor_(Enrol({std::string(kWord) + " Auditor", ""}, {Role::kAuditor})) {
    office_.applicant = Enrol({Marked("Shop"), "https://shop.example/?call=13812345678"}, {Role::kOperator});
    office_.laboratory = Enrol({Marked("Laboratory"), ""}, {Role::kLaboratory});
    office_.Accredit(office_.laboratory);
    office_.Accredit(auditor_);
    office_.decider = Enrol({std::string(kWord) + " Decider", ""}, {Role::kDecider});
    office_.reviewer = Enrol({std::string(kWord) + " Reviewer", ""}, {Role::kReviewer});
  }

  struct Named {
    std::string name, url;
  };
  Person Enrol(const Named& named, const std::set<Role>& roles) {
    PrivateKey key = GenerateKey(KeyKind::kP256).value();
    Applicant applicant;
    applicant.csr = MakeCsr(key, std::string(kWord)).value();
    applicant.signer = MakeSigner(std::move(key)).value();
    const bool is_operator = roles.contains(Role::kOperator);
    Enrolments& enrolments = office_.service().enrolments();
    applicant.enrolment =
        enrolments.Request({applicant.csr, named.name, is_operator ? "reg:XX:shop" : "", named.url}).value();
    const Enrolment& asked = applicant.enrolment;
    const Enrolment approved =
        enrolments.Approve(office_.first_registrar().party, {asked.id, asked.fingerprint, roles, {}}).value();
    if (approved.open()) enrolments.Confirm(office_.second_registrar().party, asked.id, asked.fingerprint).value();
    return office_.Become(std::move(applicant));
  }

  // Way says what became of a try: refused at the input, or taken, to be looked for everywhere afterwards.
  template <class R>
  static std::string Way(const R& result) {
    return result ? "taken" : std::string(Name(result.error().code));
  }

  ApplicationForm MarkedForm() {
    ApplicationForm form = office_.Form();
    form.scheme = SmallAuthority::kAudited;
    form.privacy_policy_url = "https://shop.example/privacy?call=" + std::string(kPhone);
    return office_.Complete(form);
  }

  std::string MarkedReport(const std::string& id, ReportDocument::Kind kind, const Person& by) {
    ReportDocument report = office_.DraftReport(id);
    report.iss = office_.authority().iss + "/parties/" + by.party.id;
    report.kind = kind;
    for (Answer& answer : report.answers) answer.method = "asked " + std::string(kWord);
    return office_.SignReport(report, by);
  }

  // Everything that anybody can fetch, and every act.
  std::string PublicBytes() {
    std::string all;
    const std::uint64_t size = office_.log().Exposed()->checkpoint.size;
    const auto log = office_.service().desk().logs().Find(0).value();
    for (std::uint64_t i = 0; i < size; ++i) all += std::string(AsText(log.reader.Entry(i, size).value())) + "\n";
    all += office_.log().Exposed()->note;
    const auto certifications = LoadAll<Certification>(office_.store(), 1'000).value();
    for (const Certification& each : certifications) {
      all += office_.service().certifications().Bundle(each.id).value() + "\n";
      all += each.ToJson() + "\n";  // the register's page is made of it
      all += office_.service().desk().status().Current(each.status.list).value()->jwt + "\n";
    }
    const auto orders = office_.service().orders().ListExposed("", 1'000).value();
    for (const ExposedOrder& each : orders) {
      for (const PublicText& text : {each.operator_name, each.version, each.store, each.body})
        all += text.text() + "\n";
    }
    for (const std::string& act : office_.RecordEntries()) all += act + "\n";
    return all;
  }

  Office office_;
  Person auditor_;
};

TEST_F(PersonalData, ReachesNothingThatIsPublicAndNoAct) {
  Applications& applications = office_.service().applications();
  Proposals& proposals = office_.service().proposals();
  std::map<std::string, std::string> ways;
  // 1. A form, in which everything that is not asked for an app's public name is the operator's own affair.
  ApplicationForm named = MarkedForm();
  named.app_name = Marked("Taxi");
  ways["app's name"] = Way(applications.Submit(office_.applicant.party, {named.ToJson()}));
  std::string form = MarkedForm().ToJson();
  form.insert(1, "\"remark\":\"" + Marked(kWord) + " " + std::string(kIdentity) + "\",");
  const std::string id = applications.Submit(office_.applicant.party, {form}).value().id;
  ways["reason of a return"] = Way(applications.Return(office_.reviewer.party, id, Marked("call")));
  applications.Accept(office_.reviewer.party, id, office_.laboratory.party.id, auditor_.party.id).value();
  // 2. Reports, whose methods are prose, and a decision.
  using Kind = ReportDocument::Kind;
  applications.SubmitReport(office_.laboratory.party, id, MarkedReport(id, Kind::kVerification, office_.laboratory))
      .value();
  applications.SubmitReport(auditor_.party, id, MarkedReport(id, Kind::kAudit, auditor_)).value();
  DecisionDocument refusal = office_.DraftDecision(id);
  refusal.granted = false;
  refusal.reasons = {Marked("asked")};
  ways["reason of a decision"] = Way(office_.Decide(id, refusal, office_.decider));
  const std::string number = office_.Decide(id).value().application.certification;
  // 3. Proposals and orders.
  const Party& officer = office_.officer.party;
  const std::string subject = "certification/" + number;
  ways["reason of a proposal"] = Way(proposals.Propose(officer, {Proposed::kSuspend, subject, Marked("misuse")}));
  OrderDraft draft;
  draft.version = "150";
  draft.store = "Example Store";
  draft.body = "Example Laboratory";
  draft.findings = {"APP-2019/1.1"};
  draft.tested_first = draft.tested_last = std::chrono::floor<std::chrono::days>(office_.now() - kDay);
  draft.edition = office_.scheme().Name();
  const auto propose = [&](const OrderDraft& order) {
    return proposals.Propose(officer, {Proposed::kOrder, subject, "unlawful-collection", order.ToJson()});
  };
  OrderDraft store = draft, body = draft, version = draft;
  store.store = Marked("Store");
  body.body = "Tested by " + std::string(kPhone);
  version.version = std::string(kWord);
  ways["store of an order"] = Way(propose(store));
  ways["body of an order"] = Way(propose(body));
  ways["version of an order"] = Way(propose(version));
  const Proposal made = propose(draft).value();
  proposals.Confirm(office_.second_officer.party, made.id).value();
  const std::string order = office_.service().orders().OfProposal(officer, made.id).value().id;
  const Proposal serious = proposals.Propose(officer, {Proposed::kExposeOrder, "order/" + order, "misuse"}).value();
  proposals.Confirm(office_.second_officer.party, serious.id).value();
  const Proposal suspension = proposals.Propose(officer, {Proposed::kSuspend, subject, "misuse"}).value();
  ways["reason of a rejection"] = Way(proposals.Reject(officer, suspension.id, Marked("no")));
  proposals.Confirm(office_.second_officer.party, suspension.id).value();
  // 4. Whatever could be written was taken into no code.
  const std::map<std::string, std::string> expected = {
      {"app's name", "INVALID_ARGUMENT"},           {"reason of a return", "INVALID_ARGUMENT"},
      {"reason of a decision", "INVALID_ARGUMENT"}, {"reason of a proposal", "INVALID_ARGUMENT"},
      {"store of an order", "INVALID_ARGUMENT"},    {"body of an order", "INVALID_ARGUMENT"},
      {"version of an order", "INVALID_ARGUMENT"},  {"reason of a rejection", "INVALID_ARGUMENT"}};
  EXPECT_EQ(ways, expected);
  // 5. What was taken, names, addresses, remarks and methods, is nowhere that anybody can look.
  const std::string all = Opened(PublicBytes());
  for (const std::string_view mark : kMarks) EXPECT_EQ(all.find(mark), std::string::npos) << mark;
  EXPECT_NE(all.find("reg:XX:shop"), std::string::npos) << "the operator is named by its register's entry";
  EXPECT_NE(all.find(office_.laboratory.party.id), std::string::npos) << "the laboratory by its id";
  EXPECT_NE(all.find(auditor_.party.id), std::string::npos) << "and so is who audited";
}

TEST_F(PersonalData, WouldBeFoundIfItWereThere) {
  const std::string bundle =
      "{\"credential\":\"" + Base64UrlEncode(ToBytes("{\"name\":\"" + Marked("Shop") + "\"}")) + ".x\"}";
  EXPECT_NE(Opened(bundle).find(kPhone), std::string::npos);
}

}  // namespace
}  // namespace certmark::ca::testing
