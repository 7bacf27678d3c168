#include "ca/x509_builder.h"

#include <openssl/bn.h>

#include <array>

#include "ca/x509_extensions.h"
#include "ca/x509_signing.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kSerialBytes = 16, kKeyIdentifierBytes = 20;

Error Failed(const char* what) {
  return {ErrorCode::kInternal, std::string("X.509: cannot ") + what};
}

/// SetSerial writes 128 random bits as a positive number: DER puts a zero byte before them where the first bit is set.
Result<void> SetSerial(X509* certificate, const Random& random) {
  std::array<std::uint8_t, kSerialBytes> bytes{};
  CM_TRY(random(bytes));
  const Owned<BIGNUM, BN_free> number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  if (!number || BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr) {
    return Failed("set a serial number");
  }
  return {};
}

Result<void> AddName(X509_NAME* name, int nid, const std::string& text) {
  if (text.empty()) return {};
  const auto size = static_cast<int>(text.size());
  if (X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, AsBytes(text).data(), size, -1, 0) != 1) {
    return Error{ErrorCode::kInvalidArgument, "not a name of at most 64 characters: " + text};
  }
  return {};
}

Result<void> SetNames(X509* certificate, const CertificateDraft& draft) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  CM_TRY(AddName(subject, NID_organizationName, draft.organization));
  CM_TRY(AddName(subject, NID_commonName, draft.common_name));
  if (draft.issuer.empty()) {
    if (X509_set_issuer_name(certificate, subject) != 1) return Failed("set the issuer");
    return {};
  }
  const std::uint8_t* cursor = draft.issuer.data();
  const Owned<X509_NAME, X509_NAME_free> issuer(
      d2i_X509_NAME(nullptr, &cursor, static_cast<long>(draft.issuer.size())));
  if (!issuer || X509_set_issuer_name(certificate, issuer.get()) != 1) return Failed("set the issuer");
  return {};
}

/// SetValidity: ASN1_TIME_set writes UTCTime before 2050 and GeneralizedTime from then on (RFC 5280 §4.1.2.5).
Result<void> SetValidity(X509* certificate, const CertificateDraft& draft) {
  if (ASN1_TIME_set(X509_getm_notBefore(certificate), ToEpoch(draft.not_before)) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(certificate), ToEpoch(draft.not_after)) == nullptr) {
    return Failed("set the dates");
  }
  return {};
}

}  // namespace

Result<Bytes> BuildCertificate(const CertificateDraft& draft, const Signer& issuer, const Random& random) {
  const ErrorQueueGuard guard;
  const Owned<X509, X509_free> certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      X509_set_pubkey(certificate.get(), draft.key.native()) != 1) {
    return Failed("begin a certificate");
  }
  CM_TRY(SetSerial(certificate.get(), random));
  CM_TRY(SetNames(certificate.get(), draft));
  CM_TRY(SetValidity(certificate.get(), draft));
  CM_TRY(AddExtensions(certificate.get(), draft, issuer.public_key()));
  return SignX509(certificate.get(), issuer);
}

namespace {

// FirstOf is the subject's first attribute of a kind, or empty.
std::string FirstOf(const Certificate& certificate, int kind) {
  const X509_NAME* subject = X509_get_subject_name(certificate.native());
  const int at = X509_NAME_get_index_by_NID(subject, kind, -1);
  if (at < 0) return {};
  std::uint8_t* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return {};
  std::string out(AsText({text, static_cast<std::size_t>(size)}));
  OPENSSL_free(text);
  return out;
}

}  // namespace

std::string OrganizationOf(const Certificate& certificate) {
  return FirstOf(certificate, NID_organizationName);
}

std::string CommonNameOf(const Certificate& certificate) {
  return FirstOf(certificate, NID_commonName);
}

Bytes KeyIdentifier(const PublicKey& key) {
  constexpr std::uint8_t kUncompressed[] = {0x04};  // SEC 1 §2.3.3
  const Hash hash = Sha256({kUncompressed, key.x(), key.y()});
  return {hash.bytes.begin(), hash.bytes.begin() + kKeyIdentifierBytes};
}

}  // namespace certmark::ca
