// The Party CA's certificate revocation list, kept true and fresh while the daemon runs.
#pragma once

#include <vector>

#include "ca/authority.h"
#include "ca/certificate_revocations.h"

namespace certmark::api {

inline constexpr Seconds kPartyCrlLife{7 * 24 * 3600};
inline constexpr Seconds kPartyCrlRenewedAfter{24 * 3600};
/// kMaxCrlBytes is what a list may have: anybody is answered with all of it. Some twenty thousand entries.
inline constexpr std::size_t kMaxCrlBytes = 1024 * 1024;

/// PartyCrl is the list in `files`. An entry stays on it longer than its certificate may last, whatever became of its
/// party's record (RFC 5280 §3.3). One thread's.
class PartyCrl {
 public:
  PartyCrl(const ca::AuthorityFiles& files, const ca::Authority& authority,
           const ca::CertificateRevocations& revocations)
      : files_(files), authority_(authority), revocations_(revocations) {}

  /// Begin takes up the list that is there: what it says is revoked stays so, though the database was put back to a
  /// time before; then it renews it. It returns how many parties had their certificates back, and lose them again.
  /// Corruption: the list that is there is none of this Party CA's, and has to be moved away first.
  Result<std::size_t> Begin(Time now);
  /// Renew writes a new list, durably, when it has to say more, or is older than a day, from the future, or missing.
  Result<void> Renew(Time now);

 private:
  Result<std::vector<ca::RevokedCertificate>> Listed(Time now) const;

  const ca::AuthorityFiles& files_;
  const ca::Authority& authority_;
  const ca::CertificateRevocations& revocations_;
  ca::Crl published_;  ///< its rows by serial number
};

}  // namespace certmark::api
