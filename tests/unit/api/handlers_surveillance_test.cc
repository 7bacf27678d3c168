// Orders, complaints, cases and appeals over the wire's messages.
#include <gtest/gtest.h>

#include <set>

#include "api/convert.h"
#include "api/convert_surveillance.h"
#include "api/errors.h"
#include "api/handlers.h"
#include "api/public_site.h"
#include "tests/unit/ca/document_fixture.h"
#include "tests/unit/ca/order_office.h"
#include "verifier-sdk/core/json.h"

namespace certmark::api {
namespace {

using ca::testing::OrderOffice;
using ca::testing::Person;

class HandlersAfter : public ca::testing::Documents {
 protected:
  HandlersAfter() : number_(office_.Certified().id), store_(office_.Enrol("Example Store", {ca::Role::kRelyingParty})) {
    office_.KeepDocuments(&kept_);
    handlers_.emplace(office_.service(), ca::AuthorityFiles(directory_.path()));
  }
  void TearDown() override { office_.ExpectInAgreement(); }

  static Caller By(const Person& person) { return Caller{person.party}; }
  std::string Certification() const { return ResourceName(Collection::kCertifications, number_); }
  static ErrorCode CodeOf(const auto& result) { return result ? ErrorCode{} : result.error().code; }

  Result<v1::Proposal> Propose(v1::Proposal::Act act, const std::string& subject, const std::string& reason,
                               const std::string& details = "") {
    v1::ProposeActRequest propose;
    propose.set_act(act);
    propose.set_subject(subject);
    propose.set_reason(reason);
    propose.set_details(details);
    return handlers_->ProposeAct(By(office_.officer), propose);
  }
  Result<v1::Proposal> Confirm(const std::string& proposal) {
    v1::ConfirmActRequest confirm;
    confirm.set_proposal(proposal);
    return handlers_->ConfirmAct(By(office_.second_officer), confirm);
  }
  Result<v1::Order> Get(const Person& by, const std::string& name) {
    v1::GetOrderRequest get;
    get.set_name(name);
    return handlers_->GetOrder(By(by), get);
  }
  /// Ordered is an order on an app of another operator, by two officers.
  v1::Order Ordered(const std::string& app = "apps/ios:com.example.other") {
    ca::OrderDraft draft = office_.Draft();
    draft.operator_name = "Example Other Operator";
    draft.version = "1.5.0";
    const auto proposal = Propose(v1::Proposal::ORDER, app, "unlawful-collection", draft.ToJson()).value();
    EXPECT_EQ(proposal.subject(), app);
    Confirm(proposal.name()).value();
    return Get(office_.officer, proposal.name()).value();
  }
  void Expose(const v1::Order& order) {
    Confirm(Propose(v1::Proposal::EXPOSE_ORDER, order.name(), "serious-defect").value().name()).value();
  }
  Result<v1::ListExposedOrdersResponse> List(std::uint32_t size, const std::string& token) {
    v1::ListExposedOrdersRequest list;
    list.set_page_size(size);
    list.set_page_token(token);
    return handlers_->ListExposedOrders({}, list);
  }
  Result<v1::FileComplaintResponse> Complain(const std::string& text = "It collects before I consent.") {
    v1::FileComplaintRequest complain;
    complain.set_platform(v1::PLATFORM_ANDROID);
    complain.set_package("org.example.app");
    complain.set_text(text);
    return handlers_->FileComplaint({}, complain);
  }

  /// MayGet asks for what a list named, by its resource's own Get.
  template <class Request, class Response>
  bool MayGet(Result<Response> (Handlers::*get)(const Caller&, const Request&) const, const Person& by,
              const std::string& name) {
    Request request;
    request.set_name(name);
    return (*handlers_.*get)(By(by), request).has_value();
  }
  bool MayGet(const Person& by, const std::string& name) {
    if (name.starts_with("applications/")) return MayGet(&Handlers::GetApplication, by, name);
    if (name.starts_with("proposals/")) return MayGet(&Handlers::GetProposal, by, name);
    if (name.starts_with("orders/")) return MayGet(&Handlers::GetOrder, by, name);
    if (name.starts_with("complaints/")) return MayGet(&Handlers::GetComplaint, by, name);
    if (name.starts_with("cases/")) return MayGet(&Handlers::GetCase, by, name);
    if (name.starts_with("appeals/")) return MayGet(&Handlers::GetAppeal, by, name);
    if (name.starts_with("certifications/")) return MayGet(&Handlers::GetCertification, by, name);
    return false;
  }

  certmark::testing::TempDir directory_;
  ca::DocumentStore kept_ = Store();
  OrderOffice office_;
  const std::string number_;
  const Person store_;
  std::optional<Handlers> handlers_;
};

// ---- Orders

TEST_F(HandlersAfter, MakeAnOrderOnAnAppThatHasNoRecord) {
  const v1::Order order = Ordered();
  EXPECT_EQ(order.state(), v1::Order::ORDERED);
  EXPECT_EQ(order.package(), "com.example.other");
  EXPECT_EQ(order.operator_name(), "Example Other Operator");
  EXPECT_EQ(order.certification(), "");
  EXPECT_EQ(order.findings_size(), 2);
  EXPECT_EQ(Get(office_.decider, order.name()).value().SerializeAsString(), order.SerializeAsString());
  EXPECT_EQ(CodeOf(Get(office_.applicant, order.name())), ErrorCode::kNotFound);
}

TEST_F(HandlersAfter, ShowAnOrderToAnybodyOnlyOnceItIsExposed) {
  const v1::Order order = Ordered();
  v1::GetExposedOrderRequest get;
  get.set_name(order.name());
  EXPECT_EQ(CodeOf(handlers_->GetExposedOrder({}, get)), ErrorCode::kNotFound);
  EXPECT_EQ(List(0, "").value().orders_size(), 0);
  Expose(order);
  const auto exposed = handlers_->GetExposedOrder({}, get).value();
  EXPECT_EQ(exposed.state(), v1::Order::EXPOSED);
  EXPECT_EQ(exposed.operator_name(), "Example Other Operator");
  EXPECT_EQ(List(0, "").value().orders(0).SerializeAsString(), exposed.SerializeAsString());
}

TEST_F(HandlersAfter, ListExposedOrdersPageByPageEachOnce) {
  std::set<std::string> names;
  for (const char* app : {"apps/ios:com.example.a", "apps/ios:com.example.b", "apps/ios:com.example.c"}) {
    const v1::Order order = Ordered(app);
    Expose(order);
    names.insert(order.name());
  }
  std::set<std::string> seen;
  std::string token;
  do {
    const auto page = List(1, token).value();
    ASSERT_EQ(page.orders_size(), 1);
    EXPECT_TRUE(seen.insert(page.orders(0).name()).second);
    token = page.next_page_token();
    ASSERT_LE(seen.size(), names.size());
  } while (!token.empty());
  EXPECT_EQ(seen, names);
  EXPECT_EQ(List(3, "").value().next_page_token(), "") << "a full page that is the last";
  EXPECT_EQ(CodeOf(List(1, "page two")), ErrorCode::kInvalidArgument);
}

TEST_F(HandlersAfter, ShowExposedOrdersOnTheSiteAsToo) {
  const v1::Order order = Ordered();
  Expose(order);
  CallLimits limits({}, {});
  Dispatch dispatch(*handlers_, limits);
  const PublicSite site(dispatch, office_.service(), ca::AuthorityFiles(directory_.path()), {.contact = "mailto:a@b"});
  const auto answer = [&](const std::string& target) {
    HttpTarget parsed = ParseHttpTarget(target).value();
    return site.Answer(
        {.method = "GET", .path = std::move(parsed.path), .query = std::move(parsed.query), .if_none_match = ""});
  };
  const HttpResponse one = answer("/v1/" + order.name());
  EXPECT_EQ(one.status, 200) << one.body;
  EXPECT_NE(one.body.find("\"operatorName\":\"Example Other Operator\""), std::string::npos) << one.body;
  EXPECT_NE(answer("/v1/orders?pageSize=1").body.find(order.name()), std::string::npos);
}

TEST_F(HandlersAfter, ShowAtMostAHundredOrdersAtOnceOnTheSite) {
  for (int i = 0; i <= 100; ++i) Expose(Ordered("apps/ios:com.example.n" + std::to_string(i)));
  CallLimits limits({}, {});
  Dispatch dispatch(*handlers_, limits);
  const PublicSite site(dispatch, office_.service(), ca::AuthorityFiles(directory_.path()), {.contact = "mailto:a@b"});
  const HttpResponse page = site.Answer({.method = "GET", .path = "/v1/orders", .query = {{"pageSize", "1000"}}});
  const auto document = json::Document::Parse(page.body, 1 << 20).value();
  EXPECT_EQ(document.root().Array("orders").value().Elements().size(), 100u);
  EXPECT_NE(document.root().String("nextPageToken").value(), "");
}

TEST_F(HandlersAfter, CloseAnOrderThatWasMet) {
  v1::CloseOrderRequest close;
  close.set_name(Ordered().name());
  close.set_reason("holder-request");
  EXPECT_EQ(CodeOf(handlers_->CloseOrder(By(office_.officer), close)), ErrorCode::kInvalidArgument);
  close.set_reason("cause-corrected");
  EXPECT_EQ(handlers_->CloseOrder(By(office_.officer), close).value().state(), v1::Order::RECTIFIED);
}

// ---- Complaints and cases

TEST_F(HandlersAfter, TakeAComplaintOfNobodyInParticularAndPursueItToTheEndOfItsCase) {
  const auto filed = Complain().value();
  EXPECT_GT(filed.answer_by().seconds(), 0);
  v1::GetComplaintRequest get;
  get.set_name(filed.name());
  EXPECT_EQ(handlers_->GetComplaint(By(office_.officer), get).value().from(), "");
  EXPECT_EQ(CodeOf(handlers_->GetComplaint(By(office_.applicant), get)), ErrorCode::kPermissionDenied);
  v1::PursueComplaintRequest pursue;
  pursue.set_name(filed.name());
  pursue.set_reason("complaint-verified");
  const v1::Case file = handlers_->PursueComplaint(By(office_.officer), pursue).value();
  EXPECT_EQ(file.cause(), v1::Case::COMPLAINT);
  EXPECT_EQ(file.complaint(), filed.name());
  EXPECT_EQ(file.certification(), Certification());
  EXPECT_EQ(handlers_->GetComplaint(By(office_.officer), get).value().case_(), file.name());
  v1::CloseCaseRequest close;
  close.set_name(file.name());
  EXPECT_EQ(CodeOf(handlers_->CloseCase(By(office_.officer), close)), ErrorCode::kInvalidArgument) << "no outcome";
  close.set_outcome(v1::Case::CORRECTED);
  close.set_note("The build was withdrawn.");
  EXPECT_EQ(handlers_->CloseCase(By(office_.officer), close).value().outcome(), v1::Case::CORRECTED);
  v1::GetCaseRequest get_case;
  get_case.set_name(file.name());
  EXPECT_EQ(handlers_->GetCase(By(office_.applicant), get_case).value().state(), v1::Case::CLOSED);
}

TEST_F(HandlersAfter, AnswerAComplaint) {
  v1::AnswerComplaintRequest answer;
  answer.set_name(Complain().value().name());
  answer.set_answer("The app holds to its certification.");
  const auto answered = handlers_->AnswerComplaint(By(office_.officer), answer).value();
  EXPECT_EQ(answered.state(), v1::Complaint::ANSWERED);
  EXPECT_EQ(kept_.Ids().value().size(), 2u);
}

TEST_F(HandlersAfter, OpenACaseForABuildOutOfRangeThatAStoreReports) {
  v1::ReportBuildRequest report;
  report.set_platform(v1::PLATFORM_ANDROID);
  report.set_package("org.example.app");
  report.set_signer(std::string(ca::testing::kSigner));
  report.set_build("200");
  const auto reported = handlers_->ReportBuild(By(store_), report).value();
  EXPECT_EQ(reported.state(), v1::Complaint::CASE_OPENED);
  EXPECT_EQ(reported.from(), ResourceName(Collection::kParties, store_.party.id));
  v1::GetCaseRequest get;
  get.set_name(reported.case_());
  EXPECT_EQ(handlers_->GetCase(By(office_.officer), get).value().build(), "200");
  const v1::Case as_operator = handlers_->GetCase(By(office_.applicant), get).value();
  EXPECT_EQ(as_operator.build(), "200");
  EXPECT_EQ(as_operator.opened_by(), "") << "who reported it is not told";
  EXPECT_EQ(as_operator.complaint(), "");
}

TEST_F(HandlersAfter, OpenACaseByPlan) {
  v1::OpenCaseRequest open;
  open.set_certification(Certification());
  open.set_reason("planned-surveillance");
  open.set_note("The yearly look.");
  EXPECT_EQ(CodeOf(handlers_->OpenCase(By(office_.officer), open)), ErrorCode::kInvalidArgument) << "no cause";
  open.set_cause(v1::Case::PLAN);
  const v1::Case file = handlers_->OpenCase(By(office_.officer), open).value();
  EXPECT_EQ(file.state(), v1::Case::OPEN);
  EXPECT_EQ(file.opened_by(), ResourceName(Collection::kParties, office_.officer.party.id));
}

// ---- Appeals

TEST_F(HandlersAfter, FileAnAppealAndUpholdIt) {
  Confirm(Propose(v1::Proposal::SUSPEND, Certification(), "misuse").value().name()).value();
  v1::FileAppealRequest appeal;
  appeal.set_subject(Certification());
  appeal.set_grounds("It was another's build.");
  const auto filed = handlers_->FileAppeal(By(office_.applicant), appeal).value();
  EXPECT_EQ(filed.against(), v1::Appeal::SUSPENSION);
  EXPECT_EQ(filed.subject(), Certification());
  v1::DecideAppealRequest decide;
  decide.set_name(filed.name());
  decide.set_outcome(v1::Appeal::UPHELD);
  decide.set_reason("decision-upheld");
  EXPECT_EQ(CodeOf(handlers_->DecideAppeal(By(office_.appeals_officer), decide)), ErrorCode::kInvalidArgument);
  decide.set_reason("facts-mistaken");
  EXPECT_EQ(CodeOf(handlers_->DecideAppeal(By(office_.officer), decide)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(handlers_->DecideAppeal(By(office_.appeals_officer), decide).value().state(), v1::Appeal::UPHELD);
  v1::GetAppealRequest get;
  get.set_name(filed.name());
  EXPECT_EQ(handlers_->GetAppeal(By(office_.applicant), get).value().reason(), "facts-mistaken");
  EXPECT_EQ(office_.LookAt(number_).state, ca::Certification::State::kValid);
}

// ---- Of all

template <class Response, class Request>
ErrorCode AsNobody(Handlers& handlers, Result<Response> (Handlers::*method)(const Caller&, const Request&)) {
  return (handlers.*method)({}, {}).error().code;
}
template <class Response, class Request>
ErrorCode AsNobody(Handlers& handlers, Result<Response> (Handlers::*method)(const Caller&, const Request&) const) {
  return (handlers.*method)({}, {}).error().code;
}

TEST_F(HandlersAfter, OfARoleRefuseACallerWhoIsNobody) {
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::GetOrder), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::CloseOrder), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::GetComplaint), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::AnswerComplaint), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::PursueComplaint), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::ReportBuild), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::GetCase), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::OpenCase), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::CloseCase), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::FileAppeal), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::GetAppeal), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(*handlers_, &Handlers::DecideAppeal), ErrorCode::kPermissionDenied);
}

TEST_F(HandlersAfter, OfAnybodyAnswerNobodyWhereTheRegisterIsClosed) {
  Handlers closed(office_.service(), ca::AuthorityFiles(directory_.path()), Register::kClosed);
  for (const ErrorCode code :
       {AsNobody(closed, &Handlers::GetExposedOrder), AsNobody(closed, &Handlers::ListExposedOrders),
        AsNobody(closed, &Handlers::FileComplaint)}) {
    EXPECT_EQ(code, RegisterClosed().code);
  }
}

// ---- Lists

TEST_F(HandlersAfter, ListAsWorkOnlyWhatItsReaderMayGet) {
  // 1. Something of every kind waits.
  const auto form_of = [&](const char* package) {
    ca::ApplicationForm form = office_.Form();
    form.app = App::Create(Platform::kAndroid, package).value();
    return form;
  };
  office_.InReview(form_of("org.example.reviewed"));
  office_.Accept(office_.Submit(form_of("org.example.accepted")));
  office_.Submit(form_of("org.example.submitted"));
  Ordered();
  Complain().value();
  v1::OpenCaseRequest open;
  open.set_certification(Certification());
  open.set_reason("planned-surveillance");
  open.set_cause(v1::Case::PLAN);
  handlers_->OpenCase(By(office_.officer), open).value();
  Confirm(Propose(v1::Proposal::SUSPEND, Certification(), "misuse").value().name()).value();
  v1::FileAppealRequest appeal;
  appeal.set_subject(Certification());
  appeal.set_grounds("It was another's build.");
  handlers_->FileAppeal(By(office_.applicant), appeal).value();
  Propose(v1::Proposal::REVOKE, Certification(), "deception").value();
  // 2. Everybody reads their list, and each thing on it.
  std::set<std::string> kinds;
  const Person* const people[] = {&office_.applicant,       &office_.laboratory,     &office_.reviewer,
                                  &office_.decider,         &office_.officer,        &office_.second_officer,
                                  &office_.appeals_officer, &office_.other_operator, &office_.first_registrar()};
  for (const Person* const person : people) {
    const v1::ListWorkResponse work = handlers_->ListWork(By(*person), {}).value();
    for (const auto* part : {&work.overdue(), &work.this_week(), &work.waiting()}) {
      for (const v1::WorkItem& item : *part) {
        EXPECT_TRUE(MayGet(*person, item.subject())) << item.subject() << " for " << person->party.name;
        kinds.insert(item.subject().substr(0, item.subject().find('/')));
      }
    }
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"appeals", "applications", "cases", "complaints", "orders", "proposals"}));
}

TEST(SubjectNames, NameAnAppThatHasNoRecord) {
  EXPECT_EQ(ParseSubject("apps/android:org.example.app").value(), "app/android:org.example.app");
  EXPECT_EQ(SubjectName("app/android:org.example.app"), "apps/android:org.example.app");
  for (const char* name :
       {"apps/", "apps/org.example", "apps/android:", "apps/android:a/b", "app/android:org.example"}) {
    EXPECT_EQ(ParseSubject(name).error().code, ErrorCode::kInvalidArgument) << name;
  }
}

}  // namespace
}  // namespace certmark::api
