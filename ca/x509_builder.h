// From the facts of a certificate to its bytes: the OpenSSL mechanics below the profiles.
#pragma once

#include <openssl/x509v3.h>

#include <optional>
#include <string>
#include <vector>

#include "ca/clock.h"
#include "ca/signer.h"
#include "verifier-sdk/core/certificate.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {

/// CertificateDraft is what a certificate will say. basicConstraints and keyUsage are written critical, all else not.
struct CertificateDraft {
  PublicKey key;
  std::string organization, common_name;           ///< the subject; no organization where it is empty
  Bytes issuer = {};                               ///< DER name; empty: the subject itself
  Time not_before, not_after;                      ///< inclusive
  std::optional<unsigned> path_len = {};           ///< of a CA; nothing for a leaf
  std::vector<std::string> eku = {};               ///< dotted; empty: no such extension
  std::vector<std::string> uris = {}, hosts = {};  ///< subjectAltName; hosts are DNS names and IP addresses
  std::optional<Certificate::Period> usage_period = {};
  std::string crl_url = {};  ///< empty: no such extension
};

/// BuildCertificate draws a serial number, encodes `draft` and signs it. InvalidArgument: a name too long for X.509 (64
/// characters), or a host that is neither a DNS name nor an address.
Result<Bytes> BuildCertificate(const CertificateDraft& draft, const Signer& issuer, const Random& random);

/// OrganizationOf and CommonNameOf are the subject's first name of that kind, or empty.
std::string OrganizationOf(const Certificate& certificate);
std::string CommonNameOf(const Certificate& certificate);

/// KeyIdentifier is RFC 7093 §2 method 1: the leftmost 160 bits of SHA-256 over the subjectPublicKey's bits.
Bytes KeyIdentifier(const PublicKey& key);
/// MakeAuthorityKeyId names the key that signs, for certificates and CRLs; null if OpenSSL fails.
Owned<AUTHORITY_KEYID, AUTHORITY_KEYID_free> MakeAuthorityKeyId(const PublicKey& key);

}  // namespace certmark::ca
