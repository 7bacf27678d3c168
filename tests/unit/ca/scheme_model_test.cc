// The scheme as a property: random people try random acts, legal and not, on hundreds of files at a time, while the
// clock goes on; the service's every answer and every state must be the model's (scheme_model.h), and at the end of a
// slice the whole store must be as the scheme wants it.
//
//   CERTMARK_MODEL_FILES=20000 unit_ca --gtest_filter='*SchemeModelSlice*'    more of them
//   CERTMARK_MODEL_SEED=4711 unit_ca --gtest_filter='*SchemeModelSlice*/0'    one again
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>

#include "tests/unit/ca/scheme_invariants.h"
#include "tests/unit/ca/scheme_world.h"

namespace certmark::ca::testing {
namespace {

constexpr std::uint32_t kSlices = 10;
constexpr std::size_t kFiles = 3'000;  // of all slices together
constexpr std::uint32_t kFirstSeed = 20'260'701;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kShare = 10;
#else
constexpr std::size_t kShare = 1;
#endif

std::uint32_t FromEnvironment(const char* name, std::size_t otherwise) {
  const char* const text = std::getenv(name);
  return static_cast<std::uint32_t>(text == nullptr ? otherwise : std::strtoul(text, nullptr, 10));
}

// Chooser draws acts: most of them as somebody would do them, the rest as nobody should.
class Chooser {
 public:
  Chooser(const SchemeModel& model, std::uint32_t seed) : model_(model), random_(seed) {}

  std::uint32_t Below(std::size_t end) { return end == 0 ? 0 : static_cast<std::uint32_t>(random_() % end); }
  bool Percent(std::uint32_t share) { return Below(100) < share; }

  /// Next is the next try. Two of three are drawn again until they are allowed, a few times.
  ModelAct Next(std::size_t files, Time now) {
    ModelAct act = Draw(files);
    if (Percent(35)) return act;
    for (int i = 0; i < 12 && !model_.Judge(act, now).must.empty(); ++i) act = Draw(files);
    return act;
  }

 private:
  template <class T>
  int PlaceIn(const std::vector<T>& list) {
    // Younger ones more often.
    const std::size_t recent = std::min<std::size_t>(list.size(), 25);
    if (Percent(80)) return static_cast<int>(list.size() - 1 - Below(recent));
    return static_cast<int>(Below(list.size()));
  }
  int Anybody() { return static_cast<int>(Below(model_.people.size())); }
  int SomebodyAs(const std::set<Role>& roles) {
    if (Percent(12)) return Anybody();
    std::vector<int> able;
    for (std::size_t i = 0; i < model_.people.size(); ++i) {
      const auto& theirs = model_.people[i].roles;
      if (std::ranges::any_of(roles, [&](Role role) { return theirs.contains(role); }))
        able.push_back(static_cast<int>(i));
    }
    return able[Below(able.size())];
  }
  int Mostly(int somebody, Role role) { return somebody != kNobody && Percent(85) ? somebody : SomebodyAs({role}); }
  Flaw FlawOf(std::initializer_list<Flaw> flaws) {
    if (!Percent(12)) return Flaw::kNone;
    return *(flaws.begin() + Below(flaws.size()));
  }
  std::string Reason(ModelAct& act, const char* right) {
    act.flaw = FlawOf({Flaw::kStrangeReason, Flaw::kNoReason});
    if (act.flaw == Flaw::kNoReason) return "";
    return act.flaw == Flaw::kStrangeReason ? "no-such-reason" : right;
  }

  ModelAct Draw(std::size_t files) {
    const std::uint32_t dice = Below(100);
    if (model_.files.empty() || (dice < 11 && model_.files.size() < files)) return DrawSubmission();
    if (dice < 62) return DrawOnFile();
    if (dice < 74 && !model_.certifications.empty()) return DrawOnCertification();
    if (dice < 87 && !model_.proposals.empty()) return DrawOnProposal();
    if (dice < 92) return DrawOnOrder();
    if (dice < 94) return DrawOnAccreditation();
    return DrawAppeal();
  }

  ModelAct DrawSubmission() {
    ModelAct act;
    act.actor = SomebodyAs({Role::kOperator});
    act.unit = static_cast<int>(Below(SchemeModel::kApps * SchemeModel::kSigners));
    act.edition = Percent(70) ? SchemeModel::kPlain : SchemeModel::kAudited;
    act.flaw = FlawOf({Flaw::kNoDocument, Flaw::kUnanswered, Flaw::kFailsItself, Flaw::kStrangeCriterion,
                       Flaw::kClosedEdition, Flaw::kOpenRange});
    if (model_.certifications.empty() || Percent(45)) return act;
    act.path = static_cast<ApplicationPath>(1 + Below(4));
    act.base = PlaceIn(model_.certifications);
    act.actor = Mostly(model_.certifications[static_cast<std::size_t>(act.base)].operator_party, Role::kOperator);
    act.called = static_cast<int>(Below(SchemeModel::kNames));
    act.flaw =
        FlawOf({Flaw::kNoDocument, Flaw::kUnanswered, Flaw::kFailsItself, Flaw::kStrangeCriterion, Flaw::kOtherUnit,
                Flaw::kOtherEdition, Flaw::kNotGrown, Flaw::kOpenRange, Flaw::kOtherDocument, Flaw::kNoNewNames});
    if (act.flaw == Flaw::kNoNewNames && act.path != ApplicationPath::kDocumentsOnly) act.flaw = Flaw::kNone;
    // Whatever else a renewal or a new evaluation changes, its range and its documents are as it likes.
    const bool bound = act.path == ApplicationPath::kUpdate || act.path == ApplicationPath::kDocumentsOnly;
    if ((act.flaw == Flaw::kNotGrown || act.flaw == Flaw::kOtherDocument) && !bound) act.flaw = Flaw::kNone;
    return act;
  }

  ModelAct DrawOnFile() {
    using State = Application::State;
    ModelAct act;
    act.subject = PlaceIn(model_.files);
    const ModelFile& file = model_.files[static_cast<std::size_t>(act.subject)];
    static constexpr ActKind kAny[] = {ActKind::kResubmit, ActKind::kWithdrawFile, ActKind::kCorrect,  ActKind::kReturn,
                                       ActKind::kRefuse,   ActKind::kAccept,       ActKind::kReassign, ActKind::kReport,
                                       ActKind::kAudit,    ActKind::kDecide};
    act.kind = kAny[Below(std::size(kAny))];
    if (Percent(80)) {
      if (file.state == State::kSubmitted) act.kind = Percent(85) ? ActKind::kAccept : ActKind::kReturn;
      if (file.state == State::kReturned) act.kind = ActKind::kResubmit;
      if (file.state == State::kVerification) act.kind = ActKind::kReport;
      if (file.state == State::kRectifying) act.kind = ActKind::kCorrect;
      if (file.state == State::kAudit) act.kind = ActKind::kAudit;
      if (file.state == State::kReview) act.kind = ActKind::kDecide;
      const bool evaluated =
          file.state == State::kVerification || file.state == State::kAudit || file.state == State::kRectifying;
      if (evaluated && Percent(20)) act.kind = ActKind::kReassign;
    }
    Fill(act, file);
    return act;
  }

  void Fill(ModelAct& act, const ModelFile& file) {
    act.actor = SomebodyAs({Role::kReviewer});
    switch (act.kind) {
      case ActKind::kResubmit:
        act.actor = Mostly(file.operator_party, Role::kOperator);
        act.flaw = FlawOf(
            {Flaw::kNoDocument, Flaw::kUnanswered, Flaw::kFailsItself, Flaw::kStrangeCriterion, Flaw::kOtherEdition});
        return;
      case ActKind::kWithdrawFile:
      case ActKind::kCorrect:
        act.actor = Mostly(file.operator_party, Role::kOperator);
        return;
      case ActKind::kReturn:
        act.reason = Reason(act, "materials-incomplete");
        return;
      case ActKind::kRefuse:
        act.reason = Reason(act, "self-evaluation-failed");
        return;
      case ActKind::kAccept: {
        const bool tested = file.path == ApplicationPath::kInitial || file.path == ApplicationPath::kRenewal ||
                            file.path == ApplicationPath::kReverification;
        const bool audited =
            tested && file.path != ApplicationPath::kReverification && file.edition == SchemeModel::kAudited;
        if (tested != Percent(4)) act.laboratory = SomebodyAs({Role::kLaboratory});
        if (audited != Percent(4)) act.auditor = SomebodyAs({Role::kAuditor});
        return;
      }
      case ActKind::kReassign:
        act.reason = Reason(act, "evaluator-unavailable");
        if ((file.laboratory != kNobody && file.state != Application::State::kAudit) != Percent(8))
          act.laboratory = SomebodyAs({Role::kLaboratory});
        if ((file.auditor != kNobody) != Percent(8)) act.auditor = SomebodyAs({Role::kAuditor});
        return;
      case ActKind::kReport:
        act.actor = Mostly(file.laboratory, Role::kLaboratory);
        act.conform = Percent(80);
        act.flaw = FlawOf({Flaw::kUnanswered, Flaw::kOtherFile, Flaw::kOtherAuthor, Flaw::kAgain});
        if (act.flaw == Flaw::kAgain && file.reports == 0) act.flaw = Flaw::kNone;
        return;
      case ActKind::kAudit:
        act.actor = Mostly(file.auditor, Role::kAuditor);
        act.conform = Percent(80);
        act.flaw = FlawOf({Flaw::kUnanswered, Flaw::kOtherFile, Flaw::kOtherAuthor});
        return;
      default:
        act.actor = SomebodyAs({Role::kDecider});
        act.granted = Percent(80);
        act.flaw = FlawOf({Flaw::kStale, Flaw::kRestsOnLess, Flaw::kOtherFile, Flaw::kOtherAuthor, Flaw::kStrangeReason,
                           Flaw::kNoReason});
        if (act.granted && act.flaw == Flaw::kNoReason) act.flaw = Flaw::kNone;
    }
  }

  ModelAct DrawOnCertification() {
    ModelAct act;
    act.subject = PlaceIn(model_.certifications);
    const ModelCertification& on = model_.certifications[static_cast<std::size_t>(act.subject)];
    const bool suspended = on.state == Certification::State::kSuspended;
    const std::uint32_t dice = Below(100);
    if (dice < (suspended ? 45u : 10u)) {
      act.kind = ActKind::kReinstate;
      act.actor = SomebodyAs({Role::kSurveillanceOfficer});
      act.reason = Reason(act, "cause-corrected");
      return act;
    }
    if (dice < (suspended ? 65u : 22u)) {
      act.kind = ActKind::kWithdraw;
      act.actor = Mostly(on.operator_party, Role::kOperator);
      act.reason = Reason(act, "holder-request");
      return act;
    }
    act.kind = ActKind::kPropose;
    act.proposed = Percent(65) ? Proposed::kSuspend : Proposed::kRevoke;
    const bool by_holder = Percent(30);
    act.actor = by_holder ? Mostly(on.operator_party, Role::kOperator) : SomebodyAs({Role::kSurveillanceOfficer});
    act.reason = Reason(act, "misuse");
    // The holder's own reason is one for a suspension alone.
    const bool asks = act.proposed == Proposed::kSuspend && act.flaw == Flaw::kNone && (by_holder != Percent(10));
    if (asks) act.reason = "holder-request";
    return act;
  }

  ModelAct DrawOnProposal() {
    ModelAct act;
    act.kind = Percent(90) ? ActKind::kConfirm : ActKind::kReject;
    act.subject = PlaceIn(model_.proposals);
    const ModelAct& proposed = model_.proposals[static_cast<std::size_t>(act.subject)].act;
    const bool of_registrars =
        proposed.proposed >= Proposed::kAccredit && proposed.proposed <= Proposed::kEndAccreditation;
    act.actor = Percent(10) ? proposed.actor
                            : SomebodyAs(of_registrars ? std::set{Role::kRegistrar}
                                                       : std::set{Role::kSurveillanceOfficer, Role::kDecider});
    return act;
  }

  ModelAct DrawOnOrder() {
    ModelAct act;
    act.actor = SomebodyAs({Role::kSurveillanceOfficer});
    act.kind = ActKind::kPropose;
    if (model_.orders.empty() || Percent(45)) {
      act.proposed = Proposed::kOrder;
      act.subject = static_cast<int>(Below(SchemeModel::kApps));
      if (Percent(40)) act.accused = static_cast<int>(2 + Below(6));
      act.reason = Reason(act, "unlawful-collection");
      if (Percent(5)) act.flaw = Flaw::kStrangeCriterion, act.reason = "unlawful-collection";
      return act;
    }
    act.subject = PlaceIn(model_.orders);
    if (Percent(40)) {
      act.kind = ActKind::kCloseOrder;
      act.reason = Reason(act, "cause-corrected");
      return act;
    }
    act.proposed = Percent(50) ? Proposed::kExposeOrder : Proposed::kAnnulOrder;
    act.reason = Reason(act, act.proposed == Proposed::kExposeOrder ? "unlawful-collection" : "order-in-error");
    return act;
  }

  ModelAct DrawOnAccreditation() {
    ModelAct act;
    act.kind = ActKind::kPropose;
    act.actor = SomebodyAs({Role::kRegistrar});
    act.subject = Percent(85) ? static_cast<int>(8 + Below(3)) : Anybody();
    if (!model_.people[static_cast<std::size_t>(act.subject)].enrolled) act.subject = 8;
    static constexpr Proposed kActs[] = {Proposed::kAccredit,
                                         Proposed::kAccredit,
                                         Proposed::kSuspendAccreditation,
                                         Proposed::kRestoreAccreditation,
                                         Proposed::kRestoreAccreditation,
                                         Proposed::kEndAccreditation};
    act.proposed = kActs[Below(std::size(kActs))];
    const bool because = act.proposed == Proposed::kSuspendAccreditation || act.proposed == Proposed::kEndAccreditation;
    if (because) act.reason = Reason(act, "laboratory-unreliable");
    return act;
  }

  ModelAct DrawAppeal() {
    ModelAct act;
    if (!model_.appeals.empty() && Percent(60)) {
      act.kind = ActKind::kDecideAppeal;
      act.subject = PlaceIn(model_.appeals);
      act.actor = SomebodyAs({Role::kAppealsOfficer});
      act.granted = Percent(60);
      act.reason = Reason(act, act.granted ? "rule-misapplied" : "decision-upheld");
      return act;
    }
    act.kind = ActKind::kAppeal;
    const std::uint32_t dice = Below(3);
    int owner = kNobody;
    if (dice == 0 && !model_.orders.empty()) {
      act.against = Appeal::Against::kOrder;
      act.subject = PlaceIn(model_.orders);
      owner = model_.orders[static_cast<std::size_t>(act.subject)].operator_party;
    } else if (dice == 1 && !model_.certifications.empty()) {
      act.against = Appeal::Against::kSuspension;
      act.subject = PlaceIn(model_.certifications);
      owner = model_.certifications[static_cast<std::size_t>(act.subject)].operator_party;
    } else {
      act.against = Appeal::Against::kRefusal;
      act.subject = PlaceIn(model_.files);
      owner = model_.files[static_cast<std::size_t>(act.subject)].operator_party;
    }
    act.actor = Mostly(owner, Role::kOperator);
    return act;
  }

  const SchemeModel& model_;
  std::mt19937 random_;
};

// Slice is one authority with a few hundred files.
class SchemeModelSlice : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  SchemeModelSlice()
      : seed_(FromEnvironment("CERTMARK_MODEL_SEED", kFirstSeed) + GetParam()),
        world_(model_),
        choose_(model_, seed_),
        signers_since_(world_.now()),
        status_since_(world_.now()) {}

  void Live() {
    const std::size_t files = FromEnvironment("CERTMARK_MODEL_FILES", kFiles) / kSlices / kShare;
    for (std::size_t tries = 0; !HasFailure() && (model_.files.size() < files || tries % 200 != 0); ++tries) {
      PassTime();
      if (!HasFailure()) TryOne(choose_.Next(files, world_.now()));
    }
  }

  // ---- One try
  void TryOne(const ModelAct& act) {
    const Time now = world_.now();
    const Judgement judged = model_.Judge(act, now);
    const std::optional<Error> refusal = world_.Try(act);
    const auto code = refusal ? std::optional(refusal->code) : std::nullopt;
    history_.push_back(act.ToText() + (refusal ? " ✗" : ""));
    ++(refusal ? refused_ : done_)[act.kind];
    if (!judged.Allows(code)) {
      return Report("the model says " + judged.ToText() + ", the service " +
                    (refusal ? std::string(Name(refusal->code)) + ": " + refusal->message : "does it"));
    }
    if (!refusal) model_.Apply(act, now);
    CompareTouched(act);
  }

  void PassTime() {
    Seconds time{1 + choose_.Below(600)};
    if (choose_.Percent(4)) {
      time = Seconds{3600 * (1 + choose_.Below(72))};
      // The clock may be late, for a while.
      if (choose_.Percent(50)) late_for_ = 1 + choose_.Below(20);
    }
    world_.Advance(time);
    // As the daemon does: a status list is signed again before it ends.
    if (world_.now() - status_since_ > kDay) {
      ASSERT_TRUE(world_.service().desk().status().Refresh());
      status_since_ = world_.now();
    }
    if (world_.now() - signers_since_ > 60 * kDay) {
      world_.RenewSigners();
      signers_since_ = world_.now();
    }
    if (late_for_ > 0) {
      --late_for_;
      return;
    }
    RunClock();
  }

  void RunClock() {
    if (!world_.RunClock()) return Report("the clock failed");
    for (const SchemeModel::Due& due : model_.RunClock(world_.now())) {
      history_.push_back("clock " + std::to_string(static_cast<int>(due.kind)) + " #" + std::to_string(due.place));
      CompareDue(due);
    }
  }

  // ---- States
  void CompareTouched(const ModelAct& act) {
    switch (act.kind) {
      case ActKind::kSubmit:
        if (!model_.files.empty()) CompareFile(static_cast<int>(model_.files.size()) - 1);
        return;
      case ActKind::kPropose:
        if (!model_.proposals.empty()) CompareProposal(static_cast<int>(model_.proposals.size()) - 1);
        return;
      case ActKind::kConfirm:
      case ActKind::kReject: {
        CompareProposal(act.subject);
        const ModelAct& proposed = model_.proposals[static_cast<std::size_t>(act.subject)].act;
        if (proposed.proposed == Proposed::kSuspend || proposed.proposed == Proposed::kRevoke)
          CompareCertification(proposed.subject);
        if (!model_.orders.empty()) CompareOrder(static_cast<int>(model_.orders.size()) - 1);
        return;
      }
      case ActKind::kReinstate:
      case ActKind::kWithdraw:
        return CompareCertification(act.subject);
      case ActKind::kCloseOrder:
        return CompareOrder(act.subject);
      case ActKind::kAppeal:
      case ActKind::kDecideAppeal:
        if (!model_.appeals.empty()) CompareAppeal(static_cast<int>(model_.appeals.size()) - 1);
        if (act.kind == ActKind::kDecideAppeal) CompareAppealed(act.subject);
        return;
      default:
        CompareFile(act.subject);
        if (act.kind == ActKind::kDecide && !model_.certifications.empty())
          CompareCertification(static_cast<int>(model_.certifications.size()) - 1);
    }
  }
  void CompareAppealed(int place) {
    const ModelAppeal& appeal = model_.appeals[static_cast<std::size_t>(place)];
    CompareAppeal(place);
    if (appeal.against == Appeal::Against::kRefusal) return CompareFile(appeal.subject);
    if (appeal.against == Appeal::Against::kOrder) return CompareOrder(appeal.subject);
    CompareCertification(appeal.subject);
  }
  void CompareDue(const SchemeModel::Due& due) {
    using Kind = SchemeModel::Due::Kind;
    if (due.kind == Kind::kFile) CompareFile(due.place);
    if (due.kind == Kind::kCertification) CompareCertification(due.place);
    if (due.kind == Kind::kProposal) CompareProposal(due.place);
    if (due.kind != Kind::kOrder) return;
    CompareOrder(due.place);
    for (std::size_t i = 0; i < model_.certifications.size(); ++i) {
      if (model_.certifications[i].order == due.place) CompareCertification(static_cast<int>(i));
    }
  }
  void CompareAll() {
    for (std::size_t i = 0; i < model_.files.size(); ++i) CompareFile(static_cast<int>(i));
    for (std::size_t i = 0; i < model_.certifications.size(); ++i) CompareCertification(static_cast<int>(i));
    for (std::size_t i = 0; i < model_.proposals.size(); ++i) CompareProposal(static_cast<int>(i));
    for (std::size_t i = 0; i < model_.orders.size(); ++i) CompareOrder(static_cast<int>(i));
    for (std::size_t i = 0; i < model_.appeals.size(); ++i) CompareAppeal(static_cast<int>(i));
    for (std::size_t i = 0; i < model_.people.size(); ++i) ComparePerson(static_cast<int>(i));
  }

  void CompareFile(int place) {
    const ModelFile& file = model_.files[static_cast<std::size_t>(place)];
    const auto state = world_.StateOfFile(place);
    // One that is late has lapsed as soon as anybody looks at it, or the clock.
    if (model_.IsLate(file, world_.now()) && state == Application::State::kLapsed) return;
    Differs("file", place, Name(file.state), Name(state));
  }
  void CompareCertification(int place) {
    const ModelCertification& expected = model_.certifications[static_cast<std::size_t>(place)];
    const Certification found = world_.CertificationAt(place);
    if (world_.now() >= expected.until && found.state == Certification::State::kExpired) return;
    Differs("certification", place, Name(expected.state), Name(found.state));
    Differs("operator of certification", place, world_.NameOf(expected.operator_party, expected.called),
            found.operator_name);
    if (found.valid_until != expected.until)
      Differs("end of certification", place, FormatDateTime(expected.until), FormatDateTime(found.valid_until));
    if (expected.state == Certification::State::kSuspended && found.restore_by != expected.restore_by)
      Differs("limit of certification", place, FormatDateTime(*expected.restore_by),
              found.restore_by ? FormatDateTime(*found.restore_by) : "none");
  }
  void ComparePerson(int place) {
    const ModelPerson& person = model_.people[static_cast<std::size_t>(place)];
    if (person.enrolled) Differs("party", place, world_.NameOf(place, person.called), world_.PartyAt(place).name);
  }
  void CompareProposal(int place) {
    Differs("proposal", place, Name(model_.proposals[static_cast<std::size_t>(place)].state),
            Name(world_.StateOfProposal(place)));
  }
  void CompareAppeal(int place) {
    Differs("appeal", place, Name(model_.appeals[static_cast<std::size_t>(place)].state),
            Name(world_.StateOfAppeal(place)));
  }
  void CompareOrder(int place) {
    const ModelOrder& expected = model_.orders[static_cast<std::size_t>(place)];
    const Order found = world_.OrderAt(place);
    Differs("order", place, Name(expected.state), Name(found.state));
    Differs("deadline of order", place, FormatDateTime(expected.deadline), FormatDateTime(found.deadline));
    if (expected.exposed_at != found.exposed_at) Differs("exposure of order", place, "another time", "a time");
  }
  void Differs(std::string_view what, int place, std::string_view expected, std::string_view found) {
    if (expected == found || HasFailure()) return;
    Report(std::string(what) + " #" + std::to_string(place) + ": the model has " + std::string(expected) +
           ", the record " + std::string(found));
  }

  void Report(const std::string& what) {
    std::string text = what + "\n  at " + FormatDateTime(world_.now()) + ", act " + std::to_string(history_.size()) +
                       " of seed " + std::to_string(seed_) + "; again: CERTMARK_MODEL_SEED=" + std::to_string(seed_) +
                       " unit_ca --gtest_filter='*SchemeModelSlice*/0'\n  the last acts:";
    const std::size_t from = history_.size() > 400 ? history_.size() - 400 : 0;
    for (std::size_t i = from; i < history_.size(); ++i) text += "\n    " + history_[i];
    ADD_FAILURE() << text;
  }

  const std::uint32_t seed_;
  SchemeModel model_;
  SchemeWorld world_;
  Chooser choose_;
  Time signers_since_, status_since_;
  std::uint32_t late_for_ = 0;
  std::vector<std::string> history_;
  std::map<ActKind, int> done_, refused_;
};

TEST_P(SchemeModelSlice, AnswersAndEndsAsTheSchemeSays) {
  Live();
  if (HasFailure()) return;
  RunClock();
  CompareAll();
  for (const std::string& broken : BrokenInvariants(world_)) Report(broken);
  // Every kind of act was done and was refused: a world in which nothing happens proves nothing.
  for (int kind = 0; kind <= static_cast<int>(ActKind::kDecideAppeal); ++kind) {
    const auto act = static_cast<ActKind>(kind);
    RecordProperty(std::string(Name(act)), std::to_string(done_[act]) + " done, " + std::to_string(refused_[act]));
    if (model_.files.size() < 200) continue;
    EXPECT_GT(done_[act], 0) << Name(act);
    EXPECT_GT(refused_[act], 0) << Name(act);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SchemeModelSlice, ::testing::Range(0u, kSlices));

}  // namespace
}  // namespace certmark::ca::testing
