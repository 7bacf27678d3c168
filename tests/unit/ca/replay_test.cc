// A store that stopped looking on is brought up to the log, and says afterwards what the log says.
#include "ca/replay.h"

#include <gtest/gtest.h>

#include "ca/appeals.h"
#include "ca/certification.h"
#include "ca/eligibility.h"
#include "ca/fsck.h"
#include "ca/people.h"
#include "ca/records.h"
#include "ca/trust_payload.h"
#include "ledger/edge.h"
#include "ledger/log_reader.h"
#include "ledger/memory_store.h"
#include "ledger/signed_checkpoint.h"
#include "tests/unit/ca/authority_fixture.h"
#include "tests/unit/ca/copied_rows.h"
#include "verifier-sdk/core/hash_row.h"

namespace certmark::ca::testing {
namespace {

std::unique_ptr<ledger::Store> CopyOf(const ledger::Store& store) {
  auto copy = ledger::MakeMemoryStore();
  CopyRows(store, *copy);
  return copy;
}

class AReplay : public ::testing::Test {
 protected:
  Result<Replayed> Run(ledger::Store& store) {
    const auto mirror = ledger::MakeStoreSource(office_.store(), 1);
    return Replay(
        {.store = store, .source = *mirror, .lists = lists_, .log = 1, .now = office_.now(), .random = SystemRandom});
  }
  void ExpectClean(const ledger::Store& store) {
    const FsckReport report = FsckAuthority(store, {.lists = lists_}).value();
    for (const ledger::Finding& finding : report.findings.list()) {
      ADD_FAILURE() << finding.kind << " " << finding.place << ": " << finding.expected << ", " << finding.found;
    }
  }
  void Revoke(const std::string& number) {
    const auto proposal = office_.Propose(office_.officer, Proposed::kRevoke, number, "serious-defect").value();
    ASSERT_TRUE(office_.Confirm(office_.decider, proposal.id));
  }
  static Certification Read(const ledger::Store& store, const std::string& number) {
    return Load<Certification>(store, number).value().value;
  }
  std::uint64_t SizeOf(const ledger::Store& store) { return ledger::Head::Decode(store.Head().value())->tree(1).size; }

  Office office_{{.at = kStart, .adapt = [](Scheme& scheme) { scheme.parameters.revocation_bar = 30 * kDay; }}};
  const std::vector<TrustList> lists_{office_.authority().trust};
};

TEST_F(AReplay, NeverLetsARevokedCertificationComeBackToLife) {
  const Certification certified = office_.Certified();
  const auto old = CopyOf(office_.store());
  Revoke(certified.id);
  ASSERT_EQ(Read(*old, certified.id).state, Certification::State::kValid);

  const auto replayed = Run(*old);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_EQ(replayed->events, 1u);
  EXPECT_EQ(Read(*old, certified.id).state, Certification::State::kRevoked);
  const ledger::Write row = StatusWrite(certified.status, StatusValue::kRevoked);
  EXPECT_EQ(old->Get(row.column, row.key).value(), row.value);
  EXPECT_EQ(SizeOf(*old), SizeOf(office_.store()));
  ExpectClean(*old);
}

TEST_F(AReplay, BringsBackACredentialWithItsRowsAndItsHolder) {
  const auto old = CopyOf(office_.store());
  const Certification certified = office_.Certified();
  const auto replayed = Run(*old);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_EQ(replayed->credentials, 1u);
  const Certification back = Read(*old, certified.id);
  EXPECT_EQ(back.operator_party, certified.operator_party);
  EXPECT_EQ(back.version_from, certified.version_from);
  EXPECT_EQ(back.version_to, certified.version_to);
  EXPECT_EQ(back.app_name, certified.app_name);
  EXPECT_EQ(back.entry, certified.entry);
  ExpectClean(*old);
}

TEST_F(AReplay, FollowsALifeOfSeveralEvents) {
  const auto old = CopyOf(office_.store());
  const Certification certified = office_.Certified();
  const auto asked = office_.Propose(office_.applicant, Proposed::kSuspend, certified.id, "holder-request").value();
  ASSERT_TRUE(office_.Confirm(office_.officer, asked.id));
  ASSERT_TRUE(Run(*old));
  EXPECT_EQ(Read(*old, certified.id).state, Certification::State::kSuspended);
  EXPECT_TRUE(Read(*old, certified.id).suspended_by_holder);
  ASSERT_TRUE(office_.service().certifications().Reinstate(office_.officer.party, certified.id, "holder-request"));
  Revoke(certified.id);
  ASSERT_TRUE(Run(*old));
  EXPECT_EQ(Read(*old, certified.id).state, Certification::State::kRevoked);
  EXPECT_EQ(Read(*old, certified.id).history.size(), 3u);
  ExpectClean(*old);
}

TEST_F(AReplay, KnowsWhatAnUpdateSuperseded) {
  const Certification certified = office_.Certified();
  const auto old = CopyOf(office_.store());
  ApplicationForm form = office_.FormOn(certified, ApplicationPath::kUpdate);
  form.version_to = "299";
  const auto decided = office_.Decide(office_.InReview(form));
  ASSERT_TRUE(decided) << decided.error().message;
  const std::string& number = decided->application.certification;
  const auto replayed = Run(*old);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_EQ(replayed->events, 1u);
  EXPECT_EQ(replayed->credentials, 1u);
  EXPECT_EQ(Read(*old, certified.id).state, Certification::State::kSuperseded);
  EXPECT_EQ(Read(*old, certified.id).superseded_by, number);
  EXPECT_EQ(Read(*old, number).supersedes, certified.id);
  EXPECT_EQ(Read(*old, number).version_to, "299");
  ExpectClean(*old);
  ExpectClean(office_.store());
}

class AnOverturnedRevocation : public AReplay {
 protected:
  AnOverturnedRevocation() : certified_(office_.Certified()) {
    Revoke(certified_.id);
    office_.Advance(kDay);
    const Person officer = office_.Enrol("Appeals Officer", {Role::kAppealsOfficer});
    Appeals& appeals = office_.service().appeals();
    const Appeal appeal = appeals.File(office_.applicant.party, "certification/" + certified_.id, {}).value();
    appeals.Decide(officer.party, {appeal.id, Appeal::State::kUpheld, "facts-mistaken"}).value();
  }
  std::string GrantAnew() {
    const Person other = office_.Enrol("Other Decider", {Role::kDecider});
    const std::string& id = certified_.application;
    return office_.Decide(id, office_.DraftDecision(id), other).value().application.certification;
  }
  // Eligible: by what the log alone brings back.
  Result<void> Eligible() {
    const auto nothing = ledger::MakeMemoryStore();
    Run(*nothing).value();
    ExpectClean(*nothing);
    overturned_by_ = Read(*nothing, certified_.id).overturned_by;
    ApplicationForm form = office_.Form();
    form.app.package = "org.example.second";
    return CheckEligible(*nothing, {office_.applicant.party, form, office_.scheme(), office_.now()});
  }

  const Certification certified_;
  std::string overturned_by_;
};

TEST_F(AnOverturnedRevocation, IsKnownByTheNumberThatWasGrantedInstead) {
  const std::string number = GrantAnew();
  const auto eligible = Eligible();
  EXPECT_TRUE(eligible) << eligible.error().message;
  EXPECT_EQ(overturned_by_, "certification/" + number);
}

TEST_F(AnOverturnedRevocation, BarsAgainWhereNoneWasGrantedYetAndSaysSo) {
  const auto eligible = Eligible();
  ASSERT_FALSE(eligible);
  EXPECT_TRUE(eligible.error().message.starts_with("revocation-impact: " + certified_.id)) << eligible.error().message;
}

TEST_F(AReplay, SparesNoRevocationForATermOfItsOwn) {
  const Certification first = office_.Certified();
  Revoke(first.id);
  office_.Advance(office_.scheme().parameters.revocation_bar);
  const Certification second = office_.Certified();
  const auto nothing = ledger::MakeMemoryStore();
  Run(*nothing).value();
  EXPECT_EQ(Read(*nothing, first.id).overturned_by, "");
  EXPECT_EQ(Read(*nothing, second.id).state, Certification::State::kValid);
}

TEST_F(AReplay, KnowsARenewalFromTheBeginningOfTheLog) {
  const Certification certified = office_.CertifiedUnder(Office::kYoung);
  office_.Advance(40 * kDay);
  const auto renewed = office_.Decide(office_.InReview(office_.FormOn(certified, ApplicationPath::kRenewal)));
  ASSERT_TRUE(renewed) << renewed.error().message;
  const auto nothing = ledger::MakeMemoryStore();
  const auto replayed = Run(*nothing);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_EQ(replayed->credentials, 2u);
  EXPECT_EQ(Read(*nothing, certified.id).state, Certification::State::kSuperseded);
  EXPECT_EQ(Read(*nothing, renewed->application.certification).supersedes, certified.id);
  ExpectClean(*nothing);
  ExpectClean(office_.store());
}

TEST_F(AReplay, EntersAHolderThatNobodyKnowsAnyMoreWithoutACertificate) {
  auto old = CopyOf(office_.store());
  const Bytes key = RecordKey(Party::kKind, office_.applicant.party.id);
  ASSERT_TRUE(old->Commit(old->Head().value(), {old->Head().value(), {{ledger::Column::kRecord, key, std::nullopt}}}));
  const Certification certified = office_.Certified();
  ASSERT_TRUE(Run(*old));
  const Certification back = Read(*old, certified.id);
  EXPECT_NE(back.operator_party, certified.operator_party);
  const Party holder = Load<Party>(*old, back.operator_party).value().value;
  EXPECT_EQ(holder.operator_id, certified.operator_id);
  EXPECT_TRUE(holder.certificates.empty());
}

TEST_F(AReplay, EntersAHolderToWhomTwoRegistrarsMayGiveAKey) {
  auto old = CopyOf(office_.store());
  const Bytes key = RecordKey(Party::kKind, office_.applicant.party.id);
  ASSERT_TRUE(old->Commit(old->Head().value(), {old->Head().value(), {{ledger::Column::kRecord, key, std::nullopt}}}));
  const Certification certified = office_.Certified();
  ASSERT_TRUE(Run(*old));
  office_.PutBack(*old);
  const Party holder = Load<Party>(office_.store(), Read(office_.store(), certified.id).operator_party).value().value;
  Applicant who = office_.Request("Whoever asks", holder.operator_id);
  const auto& [id, fingerprint] = std::pair(who.enrolment.id, who.enrolment.fingerprint);
  Enrolments& enrolments = office_.service().enrolments();
  enrolments.Approve(office_.first_registrar().party, {id, fingerprint, {}, {}, holder.id}).value();
  enrolments.Confirm(office_.second_registrar().party, id, fingerprint).value();
  const Person now = office_.Become(std::move(who));
  EXPECT_EQ(Authenticate(office_.store(), now.certificate, office_.now()).value().id, holder.id);
  const FsckReport report = FsckAuthority(office_.store(), {.lists = lists_}).value();
  for (const ledger::Finding& each : report.findings.list())
    EXPECT_EQ(each.place.find(SubjectOf(holder)), std::string::npos) << each.kind << " " << each.place;
}

TEST_F(AReplay, GivesACertificationToTheOperatorOfItsEntryWhoCanAct) {
  auto old = CopyOf(office_.store());
  // Three of one entry in the company register: a store, one whose certificates ended long ago, and the applicant.
  ledger::Change change;
  for (const auto& [id, role] :
       {std::pair("aaaaaaaaaaaaaaaa", Role::kRelyingParty), {"bbbbbbbbbbbbbbbb", Role::kOperator}}) {
    Party party = office_.applicant.party;
    party.id = id;
    party.roles = {role};
    party.since = office_.now() + kDay;
    if (role == Role::kOperator) party.certificates.clear();
    change.writes.push_back({ledger::Column::kRecord, RecordKey(Party::kKind, party.id), ToBytes(party.ToJson())});
  }
  ASSERT_TRUE(old->Commit(old->Head().value(), {old->Head().value(), change.writes}));
  const Certification certified = office_.Certified();
  ASSERT_TRUE(Run(*old));
  EXPECT_EQ(Read(*old, certified.id).operator_party, office_.applicant.party.id);
}

TEST_F(AReplay, LeavesWhatItBroughtBackToTheClockAndToAppeals) {
  const auto old = CopyOf(office_.store());
  const Certification certified = office_.Certified();
  ASSERT_TRUE(Run(*old));
  office_.PutBack(*old);
  office_.Advance(certified.valid_until - office_.now());
  ASSERT_TRUE(office_.service().certifications().OnDue(certified.id));
  EXPECT_EQ(Read(office_.store(), certified.id).state, Certification::State::kExpired);
  EXPECT_TRUE(PeopleOn(office_.store(), "certification/" + certified.id));
}

TEST_F(AReplay, ChangesNothingWhereThereIsNothingMore) {
  office_.Certified();
  const auto same = CopyOf(office_.store());
  const Bytes before = same->Head().value();
  const auto replayed = Run(*same);
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->entries, 0u);
  EXPECT_EQ(same->Head().value(), before);
}

TEST_F(AReplay, RefusesALogThatIsNotTheContinuation) {
  const auto old = CopyOf(office_.store());
  office_.Certified();
  // The stored tree is another: its first entry's leaf was exchanged, and with it the root.
  ledger::Head head = ledger::Head::Decode(old->Head().value()).value();
  Bytes row = old->Get(ledger::Column::kTile, ledger::TileKey(1, 0, 0)).value().value();
  row[0] ^= 1;
  const auto leaves = DecodeHashRow(row).value();
  ledger::Edge edge(1);
  std::vector<ledger::Write> writes;
  edge.Append(leaves, writes);
  head.logs[1].tree = edge.head();
  ASSERT_TRUE(old->Commit(old->Head().value(), {head.Encode(), writes}));
  const auto replayed = Run(*old);
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().code, ErrorCode::kCorruption);
  EXPECT_NE(replayed.error().message.find("does not agree"), std::string::npos) << replayed.error().message;
}

// WithEntry is a published log of which one entry is served with other bytes.
class WithEntry : public ledger::TileSource {
 public:
  WithEntry(const ledger::TileSource& source, std::uint64_t index, Bytes bytes)
      : source_(source), index_(index), bytes_(std::move(bytes)) {}
  Result<std::string> Checkpoint() const override { return source_.Checkpoint(); }
  Result<Bytes> Tile(const ledger::TileName& name) const override { return source_.Tile(name); }
  Result<void> Entries(std::uint64_t begin, std::uint64_t end, std::uint64_t size,
                       const EntryVisitor& visit) const override {
    return source_.Entries(begin, end, size, [&](std::uint64_t index, const Result<ByteView>& entry) {
      visit(index, index == index_ ? Result<ByteView>(ByteView(bytes_)) : entry);
    });
  }

 private:
  const ledger::TileSource& source_;
  std::uint64_t index_;
  Bytes bytes_;
};

TEST_F(AReplay, RefusesAMirrorThatTellsOtherEntriesThanItsCheckpointSigns) {
  const std::uint64_t begun = SizeOf(office_.store());
  const auto old = CopyOf(office_.store());
  const Certification certified = office_.Certified();
  const auto honest = ledger::MakeStoreSource(office_.store(), 1);
  // A good entry of this very log, in a place that is another's: and one that is no entry at all.
  const Bytes known = ledger::LogReader(office_.log().store(), 1).Entry(0, begun).value();
  for (const Bytes& bytes : {known, ToBytes("nothing")}) {
    const auto copy = CopyOf(*old);
    const WithEntry lying(*honest, begun, bytes);
    const auto replayed = Replay(
        {.store = *copy, .source = lying, .lists = lists_, .log = 1, .now = office_.now(), .random = SystemRandom});
    ASSERT_FALSE(replayed);
    EXPECT_EQ(replayed.error().code, ErrorCode::kCorruption) << replayed.error().message;
    // Nothing vouches for what was begun: no checkpoint of that size was stored.
    EXPECT_EQ(ledger::NewestNote(*copy, 1).value()->checkpoint.size, begun);
  }
}

TEST_F(AReplay, BeginsASuccessorOnlyOnTheTreeThatItNames) {
  const auto old = CopyOf(office_.store());
  office_.Certified();
  office_.Succeed();
  const auto second = ledger::MakeStoreSource(office_.store(), 2);
  const auto replayed = Replay({.store = *old,
                                .source = *second,
                                .lists = office_.lists(),
                                .log = 2,
                                .now = office_.now(),
                                .random = SystemRandom});
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().code, ErrorCode::kCorruption);
  EXPECT_NE(replayed.error().message.find("entry 0: it follows ca.example/log/1 of size"), std::string::npos)
      << replayed.error().message;
}

TEST_F(AReplay, TakesNothingBeyondTheEndOfALog) {
  const auto old = CopyOf(office_.store());
  office_.Certified();
  const auto mirror = ledger::MakeStoreSource(office_.store(), 1);
  const TrustList first = office_.lists().front();
  TrustDraft draft = NextDraft(first, office_.now());
  draft.logs[0].final_size = SizeOf(*old);
  const std::string jws =
      SignJws(office_.root_signer(), kTypTrust, {office_.authority().root.der()}, TrustPayload(draft)).value();
  const std::vector<TrustList> lists = {first, first.AcceptNext(jws).value()};
  const auto replayed = Replay(
      {.store = *old, .source = *mirror, .lists = lists, .log = 1, .now = office_.now(), .random = SystemRandom});
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().code, ErrorCode::kCorruption);
  EXPECT_NE(replayed.error().message.find("ends ca.example/log/1 at"), std::string::npos) << replayed.error().message;
}

}  // namespace
}  // namespace certmark::ca::testing
