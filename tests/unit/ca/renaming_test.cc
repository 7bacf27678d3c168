// An operator takes a new name and address: with documents alone, two people behind it, in the commit of the credential
// that shows them.
#include <gtest/gtest.h>

#include "ca/bulks.h"
#include "ca/file_check.h"
#include "ca/file_export.h"
#include "ca/parties.h"
#include "ca/replay.h"
#include "ledger/memory_store.h"
#include "ledger/tile_source.h"
#include "tests/unit/ca/copied_rows.h"
#include "tests/unit/ca/order_office.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::ca::testing {
namespace {

using State = Certification::State;
using NewNames = ApplicationForm::NewNames;
using Lines = std::vector<std::string>;

const NewNames kNew{"New Name Ltd", "https://new.example"}, kNewer{"Newer Name Ltd", ""};

class Renaming : public ::testing::Test {
 protected:
  Renaming() : other_decider(office.Enrol("Other Decider", {Role::kDecider})) {}
  void TearDown() override { office.ExpectInAgreement(); }

  Applications& files() { return office.service().applications(); }
  Certification Look(const std::string& number) { return office.LookAt(number); }
  Party Operator() const { return Load<Party>(office.store(), office.applicant.party.id).value().value; }
  /// Second is a certification of another app of the same operator.
  Certification Second(const std::string& package = "org.example.second") {
    ApplicationForm form = office.Form();
    form.app.package = package;
    return Look(office.Decide(office.InReview(form)).value().application.certification);
  }
  ApplicationForm FormFor(const Certification& base, const NewNames& names) const {
    ApplicationForm form = office.FormOn(base, ApplicationPath::kDocumentsOnly);
    form.new_names = names;
    return form;
  }
  auto Submit(const Certification& base, const NewNames& names) {
    return files().Submit(office.applicant.party, {FormFor(base, names).ToJson()});
  }
  Certification Rename(const Certification& base, const NewNames& names) {
    const auto decided = office.Decide(office.InReview(FormFor(base, names)));
    EXPECT_TRUE(decided) << decided.error().message;
    return Look(decided->application.certification);
  }
  /// Twin is another party of the operator's register entry.
  Person Twin() {
    Applicant twin = office.Request("Twin", office.applicant.party.operator_id);
    office.service()
        .enrolments()
        .Approve(office.first_registrar().party, {twin.enrolment.id, twin.enrolment.fingerprint, {Role::kOperator}, {}})
        .value();
    return office.Become(std::move(twin));
  }
  Outcome Judge(const Certification& certification) {
    const std::string bundle = office.service().certifications().Bundle(certification.id).value();
    Policy policy;
    policy.allow = {Allow::kTestAuthority};
    const Expected expected{certification.app, certification.signers, certification.version_from};
    return Verify(bundle, office.lists(), expected, policy, office.now());
  }
  void ExpectCalled(const Certification& certification, const NewNames& names) {
    const Outcome outcome = Judge(certification);
    EXPECT_EQ(outcome.verdict, Verdict::kValid) << outcome.reason;
    ASSERT_TRUE(outcome.credential);
    EXPECT_EQ(outcome.credential->operator_name, names.name);
    EXPECT_EQ(outcome.credential->operator_url.value_or(""), names.url);
    EXPECT_EQ(outcome.credential->operator_id, office.applicant.party.operator_id);
    EXPECT_EQ(certification.operator_name, names.name);
    EXPECT_EQ(certification.operator_url, names.url);
  }
  static void ExpectCalled(const Party& party, const NewNames& names) {
    EXPECT_EQ(party.name, names.name);
    EXPECT_EQ(party.url, names.url);
  }
  std::string Reissue() {
    const Proposal proposal = office.service()
                                  .bulks()
                                  .Propose(office.officer.party, {Proposed::kReissueAll,
                                                                  Selector{"scheme", "CNCA-App-001"}, "signer-renewed"})
                                  .value();
    office.service().proposals().Confirm(office.second_officer.party, proposal.id).value();
    EXPECT_EQ(office.service().deadlines().Run(1000).value().failed, 0u);
    return std::string(IdOf(proposal.subject));
  }
  DecidedFile Export(const std::string& id) {
    return FileExport(office.service().desk(), files(), office.service().certifications())
        .Of(office.decider.party, id)
        .value();
  }
  FileVerdict Check(const DecidedFile& file) const {
    return CheckFile(file, {office.authority().trust, office.scheme(), {Allow::kTestAuthority}});
  }
  Result<Replayed> ReplayInto(ledger::Store& store) {
    const auto mirror = ledger::MakeStoreSource(office.store(), 1);
    return Replay(
        {.store = store, .source = *mirror, .lists = office.lists(), .now = office.now(), .random = SystemRandom});
  }
  Lines Findings(const ledger::Store& store) {
    Lines lines;
    const FsckReport report = FsckAuthority(store, {.lists = office.lists()}).value();
    for (const ledger::Finding& f : report.findings.list()) lines.push_back(std::string(f.kind) + " | " + f.place);
    return lines;
  }

  const NewNames old_names{"Example Operator 07", ""};
  OrderOffice office;
  Person other_decider;
};

// ---- The grant

TEST_F(Renaming, ShowsTheNewNameInACredentialThatTakesThePlaceOfTheOldOnes) {
  const Certification old = office.Certified();
  office.Advance(kDay);
  const Certification renamed = Rename(old, kNew);
  ExpectCalled(renamed, kNew);
  ExpectCalled(Operator(), kNew);
  EXPECT_EQ(renamed.supersedes, old.id);
  EXPECT_EQ(renamed.valid_until, old.valid_until) << "a change prolongs nothing";
  EXPECT_EQ(Look(old.id).state, State::kSuperseded);
  EXPECT_EQ(Look(old.id).operator_name, old_names.name) << "what was signed stays";
  EXPECT_EQ(Judge(Look(old.id)).verdict, Verdict::kEnded);
}

TEST_F(Renaming, IsOneActWithTheDecisionAndTellsTheDigestOfTheParty) {
  const std::string id = office.InReview(FormFor(office.Certified(), kNew));
  ExpectCalled(Operator(), old_names);
  const std::size_t acts = office.RecordEntries().size();
  office.Decide(id).value();
  ASSERT_EQ(office.RecordEntries().size(), acts + 1);
  const RecordedAct act = RecordedAct::Parse(office.RecordEntries().back()).value();
  EXPECT_EQ(act.act.act, "decide");
  EXPECT_EQ(act.act.subject, "application/" + id);
  EXPECT_EQ(act.records.at(SubjectOf(Operator())), Sha256(AsBytes(Operator().ToJson())).Hex());
}

TEST_F(Renaming, ChangesNothingElseOfTheParty) {
  Rename(office.Certified(), kNew);
  Party back = Operator();
  EXPECT_EQ(back.former_names, std::set<std::string>{old_names.name});
  back.former_names.clear();
  back.name = old_names.name;
  back.url = old_names.url;
  EXPECT_EQ(back.ToJson(), office.applicant.party.ToJson());
  const auto found = Authenticate(office.store(), office.applicant.certificate, office.now());
  ASSERT_TRUE(found) << "its certificate has the old name, and names it by its id";
  EXPECT_EQ(found->name, kNew.name);
}

TEST_F(Renaming, IsNotDoneByARefusalAWithdrawalOrAFileUnderWay) {
  const Certification old = office.Certified();
  const std::string refused = office.InReview(FormFor(old, kNew));
  DecisionDocument refusal = office.DraftDecision(refused);
  refusal.granted = false;
  refusal.reasons = {"criteria-not-met"};
  office.Decide(refused, refusal, office.decider).value();
  const std::string withdrawn = office.InReview(FormFor(old, kNew));
  ExpectCalled(Operator(), old_names);
  files().Withdraw(office.applicant.party, withdrawn).value();
  ExpectCalled(Operator(), old_names);
  EXPECT_EQ(Look(old.id).state, State::kValid);
}

TEST_F(Renaming, IsDoneByTheDecisionThatFollowsAnUpheldAppeal) {
  const Certification old = office.Certified();
  const std::string id = office.InReview(FormFor(old, kNew));
  DecisionDocument refusal = office.DraftDecision(id);
  refusal.granted = false;
  refusal.reasons = {"criteria-not-met"};
  office.Decide(id, refusal, office.decider).value();
  const Appeal appeal = office.service().appeals().File(office.applicant.party, "application/" + id, {}).value();
  office.service()
      .appeals()
      .Decide(office.appeals_officer.party, {appeal.id, Appeal::State::kUpheld, "facts-mistaken"})
      .value();
  const auto decided = office.Decide(id, office.DraftDecision(id), other_decider);
  ASSERT_TRUE(decided) << decided.error().message;
  ExpectCalled(Look(decided->application.certification), kNew);
  ExpectCalled(Operator(), kNew);
}

TEST_F(Renaming, ConflictsWithWhateverElseChangesTheOperatorMeanwhile) {
  const Certification old = office.Certified();
  const std::string id = office.InReview(FormFor(old, kNew));
  const std::string plain = office.InReview([&] {
    ApplicationForm form = office.Form();
    form.app.package = "org.example.second";
    return form;
  }());
  // Somebody is faster once the operator's record was read and before the credential is committed.
  bool is_faster = false;
  const Random random = [&](std::span<std::uint8_t> out) {
    if (is_faster) {
      is_faster = false;
      const auto read = Load<Party>(office.store(), office.applicant.party.id).value();
      ledger::Change change;
      Replace(change, read, WithNewNames(read.value, "Meanwhile Ltd", "").value());
      ActEntry{.at = office.now(),
               .actor = "ceremony",
               .act = "rename",
               .subject = SubjectOf(read.value),
               .reason = "",
               .before = "",
               .after = "ENROLLED"}
          .RecordIn(change);
      office.log().Append(std::move(change), ledger::Ack::kSequenced).value();
    }
    return SystemRandom(out);
  };
  const Desk& desk = office.service().desk();
  Service service({desk.log(), desk.authority(), desk.schemes(), desk.status(), [&] { return office.now(); }, random});
  for (const std::string& each : {id, plain}) {
    is_faster = true;
    const std::string decision = office.SignDecision(office.DraftDecision(each), office.decider);
    const auto decided = service.applications().Decide(
        office.decider.party, {.application = each, .etag = office.EtagOf(each), .decision_jws = decision});
    EXPECT_EQ(CodeOf(decided), ErrorCode::kConflict);
    EXPECT_FALSE(is_faster);
    EXPECT_EQ(office.File(each).state, Application::State::kReview);
    // Undone, so that the store agrees with what was granted.
    const auto read = Load<Party>(office.store(), office.applicant.party.id).value();
    ledger::Change change;
    Replace(change, read, office.applicant.party);
    ActEntry{.at = office.now(),
             .actor = "ceremony",
             .act = "rename",
             .subject = SubjectOf(read.value),
             .reason = "back",
             .before = "",
             .after = "ENROLLED"}
        .RecordIn(change);
    office.log().Append(std::move(change), ledger::Ack::kSequenced).value();
  }
}

// ---- Several certifications

TEST_F(Renaming, LeavesTheOtherCertificationsAsTheyWereSignedUntilTheirOwnChange) {
  const Certification first = office.Certified(), second = Second();
  Rename(first, kNew);
  ExpectCalled(Look(second.id), old_names);
  ExpectCalled(Rename(second, kNew), kNew);
  ExpectCalled(Operator(), kNew);
}

TEST_F(Renaming, LeavesToTheirOwnChangeThoseWhoseAddressAloneIsOld) {
  const NewNames moved{old_names.name, "https://new.example"};
  const Certification first = office.Certified(), second = Second();
  Rename(first, moved);
  EXPECT_EQ(Operator().url, moved.url);
  ExpectCalled(Rename(second, moved), moved);
}

TEST_F(Renaming, IsRefusedWhereItChangesNeitherTheOperatorNorWhatIsShown) {
  const Certification old = office.Certified();
  EXPECT_EQ(CodeOf(Submit(old, old_names)), ErrorCode::kFailedPrecondition);
  const Certification second = Second(), renamed = Rename(old, kNew);
  EXPECT_EQ(CodeOf(Submit(renamed, kNew)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Submit(renamed, {kNew.name, ""})), ErrorCode{}) << "the address changes";
  const auto shown = Submit(second, kNew);
  ASSERT_EQ(CodeOf(shown), ErrorCode{}) << "what is shown does";
  files().Withdraw(office.applicant.party, shown->id).value();
  EXPECT_EQ(CodeOf(Submit(second, old_names)), ErrorCode{}) << "the operator does";
}

TEST_F(Renaming, IsRefusedAtItsAcceptanceOnceItChangesNothing) {
  const Certification first = office.Certified(), second = Second();
  const Certification renamed = Rename(first, kNew);
  const std::string back = Submit(second, old_names).value().id;
  Rename(renamed, old_names);
  EXPECT_EQ(CodeOf(files().Accept(office.reviewer.party, back, "")), ErrorCode::kFailedPrecondition);
}

TEST_F(Renaming, IsNotTakenBackByAFormThatWasAcceptedBefore) {
  const Certification first = office.Certified(), second = Second();
  const std::string older = office.InReview(FormFor(first, kNew));
  Rename(second, kNewer);
  EXPECT_EQ(CodeOf(office.Decide(older)), ErrorCode::kFailedPrecondition);
  ExpectCalled(Operator(), kNewer);
}

TEST_F(Renaming, IsTakenBackByAFormThatWasAcceptedAfterwards) {
  const Certification first = office.Certified(), second = Second();
  const std::string older = Submit(first, kNew).value().id;
  Rename(second, kNewer);
  office.Accept(older);
  office.Decide(older).value();
  ExpectCalled(Operator(), kNew);
}

TEST_F(Renaming, IsShownByWhateverIsGrantedAfterwards) {
  const Certification first = office.Certified(), second = Second();
  Rename(first, kNew);
  ExpectCalled(Second("org.example.third"), kNew);
  ApplicationForm update = office.FormOn(second, ApplicationPath::kUpdate);
  update.version_to = "299";
  ExpectCalled(Look(office.Decide(office.InReview(update)).value().application.certification), kNew);
}

TEST_F(Renaming, IsShownByWhatIsIssuedAgain) {
  const Certification first = office.Certified(), second = Second();
  Rename(first, kNew);
  office.Advance(30 * kDay);
  office.RenewSigners();
  Reissue();
  const Certification after = Look(Look(second.id).superseded_by);
  ExpectCalled(after, kNew);
  EXPECT_EQ(after.former_names, std::set<std::string>{old_names.name});
}

TEST_F(Renaming, IsDoneOnceAndNotAgainForWhatWasRevokedInError) {
  const Certification first = office.Certified(), second = Second();
  const Certification renamed = Rename(first, kNew);
  office.Advance(kDay);
  Rename(second, kNewer);
  office
      .Confirm(office.second_officer,
               office.Propose(office.officer, Proposed::kRevoke, renamed.id, "deception").value().id)
      .value();
  const Appeal appeal =
      office.service().appeals().File(office.applicant.party, "certification/" + renamed.id, {}).value();
  office.service()
      .appeals()
      .Decide(office.appeals_officer.party, {appeal.id, Appeal::State::kUpheld, "facts-mistaken"})
      .value();
  const std::string id = renamed.application;
  const auto decided = office.Decide(id, office.DraftDecision(id), other_decider);
  ASSERT_TRUE(decided) << decided.error().message;
  ExpectCalled(Look(decided->application.certification), kNewer);
  ExpectCalled(Operator(), kNewer);
  const DecidedFile file = DecidedFile::Parse(Export(id).ToJson()).value();
  EXPECT_EQ(file.regrants, renamed.id);
  EXPECT_TRUE(Check(file).good()) << Check(file).reason;
}

// ---- Files

TEST_F(Renaming, IsInAFileThatAStrangerFindsGood) {
  const Certification renamed = Rename(office.Certified(), kNew);
  const FileVerdict verdict = Check(Export(renamed.application));
  EXPECT_TRUE(verdict.good()) << verdict.failed << ": " << verdict.reason;
}

TEST_F(Renaming, IsInNoGoodFileWhereTheCredentialCallsTheOperatorOtherwise) {
  const Certification first = office.Certified(), second = Second();
  const Certification renamed = Rename(first, kNew);
  Rename(second, kNewer);
  office.RenewSigners();
  Reissue();  // in the same second, so that nothing else differs
  DecidedFile file = Export(renamed.application);
  // What it was granted instead of, if anything, is another certification.
  for (const std::string& regrants : {std::string(), std::string("another"), file.certification}) {
    file.regrants = regrants;
    const FileVerdict verdict = Check(file);
    EXPECT_EQ(verdict.failed, "credential") << regrants;
    EXPECT_EQ(verdict.reason, "it says another name or address of the operator") << regrants;
  }
}

// ---- Orders

TEST_F(Renaming, EscapesNoOrderThatKnowsTheOperatorByItsNameAlone) {
  OrderDraft draft = office.Draft();
  draft.operator_name = old_names.name;
  const Order order = office.MakeOrder(draft);
  const Certification old = office.Certified(), renamed = Rename(old, kNew);
  ASSERT_TRUE(order.Concerns(old));
  EXPECT_TRUE(order.Concerns(renamed));
  const std::string next = office.InReview(FormFor(renamed, kNewer));
  office.Turn(Proposed::kExposeOrder, order.id, "serious-defect").value();
  EXPECT_EQ(CodeOf(office.Decide(next)), ErrorCode::kFailedPrecondition);
  ExpectCalled(Operator(), kNew);
}

TEST_F(Renaming, EscapesNoSuchOrderOnAnAppThatIsCertifiedLater) {
  OrderDraft draft = office.Draft();
  draft.operator_name = old_names.name;
  const Order order = office.MakeOrder(draft, "app/android:org.example.second");
  Rename(office.Certified(), kNew);
  const Certification second = Second();
  EXPECT_TRUE(order.Concerns(second)) << "granted while it was not exposed";
  office.Turn(Proposed::kExposeOrder, order.id, "serious-defect").value();
  ApplicationForm form = office.Form();
  form.app = second.app;
  form.signers = {std::string(kOtherSigner)};
  EXPECT_EQ(CodeOf(office.Decide(office.InReview(form))), ErrorCode::kFailedPrecondition);
}

TEST_F(Renaming, EscapesNoSuchOrderUnderAnotherPartyOfTheSameRegisterEntry) {
  OrderDraft draft = office.Draft();
  draft.operator_name = old_names.name;
  const Order order = office.MakeOrder(draft, "app/android:org.example.second");
  office.Certified();
  const Person other = Twin();
  ApplicationForm form = office.Form();
  form.app.package = "org.example.second";
  const std::string id = office.SubmitBy(other, form);
  office.Accept(id);
  office.Report(id);
  const Certification granted = Look(office.Decide(id).value().application.certification);
  ASSERT_EQ(granted.operator_name, "Twin");
  EXPECT_TRUE(order.Concerns(granted));
}

TEST_F(Renaming, IsTheNameInTheOrdersThatFollow) {
  const Certification renamed = Rename(office.Certified(), kNew);
  const Order order = office.MakeOrder(office.Draft(), "certification/" + renamed.id);
  EXPECT_EQ(order.facts.operator_name.text(), kNew.name);
}

// ---- Databases that come back

TEST_F(Renaming, IsReplayedIntoADatabaseThatKnewTheOldName) {
  const Certification old = office.Certified();
  const auto before = ledger::MakeMemoryStore();
  CopyRows(office.store(), *before);
  const Certification renamed = Rename(old, kNew), second = Second();
  ASSERT_TRUE(ReplayInto(*before));
  ExpectCalled(Load<Party>(*before, office.applicant.party.id).value().value, kNew);
  const Certification back = Load<Certification>(*before, renamed.id).value().value;
  EXPECT_EQ(back.operator_party, office.applicant.party.id);
  EXPECT_EQ(back.operator_url, kNew.url);
  EXPECT_EQ(back.former_names, std::set<std::string>{old_names.name});
  EXPECT_EQ(Load<Certification>(*before, second.id)->value.former_names, back.former_names) << "of another app, too";
  EXPECT_EQ(Findings(*before), Lines{});
}

TEST_F(Renaming, IsReplayedIntoADatabaseThatKnewNothing) {
  const Certification first = office.Certified(), second = Second();
  const Certification renamed = Rename(first, kNew);
  Rename(renamed, kNewer);
  Rename(second, kNewer);
  const Certification third = Second("org.example.third");
  const auto nothing = ledger::MakeMemoryStore();
  const auto replayed = ReplayInto(*nothing);
  ASSERT_TRUE(replayed) << replayed.error().message;
  const Certification back = Load<Certification>(*nothing, third.id).value().value;
  EXPECT_EQ(third.former_names, (std::set{old_names.name, kNew.name}));
  EXPECT_EQ(back.former_names, third.former_names);
  ExpectCalled(Load<Party>(*nothing, back.operator_party).value().value, kNewer);
  EXPECT_EQ(Load<Certification>(*nothing, renamed.id).value().value.operator_party, back.operator_party);
  EXPECT_EQ(Findings(*nothing), Lines{});
}

TEST_F(Renaming, IsReplayedToWhoHeldTheCertificationAndToNobodyOfTheSameRegisterEntry) {
  const Person other = Twin();
  const Certification old = office.Certified();
  const auto before = ledger::MakeMemoryStore();
  CopyRows(office.store(), *before);
  Rename(old, kNew);
  ASSERT_TRUE(ReplayInto(*before));
  ExpectCalled(Load<Party>(*before, office.applicant.party.id).value().value, kNew);
  EXPECT_EQ(Load<Party>(*before, other.party.id).value().value.name, "Twin");
}

TEST_F(Renaming, IsBelievedByFsckWhereACredentialShowsItAndNowhereElse) {
  Rename(office.Certified(), kNew);
  const auto edited = ledger::MakeMemoryStore();
  CopyRows(office.store(), *edited);
  const std::string subject = SubjectOf(Operator());
  const auto named = [&](const NewNames& names) {
    const Party party = WithNewNames(Operator(), names.name, names.url).value();
    const Bytes head = edited->Head().value();
    EXPECT_TRUE(edited->Commit(
        head, {head, {{ledger::Column::kRecord, RecordKey(Party::kKind, party.id), ToBytes(party.ToJson())}}}));
    return Findings(*edited);
  };
  const std::string digest = "act-digest | " + subject, differs = "party-differs | " + subject + " name, url";
  EXPECT_EQ(named(kNew), Lines{});
  EXPECT_EQ(named(old_names), Lines{digest}) << "as enrolled, which it is not any more";
  EXPECT_EQ(named(kNewer), (Lines{digest, differs}));
  EXPECT_EQ(named({kNew.name, "https://other.example"}), (Lines{digest, differs}));
}

}  // namespace
}  // namespace certmark::ca::testing
