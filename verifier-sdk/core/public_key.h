// Public keys that sign JWS here: P-256 for ES256 and P-384 for ES384 (RFC 7518 §3.4), parsed once and kept.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "verifier-sdk/core/hash.h"

struct evp_pkey_st;

namespace certmark {

class EcdsaVerifier;

/// PublicKey is an immutable, cheaply copied P-256 or P-384 key. Safe to use from many threads.
class PublicKey {
 public:
  enum class Curve : std::uint8_t { kP256, kP384 };

  /// FromSpki parses a DER SubjectPublicKeyInfo. InvalidArgument: not exactly one, another algorithm or curve, explicit
  /// curve parameters, a compressed point, or a point off the curve. What finds no memory throws, here and below.
  static Result<PublicKey> FromSpki(ByteView spki);

  Curve curve() const { return body_->curve; }
  const Bytes& spki() const { return body_->spki; }
  /// spki_hash is SHA-256 of the SubjectPublicKeyInfo, as `blocked` names keys.
  const Hash& spki_hash() const { return body_->spki_hash; }
  /// thumbprint is the RFC 7638 SHA-256 thumbprint in base64url: the `kid`.
  const std::string& thumbprint() const { return body_->thumbprint; }
  /// x and y are the affine coordinates, 32 or 48 bytes big-endian, for a JWK.
  const Bytes& x() const { return body_->x; }
  const Bytes& y() const { return body_->y; }

  /// Verify is true iff `signature` (raw r ‖ s: 64 bytes for P-256, 96 for P-384) signs `message` with SHA-256 or
  /// SHA-384.
  [[nodiscard]] bool Verify(ByteView message, ByteView signature) const;

  /// native returns the OpenSSL key, owned by this object, for certificate checks.
  evp_pkey_st* native() const { return body_->key.get(); }

 private:
  friend bool VerifyEcdsa(const PublicKey& key, ByteView message, ByteView der);  // ecdsa.h
  struct Body {
    Curve curve;
    Bytes spki, x, y;
    Hash spki_hash;
    std::string thumbprint;
    std::unique_ptr<evp_pkey_st, void (*)(evp_pkey_st*)> key{nullptr, nullptr};
    std::shared_ptr<const EcdsaVerifier> verifier;
  };
  // Shared because a key is parsed once (some 10 µs) and then lives in every path, cache and trust list that names it.
  explicit PublicKey(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
  std::shared_ptr<const Body> body_;
};

/// VerifyEd25519 is true iff `signature` (64 bytes) signs `message` under the 32-byte `public_key` (RFC 8032).
[[nodiscard]] bool VerifyEd25519(ByteView public_key, ByteView message, ByteView signature);

}  // namespace certmark
