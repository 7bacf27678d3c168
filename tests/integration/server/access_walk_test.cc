// Every RPC by every role and by nobody, by gRPC and by HTTP, over real connections: whose each is, written out once
// more.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>

#include "api/contract.h"
#include "api/rest_route.h"
#include "tests/integration/server/raw_call.h"
#include "tests/integration/server/served_office.h"
#include "tests/integration/server/tls_client.h"

namespace certmark::testing {
namespace {

using api::RestRoute;

constexpr ca::Role kAllRoles[] = {ca::Role::kOperator,       ca::Role::kLaboratory, ca::Role::kAuditor,
                                  ca::Role::kReviewer,       ca::Role::kDecider,    ca::Role::kSurveillanceOfficer,
                                  ca::Role::kAppealsOfficer, ca::Role::kRegistrar,  ca::Role::kRelyingParty};

// One letter a role, in their order: Operator, Laboratory, Auditor, Reviewer, Decider, Surveillance officer, Appeals
// officer, reGistrar, relying Party; `-` is no. `*` is everybody, enrolled or not, `!` who is not
// enrolled, or does not say so.
struct Row {
  std::string_view path, who;
};
constexpr Row kExpected[] = {
    {"/certmark.v1.PublicService/GetCertification", "*"},
    {"/certmark.v1.PublicService/BatchGetCertifications", "*"},
    {"/certmark.v1.PublicService/LookUpApp", "*"},
    {"/certmark.v1.PublicService/SearchCertifications", "*"},
    {"/certmark.v1.PublicService/CountCertifications", "*"},
    {"/certmark.v1.PublicService/GetBundle", "*"},
    {"/certmark.v1.PublicService/GetTrustList", "*"},
    {"/certmark.v1.PublicService/GetCheckpoint", "*"},
    {"/certmark.v1.PublicService/GetLogEntry", "*"},
    {"/certmark.v1.PublicService/GetProof", "*"},
    {"/certmark.v1.PublicService/GetInclusionProof", "*"},
    {"/certmark.v1.PublicService/GetConsistencyProof", "*"},
    {"/certmark.v1.PublicService/WatchLog", "*"},
    {"/certmark.v1.PublicService/CreateEnrolment", "*"},
    {"/certmark.v1.PublicService/GetEnrolment", "*"},
    {"/certmark.v1.PublicService/GetExposedOrder", "*"},
    {"/certmark.v1.PublicService/ListExposedOrders", "*"},
    {"/certmark.v1.PublicService/FileComplaint", "!"},
    {"/certmark.v1.PartyService/GetSelf", "OLARDSAGP"},
    {"/certmark.v1.PartyService/RenewCertificate", "OLARDSAGP"},
    {"/certmark.v1.PartyService/RevokeCertificates", "OLARDSAGP"},
    {"/certmark.v1.PartyService/GetApplication", "OLARDSA--"},
    {"/certmark.v1.PartyService/GetApplicationFile", "OLARDSA--"},
    {"/certmark.v1.PartyService/GetProposal", "O---DS-G-"},
    {"/certmark.v1.PartyService/GetAccreditation", "OLARDSAGP"},
    {"/certmark.v1.PartyService/GetOrder", "O---DSA--"},
    {"/certmark.v1.PartyService/GetCase", "O---DSA--"},
    {"/certmark.v1.PartyService/GetComplaint", "O----S--P"},
    {"/certmark.v1.PartyService/GetAppeal", "O---DSA--"},
    {"/certmark.v1.PartyService/ListDocuments", "OLARDSA-P"},
    {"/certmark.v1.PartyService/ReadDocument", "OLARDSA-P"},
    {"/certmark.v1.PartyService/ReportBuild", "O-------P"},
    {"/certmark.v1.PartyService/ListWork", "OLARDSAG-"},
    {"/certmark.v1.PartyService/ListNotices", "OLARDSAGP"},
    {"/certmark.v1.PartyService/CreateSubscription", "OLARDSAGP"},
    {"/certmark.v1.PartyService/GetSubscription", "OLARDSAGP"},
    {"/certmark.v1.PartyService/ListSubscriptions", "OLARDSAGP"},
    {"/certmark.v1.PartyService/ReplaySubscription", "OLARDSAGP"},
    {"/certmark.v1.PartyService/DeleteSubscription", "OLARDSAGP"},
    {"/certmark.v1.OperatorService/CreateApplication", "O--------"},
    {"/certmark.v1.OperatorService/ResubmitApplication", "O--------"},
    {"/certmark.v1.OperatorService/CorrectApplication", "O--------"},
    {"/certmark.v1.OperatorService/WithdrawApplication", "O--------"},
    {"/certmark.v1.OperatorService/CreateChallenge", "O--------"},
    {"/certmark.v1.OperatorService/UploadDocument", "O--------"},
    {"/certmark.v1.OperatorService/FileAppeal", "O--------"},
    {"/certmark.v1.OperatorService/WithdrawCertification", "O--------"},
    {"/certmark.v1.LaboratoryService/SubmitReport", "-LA------"},
    {"/certmark.v1.AuthorityService/AcceptApplication", "---R-----"},
    {"/certmark.v1.AuthorityService/ReassignApplication", "---R-----"},
    {"/certmark.v1.AuthorityService/ReturnApplication", "---R-----"},
    {"/certmark.v1.AuthorityService/RefuseApplication", "---R-----"},
    {"/certmark.v1.AuthorityService/ListLookAlikes", "---RD----"},
    {"/certmark.v1.AuthorityService/DecideApplication", "----D----"},
    {"/certmark.v1.AuthorityService/ProposeAct", "O----S-G-"},
    {"/certmark.v1.AuthorityService/ConfirmAct", "----DS-G-"},
    {"/certmark.v1.AuthorityService/RejectAct", "O---DS-G-"},
    {"/certmark.v1.AuthorityService/ReinstateCertification", "-----S---"},
    {"/certmark.v1.AuthorityService/CloseOrder", "-----S---"},
    {"/certmark.v1.AuthorityService/AnswerComplaint", "-----S---"},
    {"/certmark.v1.AuthorityService/PursueComplaint", "-----S---"},
    {"/certmark.v1.AuthorityService/OpenCase", "-----S---"},
    {"/certmark.v1.AuthorityService/CloseCase", "-----S---"},
    {"/certmark.v1.AuthorityService/DecideAppeal", "------A--"},
    {"/certmark.v1.AuthorityService/ListRecentReports", "-----S---"},
    {"/certmark.v1.AuthorityService/FindCertifications", "-----S---"},
    {"/certmark.v1.AuthorityService/ProposeBulk", "-----S---"},
    {"/certmark.v1.AuthorityService/GetBulk", "----DS---"},
    {"/certmark.v1.AuthorityService/ListBulkItems", "----DS---"},
    {"/certmark.v1.AuthorityService/ListActs", "---RDSA--"},
    {"/certmark.v1.AuthorityService/ProveAct", "---RDSA--"},
    {"/certmark.v1.RegistrarService/ListEnrolments", "-------G-"},
    {"/certmark.v1.RegistrarService/ApproveEnrolment", "-------G-"},
    {"/certmark.v1.RegistrarService/ConfirmEnrolment", "-------G-"},
};

// IsFor: an enrolled party that has that one of kAllRoles, and no other, may call it.
bool IsFor(const Row& row, std::size_t role) {
  return row.who == "*" || (row.who != "!" && row.who[role] != '-');
}

class AccessWalk : public ::testing::Test {
 protected:
  // IsTurnedAway: before any handler, which may refuse as well, for what the message says.
  static bool IsTurnedAway(const grpc::Status& status) {
    return status.error_code() == grpc::PERMISSION_DENIED &&
           status.error_message().find(" may not call ") != std::string::npos;
  }
  ca::testing::Person In(ca::Role role) {
    return served_.office().Enrol("Somebody as " + std::string(ca::Name(role)), {role});
  }

  ServedOffice served_;
};

TEST_F(AccessWalk, HasARowForEveryRpc) {
  std::set<std::string> declared, expected;
  for (const auto* rpc : api::Rpcs()) declared.insert("/" + rpc->service()->full_name() + "/" + rpc->name());
  for (const Row& row : kExpected) expected.emplace(row.path);
  EXPECT_EQ(declared, expected);
}

TEST_F(AccessWalk, LetsEachRoleCallWhatIsItsAndNothingElse) {
  const auto channel = served_.Connect(served_.party_port());
  for (std::size_t r = 0; r < std::size(kAllRoles); ++r) {
    served_.Be(In(kAllRoles[r]));
    for (const Row& row : kExpected) {
      const grpc::Status status = CallEmpty(channel, std::string(row.path));
      EXPECT_NE(status.error_code(), grpc::UNIMPLEMENTED) << row.path;
      EXPECT_EQ(IsTurnedAway(status), !IsFor(row, r))
          << row.path << " by " << ca::Name(kAllRoles[r]) << ": " << status.error_message();
    }
  }
}

TEST_F(AccessWalk, LetsWhoHasNoRoleCallWhatIsEverybodys) {
  const auto channel = served_.Connect(served_.party_port());
  ca::testing::Person nobody = In(ca::Role::kRelyingParty);
  nobody.party.roles.clear();
  served_.Be(nobody);
  for (const Row& row : kExpected) {
    EXPECT_EQ(IsTurnedAway(CallEmpty(channel, std::string(row.path))), row.who != "*") << row.path;
  }
}

TEST_F(AccessWalk, ShowsWhoIsNobodyThePublicServiceAlone) {
  const auto channel = served_.Connect(served_.public_port());
  for (const Row& row : kExpected) {
    const grpc::Status status = CallEmpty(channel, std::string(row.path));
    EXPECT_EQ(status.error_code() == grpc::UNIMPLEMENTED, row.who != "*" && row.who != "!")
        << row.path << ": " << status.error_message();
    EXPECT_NE(status.error_code(), grpc::PERMISSION_DENIED) << row.path;
  }
}

// The same table by each RPC's HTTP path.
class RestWalk : public AccessWalk {
 protected:
  // RowOf is that of the RPC of a route.
  static const Row& RowOf(const RestRoute& route) {
    const std::string path = "/" + route.rpc->service()->full_name() + "/" + route.rpc->name();
    for (const Row& row : kExpected) {
      if (row.path == path) return row;
    }
    Die("an RPC without a row");
  }
  // Request asks for a route, of things that are not there.
  static std::string Request(const RestRoute& route) {
    std::string path;
    for (std::size_t i = 0; i < route.path.size(); ++i) {
      const std::string& segment = route.path.SegmentAt(i);
      path += "/" + (segment == "*" ? "7" : segment);
    }
    path += route.path.verb();
    if (route.verb == RestRoute::Verb::kGet) return "GET " + path + " HTTP/1.1\r\nHost: ca.example\r\n\r\n";
    return "POST " + path +
           " HTTP/1.1\r\nHost: ca.example\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
  }
  static bool IsTurnedAway(const std::string& response) {
    return StatusOf(response) == 403 && BodyOf(response).find(" may not call ") != std::string::npos;
  }
  TlsClient Connect(std::uint16_t port, Credentials credentials) const {
    return TlsClient(port, {.roots_pem = served_.ceremony().roots_pem(),
                            .credentials = std::move(credentials),
                            .max_version = 0,
                            .alpn = ""});
  }
};

TEST_F(RestWalk, LetsEachRoleCallWhatIsItsAndNothingElse) {
  TlsClient party = Connect(served_.party_http_port(), served_.ceremony().registrar());
  for (std::size_t r = 0; r < std::size(kAllRoles); ++r) {
    served_.Be(In(kAllRoles[r]));
    for (const RestRoute& route : api::RestRoutes()) {
      party.Send(Request(route));
      const std::string response = party.ReadResponse();
      EXPECT_EQ(IsTurnedAway(response), !IsFor(RowOf(route), r)) << RowOf(route).path << ": " << response;
      EXPECT_NE(StatusOf(response), 405) << RowOf(route).path;
      EXPECT_NE(StatusOf(response), 500) << RowOf(route).path << ": " << response;
    }
  }
}

TEST_F(RestWalk, LetsWhoHasNoRoleCallWhatIsEverybodys) {
  TlsClient party = Connect(served_.party_http_port(), served_.ceremony().registrar());
  ca::testing::Person nobody = In(ca::Role::kRelyingParty);
  nobody.party.roles.clear();
  served_.Be(nobody);
  for (const RestRoute& route : api::RestRoutes()) {
    party.Send(Request(route));
    EXPECT_EQ(IsTurnedAway(party.ReadResponse()), RowOf(route).who != "*") << RowOf(route).path;
  }
}

TEST_F(RestWalk, AnswersWhoIsNobodyForThePublicServiceAlone) {
  TlsClient anybody = Connect(served_.public_http_port(), {});
  for (const RestRoute& route : api::RestRoutes()) {
    anybody.Send(Request(route));
    const std::string response = anybody.ReadResponse();
    const bool is_public = RowOf(route).who == "*" || RowOf(route).who == "!";
    EXPECT_EQ(StatusOf(response) == 403, !is_public) << RowOf(route).path << ": " << response;
  }
}

TEST_F(RestWalk, NeedsACertificateAtThePartyListener) {
  TlsClient nobody = Connect(served_.party_http_port(), {});
  nobody.Send("GET /v1/self HTTP/1.1\r\nHost: ca.example\r\n\r\n");
  EXPECT_EQ(nobody.ReadAll(), "");
}

}  // namespace
}  // namespace certmark::testing
