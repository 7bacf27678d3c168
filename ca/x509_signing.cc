#include "ca/x509_signing.h"

#include <openssl/ec.h>
#include <openssl/evp.h>

#include <initializer_list>

#include "ca/digest.h"
#include "ca/ecdsa_signature.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

using Curve = PublicKey::Curve;

constexpr std::uint8_t kSequence = 0x30, kBitString = 0x03;

// AlgorithmIdentifier { ecdsa-with-SHA256 } and { ecdsa-with-SHA384 }, without parameters (RFC 5758 §3.2).
constexpr std::uint8_t kEcdsaSha256[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
constexpr std::uint8_t kEcdsaSha384[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03};

Error Failed(const char* what) {
  return {ErrorCode::kInternal, std::string("X.509: cannot ") + what};
}

void AppendLength(Bytes& out, std::size_t length) {
  if (length < 0x80) return out.push_back(static_cast<std::uint8_t>(length));
  Bytes digits;
  for (; length > 0; length >>= 8) digits.insert(digits.begin(), static_cast<std::uint8_t>(length));
  out.push_back(static_cast<std::uint8_t>(0x80 | digits.size()));
  out.insert(out.end(), digits.begin(), digits.end());
}

/// Tlv is one DER value: tag, length, and `parts` one after the other.
Bytes Tlv(std::uint8_t tag, std::initializer_list<ByteView> parts) {
  std::size_t length = 0;
  for (const ByteView part : parts) length += part.size();
  Bytes out = {tag};
  AppendLength(out, length);
  for (const ByteView part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

struct Throwaway {
  Owned<EVP_PKEY, EVP_PKEY_free> key;
  const EVP_MD* digest;
};
Throwaway MakeThrowaway(Curve curve) {
  const bool p256 = curve == Curve::kP256;
  return {Owned<EVP_PKEY, EVP_PKEY_free>(EVP_EC_gen(p256 ? "P-256" : "P-384")), p256 ? EVP_sha256() : EVP_sha384()};
}

/// Assemble signs `tbs` and puts the three parts together.
Result<Bytes> Assemble(ByteView tbs, const Signer& signer) {
  const Curve curve = signer.public_key().curve();
  const Bytes raw = CM_TRY(signer.SignDigest(CM_TRY(DigestFor(curve, tbs))));
  const Bytes signature = CM_TRY(EcdsaDerFromRaw(raw));
  const ByteView algorithm = curve == Curve::kP256 ? ByteView(kEcdsaSha256) : ByteView(kEcdsaSha384);
  constexpr std::uint8_t kNoUnusedBits[] = {0};
  return Tlv(kSequence, {tbs, algorithm, Tlv(kBitString, {kNoUnusedBits, signature})});
}

/// TbsOf encodes the part to be signed with `encode`, i2d_re_X509_tbs or i2d_re_X509_CRL_tbs.
template <class T>
Result<Bytes> TbsOf(T* object, int (*encode)(T*, unsigned char**)) {
  std::uint8_t* der = nullptr;
  const int size = encode(object, &der);
  if (size <= 0) return Failed("encode what is to be signed");
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

}  // namespace

Result<Bytes> SignX509(X509* certificate, const Signer& signer) {
  const ErrorQueueGuard guard;
  const Throwaway throwaway = MakeThrowaway(signer.public_key().curve());
  if (!throwaway.key || X509_sign(certificate, throwaway.key.get(), throwaway.digest) <= 0) {
    return Failed("prepare a certificate");
  }
  return Assemble(CM_TRY(TbsOf(certificate, i2d_re_X509_tbs)), signer);
}

Result<Bytes> SignX509Crl(X509_CRL* crl, const Signer& signer) {
  const ErrorQueueGuard guard;
  const Throwaway throwaway = MakeThrowaway(signer.public_key().curve());
  if (!throwaway.key || X509_CRL_sign(crl, throwaway.key.get(), throwaway.digest) <= 0) return Failed("prepare a CRL");
  return Assemble(CM_TRY(TbsOf(crl, i2d_re_X509_CRL_tbs)), signer);
}

}  // namespace certmark::ca
