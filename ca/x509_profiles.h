// Certificates and CRLs of FORMATS.md §2. One function a profile; nothing outside these profiles can be issued.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ca/clock.h"
#include "ca/crl_reason.h"
#include "ca/signer.h"
#include "verifier-sdk/core/certificate.h"

namespace certmark::ca {

/// IssuingCa is a CA certificate with its key. Both outlive every call.
struct IssuingCa {
  const Certificate& certificate;
  const Signer& signer;
};

/// kClientAuthOid and kServerAuthOid are RFC 5280 §4.2.1.12's purposes of TLS, the Party CA's.
inline constexpr std::string_view kClientAuthOid = "1.3.6.1.5.5.7.3.2", kServerAuthOid = "1.3.6.1.5.5.7.3.1";

/// AuthorityOids are the two extended key usages under the authority's own private enterprise number.
struct AuthorityOids {
  std::string credential, status;
  static AuthorityOids ForPen(std::uint32_t pen);
};

// Every function below: serial number of 16 random bytes, positive; SKI and AKI by RFC 7093 method 1; a CRL
// distribution point in all but the root; `notBefore` one hour before `now`, `notAfter` inclusive and never beyond the
// issuer's. The result is parsed back with the verifier's own Certificate before it is returned. FailedPrecondition:
// the life would outlive the issuer, or the issuer is a CA for another purpose, or the signer is not its key.
// InvalidArgument: a name that is empty, not plain text or over 64 characters, a bad authority, party id or host, or a
// key of another curve.
Result<Certificate> IssueRoot(const Signer& root, std::string_view authority_name, Time now, const Random& random);
Result<Certificate> IssueCredentialCa(const IssuingCa& root, const PublicKey& key, std::string_view authority_name,
                                      const AuthorityOids& oids, std::string_view authority, Time now,
                                      const Random& random);
Result<Certificate> IssuePartyCa(const IssuingCa& root, const PublicKey& key, std::string_view authority_name,
                                 std::string_view authority, Time now, const Random& random);
Result<Certificate> IssueCredentialSigner(const IssuingCa& credential_ca, const PublicKey& key,
                                          const AuthorityOids& oids, std::string_view authority, Time now,
                                          const Random& random);
Result<Certificate> IssueStatusSigner(const IssuingCa& credential_ca, const PublicKey& key, const AuthorityOids& oids,
                                      std::string_view authority, Time now, const Random& random);
/// IssuePartyCertificate: clientAuth, kPartyCertificateLife, SAN exactly authority + `/parties/` + party id.
Result<Certificate> IssuePartyCertificate(const IssuingCa& party_ca, const PublicKey& key, std::string_view common_name,
                                          std::string_view party_id, std::string_view authority, Time now,
                                          const Random& random);
/// IssueServerCertificate: serverAuth, 398 days, SANs the DNS names and IP addresses given.
Result<Certificate> IssueServerCertificate(const IssuingCa& party_ca, const PublicKey& key,
                                           const std::vector<std::string>& hosts, std::string_view authority, Time now,
                                           const Random& random);

/// kPartyCertificateLife is how long a party's certificate lasts.
inline constexpr Seconds kPartyCertificateLife{2 * 365 * 24 * 3600};

/// RevokedCertificate is one CRL row.
struct RevokedCertificate {
  std::string serial_hex;  ///< Certificate::serial_hex
  Time revoked_at;
  CrlReason reason;
  bool operator==(const RevokedCertificate&) const = default;
};
/// IssueCrl signs a CRL (DER) that lists `revoked`, valid from `now` for `life`, and verifies it before it is returned.
/// FailedPrecondition: it would outlive its issuer. InvalidArgument: a serial number that is not hex.
Result<Bytes> IssueCrl(const IssuingCa& ca, std::uint64_t crl_number, const std::vector<RevokedCertificate>& revoked,
                       Time now, Seconds life);

struct Crl {
  std::uint64_t number = 0;
  std::vector<RevokedCertificate> revoked;
};
/// ReadCrl reads a CRL that IssueCrl made. InvalidArgument: it is none, or not signed by `ca`.
Result<Crl> ReadCrl(ByteView der, const Certificate& ca);

/// ToPem writes one certificate for files and TLS libraries (RFC 7468).
std::string ToPem(const Certificate& certificate);
/// CertificatesFromPem reads every certificate of a PEM text, in order. InvalidArgument: none, or anything else in it.
Result<std::vector<Certificate>> CertificatesFromPem(std::string_view pem);

}  // namespace certmark::ca
