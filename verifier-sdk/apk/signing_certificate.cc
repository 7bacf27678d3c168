#include "verifier-sdk/apk/signing_certificate.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <new>
#include <string_view>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::apk {
namespace {

using Key = SignatureAlgorithm::Key;

constexpr SignatureAlgorithm kAlgorithms[] = {
    {0x0101, Key::kRsaPss, DigestAlgorithm::kSha256, false},
    {0x0102, Key::kRsaPss, DigestAlgorithm::kSha512, false},
    {0x0103, Key::kRsaPkcs1, DigestAlgorithm::kSha256, false},
    {0x0104, Key::kRsaPkcs1, DigestAlgorithm::kSha512, false},
    {0x0201, Key::kEc, DigestAlgorithm::kSha256, false},
    {0x0202, Key::kEc, DigestAlgorithm::kSha512, false},
    {0x0421, Key::kRsaPkcs1, DigestAlgorithm::kSha256, true},
    {0x0423, Key::kEc, DigestAlgorithm::kSha256, true},
};

constexpr int kMinRsaBits = 1024, kMaxRsaBits = 16384;
constexpr std::string_view kCurves[] = {"prime256v1", "secp384r1", "secp521r1"};

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "apk: " + std::move(message)};
}

template <class T>
Bytes Encoded(T* object, int (*encode)(const T*, unsigned char**)) {
  const int size = encode(object, nullptr);
  if (size <= 0) return {};
  Bytes der(static_cast<std::size_t>(size));
  std::uint8_t* cursor = der.data();
  return encode(object, &cursor) == size ? der : Bytes{};
}

bool IsAcceptable(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1)
    return EVP_PKEY_get_bits(key) >= kMinRsaBits && EVP_PKEY_get_bits(key) <= kMaxRsaBits;
  if (EVP_PKEY_is_a(key, "EC") != 1) return false;
  char curve[64];
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key, curve, sizeof curve, &size) == 1 &&
         std::ranges::find(kCurves, std::string_view(curve, size)) != std::end(kCurves);
}

bool SetPadding(EVP_PKEY_CTX* context, Key kind) {
  if (kind == Key::kEc) return true;
  if (kind == Key::kRsaPkcs1) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  // The mask's digest is the message's where none is named, as the scheme has it.
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

std::optional<SignatureAlgorithm> SignatureAlgorithm::Find(std::uint32_t id) {
  const auto* found = std::ranges::find(kAlgorithms, id, &SignatureAlgorithm::id);
  return found == std::end(kAlgorithms) ? std::nullopt : std::optional(*found);
}

Result<SigningCertificate> SigningCertificate::Parse(ByteView der) {
  const ErrorQueueGuard guard;
  if (der.size() > kMaxBytes) return Invalid("a certificate over 64 KiB");
  const std::uint8_t* cursor = der.data();
  const Owned<X509, X509_free> x509(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
  if (!x509 || cursor != der.data() + der.size()) return Invalid("not exactly one certificate");
  // BER has many ways to write a certificate, and so many digests of it.
  if (!Equal(Encoded<X509>(x509.get(), i2d_X509), der)) return Invalid("a certificate that is not in DER");
  SigningCertificate out;
  out.key_ = std::shared_ptr<EVP_PKEY>(X509_get_pubkey(x509.get()), EVP_PKEY_free);
  if (!out.key_ || !IsAcceptable(out.key_.get()))
    return Invalid("a key that is neither RSA nor of a known curve, or too short");
  out.spki_ = Encoded<X509_PUBKEY>(X509_get_X509_PUBKEY(x509.get()), i2d_X509_PUBKEY);
  out.digest_ = Sha256(der);
  out.may_sign_ = (X509_get_key_usage(x509.get()) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
  return out;
}

bool SigningCertificate::Verify(const SignatureAlgorithm& algorithm, ByteView message, ByteView signature) const {
  const ErrorQueueGuard guard;
  const bool ec = EVP_PKEY_is_a(key_.get(), "EC") == 1;
  if (ec != (algorithm.key == Key::kEc)) return false;
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;       // the other's
  if (!context) throw std::bad_alloc();  // which says nothing of the signature
  if (EVP_DigestVerifyInit(context.get(), &padding, NativeDigest(algorithm.digest), nullptr, key_.get()) != 1)
    return false;
  if (!SetPadding(padding, algorithm.key)) return false;
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

}  // namespace certmark::apk
