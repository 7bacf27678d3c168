#include "ca/eligibility.h"

#include <algorithm>
#include <set>

#include "ca/bars.h"
#include "ca/certification_rows.h"
#include "ca/operator_rows.h"
#include "ca/records.h"

namespace certmark::ca {
namespace {

std::optional<Time> RevokedAt(const Certification& certification) {
  if (certification.state != Certification::State::kRevoked || !certification.overturned_by.empty())
    return std::nullopt;
  const auto& history = certification.history;
  const auto event = std::find_if(history.rbegin(), history.rend(), [](const Certification::Happened& happened) {
    return happened.kind == EventKind::kRevoked;
  });
  // A revocation whose time is not known counts from the latest that it can have been.
  return event == history.rend() ? certification.valid_until : event->at;
}

// IsSameUnit: the very app under one of the same signers, whoever operates it now.
bool IsSameUnit(const Certification& certification, const ApplicationForm& form) {
  if (certification.app != form.app) return false;
  if (certification.signers.empty() || form.signers.empty())
    return certification.signers.empty() == form.signers.empty();
  return std::ranges::find_first_of(certification.signers, form.signers) != certification.signers.end();
}

// Revocations gathers those of the same type, each once.
class Revocations {
 public:
  Revocations(const ledger::Store& store, const Applying& applying) : store_(store), applying_(applying) {}

  Result<std::vector<EligibilityFacts::Revocation>> Gather() {
    for (const std::string& party : CM_TRY(PartiesOf(store_, applying_.applicant))) {
      for (const std::string& subject : CM_TRY(AllFoundBy(store_, "revoked-of", party))) {
        CM_TRY(AddOperators(std::string(IdOf(subject))));
      }
    }
    for (const auto& read : CM_TRY(CertificationsOf(store_, applying_.form.app))) {
      if (IsSameUnit(read.value, applying_.form)) Add(read.value);
    }
    return std::move(found_);
  }

 private:
  Result<void> AddOperators(const std::string& number) {
    const Certification certification = CM_TRY(Load<Certification>(store_, number)).value;
    const bool same = certification.scheme == applying_.scheme.id || certification.app == applying_.form.app;
    if (same) Add(certification);
    return {};
  }
  void Add(const Certification& certification) {
    const auto at = RevokedAt(certification);
    if (at && seen_.insert(certification.id).second) found_.push_back({certification.id, *at});
  }

  const ledger::Store& store_;
  const Applying& applying_;
  std::set<std::string> seen_;
  std::vector<EligibilityFacts::Revocation> found_;
};

}  // namespace

std::optional<Ineligible> Eligibility(const EligibilityFacts& facts, const Parameters& parameters, Time now) {
  for (const Bar& bar : facts.bars) {
    if (bar.BarsAt(now, parameters.incident_bar)) return Ineligible{Name(bar.cause), SubjectOf(bar)};
  }
  for (const EligibilityFacts::Revocation& revocation : facts.revocations) {
    if (now >= revocation.at + parameters.revocation_bar) continue;
    return Ineligible{Scheme::kRevocationImpact,
                      revocation.number + " was revoked at " + FormatDateTime(revocation.at)};
  }
  return std::nullopt;
}

Result<EligibilityFacts> GatherFacts(const ledger::Store& store, const Applying& applying) {
  EligibilityFacts facts;
  facts.bars = CM_TRY(OpenBars(store, applying.applicant));
  facts.revocations = CM_TRY(Revocations(store, applying).Gather());
  return facts;
}

Result<void> CheckEligible(const ledger::Store& store, const Applying& applying) {
  const EligibilityFacts facts = CM_TRY(GatherFacts(store, applying));
  const auto ineligible = Eligibility(facts, applying.scheme.parameters, applying.now);
  if (!ineligible) return {};
  return Error{ErrorCode::kFailedPrecondition, std::string(ineligible->code) + ": " + ineligible->fact};
}

}  // namespace certmark::ca
