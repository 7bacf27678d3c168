// Parties: what becomes of a party once it is enrolled.
#pragma once

#include <string>
#include <string_view>

#include "ca/desk.h"
#include "ca/party.h"
#include "verifier-sdk/core/certificate.h"

namespace certmark::ca {

class Parties {
 public:
  /// kRenewedFrom is how long before its end a certificate may be renewed, kMaxCertificates how many a party may have:
  /// whose answer was lost asks again, and what it never got ends by itself.
  static constexpr Seconds kRenewedFrom{90 * 24 * 3600};
  static constexpr std::size_t kMaxCertificates = 4;

  explicit Parties(const Desk& desk) : desk_(desk) {}

  /// Renew issues the caller another certificate of the key that it came with, under its name of today. No registrar is
  /// asked: key and party stay what they were found to be. `presented` identifies the party until its own end.
  /// PermissionDenied: it identifies the caller no more. FailedPrecondition: it is not near its end, or the party has
  /// kMaxCertificates.
  Result<Certificate> Renew(const Party& caller, const Certificate& presented) const;

  /// OnDue drops the certificates of a party that have ended, revoked or not: they identify nobody any more. Its keys
  /// stay its own. The act rests on an enrolment that gave it a key.
  Result<void> OnDue(std::string_view id) const;

 private:
  const Desk& desk_;
};

/// WithNewNames is the party under a new name and address. Its certificates keep the old name until their end: they
/// identify it by its id. InvalidArgument: CheckNames (enrolment.h).
Result<Party> WithNewNames(Party party, std::string_view name, std::string_view url);

/// Rename is that of names that were checked.
void Rename(Party& party, std::string_view name, std::string_view url);

}  // namespace certmark::ca
