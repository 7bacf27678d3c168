// Certificate revocation lists (RFC 5280 §5).
#include <openssl/bn.h>

#include "ca/x509_builder.h"
#include "ca/x509_profiles.h"
#include "ca/x509_signing.h"

namespace certmark::ca {
namespace {

using OwnedCrl = Owned<X509_CRL, X509_CRL_free>;
using OwnedTime = Owned<ASN1_TIME, ASN1_TIME_free>;
using OwnedInteger = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;
using OwnedEnumerated = Owned<ASN1_ENUMERATED, ASN1_ENUMERATED_free>;

Error Failed(const char* what) {
  return {ErrorCode::kInternal, std::string("CRL: cannot ") + what};
}

OwnedTime MakeTime(Time time) {
  return OwnedTime(ASN1_TIME_set(nullptr, ToEpoch(time)));
}

Result<OwnedInteger> SerialNumber(const std::string& hex) {
  const Bytes bytes = CM_TRY(HexDecode(hex));
  const Owned<BIGNUM, BN_free> number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  OwnedInteger out(number ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
  if (!out) return Failed("write a serial number");
  return out;
}

Result<void> AddRow(X509_CRL* crl, const RevokedCertificate& revoked) {
  const OwnedInteger serial = CM_TRY(SerialNumber(revoked.serial_hex));
  const OwnedTime date = MakeTime(revoked.revoked_at);
  const OwnedEnumerated reason(ASN1_ENUMERATED_new());
  Owned<X509_REVOKED, X509_REVOKED_free> row(X509_REVOKED_new());
  if (!date || !reason || !row || X509_REVOKED_set_serialNumber(row.get(), serial.get()) != 1 ||
      X509_REVOKED_set_revocationDate(row.get(), date.get()) != 1 ||
      ASN1_ENUMERATED_set(reason.get(), static_cast<long>(revoked.reason)) != 1 ||
      X509_REVOKED_add1_ext_i2d(row.get(), NID_crl_reason, reason.get(), 0, X509V3_ADD_APPEND) != 1 ||
      X509_CRL_add0_revoked(crl, row.get()) != 1) {
    return Failed("add a row");
  }
  static_cast<void>(row.release());  // owned by the CRL now
  return {};
}

Result<void> SetFrame(X509_CRL* crl, const IssuingCa& ca, Time now, Seconds life) {
  const OwnedTime this_update = MakeTime(now), next_update = MakeTime(now + life);
  if (!this_update || !next_update || X509_CRL_set_version(crl, X509_CRL_VERSION_2) != 1 ||
      X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca.certificate.native())) != 1 ||
      X509_CRL_set1_lastUpdate(crl, this_update.get()) != 1 || X509_CRL_set1_nextUpdate(crl, next_update.get()) != 1) {
    return Failed("set its frame");
  }
  return {};
}

/// AddCrlExtensions: the CRL number and the authority key identifier, both demanded by RFC 5280 §5.2.
Result<void> AddCrlExtensions(X509_CRL* crl, const PublicKey& key, std::uint64_t crl_number) {
  const auto authority = MakeAuthorityKeyId(key);
  const OwnedInteger number(ASN1_INTEGER_new());
  if (!authority || !number || ASN1_INTEGER_set_uint64(number.get(), crl_number) != 1 ||
      X509_CRL_add1_ext_i2d(crl, NID_authority_key_identifier, authority.get(), 0, X509V3_ADD_APPEND) != 1 ||
      X509_CRL_add1_ext_i2d(crl, NID_crl_number, number.get(), 0, X509V3_ADD_APPEND) != 1) {
    return Failed("write extensions");
  }
  return {};
}

Error Refused(const char* why) {
  return {ErrorCode::kInvalidArgument, std::string("CRL: ") + why};
}

// ReadRow refuses what IssueCrl never writes.
Result<RevokedCertificate> ReadRow(const X509_REVOKED* row) {
  const ASN1_INTEGER* const serial = X509_REVOKED_get0_serialNumber(row);
  std::tm date{};
  if (ASN1_TIME_to_tm(X509_REVOKED_get0_revocationDate(row), &date) != 1) return Refused("a row's date");
  const OwnedEnumerated reason(
      static_cast<ASN1_ENUMERATED*>(X509_REVOKED_get_ext_d2i(row, NID_crl_reason, nullptr, nullptr)));
  std::int64_t code = 0;
  if (!reason || ASN1_ENUMERATED_get_int64(&code, reason.get()) != 1) return Refused("a row's reason");
  const auto known = CrlReasonOf(code);
  if (!known) return Refused("a row's reason");
  const ByteView magnitude(ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial)));
  return RevokedCertificate{HexEncode(magnitude), FromEpoch(::timegm(&date)), *known};
}

}  // namespace

Result<Crl> ReadCrl(ByteView der, const Certificate& ca) {
  const ErrorQueueGuard guard;
  const std::uint8_t* cursor = der.data();
  const OwnedCrl read(d2i_X509_CRL(nullptr, &cursor, static_cast<long>(der.size())));
  if (!read || cursor != der.data() + der.size()) return Refused("not one list");
  if (X509_CRL_verify(read.get(), ca.key().native()) != 1) return Refused("not signed by its CA");
  Crl crl;
  const OwnedInteger number(
      static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(read.get(), NID_crl_number, nullptr, nullptr)));
  if (!number || ASN1_INTEGER_get_uint64(&crl.number, number.get()) != 1) return Refused("its number");
  const STACK_OF(X509_REVOKED)* const rows = X509_CRL_get_REVOKED(read.get());
  for (int i = 0; i < sk_X509_REVOKED_num(rows); ++i)
    crl.revoked.push_back(CM_TRY(ReadRow(sk_X509_REVOKED_value(rows, i))));
  return crl;
}

Result<Bytes> IssueCrl(const IssuingCa& ca, std::uint64_t crl_number, const std::vector<RevokedCertificate>& revoked,
                       Time now, Seconds life) {
  const ErrorQueueGuard guard;
  if (now + life > ca.certificate.not_after()) {
    return Error{ErrorCode::kFailedPrecondition, "a CRL would outlive its issuer " + ca.certificate.subject_text()};
  }
  const OwnedCrl crl(X509_CRL_new());
  if (!crl) return Failed("begin");
  CM_TRY(SetFrame(crl.get(), ca, now, life));
  for (const RevokedCertificate& row : revoked) CM_TRY(AddRow(crl.get(), row));
  X509_CRL_sort(crl.get());
  CM_TRY(AddCrlExtensions(crl.get(), ca.signer.public_key(), crl_number));
  Bytes der = CM_TRY(SignX509Crl(crl.get(), ca.signer));
  // Read back as its readers will.
  const auto read = ReadCrl(der, ca.certificate);
  if (!read || read->number != crl_number || read->revoked.size() != revoked.size())
    return Failed("read back what was signed");
  return der;
}

}  // namespace certmark::ca
