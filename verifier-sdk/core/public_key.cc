#include "verifier-sdk/core/public_key.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <string_view>
#include <utility>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark {
namespace {

using Curve = PublicKey::Curve;

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

/// DerSignature turns r ‖ s into the ECDSA-Sig-Value that OpenSSL takes; empty if OpenSSL fails.
Bytes DerSignature(ByteView raw) {
  const std::size_t half = raw.size() / 2;
  Owned<BIGNUM, BN_free> r(BN_bin2bn(raw.data(), static_cast<int>(half), nullptr));
  Owned<BIGNUM, BN_free> s(BN_bin2bn(raw.data() + half, static_cast<int>(half), nullptr));
  const Owned<ECDSA_SIG, ECDSA_SIG_free> pair(ECDSA_SIG_new());
  if (!r || !s || !pair || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  // The pair owns them now.
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
  if (size <= 0) return {};
  Bytes der(static_cast<std::size_t>(size));
  std::uint8_t* cursor = der.data();
  if (i2d_ECDSA_SIG(pair.get(), &cursor) != size) return {};
  return der;
}

bool DigestVerify(EVP_PKEY* key, const EVP_MD* digest, ByteView message, ByteView signature) {
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) != 1) return false;
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
  const std::uint8_t* cursor = spki.data();
  const Owned<EVP_PKEY, EVP_PKEY_free> key(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(spki.size())));
  if (cursor != spki.data() + spki.size()) return NotOnCurve();
  return FromSpki(spki, key.get());
}

Result<PublicKey> PublicKey::FromSpki(ByteView spki, EVP_PKEY* decoded) {
  const CurveFacts* facts = FactsOfSpki(spki);
  if (facts == nullptr) return OtherKey();
  if (decoded == nullptr || EVP_PKEY_up_ref(decoded) != 1) return NotOnCurve();
  Owned<EVP_PKEY, EVP_PKEY_free> key(decoded);
  const ByteView coordinates = spki.subspan(facts->spki_prefix.size());
  const ByteView x = coordinates.first(facts->coordinate_size);
  const ByteView y = coordinates.last(facts->coordinate_size);
  return PublicKey(std::make_shared<const Body>(Body{.curve = facts->curve,
                                                     .spki = Bytes(spki.begin(), spki.end()),
                                                     .x = Bytes(x.begin(), x.end()),
                                                     .y = Bytes(y.begin(), y.end()),
                                                     .spki_hash = Sha256(spki),
                                                     .thumbprint = Thumbprint(*facts, x, y),
                                                     .key = {key.release(), EVP_PKEY_free}}));
}

bool PublicKey::Verify(ByteView message, ByteView signature) const {
  // Checked before OpenSSL sees it: its DER form would take r and s of any length.
  if (signature.size() != 2 * FactsOf(curve()).coordinate_size) return false;
  const ErrorQueueGuard guard;
  const Bytes der = DerSignature(signature);
  if (der.empty()) return false;
  return DigestVerify(native(), curve() == Curve::kP256 ? EVP_sha256() : EVP_sha384(), message, der);
}

bool VerifyEd25519(ByteView public_key, ByteView message, ByteView signature) {
  if (public_key.size() != 32 || signature.size() != 64) return false;
  const ErrorQueueGuard guard;
  const Owned<EVP_PKEY, EVP_PKEY_free> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  return key && DigestVerify(key.get(), nullptr, message, signature);
}

}  // namespace certmark
