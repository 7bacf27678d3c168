// Accreditations: laboratories and auditors, accredited by two registrars; suspended, restored and ended by two again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/accreditation.h"
#include "ca/desk.h"
#include "ca/party.h"
#include "ca/proposal.h"

namespace certmark::ca {

class Accreditations {
 public:
  explicit Accreditations(const Desk& desk) : desk_(desk) {}

  // ---- What proposals bring about (proposals.h)
  /// CheckProposal: kAccredit is about a `party/<id>`, a laboratory or an auditor, and its details are an
  /// AccreditationScope of schemes that are here, until a time that is to come; the others are about an
  /// `accreditation/<id>` and have no details. To suspend or end takes a reason of one of its schemes, the others give
  /// none. `actor`, who proposes or confirms, has no part in the party. It returns how long the proposal may wait.
  Result<Seconds> CheckProposal(const Party& actor, const Proposal& proposal, ledger::Change& change) const;
  /// Confirmed checks all that again, for the confirmer, and carries it out in one commit with `change`.
  Result<void> Confirmed(const Party& confirmer, const Proposal& proposal, ledger::Change change) const;

  // ---- Reading
  /// Get: every party may know who may evaluate what.
  Result<Accreditation> Get(const Party& caller, std::string_view party) const;

  // ---- What the clock does
  /// OnDue ends an accreditation whose time has come.
  Result<void> OnDue(std::string_view party) const;

  // ---- What follows from a suspension or an end
  struct RecentReport {
    std::string subject;  ///< `certification/<number>`, or `application/<id>` of a file without one
    Time received_at;     ///< when the report came; of a certification without its file, when that began
  };
  /// ReportsToReview lists, for a surveillance officer, what rests on the party's reports of its schemes' report_review
  /// before it was suspended or ended, or came after. FailedPrecondition: it is neither.
  Result<std::vector<RecentReport>> ReportsToReview(const Party& caller, std::string_view party) const;

 private:
  /// Next is what the proposal makes of the accreditation `read`, if there is one. FailedPrecondition: it takes no such
  /// act in its state.
  Result<Accreditation> Next(const Proposal& proposal, const Stored<Accreditation>* read, Time now) const;

  const Desk& desk_;
};

/// RecentReports are what rests on a party's reports that were received at `since` or later, in order of subject: found
/// by the certifications and applications that name it as their laboratory or auditor.
Result<std::vector<Accreditations::RecentReport>> RecentReports(const ledger::Store& store, std::string_view party,
                                                                Time since);

/// Evaluating is what somebody is about to evaluate.
struct Evaluating {
  std::string_view party, scheme;  ///< Scheme::id
  Platform platform;
  Time now;
};
/// RequireAccredited returns the accreditation that covers it; the caller's change must Expect it. FailedPrecondition
/// says which: never accredited, ended, suspended, or for another scheme or platform.
Result<Stored<Accreditation>> RequireAccredited(const ledger::Store& store, const Evaluating& evaluating);

}  // namespace certmark::ca
