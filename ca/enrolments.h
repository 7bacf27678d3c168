// Enrolments: the use cases by which parties come in. Anybody asks, registrars answer.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ca/desk.h"
#include "ca/enrolment.h"
#include "ca/rights.h"

namespace certmark::ca {

class Enrolments {
 public:
  explicit Enrolments(const Desk& desk) : desk_(desk) {}

  struct Asked {
    Bytes csr;
    std::string name, operator_id, url;
  };
  /// ResourceExhausted: kMaxOpenEnrolments are open; expired ones are swept first.
  Result<Enrolment> Request(const Asked& request);
  /// NotFound: unknown or expired.
  Result<Enrolment> Get(std::string_view id) const;
  Result<std::vector<Enrolment>> List(const Party& caller) const;
  struct Approval {
    std::string enrolment, fingerprint;  ///< as told out of band
    std::set<Role> roles;
    std::vector<std::string> belongs_to;
  };
  /// Approves, and enrols at once where one registrar suffices. The first registrar alone may enrol one second
  /// registrar alone. FailedPrecondition: the fingerprint is not the request's. PermissionDenied: a registrar approving
  /// themselves.
  Result<Enrolment> Approve(const Party& caller, const Approval& approval);
  /// The second registrar names the fingerprint too, and the roles are those approved. PermissionDenied: the same
  /// registrar.
  Result<Enrolment> Confirm(const Party& caller, std::string_view id, std::string_view fingerprint);

 private:
  /// Enrol makes the party of an enrolment that is fully approved: its certificate, its rows, its act.
  Result<Enrolment> Enrol(const Party& registrar, Act act, const Stored<Enrolment>& read, Enrolment enrolment,
                          ledger::Change& change);
  Result<void> ReplaceEnrolment(const Party& registrar, Act act, const Stored<Enrolment>& read,
                                const Enrolment& enrolment, ledger::Change& change);

  const Desk& desk_;
  std::mutex requesting_;  ///< one enrolment request at a time
};

}  // namespace certmark::ca
