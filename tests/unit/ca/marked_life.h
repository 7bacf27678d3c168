// A whole life of an authority in which everything that can be written carries a mark, as if it were a person's data;
// and what is looked through for the marks afterwards.
#pragma once

#include <array>
#include <cctype>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ca/csr.h"
#include "ca/order_draft.h"
#include "ledger/tiles.h"
#include "tests/unit/ca/authority_fixture.h"
#include "tests/unit/ca/document_fixture.h"

namespace certmark::ca::testing {

inline constexpr std::string_view kPhone = "13812345678", kIdentity = "11010519491231002X",
                                  kMail = "wang.si@mail.example", kWord = "ZhangSanMark";
inline constexpr std::array kMarks = {kPhone, kIdentity, kMail, kWord};

inline std::string Marked(std::string_view text) {
  return std::string(text) + " " + std::string(kMail) + " " + std::string(kPhone) + " " + std::string(kIdentity);
}

/// Opened is a text with everything that is encoded in it, JWS in JSON and certificates in JWS, decoded behind it.
inline std::string Opened(const std::string& text, int depth = 3) {
  std::string all = text;
  const auto open = [&](std::string_view marks, auto decode) {
    const auto is_part = [marks](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) || marks.find(c) != marks.npos;
    };
    for (std::size_t at = 0; depth > 0 && at < text.size();) {
      std::size_t end = at;
      while (end < text.size() && is_part(text[end])) ++end;
      if (end - at >= 16) {
        if (const auto bytes = decode(text.substr(at, end - at)))
          all += "\n" + Opened(std::string(AsText(*bytes)), depth - 1);
      }
      at = end + 1;
    }
  };
  open("-_", Base64UrlDecode);
  open("+/=", Base64Decode);
  return all;
}

/// FoundIn are the marks that stand somewhere in a text, encoded or not.
inline std::vector<std::string> FoundIn(const std::string& text) {
  const std::string all = Opened(text);
  std::vector<std::string> found;
  for (const std::string_view mark : kMarks) {
    if (all.find(mark) != all.npos) found.emplace_back(mark);
  }
  return found;
}

/// TilesOf are the names of the tiles of a log of `size` entries, less than 256.
inline std::vector<ledger::TileName> TilesOf(std::uint64_t size) {
  const unsigned width = ledger::WidthAt(size, 0, 0);
  EXPECT_EQ(width, size);
  return {{0, 0, width}, {std::nullopt, 0, width}};
}

class MarkedLife : public Documents {
 protected:
  MarkedLife() {
    office_.KeepDocuments(&kept_);
    office_.applicant = Enrol({Marked("Shop"), "https://shop.example/?call=13812345678"}, {Role::kOperator});
    office_.laboratory = Enrol({Marked("Laboratory"), ""}, {Role::kLaboratory});
    office_.Accredit(office_.laboratory);
    office_.Accredit(auditor_);
    office_.decider = Enrol({std::string(kWord) + " Decider", ""}, {Role::kDecider});
    office_.reviewer = Enrol({std::string(kWord) + " Reviewer", ""}, {Role::kReviewer});
    office_.officer = Enrol({std::string(kWord) + " Officer", ""}, {Role::kSurveillanceOfficer});
  }

  /// Live does all of it. What could be written where there is a code alone, `ways()` tells the way of.
  void Live() {
    Certify();
    Order();
    Complain();
    Suspend();
    Appeal();
  }
  /// ways: what became of each try, `taken` or the code of the refusal.
  const std::map<std::string, std::string>& ways() const { return ways_; }
  const std::string& number() const { return number_; }
  const std::string& order() const { return order_; }

  /// PublicBytes are every entry and tile of the public log, everything that is proven from it, what the register's
  /// pages are made of, and every act.
  std::string PublicBytes() {
    std::string all = office_.log().Exposed()->note;
    AddLog(all);
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
  /// Statements are what people wrote of a record, as somebody who may reads it.
  std::string Statements(const Person& by, const std::string& parent) {
    std::string all;
    const auto documents = office_.service().documents().Of(by.party, parent).value();
    for (const StoredDocument& each : documents) all += TextOf(kept_, each.id).value() + "\n";
    return all;
  }

  DocumentStore kept_ = Store();
  Office office_;
  Person auditor_ = Enrol({std::string(kWord) + " Auditor", ""}, {Role::kAuditor});
  Person store_ = Enrol({Marked("Store"), ""}, {Role::kRelyingParty});
  Person appeals_officer_ = Enrol({std::string(kWord) + " Appeals", ""}, {Role::kAppealsOfficer});
  std::string appeal_, case_, complaint_;

 private:
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

  template <class R>
  void Tried(const std::string& what, const R& result) {
    ways_[what] = result ? "taken" : std::string(Name(result.error().code));
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

  // A form, in which everything that is not asked for an app's public name is the operator's own affair; a document;
  // reports, whose methods are prose; and a decision.
  void Certify() {
    Applications& applications = office_.service().applications();
    ApplicationForm named = MarkedForm();
    named.app_name = Marked("Taxi");
    Tried("app's name", applications.Submit(office_.applicant.party, {named.ToJson()}));
    std::string form = MarkedForm().ToJson();
    form.insert(1, "\"remark\":\"" + Marked(kWord) + "\",");
    const std::string id = applications.Submit(office_.applicant.party, {form}).value().id;
    Upload(id);
    Tried("reason of a return", applications.Return(office_.reviewer.party, id, Marked("call")));
    office_.HandIn(id);
    applications.Accept(office_.reviewer.party, id, office_.laboratory.party.id, auditor_.party.id).value();
    using Kind = ReportDocument::Kind;
    applications.SubmitReport(office_.laboratory.party, id, MarkedReport(id, Kind::kVerification, office_.laboratory))
        .value();
    applications.SubmitReport(auditor_.party, id, MarkedReport(id, Kind::kAudit, auditor_)).value();
    DecisionDocument refusal = office_.DraftDecision(id);
    refusal.granted = false;
    refusal.reasons = {Marked("asked")};
    Tried("reason of a decision", office_.Decide(id, refusal, office_.decider));
    number_ = office_.Decide(id).value().application.certification;
  }
  void Upload(const std::string& application) {
    const auto begin = [&](const std::string& kind) {
      return office_.service().documents().Begin(office_.applicant.party, {application, kind, "application/pdf"});
    };
    Tried("kind of a document", begin(Marked("proof")));
    const std::string text = "%PDF-1.7 " + Marked(kWord);
    auto upload = begin("legal-person-proof").value();
    upload.Write(AsBytes(text)).value();
    upload.Finish(Sha256(AsBytes(text))).value();
  }

  std::string Subject() const { return "certification/" + number_; }
  void Order() {
    Proposals& proposals = office_.service().proposals();
    const Party& officer = office_.officer.party;
    OrderDraft draft;
    draft.version = "150";
    draft.store = "Example Store";
    draft.body = "Example Laboratory";
    draft.findings = {"APP-2019/1.1"};
    draft.tested_first = draft.tested_last = std::chrono::floor<std::chrono::days>(office_.now() - kDay);
    draft.edition = office_.scheme().Name();
    const auto propose = [&](const OrderDraft& order) {
      return proposals.Propose(officer, {Proposed::kOrder, Subject(), "unlawful-collection", order.ToJson()});
    };
    OrderDraft store = draft, body = draft, version = draft;
    store.store = Marked("Store");
    body.body = "Tested by " + std::string(kPhone);
    version.version = std::string(kWord);
    Tried("store of an order", propose(store));
    Tried("body of an order", propose(body));
    Tried("version of an order", propose(version));
    const Proposal made = propose(draft).value();
    proposals.Confirm(office_.second_officer.party, made.id).value();
    order_ = office_.service().orders().OfProposal(officer, made.id).value().id;
    const Proposal serious = proposals.Propose(officer, {Proposed::kExposeOrder, "order/" + order_, "misuse"}).value();
    proposals.Confirm(office_.second_officer.party, serious.id).value();
    Tried("reason of a closing", office_.service().orders().Close(officer, order_, Marked("done")));
    office_.service().orders().Close(officer, order_, "cause-corrected").value();
  }

  // Complaints, reports and cases, in the words of whoever brings and whoever handles them.
  void Complain() {
    Cases& cases = office_.service().cases();
    const Party& officer = office_.officer.party;
    const App app = office_.Form().app;
    const std::string signer = office_.Form().signers.front();
    const auto complain = [&] {
      return cases.Complain(app, Marked("I am " + std::string(kWord)), Marked("call")).value();
    };
    cases.Answer(officer, complain().id, Marked("Dear " + std::string(kWord))).value();
    complaint_ = complain().id;
    Tried("reason of a case", cases.Pursue(officer, complaint_, Marked("sent")));
    case_ = cases.Pursue(officer, complaint_, "complaint-verified").value().id;
    Tried("build of a report", cases.Report(store_.party, {app, signer, Marked("150")}));
    Tried("signer of a report", cases.Report(store_.party, {app, Marked(signer), "150"}));
    cases.Report(store_.party, {app, signer, "150"}).value();
    Tried("reason of an opening", cases.Open(officer, {number_, Case::Cause::kPlan, Marked("seen"), ""}));
    cases.Open(officer, {number_, Case::Cause::kPlan, "planned-surveillance", Marked("note")}).value();
    cases.Close(officer, {case_, Case::Outcome::kNoFinding, Marked("note")}).value();
  }

  void Suspend() {
    Proposals& proposals = office_.service().proposals();
    const Party& officer = office_.officer.party;
    Tried("reason of a proposal", proposals.Propose(officer, {Proposed::kSuspend, Subject(), Marked("misuse")}));
    const Proposal suspension = proposals.Propose(officer, {Proposed::kSuspend, Subject(), "misuse"}).value();
    Tried("reason of a rejection", proposals.Reject(officer, suspension.id, Marked("no")));
    proposals.Confirm(office_.second_officer.party, suspension.id).value();
  }

  void Appeal() {
    Appeals& appeals = office_.service().appeals();
    appeal_ = appeals.File(office_.applicant.party, Subject(), Marked("I, " + std::string(kWord))).value().id;
    const auto uphold = [&](const std::string& reason) {
      return appeals.Decide(appeals_officer_.party, {appeal_, ca::Appeal::State::kUpheld, reason});
    };
    Tried("reason of a ruling", uphold(Marked("heard")));
    uphold("facts-mistaken").value();
  }

  void AddLog(std::string& all) {
    const std::uint64_t size = office_.log().Exposed()->checkpoint.size;
    const auto log = office_.service().desk().logs().Find(0).value();
    for (std::uint64_t i = 0; i < size; ++i) {
      all += std::string(AsText(log.reader.Entry(i, size).value())) + "\n";
      all += log.reader.ProveEntry(i, *log.exposed).value().ToText() + "\n";
    }
    for (const ledger::TileName& name : TilesOf(size)) all += AsText(log.reader.Tile(name, size).value());
  }

  std::map<std::string, std::string> ways_;
  std::string number_, order_;
};

}  // namespace certmark::ca::testing
