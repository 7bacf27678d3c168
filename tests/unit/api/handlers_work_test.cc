// What staff work by, through the handlers.
#include <gtest/gtest.h>

#include <set>

#include "api/convert.h"
#include "api/convert_work.h"
#include "api/handlers.h"
#include "tests/unit/ca/town.h"
#include "verifier-sdk/core/merkle.h"

namespace certmark::api {
namespace {

using ca::testing::Person;
using ca::testing::Town;

ErrorCode CodeOf(const auto& result) {
  return result ? ErrorCode{} : result.error().code;
}

class WorkHandlers : public ::testing::Test {
 protected:
  static Caller By(const Person& person) { return Caller{person.party}; }
  static std::string NameOf(const Person& person) { return ResourceName(Collection::kParties, person.party.id); }
  static std::string NameOf(const std::string& number) { return ResourceName(Collection::kCertifications, number); }
  v1::Selector Selector(const std::string& by, const std::string& value) const {
    v1::Selector selector;
    selector.set_by(by);
    selector.set_value(value);
    return selector;
  }
  Result<v1::FindCertificationsResponse> Find(const Person& by, const v1::Selector& selector,
                                              const std::string& token = "") {
    v1::FindCertificationsRequest request;
    *request.mutable_selector() = selector;
    request.set_page_token(token);
    return handlers_.FindCertifications(By(by), request);
  }
  Result<v1::Proposal> Propose(v1::Proposal::Act act) {
    v1::ProposeBulkRequest request;
    request.set_act(act);
    *request.mutable_selector() = Selector("laboratory", NameOf(town_.laboratory));
    request.set_reason("misuse");
    return handlers_.ProposeBulk(By(town_.officer), request);
  }
  Result<v1::ListActsResponse> ActsOn(const std::string& subject, std::uint32_t size = 0,
                                      const std::string& token = "") {
    v1::ListActsRequest request;
    request.set_subject(subject);
    request.set_page_size(size);
    request.set_page_token(token);
    return handlers_.ListActs(By(town_.reviewer), request);
  }
  void RunTheClock() { EXPECT_EQ(town_.service().deadlines().Run(1000).value().failed, 0u); }

  certmark::testing::TempDir directory_;
  Town town_;
  Handlers handlers_{town_.service(), ca::AuthorityFiles(directory_.path())};
};

TEST_F(WorkHandlers, RefuseACallerWhoIsNobody) {
  EXPECT_EQ(CodeOf(handlers_.ListWork({}, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(handlers_.FindCertifications({}, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(handlers_.ProposeBulk({}, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(handlers_.GetBulk({}, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(handlers_.ListBulkItems({}, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(handlers_.ListActs({}, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(handlers_.ProveAct({}, {})), ErrorCode::kPermissionDenied);
}

TEST_F(WorkHandlers, FindByThePartysNameAndByNoId) {
  const auto found = Find(town_.officer, Selector("laboratory", NameOf(town_.laboratory)));
  ASSERT_TRUE(found) << found.error().message;
  const std::set<std::string> names(found->certifications().begin(), found->certifications().end());
  EXPECT_EQ(names, (std::set<std::string>{NameOf(town_.valid), NameOf(town_.suspended), NameOf(town_.revoked),
                                          NameOf(town_.withdrawn)}));
  EXPECT_EQ(found->next_page_token(), "");
  EXPECT_EQ(CodeOf(Find(town_.officer, Selector("operator", town_.applicant.party.id))), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Find(town_.officer, Selector("name", "Example"))), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Find(town_.reviewer, Selector("scheme", "CNCA-App-001"))), ErrorCode::kPermissionDenied);
}

TEST_F(WorkHandlers, FindBehindTheLastOfThePageBefore) {
  const auto selector = Selector("scheme", "CNCA-App-001");
  const auto all = Find(town_.officer, selector).value();
  const std::string first = ParseResourceName(Collection::kCertifications, all.certifications(0)).value();
  const auto rest = Find(town_.officer, selector, first).value();
  ASSERT_EQ(rest.certifications_size(), all.certifications_size() - 1);
  EXPECT_EQ(rest.certifications(0), all.certifications(1));
  EXPECT_EQ(CodeOf(Find(town_.officer, selector, "2")), ErrorCode::kInvalidArgument);
}

TEST_F(WorkHandlers, CarryAnActOnManyToItsReport) {
  const auto proposal = Propose(v1::Proposal::SUSPEND_ALL);
  ASSERT_TRUE(proposal) << proposal.error().message;
  v1::GetBulkRequest get;
  get.set_name(proposal->subject());
  EXPECT_EQ(handlers_.GetBulk(By(town_.officer), get).value().state(), v1::Bulk::PROPOSED);
  v1::ConfirmActRequest confirm;
  confirm.set_proposal(proposal->name());
  ASSERT_TRUE(handlers_.ConfirmAct(By(town_.second_officer), confirm));
  RunTheClock();
  const v1::Bulk done = handlers_.GetBulk(By(town_.officer), get).value();
  EXPECT_EQ(done.state(), v1::Bulk::DONE);
  EXPECT_EQ(done.proposal(), proposal->name());
  EXPECT_EQ(done.count(), 2u);
  EXPECT_EQ(done.carried(), 1u);
  EXPECT_EQ(done.as_wanted(), 1u);
  v1::ListBulkItemsRequest list;
  list.set_bulk(proposal->subject());
  const auto items = handlers_.ListBulkItems(By(town_.officer), list).value();
  ASSERT_EQ(items.items_size(), 2);
  list.set_page_token("1");
  const auto second = handlers_.ListBulkItems(By(town_.officer), list).value();
  ASSERT_EQ(second.items_size(), 1);
  EXPECT_EQ(second.items(0).certification(), items.items(1).certification());
  list.set_page_token("-1");
  EXPECT_EQ(CodeOf(handlers_.ListBulkItems(By(town_.officer), list)), ErrorCode::kInvalidArgument);
}

TEST_F(WorkHandlers, ProposeOnManyWhatIsForManyAlone) {
  EXPECT_EQ(CodeOf(Propose(v1::Proposal::SUSPEND)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Propose(v1::Proposal::ACT_UNSPECIFIED)), ErrorCode::kInvalidArgument);
}

TEST_F(WorkHandlers, ListWhatWaitsByItsResourcesName) {
  const auto work = handlers_.ListWork(By(town_.second_officer), {});
  ASSERT_TRUE(work) << work.error().message;
  std::set<std::string> subjects;
  for (const auto* part : {&work->overdue(), &work->this_week(), &work->waiting()}) {
    for (const v1::WorkItem& item : *part) subjects.insert(item.subject());
  }
  EXPECT_TRUE(subjects.contains(ResourceName(Collection::kProposals, town_.proposal)));
}

TEST_F(WorkHandlers, ListActsInPagesThatJoin) {
  const auto all = ActsOn(NameOf(town_.valid)).value();
  ASSERT_GE(all.acts_size(), 3);
  EXPECT_EQ(all.next_page_token(), "");
  v1::ListActsResponse joined;
  std::string token;
  do {
    const auto page = ActsOn(NameOf(town_.valid), 2, token).value();
    EXPECT_LE(page.acts_size(), 2);
    joined.mutable_acts()->MergeFrom(page.acts());
    token = page.next_page_token();
  } while (!token.empty());
  ASSERT_EQ(joined.acts_size(), all.acts_size());
  for (int i = 0; i < all.acts_size(); ++i) EXPECT_EQ(joined.acts(i).entry(), all.acts(i).entry());
}

TEST_F(WorkHandlers, ListTheActsOfAnActor) {
  v1::ListActsRequest request;
  request.set_actor(NameOf(town_.laboratory));
  EXPECT_EQ(handlers_.ListActs(By(town_.officer), request).value().acts_size(), 4);
  request.set_actor("clock");
  EXPECT_TRUE(handlers_.ListActs(By(town_.officer), request));
  for (const char* nobody : {"", "parties/", "somebody", "applications/abcdefghijkmnpqr"}) {
    request.set_actor(nobody);
    EXPECT_EQ(CodeOf(handlers_.ListActs(By(town_.officer), request)), ErrorCode::kInvalidArgument) << nobody;
  }
  EXPECT_EQ(CodeOf(handlers_.ListActs(By(town_.officer), {})), ErrorCode::kInvalidArgument);
}

TEST_F(WorkHandlers, RefuseATokenThatNoPageEndedWith) {
  for (const char* token : {"x", "-", "-1", "1x", "01", " 1", "99999999999999999999"}) {
    EXPECT_EQ(CodeOf(ActsOn(NameOf(town_.valid), 0, token)), ErrorCode::kInvalidArgument) << token;
  }
}

TEST_F(WorkHandlers, ProveAnActAgainstAHeadThatThePublicLogHolds) {
  const auto acts = ActsOn(NameOf(town_.revoked)).value();
  town_.service().record_heads().Begin().value();
  RunTheClock();
  v1::ProveActRequest request;
  request.set_leaf_hash(acts.acts(0).leaf_hash());
  const auto proof = handlers_.ProveAct(By(town_.reviewer), request);
  ASSERT_TRUE(proof) << proof.error().message;
  EXPECT_EQ(proof->act().entry(), acts.acts(0).entry());
  const Hash leaf = LeafHash(AsBytes(proof->act().entry()));
  Proof path;
  for (const std::string& hash : proof->hashes()) path.push_back(Hash::FromBytes(AsBytes(hash)).value());
  EXPECT_TRUE(VerifyInclusion(proof->act().index(), proof->head_size(), leaf, path,
                              Hash::FromBytes(AsBytes(proof->head_root())).value()));
  v1::GetLogEntryRequest entry;
  entry.set_log(proof->head_log());
  entry.set_index(proof->head_index());
  EXPECT_TRUE(handlers_.GetLogEntry({}, entry));
  request.set_leaf_hash("short");
  EXPECT_EQ(CodeOf(handlers_.ProveAct(By(town_.reviewer), request)), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace certmark::api
