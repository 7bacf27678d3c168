#include "verifier-sdk/core/public_key.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <string_view>
#include <utility>

#include "verifier-sdk/core/ecdsa.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark {
namespace {

using Curve = PublicKey::Curve;
using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;

// A named-curve, uncompressed key has exactly one DER encoding: one of these prefixes, then x and y. Comparing the
// prefix refuses explicit parameters, compressed points, BER and trailing bytes at once. It ends in 0x04,
// "uncompressed".
constexpr std::uint8_t kP256Prefix[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                        0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
constexpr std::uint8_t kP384Prefix[] = {0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
                                        0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00, 0x04};

struct CurveFacts {
  Curve curve;
  std::string_view jwk_name;
  std::size_t coordinate_size;
  ByteView spki_prefix;
};
constexpr CurveFacts kCurves[] = {
    {Curve::kP256, "P-256", 32, kP256Prefix},
    {Curve::kP384, "P-384", 48, kP384Prefix},
};

const CurveFacts& FactsOf(Curve curve) {
  return kCurves[curve == Curve::kP256 ? 0 : 1];
}

const CurveFacts* FactsOfSpki(ByteView spki) {
  for (const CurveFacts& facts : kCurves) {
    const std::size_t prefix_size = facts.spki_prefix.size();
    if (spki.size() == prefix_size + 2 * facts.coordinate_size && Equal(spki.first(prefix_size), facts.spki_prefix)) {
      return &facts;
    }
  }
  return nullptr;
}

OwnedKey MakeParameters(const char* group) {
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(group), 0),
                         OSSL_PARAM_construct_end()};
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEY_PARAMETERS, params) != 1) {
    return nullptr;
  }
  return OwnedKey(key);
}

/// ParametersOf is a key of nothing but its curve, made once, for others to begin with. Null: OpenSSL cannot.
const EVP_PKEY* ParametersOf(Curve curve) {
  static const OwnedKey p256 = MakeParameters("P-256"), p384 = MakeParameters("P-384");
  return (curve == Curve::kP256 ? p256 : p384).get();
}

/// Thumbprint is RFC 7638 §3: SHA-256 of the required members in lexical order, without white space.
std::string Thumbprint(const CurveFacts& facts, ByteView x, ByteView y) {
  std::string jwk = R"({"crv":")";
  jwk += facts.jwk_name;
  jwk += R"(","kty":"EC","x":")";
  jwk += Base64UrlEncode(x);
  jwk += R"(","y":")";
  jwk += Base64UrlEncode(y);
  jwk += R"("})";
  return Base64UrlEncode(Sha256(AsBytes(jwk)).view());
}

/// AppendInteger writes a number as a DER INTEGER: no leading zero, but the one that keeps it positive. REQUIRES: at
/// most 126 bytes.
void AppendInteger(Bytes& der, ByteView number) {
  while (number.size() > 1 && number.front() == 0) number = number.subspan(1);
  const bool looks_negative = number.front() >= 0x80;
  der.push_back(0x02);
  der.push_back(static_cast<std::uint8_t>(number.size() + (looks_negative ? 1 : 0)));
  if (looks_negative) der.push_back(0);
  der.insert(der.end(), number.begin(), number.end());
}

/// DerSignature turns r ‖ s, of a curve above, into the ECDSA-Sig-Value that OpenSSL takes: its contents are below 128
/// bytes. By hand, for OpenSSL's own way makes five objects for it.
Bytes DerSignature(ByteView raw) {
  Bytes der;
  der.reserve(raw.size() + 8);
  der = {0x30, 0};
  AppendInteger(der, raw.first(raw.size() / 2));
  AppendInteger(der, raw.last(raw.size() / 2));
  der[1] = static_cast<std::uint8_t>(der.size() - 2);
  return der;
}

/// CopyOf is a context like another. OpenSSL's manual forbids that threads share one; its copying reads what it is
/// handed and adds references, which are counted atomically (EVP_PKEY_CTX_dup and the provider's ecdsa_dupctx, read
/// in 3.0): so all threads copy one that nobody uses otherwise.
Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> CopyOf(const EVP_PKEY_CTX* context) {
  return Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>(EVP_PKEY_CTX_dup(context));
}

/// MakeVerifier is a context that is ready to verify by ECDSA, and can be copied. Null: OpenSSL cannot.
Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> MakeVerifier(EVP_PKEY* key) {
  Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new(key, nullptr));
  if (!context || EVP_PKEY_verify_init(context.get()) != 1 || !CopyOf(context.get())) return nullptr;
  return context;
}

/// VerifyDigest verifies over a digest at hand.
bool VerifyDigest(const EVP_PKEY_CTX* verifier, ByteView digest, ByteView signature) {
  const auto context = CopyOf(verifier);
  return context &&
         EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) == 1;
}

bool VerifyEd25519With(EVP_PKEY* key, ByteView message, ByteView signature) {
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) != 1) return false;
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

Error OtherKey() {
  return {ErrorCode::kInvalidArgument, "public key is not an uncompressed P-256 or P-384 key in DER"};
}
Error NotOnCurve() {
  return {ErrorCode::kInvalidArgument, "public key is not a point on its curve"};
}

}  // namespace

Result<PublicKey> PublicKey::FromSpki(ByteView spki) {
  const ErrorQueueGuard guard;
  if (FactsOfSpki(spki) == nullptr) return OtherKey();
  // The prefix has said everything but the point: OpenSSL's decoder would take 20 times as long to find that out.
  const CurveFacts& facts = *FactsOfSpki(spki);
  const ByteView point = spki.subspan(facts.spki_prefix.size() - 1);  // with the 0x04 of "uncompressed"
  OwnedKey key(EVP_PKEY_new());
  const EVP_PKEY* const curve = ParametersOf(facts.curve);
  if (!key || curve == nullptr || EVP_PKEY_copy_parameters(key.get(), curve) != 1 ||
      EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()) != 1) {
    return NotOnCurve();
  }
  auto verifier = MakeVerifier(key.get());
  if (!verifier) return Error{ErrorCode::kInternal, "OpenSSL cannot verify by ECDSA"};
  const ByteView coordinates = spki.subspan(facts.spki_prefix.size());
  const ByteView x = coordinates.first(facts.coordinate_size);
  const ByteView y = coordinates.last(facts.coordinate_size);
  return PublicKey(std::make_shared<const Body>(Body{.curve = facts.curve,
                                                     .spki = Bytes(spki.begin(), spki.end()),
                                                     .x = Bytes(x.begin(), x.end()),
                                                     .y = Bytes(y.begin(), y.end()),
                                                     .spki_hash = Sha256(spki),
                                                     .thumbprint = Thumbprint(facts, x, y),
                                                     .key = {key.release(), EVP_PKEY_free},
                                                     .verifier = {verifier.release(), EVP_PKEY_CTX_free}}));
}

bool PublicKey::Verify(ByteView message, ByteView signature) const {
  // Checked before OpenSSL sees it: its DER form would take r and s of any length.
  if (signature.size() != 2 * FactsOf(curve()).coordinate_size) return false;
  return VerifyEcdsa(*this, message, DerSignature(signature));
}

bool VerifyEcdsa(const PublicKey& key, ByteView message, ByteView der) {
  const ErrorQueueGuard guard;
  const EVP_PKEY_CTX* const verifier = key.body_->verifier.get();
  if (key.curve() == PublicKey::Curve::kP256) return VerifyDigest(verifier, Sha256(message).view(), der);
  std::array<std::uint8_t, 48> digest{};
  return EVP_Digest(message.data(), message.size(), digest.data(), nullptr, EVP_sha384(), nullptr) == 1 &&
         VerifyDigest(verifier, digest, der);
}

bool VerifyEd25519(ByteView public_key, ByteView message, ByteView signature) {
  if (public_key.size() != 32 || signature.size() != 64) return false;
  const ErrorQueueGuard guard;
  const Owned<EVP_PKEY, EVP_PKEY_free> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  return key && VerifyEd25519With(key.get(), message, signature);
}

}  // namespace certmark
