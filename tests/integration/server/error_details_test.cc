// What a failed call says to programs, in the trailer that gRPC's clients of every language read.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <optional>
#include <regex>
#include <sstream>

#include "api/cli/client.h"
#include "api/contract.h"
#include "api/convert.h"
#include "certmark/v1/authority.grpc.pb.h"
#include "certmark/v1/operator.grpc.pb.h"
#include "certmark/v1/party.grpc.pb.h"
#include "certmark/v1/public.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/integration/server/raw_call.h"
#include "tests/integration/server/served_office.h"

namespace certmark::testing {
namespace {

// Details are those of one status, by their types.
struct Details {
  explicit Details(const grpc::Status& from) : is_there(status.ParseFromString(from.error_details())) {}
  template <class Detail>
  std::optional<Detail> Find() const {
    Detail detail;
    for (const auto& any : status.details()) {
      if (any.UnpackTo(&detail)) return detail;
    }
    return std::nullopt;
  }
  std::string Reason() const {
    const auto info = Find<google::rpc::ErrorInfo>();
    return info ? info->reason() : "";
  }
  std::string Field() const {
    const auto bad = Find<google::rpc::BadRequest>();
    return bad && bad->field_violations_size() == 1 ? bad->field_violations(0).field() : "";
  }

  google::rpc::Status status;
  bool is_there;
};

class ErrorDetails : public ::testing::Test {
 protected:
  template <class Service, class Request, class Response>
  grpc::Status Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request) {
    typename Service::Stub stub(party_);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    Response unused;
    return (stub.*method)(&context, request, &unused);
  }
  std::string Submitted() { return api::ResourceName(api::Collection::kApplications, served_.office().Submit()); }

  ServedOffice served_;
  std::shared_ptr<grpc::Channel> party_ = served_.Connect(served_.party_port());
};

using v1::AuthorityService;
using v1::PartyService;

TEST_F(ErrorDetails, RepeatCodeAndWordsAndSayWhoseReasonItIs) {
  v1::GetApplicationRequest get;
  get.set_name("applications/abcdefghijkmnpqr");
  const grpc::Status status = Call<PartyService>(&PartyService::Stub::GetApplication, get);
  ASSERT_EQ(status.error_code(), grpc::NOT_FOUND);
  const Details details(status);
  EXPECT_EQ(details.status.code(), grpc::NOT_FOUND);
  EXPECT_EQ(details.status.message(), status.error_message());
  const auto info = details.Find<google::rpc::ErrorInfo>();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->reason(), "NOT_FOUND");
  EXPECT_EQ(info->domain(), "ca.example");
  EXPECT_EQ(info->metadata().at("resource"), get.name());
  EXPECT_EQ(details.status.details_size(), 1) << "no field is to blame, and no state";
}

TEST_F(ErrorDetails, NameTheFieldThatIsNoResourcesName) {
  v1::GetApplicationRequest get;
  get.set_name("certifications/x");
  const grpc::Status status = Call<PartyService>(&PartyService::Stub::GetApplication, get);
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  const Details details(status);
  EXPECT_EQ(details.Reason(), "INVALID_FIELD");
  EXPECT_EQ(details.Field(), "name");
  const auto bad = details.Find<google::rpc::BadRequest>();
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->field_violations(0).description(), status.error_message());
  EXPECT_EQ(status.error_message(), "\"certifications/x\" is not the name of one of the applications, applications/…");
}

TEST_F(ErrorDetails, NameAnEtagThatIsNoneAReasonThatIsMissingAndAnElementOfAList) {
  served_.Be(served_.office().decider);
  v1::DecideApplicationRequest decide;
  decide.set_application(Submitted());
  EXPECT_EQ(Details(Call<AuthorityService>(&AuthorityService::Stub::DecideApplication, decide)).Field(), "etag");

  served_.Be(served_.office().reviewer);
  v1::RefuseApplicationRequest refuse;
  refuse.set_application(decide.application());
  EXPECT_EQ(Details(Call<AuthorityService>(&AuthorityService::Stub::RefuseApplication, refuse)).Field(), "reason");

  served_.Be(served_.office().applicant);
  v1::CreateApplicationRequest create;
  create.set_form(served_.office().Form().ToJson());
  create.add_proofs()->set_challenge("challenges/abcdefghijkmnpqr");
  create.add_proofs()->set_challenge("x");
  using v1::OperatorService;
  EXPECT_EQ(Details(Call<OperatorService>(&OperatorService::Stub::CreateApplication, create)).Field(),
            "proofs[1].challenge");
}

TEST_F(ErrorDetails, OfAFileThatHasChangedNameTheEtagAsThePrecondition) {
  served_.Be(served_.office().decider);
  v1::DecideApplicationRequest decide;
  decide.set_application(Submitted());
  decide.set_etag(std::string(64, '0'));
  const grpc::Status status = Call<AuthorityService>(&AuthorityService::Stub::DecideApplication, decide);
  ASSERT_EQ(status.error_code(), grpc::ABORTED);
  const Details details(status);
  EXPECT_EQ(details.Reason(), "CONFLICT");
  const auto failure = details.Find<google::rpc::PreconditionFailure>();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->violations(0).type(), "ETAG");
  EXPECT_EQ(failure->violations(0).subject(), decide.application());
  EXPECT_EQ(failure->violations(0).description(), status.error_message());
}

TEST_F(ErrorDetails, OfAnActInTheWrongStateNameTheState) {
  v1::CorrectApplicationRequest correct;
  correct.set_name(Submitted());
  const grpc::Status status = Call<v1::OperatorService>(&v1::OperatorService::Stub::CorrectApplication, correct);
  ASSERT_EQ(status.error_code(), grpc::FAILED_PRECONDITION) << status.error_message();
  const auto failure = Details(status).Find<google::rpc::PreconditionFailure>();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->violations(0).type(), "STATE");
  EXPECT_EQ(failure->violations(0).subject(), correct.name());
}

// Each RPC of each service, asked with nothing: whatever is refused says so to programs, and blames fields that exist.
TEST_F(ErrorDetails, ComeWithEveryRpcThatRefuses) {
  const std::regex reason_form("[A-Z][A-Z_]*");
  int refused = 0;
  for (const auto* rpc : api::Rpcs()) {
    RawCall call(party_, "/" + rpc->service()->full_name() + "/" + rpc->name(), "");
    if (call.Next()) continue;
    const grpc::Status status = call.Finish();
    if (status.ok()) continue;
    ++refused;
    const Details details(status);
    EXPECT_TRUE(std::regex_match(details.Reason(), reason_form)) << rpc->full_name() << status.error_message();
    const std::string field = details.Field();
    EXPECT_EQ(field.empty(), details.Reason() != "INVALID_FIELD") << rpc->full_name();
    const std::string first = field.substr(0, field.find_first_of(".["));
    EXPECT_TRUE(field.empty() || rpc->input_type()->FindFieldByName(first)) << rpc->full_name() << " " << field;
  }
  EXPECT_GT(refused, 20);
}

TEST_F(ErrorDetails, AreReadToPeopleByTheCommandLine) {
  const std::string address = "127.0.0.1:" + std::to_string(served_.party_port());
  const Credentials as = served_.ceremony().registrar();
  std::ostringstream out, err;
  cli::Console console(out, err);
  cli::Client client(
      address, {served_.ceremony().roots_pem(), as.certificate_chain_pem, ca::Secret(as.private_key_pem)}, console);
  v1::GetApplicationRequest get;
  get.set_name("x");
  const auto refused = client.GetApplication(get);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "the authority says INVALID_ARGUMENT of `name`: \"x\" is not the name of one of the applications, "
            "applications/…");
}

}  // namespace
}  // namespace certmark::testing
