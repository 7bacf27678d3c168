#include "verifier-sdk/apk/jar_block.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <algorithm>
#include <string_view>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::apk {
namespace {

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "apk: a JAR signature " + std::move(message)};
}

void FreeCertificates(STACK_OF(X509) * certificates) {
  sk_X509_pop_free(certificates, X509_free);
}
using Certificates = Owned<STACK_OF(X509), FreeCertificates>;
using Content = Owned<CMS_ContentInfo, CMS_ContentInfo_free>;

Result<Content> Parse(ByteView block) {
  const std::uint8_t* cursor = block.data();
  Content content(d2i_CMS_ContentInfo(nullptr, &cursor, static_cast<long>(block.size())));
  if (!content || cursor != block.data() + block.size()) return Invalid("that cannot be read");
  if (OBJ_obj2nid(CMS_get0_type(content.get())) != NID_pkcs7_signed) return Invalid("that is none");
  if (CMS_is_detached(content.get()) != 1) return Invalid("with content of its own");
  return content;
}

// CMS is more than PKCS #7, which is what Android reads: there a signer is known by issuer and number alone. What the
// signature does not cover says nothing, and anybody may have put it there; a timestamp is what signers put there.
Result<void> CheckAsInPkcs7(CMS_SignerInfo* signer) {
  X509_NAME* issuer = nullptr;
  if (CMS_SignerInfo_get0_signer_id(signer, nullptr, &issuer, nullptr) != 1 || issuer == nullptr)
    return Invalid("whose signer is not known by issuer and number");
  for (int i = 0; i < CMS_unsigned_get_attr_count(signer); ++i) {
    X509_ATTRIBUTE* attribute = CMS_unsigned_get_attr(signer, i);
    if (OBJ_obj2nid(X509_ATTRIBUTE_get0_object(attribute)) != NID_id_smime_aa_timeStampToken)
      return Invalid("with something in it that nobody signed");
  }
  return {};
}

Result<void> CheckOneSigner(CMS_ContentInfo* content) {
  STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(content);  // the content's
  if (signers == nullptr || sk_CMS_SignerInfo_num(signers) != 1) return Invalid("with several signers, or none");
  CMS_SignerInfo* signer = sk_CMS_SignerInfo_value(signers, 0);
  CM_TRY(CheckAsInPkcs7(signer));
  X509_ALGOR* digest = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, nullptr);
  const ASN1_OBJECT* name = nullptr;
  X509_ALGOR_get0(&name, nullptr, nullptr, digest);
  const int known[] = {NID_sha1, NID_sha256, NID_sha384, NID_sha512};
  if (std::ranges::find(known, OBJ_obj2nid(name)) != std::end(known)) return {};
  return Error{ErrorCode::kFailedPrecondition, "apk: a JAR signature by a digest that is not accepted"};
}

// The certificate's bytes as they stand in the block: its digest is the signer's name.
Result<SigningCertificate> OneCertificate(CMS_ContentInfo* content, ByteView block) {
  const Certificates certificates(CMS_get1_certs(content));
  if (!certificates || sk_X509_num(certificates.get()) != 1) return Invalid("with several certificates, or none");
  const X509* x509 = sk_X509_value(certificates.get(), 0);
  const int size = i2d_X509(x509, nullptr);
  if (size <= 0) return Invalid("with a certificate that cannot be read");
  Bytes der(static_cast<std::size_t>(size));
  std::uint8_t* cursor = der.data();
  if (i2d_X509(x509, &cursor) != size) return Invalid("with a certificate that cannot be read");
  if (AsText(block).find(AsText(der)) == std::string_view::npos)
    return Invalid("with a certificate that is not in DER");
  return SigningCertificate::Parse(der);
}

// CMS_verify makes itself a copy of a BIO that is memory, and loses it where the block has a digest that is unknown: so
// the memory stands behind a filter that does nothing. Null: libcrypto failed.
Owned<BIO, BIO_free_all> Reading(ByteView bytes) {
  Owned<BIO, BIO_free_all> filter(BIO_new(BIO_f_null()));
  Owned<BIO, BIO_free_all> memory(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  if (!filter || !memory) return nullptr;
  BIO_push(filter.get(), memory.release());
  return filter;
}

}  // namespace

Result<SigningCertificate> VerifyJarBlock(ByteView block, ByteView signature_file) {
  const ErrorQueueGuard guard;
  const Content content = CM_TRY(Parse(block));
  CM_TRY(CheckOneSigner(content.get()));
  SigningCertificate certificate = CM_TRY(OneCertificate(content.get(), block));
  if (!certificate.may_sign())
    return Error{ErrorCode::kFailedPrecondition, "apk: a JAR signature by a certificate that is not for signing"};
  const auto signed_bytes = Reading(signature_file);
  const unsigned flags = CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY;
  if (!signed_bytes || CMS_verify(content.get(), nullptr, nullptr, signed_bytes.get(), nullptr, flags) != 1)
    return Error{ErrorCode::kCorruption, "apk: a JAR signature that does not verify"};
  return certificate;
}

}  // namespace certmark::apk
