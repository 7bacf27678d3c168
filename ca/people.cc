#include "ca/people.h"

#include <vector>

#include "ca/act_entry.h"
#include "ca/appeal.h"
#include "ca/application.h"
#include "ca/certification.h"
#include "ca/order.h"
#include "ca/proposal.h"
#include "ca/records.h"

namespace certmark::ca {
namespace {

// So many acts on one record, and so many records of one file, are read; of more nobody can say who took part.
constexpr std::size_t kMaxActs = 10'000, kMaxRecords = 10'000;

Error TooMuch(std::string_view subject) {
  return {ErrorCode::kFailedPrecondition, "too much to tell who took part in " + std::string(subject)};
}

// Gathering follows a file from record to record.
class Gathering {
 public:
  explicit Gathering(const ledger::Store& store) : store_(store) {}

  Result<std::set<std::string>> From(std::string_view subject) {
    Follow(std::string(subject));
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      if (i == kMaxRecords) return TooMuch(subject);
      const std::string each = subjects_[i];
      CM_TRY(TakeActs(each));
      CM_TRY(TakeRecord(each));
    }
    return std::move(people_);
  }

 private:
  void Add(const std::string& party) {
    if (!party.empty() && !IsNoParty(party)) people_.insert(party);
  }
  void Follow(std::string subject) {
    if (seen_.insert(subject).second) subjects_.push_back(std::move(subject));
  }
  void Follow(std::string_view kind, std::string_view id) {
    if (!id.empty()) Follow(std::string(kind) + "/" + std::string(id));
  }

  Result<void> TakeActs(const std::string& subject) {
    const std::vector<std::uint64_t> acts = CM_TRY(ActsOf(store_, subject, kMaxActs + 1));
    if (acts.size() > kMaxActs) return TooMuch(subject);
    for (const std::uint64_t index : acts) {
      const RecordedAct recorded = CM_TRY(ReadAct(store_, index));
      Add(recorded.act.actor);
      if (!recorded.act.rests_on.empty()) Follow(recorded.act.rests_on);
    }
    return {};
  }

  Result<void> TakeRecord(const std::string& subject) {
    const std::string_view kind = KindOf(subject), id = IdOf(subject);
    for (const std::string& appeal : CM_TRY(AppealsOf(store_, subject))) Follow(Appeal::kKind, appeal);
    if (kind == Application::kKind) return TakeApplication(CM_TRY(Load<Application>(store_, id)).value);
    if (kind == Certification::kKind) return TakeCertification(CM_TRY(Load<Certification>(store_, id)).value);
    if (kind == Order::kKind) return TakeOrder(CM_TRY(Load<Order>(store_, id)).value);
    if (kind == Proposal::kKind) TakeProposal(CM_TRY(Load<Proposal>(store_, id)).value);
    return {};
  }
  Result<void> TakeApplication(const Application& application) {
    Add(application.operator_party);
    Add(application.accepted_by);
    for (const std::string& evaluator : application.Evaluators()) Add(evaluator);
    if (application.decision) Add(application.decision->author);
    return {};
  }
  Result<void> TakeCertification(const Certification& certification) {
    Add(certification.operator_party);
    Add(certification.laboratory);
    Follow(Application::kKind, certification.application);
    Follow(Certification::kKind, certification.supersedes);
    for (const Order& order : CM_TRY(OrdersOf(store_, certification.app))) {
      if (order.Concerns(certification)) Follow(SubjectOf(order));
    }
    for (std::string& found : CM_TRY(FoundBy(store_, "case-of", certification.id, "", kMaxRecords))) {
      Follow(std::move(found));
    }
    return {};
  }
  Result<void> TakeOrder(const Order& order) {
    Follow(Proposal::kKind, order.proposal);
    Follow(Certification::kKind, order.facts.certification);
    return {};
  }
  void TakeProposal(const Proposal& proposal) {
    Add(proposal.proposed_by);
    Add(proposal.confirmed_by);
  }

  const ledger::Store& store_;
  std::vector<std::string> subjects_;
  std::set<std::string> seen_, people_;
};

}  // namespace

Result<std::set<std::string>> PeopleOn(const ledger::Store& store, std::string_view subject) {
  return Gathering(store).From(subject);
}

}  // namespace certmark::ca
