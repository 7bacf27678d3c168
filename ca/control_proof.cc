#include "ca/control_proof.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>

#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

using OwnedX509 = Owned<X509, X509_free>;
using OwnedContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using OwnedNumber = Owned<BIGNUM, BN_free>;

constexpr int kLeastRsaBits = 1024, kMostRsaBits = 16384;

Error Unproven(std::string_view what) {
  return {ErrorCode::kInvalidArgument, "control proof: " + std::string(what)};
}

Result<OwnedX509> ReadCertificate(const ControlProofInput& input) {
  const ByteView der = input.certificate;
  if (der.size() > ControlProofInput::kMaxCertificateBytes) return Unproven("a certificate over 16 KiB");
  if (Sha256(der).Hex() != input.signer) return Unproven("the certificate is not the signer's");
  const std::uint8_t* cursor = der.data();
  OwnedX509 certificate(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
  if (!certificate || cursor != der.data() + der.size()) return Unproven("not exactly one certificate in DER");
  return certificate;
}

// A key with the exponent 1 signs nothing: everybody can write what it would.
Result<void> CheckRsa(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kLeastRsaBits || bits > kMostRsaBits) return Unproven("an RSA key not of 1,024 to 16,384 bits");
  BIGNUM* exponent = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1) return Unproven("an RSA key without exponent");
  const OwnedNumber owned(exponent);
  if (!BN_is_odd(exponent) || BN_is_one(exponent)) return Unproven("an RSA key whose exponent is 1, or even");
  return {};
}

Result<void> CheckCurve(const EVP_PKEY* key) {
  constexpr std::array<std::string_view, 3> kCurves = {"prime256v1", "secp384r1", "secp521r1"};
  std::array<char, 64> name{};
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(), nullptr) != 1 ||
      std::ranges::find(kCurves, std::string_view(name.data())) == kCurves.end()) {
    return Unproven("an elliptic curve that is none of P-256, P-384, P-521");
  }
  return {};
}

// Ed25519 keys of small order, the sign bit left out: for each there are signatures that hold over anything, so that it
// is nobody's. Two of the seven are not reduced (RFC 8032 §5.1.3), which OpenSSL does not mind.
constexpr std::array<std::string_view, 7> kSmallOrder = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

Result<void> CheckEd25519(const EVP_PKEY* key) {
  std::array<std::uint8_t, 32> point{};
  std::size_t size = point.size();
  if (EVP_PKEY_get_raw_public_key(key, point.data(), &size) != 1 || size != point.size()) {
    return Unproven("an Ed25519 key that cannot be read");
  }
  point.back() &= 0x7f;
  if (std::ranges::find(kSmallOrder, HexEncode(point)) != kSmallOrder.end()) {
    return Unproven("an Ed25519 key of small order");
  }
  return {};
}

// CheckKey returns the digest that the key signs: none of its own for Ed25519.
Result<const EVP_MD*> CheckKey(const EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      CM_TRY(CheckRsa(key));
      return EVP_sha256();
    case EVP_PKEY_EC:
      CM_TRY(CheckCurve(key));
      return EVP_sha256();
    case EVP_PKEY_ED25519:
      CM_TRY(CheckEd25519(key));
      return static_cast<const EVP_MD*>(nullptr);
    default:
      return Unproven("a key that is neither RSA, ECDSA nor Ed25519");
  }
}

bool IsProven(const ControlShown& shown) {
  return !shown.unit.signers.empty() && HasSignerCertificates(shown.unit.app.platform) &&
         std::ranges::all_of(shown.unit.signers,
                             [&](const std::string& signer) { return shown.proven.contains(signer); });
}

bool IsConfirmed(const Scheme& scheme, const std::vector<Answer>* answers) {
  if (answers == nullptr) return false;
  const auto answer = std::ranges::find(*answers, scheme.parameters.control_criterion, &Answer::criterion);
  return answer != answers->end() && answer->result == Answer::Result::kConform;
}

}  // namespace

std::string ControlText::ToText() const {
  std::string text = "certmark-control-v1\n";
  for (const std::string& line : {std::string(authority), std::string(operator_party), app.ToText()}) {
    text += line + "\n";
  }
  return text + Base64UrlEncode(nonce) + "\n";
}

Result<void> CheckControlProof(const ControlProofInput& input) {
  const ErrorQueueGuard guard;
  if (input.signature.size() > ControlProofInput::kMaxSignatureBytes) return Unproven("a signature over 2 KiB");
  const OwnedX509 certificate = CM_TRY(ReadCertificate(input));
  EVP_PKEY* const key = X509_get0_pubkey(certificate.get());
  if (key == nullptr) return Unproven("a key that cannot be read");
  const EVP_MD* const digest = CM_TRY(CheckKey(key));
  const OwnedContext context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) != 1) {
    return Unproven("a key that cannot verify");
  }
  const ByteView text = AsBytes(input.text);
  const ByteView signature = input.signature;
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), text.data(), text.size()) != 1) {
    return Unproven("the signature is not the key's over the text");
  }
  return {};
}

bool HasSignerCertificates(Platform platform) {
  return platform == Platform::kAndroid || platform == Platform::kHarmonyos;
}

Result<void> RequireControl(const Scheme& scheme, const ControlShown& shown) {
  const ControlProof wanted = scheme.parameters.control_proof;
  const bool nonce_counts = wanted != ControlProof::kLaboratory;
  const bool laboratory_counts = wanted != ControlProof::kNonce || !HasSignerCertificates(shown.unit.app.platform);
  if (nonce_counts && IsProven(shown)) return {};
  if (laboratory_counts && IsConfirmed(scheme, shown.answers)) return {};
  return Error{ErrorCode::kFailedPrecondition,
               std::string(Scheme::kControlNotProven) + ": of the signing identity of " + shown.unit.app.ToText()};
}

}  // namespace certmark::ca
