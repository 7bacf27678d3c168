// A second telling of the scheme (docs/SCHEME.md), small and plain, to hold the service against: what an act does, and
// why it may not be done. It knows people, files, certifications, proposals, orders, appeals and accreditations by
// their places in lists, takes nothing from the service but names of roles, codes and states, and has no store.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ca/appeal.h"
#include "ca/application.h"
#include "ca/certification.h"
#include "ca/order.h"
#include "ca/party.h"
#include "ca/proposal.h"
#include "verifier-sdk/core/result.h"

namespace certmark::ca::testing {

inline constexpr int kNobody = -1;

/// ModelRules are the numbers of the world's schemes: short, so that a slice of a few months sees every deadline.
struct ModelRules {
  static constexpr Seconds kDay{86'400};
  static constexpr Seconds validity = 50 * kDay, renewal_from = 35 * kDay, rectification = 6 * kDay,
                           returned = 5 * kDay, proposal_life = 4 * kDay, suspension = 12 * kDay,
                           suspension_asked = 18 * kDay, exposed = 7 * kDay, barred = 9 * kDay;
  static constexpr int rounds = 2, order_days = 4, appeal_days = 5;  ///< both in working days
};

struct ModelPerson {
  std::string name;
  std::set<Role> roles;
  std::vector<int> belongs_to;
  int register_entry = 0;  ///< 0: none
  bool enrolled = true;
  int called = 0;  ///< which of an operator's names it has now; 0: as enrolled
};

/// ActKind is what somebody tries.
enum class ActKind : std::uint8_t {
  kSubmit,
  kResubmit,
  kWithdrawFile,
  kCorrect,
  kReturn,
  kRefuse,
  kAccept,
  kReassign,
  kReport,
  kAudit,
  kDecide,
  kPropose,
  kConfirm,
  kReject,
  kReinstate,
  kWithdraw,
  kCloseOrder,
  kAppeal,
  kDecideAppeal,
};
std::string_view Name(ActKind kind);

/// Flaw is what is wrong with what somebody hands in.
enum class Flaw : std::uint8_t {
  kNone,
  kNoDocument,        ///< a document that the path needs is missing
  kUnanswered,        ///< a criterion is
  kFailsItself,       ///< the operator finds a mandatory criterion nonconform
  kStrangeCriterion,  ///< answers one that the scheme does not have
  kOtherUnit,         ///< changes a certification of another unit
  kNotGrown,          ///< an update with the range as it was, or documents alone with another
  kOpenRange,         ///< without a last build
  kOtherDocument,     ///< a document that the path does not require, and another than the base's
  kNoNewNames,        ///< documents alone that do not say what the operator is called
  kClosedEdition,
  kOtherEdition,
  kOtherFile,      ///< signed for another application
  kOtherAuthor,    ///< signed by somebody else
  kStale,          ///< decided on the file as it was before
  kRestsOnLess,    ///< a decision that leaves a part of the file out
  kAgain,          ///< a report that was handed in already
  kStrangeReason,  ///< a code that the catalogue does not have for that
  kNoReason,
};
std::string_view Name(Flaw flaw);

/// ModelAct is one try, whoever may do it or not. What an act does not need stays as it is.
struct ModelAct {
  ActKind kind = ActKind::kSubmit;
  int actor = 0;
  int subject = kNobody;  ///< place of the file, certification, proposal, order, appeal, party or app acted on
  Flaw flaw = Flaw::kNone;
  ApplicationPath path = ApplicationPath::kInitial;
  int unit = 0, edition = 0, base = kNobody;            ///< of a form
  int called = 0;                                       ///< of a form of documents alone: the operator's new name
  int laboratory = kNobody, auditor = kNobody;          ///< of an acceptance, or of others
  bool conform = true;                                  ///< of a report
  bool granted = true;                                  ///< of a decision; an appeal's: upheld
  Proposed proposed = Proposed::kSuspend;               ///< of a proposal
  Appeal::Against against = Appeal::Against::kRefusal;  ///< what an appeal's subject is
  std::string reason{};
  int accused = kNobody;  ///< operator of an order on an app that is not certified

  std::string ToText() const;
};

struct ModelFile {
  int operator_party = 0;
  ApplicationPath path = ApplicationPath::kInitial;
  int unit = 0, edition = 0, base = kNobody, to = 0, called = 0;
  Application::State state = Application::State::kSubmitted;
  int laboratory = kNobody, auditor = kNobody;
  int tested_by = kNobody, audited_by = kNobody;  ///< whose reports it stands on, its own or those of its base
  std::vector<int> reporters;                     ///< whose reports it has, in order
  std::set<int> people;                           ///< who acted
  std::set<int> excluded, near;                   ///< whom an upheld appeal shuts out; who had to do with the app then
  int rounds = 0, reports = 0;
  std::optional<Time> deadline;
  Time decided_at{};
  bool at_acceptance = false;  ///< refused before anybody evaluated it
  bool reopened = false;
  int regrants = kNobody;  ///< the certification that was revoked in error
  int called_before = 0;   ///< its operator's name when it was accepted
};

struct ModelCertification {
  int file = 0, operator_party = 0, unit = 0, edition = 0, to = 0;
  int called = 0;  ///< the name of its operator when it was granted
  Certification::State state = Certification::State::kValid;
  Time until{}, changed_at{};
  std::optional<Time> restore_by;
  bool by_holder = false;
  int order = kNobody;  ///< the order that it is suspended for
  std::set<int> people;
  std::optional<Time> suspended_at;  ///< of the suspension that became its revocation
  bool spared = false;               ///< an appeal says that it was revoked in error
};

struct ModelProposal {
  ModelAct act;
  Proposal::State state = Proposal::State::kOpen;
  Time at{}, expires{};
};

struct ModelOrder {
  int app = 0, certification = kNobody, operator_party = kNobody;
  Order::State state = Order::State::kOrdered;
  Time ordered_at{}, deadline{};
  std::optional<Time> exposed_at, limit;
  bool limit_passed = false;
  std::set<int> people;
};

struct ModelAppeal {
  Appeal::Against against = Appeal::Against::kRefusal;
  int subject = 0, operator_party = 0;
  Time act_at{};
  Appeal::State state = Appeal::State::kFiled;
};

struct ModelAccreditation {
  enum class State : std::uint8_t { kNever, kActive, kSuspended, kEnded } state = State::kNever;
};

/// Judgement is what the scheme says of a try: nothing in `must`, it is done; else it is refused with a code of `must`
/// or `may`. With something in `may` alone the scheme leaves it open.
struct Judgement {
  std::set<ErrorCode> must, may;
  bool Allows(const std::optional<ErrorCode>& refusal) const;
  std::string ToText() const;
};

class SchemeModel {
 public:
  /// kUnits are apps by signers: two signers each.
  static constexpr int kApps = 12, kSigners = 2;
  /// Editions: one without an audit, one with, one closed for new applications.
  static constexpr int kPlain = 0, kAudited = 1, kClosed = 2;
  /// kNames are what an operator may be called, each its own.
  static constexpr int kNames = 4;

  std::vector<ModelPerson> people;
  std::vector<ModelFile> files;
  std::vector<ModelCertification> certifications;
  std::vector<ModelProposal> proposals;
  std::vector<ModelOrder> orders;
  std::vector<ModelAppeal> appeals;
  std::map<int, ModelAccreditation> accreditations;  ///< by person

  /// Judge says whether `act` may be done at `now`.
  Judgement Judge(const ModelAct& act, Time now) const;
  /// Apply does it. REQUIRES: it was done.
  void Apply(const ModelAct& act, Time now);
  /// Due is something that the clock has to do, and when it was due.
  struct Due {
    enum class Kind : std::uint8_t { kNothing, kFile, kCertification, kProposal, kOrder } kind = Kind::kNothing;
    int place = 0;
    Time at = Time::max();
  };
  /// RunClock does all that is due, and says what that was.
  std::vector<Due> RunClock(Time now);

  /// FileOf is the file that a form begins.
  ModelFile FileOf(const ModelAct& act) const;
  static int AppOf(int unit) { return unit / kSigners; }
  /// IsOver: the file's, the certification's time is past, whether or not the clock has been at it.
  bool IsLate(const ModelFile& file, Time now) const { return file.deadline && now >= *file.deadline; }
  bool HasAct(ActKind kind, int actor) const;
  bool Apart(int a, int b) const;

 private:
  void JudgeForm(const ModelAct& act, const ModelFile& file, Time now, Judgement& out) const;
  void JudgeBase(const ModelFile& file, Time now, Judgement& out) const;
  void JudgeNames(const ModelFile& file, Judgement& out) const;
  void JudgeBars(const ModelFile& file, Time now, Judgement& out) const;
  void JudgeIncluded(int actor, const ModelFile& file, Judgement& out) const;
  bool IsAccredited(int person) const;
  bool IsOneCompany(int a, int b) const;
  std::set<int> CircleOf(int person) const;
  bool AreTwo(int a, int b) const;
  void JudgeConcerned(int actor, const ModelAct& proposed, Judgement& out) const;
  /// IsExposed: an order on the app, of that company, is exposed and not met.
  bool IsExposed(int app, int operator_party) const;
  void JudgeFile(const ModelAct& act, Time now, Judgement& out) const;
  void JudgeAssigned(const ModelAct& act, const ModelFile& file, Judgement& out) const;
  void JudgeReassignment(const ModelAct& act, const ModelFile& file, Judgement& out) const;
  void JudgeAcceptance(const ModelAct& act, const ModelFile& file, Time now, Judgement& out) const;
  void JudgeReport(const ModelAct& act, const ModelFile& file, Judgement& out) const;
  void JudgeDecision(const ModelAct& act, const ModelFile& file, Time now, Judgement& out) const;
  void JudgeSubject(const ModelAct& act, int actor, Time now, Judgement& out) const;
  void JudgeOrder(const ModelAct& act, int actor, Time now, Judgement& out) const;
  void JudgeAccreditation(const ModelAct& act, int actor, Judgement& out) const;
  void JudgeConfirmation(const ModelAct& act, Time now, Judgement& out) const;
  void JudgeCertification(const ModelAct& act, Time now, Judgement& out) const;
  void JudgeAppeal(const ModelAct& act, Time now, Judgement& out) const;
  void JudgeRuling(const ModelAct& act, Time now, Judgement& out) const;

  std::vector<int> LiveOf(int app, Time now) const;
  bool HeldBack(const ModelCertification& certification, Time now) const;
  bool Concerns(const ModelOrder& order, const ModelCertification& certification) const;
  void Inherit(ModelFile& file) const;
  void Arrive(ModelFile& file, Application::State state, Time now) const;
  void ApplyDecision(const ModelAct& act, Time now);
  void ApplyConfirmation(const ModelAct& act, Time now);
  void ApplyRuling(const ModelAct& act, Time now);
  void Annul(int order, const std::set<int>& by, Time now);
  void Lift(const std::vector<ModelCertification*>& suspended, const std::set<int>& by, Time now);
  void Reopen(int file, int officer, const std::set<int>& near, int regrants);
  void Suspend(ModelCertification& certification, Time now, bool by_holder, int order) const;
  Due Earliest(Time now) const;
  void Carry(const Due& due, Time now);
  std::set<int> PeopleOf(Appeal::Against against, int subject) const;
  std::set<int> PeopleNear(Appeal::Against against, int subject) const;
  std::optional<Time> ActAppealed(Appeal::Against against, int subject) const;
};

/// EndOfWorkingDay is the midnight, in China, after the `days`-th working day after `start`; weekends alone count, for
/// a world that lives between holidays.
Time EndOfWorkingDay(Time start, int days);

}  // namespace certmark::ca::testing
