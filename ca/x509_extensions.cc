#include "ca/x509_extensions.h"

#include <arpa/inet.h>

#include <algorithm>

namespace certmark::ca {
namespace {

using OwnedString = Owned<ASN1_STRING, ASN1_STRING_free>;
using OwnedNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;

enum class Critical : int { kNo = 0, kYes = 1 };

Error Failed(const char* what) {
  return {ErrorCode::kInternal, std::string("X.509: cannot write ") + what};
}

Result<void> Add(X509* certificate, int nid, void* value, Critical critical, const char* what) {
  if (X509_add1_ext_i2d(certificate, nid, value, static_cast<int>(critical), X509V3_ADD_APPEND) != 1)
    return Failed(what);
  return {};
}

OwnedString MakeString(int type, ByteView contents) {
  OwnedString out(ASN1_STRING_type_new(type));
  if (!out || ASN1_STRING_set(out.get(), contents.data(), static_cast<int>(contents.size())) != 1) return {};
  return out;
}

// ---- Alternative names

/// Push appends a name of `type` (GEN_URI, GEN_DNS, GEN_IPADD).
bool Push(GENERAL_NAMES* names, int type, ByteView contents) {
  OwnedString value = MakeString(type == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING, contents);
  Owned<GENERAL_NAME, GENERAL_NAME_free> name(GENERAL_NAME_new());
  if (!value || !name) return false;
  GENERAL_NAME_set0_value(name.get(), type, value.release());
  if (sk_GENERAL_NAME_push(names, name.get()) <= 0) return false;
  static_cast<void>(name.release());  // owned by `names` now
  return true;
}

/// Address reads an IPv4 or IPv6 address into its 4 or 16 bytes; empty if it is none.
Bytes Address(const std::string& text) {
  Bytes v4(4), v6(16);
  if (inet_pton(AF_INET, text.c_str(), v4.data()) == 1) return v4;
  if (inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) return v6;
  return {};
}

bool IsDnsName(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return !text.empty() && text.size() <= 253 && text.front() != '.' && text.back() != '.' &&
         text.find("..") == text.npos && std::ranges::all_of(text, allowed);
}

Result<void> PushHost(GENERAL_NAMES* names, const std::string& host) {
  const Bytes address = Address(host);
  if (!IsHost(host)) {
    return Error{ErrorCode::kInvalidArgument, "neither a DNS name nor an IP address: " + host};
  }
  const bool pushed = address.empty() ? Push(names, GEN_DNS, AsBytes(host)) : Push(names, GEN_IPADD, address);
  if (!pushed) return Failed("a host");
  return {};
}

Result<void> AddSubjectAltName(X509* certificate, const CertificateDraft& draft) {
  if (draft.uris.empty() && draft.hosts.empty()) return {};
  const OwnedNames names(GENERAL_NAMES_new());
  if (!names) return Failed("subjectAltName");
  for (const std::string& uri : draft.uris) {
    if (!Push(names.get(), GEN_URI, AsBytes(uri))) return Failed("a URI");
  }
  for (const std::string& host : draft.hosts) CM_TRY(PushHost(names.get(), host));
  return Add(certificate, NID_subject_alt_name, names.get(), Critical::kNo, "subjectAltName");
}

// ---- What it may be used for

Result<void> AddBasicConstraints(X509* certificate, const CertificateDraft& draft) {
  const Owned<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free> constraints(BASIC_CONSTRAINTS_new());
  if (!constraints) return Failed("basicConstraints");
  if (draft.path_len) {
    constraints->ca = 0xff;  // DER writes TRUE so (X.690 §11.1)
    constraints->pathlen = ASN1_INTEGER_new();
    if (constraints->pathlen == nullptr || ASN1_INTEGER_set_uint64(constraints->pathlen, *draft.path_len) != 1) {
      return Failed("pathLen");
    }
  }
  return Add(certificate, NID_basic_constraints, constraints.get(), Critical::kYes, "basicConstraints");
}

Result<void> AddKeyUsage(X509* certificate, const CertificateDraft& draft) {
  constexpr int kDigitalSignature = 0, kKeyCertSign = 5, kCrlSign = 6;  // RFC 5280 §4.2.1.3
  const Owned<ASN1_BIT_STRING, ASN1_BIT_STRING_free> bits(ASN1_BIT_STRING_new());
  const auto set = [&](int bit) { return ASN1_BIT_STRING_set_bit(bits.get(), bit, 1) == 1; };
  if (!bits || !(draft.path_len ? set(kKeyCertSign) && set(kCrlSign) : set(kDigitalSignature))) {
    return Failed("keyUsage");
  }
  return Add(certificate, NID_key_usage, bits.get(), Critical::kYes, "keyUsage");
}

Result<void> AddExtendedKeyUsage(X509* certificate, const CertificateDraft& draft) {
  if (draft.eku.empty()) return {};
  const Owned<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free> purposes(EXTENDED_KEY_USAGE_new());
  if (!purposes) return Failed("extKeyUsage");
  for (const std::string& dotted : draft.eku) {
    Owned<ASN1_OBJECT, ASN1_OBJECT_free> oid(OBJ_txt2obj(dotted.c_str(), 1));
    if (!oid || sk_ASN1_OBJECT_push(purposes.get(), oid.get()) <= 0) return Failed("an extended key usage");
    static_cast<void>(oid.release());  // owned by `purposes` now
  }
  return Add(certificate, NID_ext_key_usage, purposes.get(), Critical::kNo, "extKeyUsage");
}

/// AddUsagePeriod writes the private-key usage period (RFC 3280 §4.2.1.4), both ends.
Result<void> AddUsagePeriod(X509* certificate, const CertificateDraft& draft) {
  if (!draft.usage_period) return {};
  const Owned<PKEY_USAGE_PERIOD, PKEY_USAGE_PERIOD_free> period(PKEY_USAGE_PERIOD_new());
  if (!period) return Failed("privateKeyUsagePeriod");
  period->notBefore = ASN1_GENERALIZEDTIME_set(nullptr, ToEpoch(draft.usage_period->first));
  period->notAfter = ASN1_GENERALIZEDTIME_set(nullptr, ToEpoch(draft.usage_period->last));
  if (period->notBefore == nullptr || period->notAfter == nullptr) return Failed("privateKeyUsagePeriod");
  return Add(certificate, NID_private_key_usage_period, period.get(), Critical::kNo, "privateKeyUsagePeriod");
}

// ---- Where to find the keys and the revocations

Result<void> AddKeyIdentifiers(X509* certificate, const CertificateDraft& draft, const PublicKey& issuer) {
  const OwnedString subject = MakeString(V_ASN1_OCTET_STRING, KeyIdentifier(draft.key));
  const auto authority = MakeAuthorityKeyId(issuer);
  if (!subject || !authority) return Failed("key identifiers");
  CM_TRY(Add(certificate, NID_subject_key_identifier, subject.get(), Critical::kNo, "subjectKeyIdentifier"));
  return Add(certificate, NID_authority_key_identifier, authority.get(), Critical::kNo, "authorityKeyIdentifier");
}

Result<void> AddCrlDistributionPoint(X509* certificate, const CertificateDraft& draft) {
  constexpr int kFullName = 0;  // RFC 5280 §4.2.1.13: DistributionPointName fullName [0]
  if (draft.crl_url.empty()) return {};
  const Owned<CRL_DIST_POINTS, CRL_DIST_POINTS_free> points(CRL_DIST_POINTS_new());
  Owned<DIST_POINT, DIST_POINT_free> point(DIST_POINT_new());
  OwnedNames names(GENERAL_NAMES_new());
  if (!points || !point || !names || !Push(names.get(), GEN_URI, AsBytes(draft.crl_url))) return Failed("a CRL URL");
  point->distpoint = DIST_POINT_NAME_new();
  if (point->distpoint == nullptr) return Failed("a CRL URL");
  point->distpoint->type = kFullName;
  point->distpoint->name.fullname = names.release();
  if (sk_DIST_POINT_push(points.get(), point.get()) <= 0) return Failed("a CRL URL");
  static_cast<void>(point.release());  // owned by `points` now
  return Add(certificate, NID_crl_distribution_points, points.get(), Critical::kNo, "cRLDistributionPoints");
}

}  // namespace

bool IsHost(const std::string& text) {
  return IsDnsName(text) || !Address(text).empty();
}

Result<void> AddExtensions(X509* certificate, const CertificateDraft& draft, const PublicKey& issuer) {
  CM_TRY(AddBasicConstraints(certificate, draft));
  CM_TRY(AddKeyUsage(certificate, draft));
  CM_TRY(AddExtendedKeyUsage(certificate, draft));
  CM_TRY(AddSubjectAltName(certificate, draft));
  CM_TRY(AddUsagePeriod(certificate, draft));
  CM_TRY(AddKeyIdentifiers(certificate, draft, issuer));
  return AddCrlDistributionPoint(certificate, draft);
}

Owned<AUTHORITY_KEYID, AUTHORITY_KEYID_free> MakeAuthorityKeyId(const PublicKey& key) {
  Owned<AUTHORITY_KEYID, AUTHORITY_KEYID_free> out(AUTHORITY_KEYID_new());
  if (!out) return {};
  out->keyid = MakeString(V_ASN1_OCTET_STRING, KeyIdentifier(key)).release();
  if (out->keyid == nullptr) return {};
  return out;
}

}  // namespace certmark::ca
