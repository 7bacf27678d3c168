// What was done on a file and by whom, and the proof that it was not edited.
#include "ca/act_reading.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/ca/town.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::ca::testing {
namespace {

ErrorCode CodeOf(const auto& result) {
  return result ? ErrorCode{} : result.error().code;
}

class ActsRead : public ::testing::Test {
 protected:
  ActReading& reading() { return town_.service().act_reading(); }
  std::vector<std::string> Names(const std::vector<ActReading::Read>& acts) {
    std::vector<std::string> names;
    for (const ActReading::Read& read : acts) names.push_back(read.recorded.act.act);
    return names;
  }
  void MakeHead() {
    town_.service().record_heads().Begin().value();
    ASSERT_EQ(town_.service().deadlines().Run(100).value().failed, 0u);
  }

  Town town_;
};

TEST_F(ActsRead, TellAFilesWholeHistoryOldestFirst) {
  const auto acts = reading().OfRecord(town_.reviewer.party, "certification/" + town_.suspended, {}).value().shown;
  EXPECT_EQ(Names(acts), (std::vector<std::string>{"decide", "confirm-proposal"}));
  EXPECT_EQ(acts.back().recorded.act.before, "VALID");
  EXPECT_EQ(acts.back().recorded.act.after, "SUSPENDED");
  EXPECT_EQ(acts.back().entry, town_.RecordEntries()[acts.back().index]);
}

TEST_F(ActsRead, ComeInTheOrderInWhichTheyWereCommittedWithinOneSecondToo) {
  const std::string subject = "certification/" + town_.valid;
  for (int i = 0; i < 6; ++i) {
    town_.Act(Proposed::kSuspend, town_.valid, "misuse");
    town_.service().certifications().Reinstate(town_.officer.party, town_.valid, "cause-corrected").value();
  }
  for (const auto& acts : {reading().OfRecord(town_.reviewer.party, subject, {}).value().shown,
                           reading().ByActor(town_.reviewer.party, town_.officer.party.id, {}).value().shown}) {
    EXPECT_TRUE(std::ranges::is_sorted(acts, {}, &ActReading::Read::index));
  }
  const auto acts = reading().OfRecord(town_.reviewer.party, subject, {}).value().shown;
  ASSERT_GT(acts.size(), 12u);
  for (std::size_t i = acts.size() - 12; i < acts.size(); i += 2) {
    EXPECT_EQ(acts[i].recorded.act.after, "SUSPENDED") << i;
    EXPECT_EQ(acts[i + 1].recorded.act.act, "reinstate") << i;
  }
}

TEST_F(ActsRead, TellWhatSomebodyDid) {
  const auto acts = reading().ByActor(town_.officer.party, town_.laboratory.party.id, {}).value().shown;
  EXPECT_EQ(Names(acts), (std::vector<std::string>(4, "submit-report")));
}

TEST_F(ActsRead, ComeInPagesThatJoin) {
  const std::string actor = town_.reviewer.party.id;
  const auto all = reading().ByActor(town_.officer.party, actor, {}).value().shown;
  ASSERT_EQ(all.size(), 4u);
  std::vector<std::string> entries;
  ActReading::Page page{.limit = 3, .after = std::nullopt};
  do {
    const auto part = reading().ByActor(town_.officer.party, actor, page).value();
    for (const auto& read : part.shown) entries.push_back(read.entry);
    page.after = part.end;
  } while (page.after);
  ASSERT_EQ(entries.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(entries[i], all[i].entry);
}

TEST_F(ActsRead, AreForStaffWhoHaveNoPartInTheFile) {
  const std::string subject = "certification/" + town_.valid;
  const Person relative = town_.Enrol("Relative", {Role::kReviewer}, {town_.applicant.party.id});
  EXPECT_EQ(CodeOf(reading().OfRecord(relative.party, subject, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(reading().OfRecord(town_.applicant.party, subject, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(reading().ByActor(town_.laboratory.party, "clock", {})), ErrorCode::kPermissionDenied);
  const Hash leaf = reading().OfRecord(town_.reviewer.party, subject, {}).value().shown.front().leaf;
  EXPECT_EQ(CodeOf(reading().Prove(town_.applicant.party, leaf)), ErrorCode::kPermissionDenied);
}

TEST_F(ActsRead, OfSomebodyAreShownWithoutThoseOnFilesThatTheReaderHasAPartIn) {
  const std::string subject = "certification/" + town_.valid, actor = town_.reviewer.party.id;
  const Person relative = town_.Enrol("Relative", {Role::kReviewer}, {town_.applicant.party.id});
  const std::string other = town_.service().certifications().Get(town_.revoked).value().application;
  ASSERT_EQ(reading().ByActor(town_.officer.party, actor, {}).value().shown.size(), 4u);
  const auto shown = reading().ByActor(relative.party, actor, {}).value().shown;
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].recorded.act.subject, "application/" + other);
  MakeHead();
  const Hash leaf = reading().OfRecord(town_.reviewer.party, subject, {}).value().shown.front().leaf;
  EXPECT_EQ(CodeOf(reading().Prove(relative.party, leaf)), ErrorCode::kPermissionDenied);
  EXPECT_TRUE(reading().Prove(relative.party, shown[0].leaf));
}

TEST_F(ActsRead, OfSomebodyAreLookedAtAPageAtATimeHoweverFewAreShown) {
  const Person relative = town_.Enrol("Relative", {Role::kReviewer}, {town_.applicant.party.id});
  ActReading::Page page{.limit = 1, .after = std::nullopt};
  std::size_t pages = 0, shown = 0;
  do {
    const auto part = reading().ByActor(relative.party, town_.reviewer.party.id, page).value();
    shown += part.shown.size();
    page.after = part.end;
    ++pages;
  } while (page.after);
  EXPECT_EQ(shown, 1u);
  EXPECT_EQ(pages, 5u) << "one for each of four acts, and then there is no more";
}

TEST_F(ActsRead, AreProvenAgainstTheHeadThatThePublicLogHolds) {
  const auto acts = reading().OfRecord(town_.reviewer.party, "certification/" + town_.revoked, {}).value().shown;
  MakeHead();
  const auto proof = reading().Prove(town_.reviewer.party, acts.back().leaf).value();
  EXPECT_EQ(proof.index, acts.back().index);
  // As a stranger with the public log checks it.
  const auto exposed = town_.log().Exposed();
  const ledger::LogReader reader(town_.store(), proof.head_log);
  const Bytes entry = reader.Entry(proof.head_index, exposed->checkpoint.size).value();
  const Jws jws = ParseJws(AsText(entry), kTypRecord, X5c::kForbidden, kMaxEntryBytes).value();
  EXPECT_TRUE(VerifyJws(jws, town_.authority().credential_certificate.key()));
  const RecordHead head = ParseRecordHead(jws.payload_text()).value();
  EXPECT_EQ(head.size, proof.head_size);
  EXPECT_TRUE(VerifyInclusion(proof.index, head.size, LeafHash(AsBytes(proof.entry)), proof.path, head.root));
  std::string edited = proof.entry;
  edited[10] ^= 1;
  EXPECT_FALSE(VerifyInclusion(proof.index, head.size, LeafHash(AsBytes(edited)), proof.path, head.root));
}

TEST_F(ActsRead, AreProvenWithWhereTheSignerOfTheHeadIsAnnounced) {
  const Hash leaf =
      reading().OfRecord(town_.reviewer.party, "certification/" + town_.revoked, {}).value().shown.front().leaf;
  MakeHead();
  const auto announced = [&] {
    const auto proof = reading().Prove(town_.reviewer.party, leaf).value();
    const ledger::LogReader reader(town_.store(), proof.head_log);
    const Bytes entry = reader.Entry(proof.key_index, town_.log().Exposed()->checkpoint.size).value();
    const Jws jws = ParseJws(AsText(entry), kTypKey, X5c::kForbidden, kMaxEntryBytes).value();
    EXPECT_LT(proof.key_index, proof.head_index);
    return ParseKeyEntry(jws.payload_text()).value().leaf.der();
  };
  EXPECT_EQ(announced(), town_.authority().credential_certificate.der());
  const Bytes before = town_.authority().credential_certificate.der();
  town_.RenewSigners();
  EXPECT_EQ(announced(), before) << "the head is as old as it was";
  town_.Advance(kDay);
  MakeHead();
  EXPECT_EQ(announced(), town_.authority().credential_certificate.der());
}

TEST_F(ActsRead, AreNotProvenBeforeAHeadCoversThem) {
  const auto prove = [this](const std::string& number) {
    const auto acts = reading().OfRecord(town_.reviewer.party, "certification/" + number, {}).value().shown;
    return CodeOf(reading().Prove(town_.reviewer.party, acts.back().leaf));
  };
  EXPECT_EQ(prove(town_.valid), ErrorCode::kFailedPrecondition) << "there is none";
  MakeHead();
  EXPECT_EQ(prove(town_.valid), ErrorCode{});
  town_.Advance(Seconds{1});
  town_.Act(Proposed::kSuspend, town_.valid, "misuse");
  EXPECT_EQ(prove(town_.valid), ErrorCode::kFailedPrecondition) << "it is younger";
  town_.Advance(kDay);
  MakeHead();
  EXPECT_EQ(prove(town_.valid), ErrorCode{});
}

TEST_F(ActsRead, AreNotFoundByAHashThatIsNone) {
  EXPECT_EQ(CodeOf(reading().Prove(town_.reviewer.party, Hash{})), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace certmark::ca::testing
