// Every RPC has a verb that calls it.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <map>

#include "api/contract.h"
#include "tests/unit/cli/command_line.h"

namespace certmark::testing {
namespace {

using Verb = std::vector<std::string>;

// By which verb each RPC is reached; where several do, the plainest.
const std::map<std::string, Verb> kVerbs = {
    {"AcceptApplication", {"evaluate", "accept"}},
    {"AnswerComplaint", {"complaint", "answer"}},
    {"ApproveEnrolment", {"party", "approve"}},
    {"BatchGetCertifications", {"show"}},
    {"CloseCase", {"case", "close"}},
    {"CloseOrder", {"order", "close"}},
    {"ConfirmAct", {"proposal", "confirm"}},
    {"ConfirmEnrolment", {"party", "confirm"}},
    {"CorrectApplication", {"apply", "corrected"}},
    {"CountCertifications", {"search"}},
    {"CreateApplication", {"apply"}},
    {"CreateChallenge", {"challenge"}},
    {"CreateEnrolment", {"party", "enrol"}},
    {"CreateSubscription", {"subscription", "create"}},
    {"DecideAppeal", {"appeal", "decide"}},
    {"DecideApplication", {"decide"}},
    {"DeleteSubscription", {"subscription", "end"}},
    {"FileAppeal", {"appeal", "file"}},
    {"FileComplaint", {"complain"}},
    {"FindCertifications", {"bulk", "find"}},
    {"GetAccreditation", {"accreditation", "show"}},
    {"GetAppeal", {"appeal", "show"}},
    {"GetApplication", {"show"}},
    {"GetApplicationFile", {"file", "export"}},
    {"GetBulk", {"bulk", "show"}},
    {"GetBundle", {"bundle"}},
    {"GetCase", {"case", "show"}},
    {"GetCertification", {"show"}},
    {"GetCheckpoint", {"log", "checkpoint"}},
    {"GetComplaint", {"complaint", "show"}},
    {"GetConsistencyProof", {"log", "consistency"}},
    {"GetEnrolment", {"party", "fetch"}},
    {"GetExposedOrder", {"order", "show"}},
    {"GetInclusionProof", {"log", "proof"}},
    {"GetLogEntry", {"log", "entry"}},
    {"GetOrder", {"order", "show"}},
    {"GetProof", {"log", "proof"}},
    {"GetProposal", {"proposal", "show"}},
    {"GetSelf", {"party", "show"}},
    {"GetSubscription", {"subscription", "show"}},
    {"GetTrustList", {"trust", "fetch"}},
    {"ListActs", {"record", "show"}},
    {"ListBulkItems", {"bulk", "items"}},
    {"ListDocuments", {"document", "list"}},
    {"ListEnrolments", {"party", "list"}},
    {"ListExposedOrders", {"order", "list"}},
    {"ListLookAlikes", {"look-alikes"}},
    {"ListNotices", {"notices"}},
    {"ListRecentReports", {"accreditation", "reports"}},
    {"ListSubscriptions", {"subscription", "list"}},
    {"ListWork", {"work"}},
    {"LookUpApp", {"show"}},
    {"OpenCase", {"case", "open"}},
    {"ProposeAct", {"suspend"}},
    {"ProposeBulk", {"bulk", "suspend"}},
    {"ProveAct", {"record", "prove"}},
    {"PursueComplaint", {"complaint", "pursue"}},
    {"ReadDocument", {"document", "read"}},
    {"ReassignApplication", {"evaluate", "reassign"}},
    {"RefuseApplication", {"evaluate", "refuse"}},
    {"ReinstateCertification", {"reinstate"}},
    {"RejectAct", {"proposal", "reject"}},
    {"RenewCertificate", {"party", "renew"}},
    {"ReplaySubscription", {"subscription", "replay"}},
    {"ReportBuild", {"report-build"}},
    {"ResubmitApplication", {"apply"}},
    {"ReturnApplication", {"evaluate", "return"}},
    {"RevokeCertificates", {"party", "revoke"}},
    {"SearchCertifications", {"search"}},
    {"SubmitReport", {"evaluate", "report"}},
    {"UploadDocument", {"document", "upload"}},
    {"WatchLog", {"log", "watch"}},
    {"WithdrawApplication", {"apply", "withdraw"}},
    {"WithdrawCertification", {"withdraw"}},
};

TEST(Verbs, AreThereForEveryRpcThatIsDeclared) {
  std::size_t declared = 0;
  for (const google::protobuf::MethodDescriptor* rpc : api::Rpcs()) {
    EXPECT_TRUE(kVerbs.contains(rpc->name())) << rpc->full_name() << " is called by no verb of this table";
    declared += kVerbs.count(rpc->name());
  }
  EXPECT_EQ(declared, kVerbs.size()) << "the table names an RPC that is not declared";
}

TEST(Verbs, OfThatTableAreVerbs) {
  for (const auto& [rpc, verb] : kVerbs) {
    Verb line = verb;
    line.push_back("--help");
    EXPECT_EQ(CommandLine().Run(line).code, 0) << rpc << ": " << verb.back();
  }
}

}  // namespace
}  // namespace certmark::testing
