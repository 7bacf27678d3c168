// CertificateRevocations: a party loses every certificate that identifies it, at once and on every connection. It takes
// part again by another key (enrolments.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/crl_reason.h"
#include "ca/desk.h"
#include "ca/party.h"
#include "ca/proposal.h"
#include "ca/x509_profiles.h"

namespace certmark::ca {

class CertificateRevocations {
 public:
  explicit CertificateRevocations(const Desk& desk) : desk_(desk) {}

  /// RevokeOwn revokes those of the caller, who alone can say so at once: the key is stolen, or it goes.
  Result<Party> RevokeOwn(const Party& caller, CrlReason reason) const;

  /// For Proposals: two registrars revoke those of another party. The proposal's reason is a CrlReason's name.
  /// FailedPrecondition: it has none.
  Result<Seconds> CheckProposal(const Party& actor, const Proposal& proposal, ledger::Change& change) const;
  Result<std::vector<std::string>> Concerned(const Proposal& proposal) const;
  Result<void> Confirmed(const Party& confirmer, const Proposal& proposal, ledger::Change change) const;

  /// Known are all that are revoked, until the clock finds that they have ended: for the Party CA's CRL.
  Result<std::vector<RevokedCertificate>> Known() const;
  /// Keep revokes again what a list that was published says: a database that was put back to a backup of before does
  /// not know it. It returns how many parties that concerned.
  Result<std::size_t> Keep(const std::vector<RevokedCertificate>& published) const;

 private:
  const Desk& desk_;
};

}  // namespace certmark::ca
