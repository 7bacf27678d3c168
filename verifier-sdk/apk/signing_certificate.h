// The certificate of who signed an APK, and signatures under its key.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "verifier-sdk/apk/digest.h"
#include "verifier-sdk/core/hash.h"

struct evp_pkey_st;
struct x509_st;

namespace certmark::apk {

/// SignatureAlgorithm is one of the ids of APK Signature Scheme v2 that is accepted here. Left out are DSA (0x0301,
/// 0x0425), which nobody has to use, and what is unknown.
struct SignatureAlgorithm {
  enum class Key : std::uint8_t { kRsaPss, kRsaPkcs1, kEc };
  std::uint32_t id = 0;
  Key key = Key::kEc;
  DigestAlgorithm digest = DigestAlgorithm::kSha256;  ///< of what is signed and, unless `verity`, of contents too
  /// verity: its contents digest is a tree of fs-verity, for devices that check pages as they are read. Its signature
  /// is checked, its digest is not: a signer must have another one besides.
  bool verity = false;

  /// Find returns the algorithm of an id; nothing: it is not accepted.
  static std::optional<SignatureAlgorithm> Find(std::uint32_t id);
};

/// SigningCertificate is an X.509 certificate as Android takes it, for its key and its bytes: neither its dates nor its
/// issuer say anything there.
class SigningCertificate {
 public:
  static constexpr std::size_t kMaxBytes = 64 * 1024;

  /// Parse reads exactly one certificate in DER with an RSA key of 1,024 to 16,384 bits or one of P-256, P-384, P-521.
  /// InvalidArgument: anything else.
  static Result<SigningCertificate> Parse(ByteView der);

  const Hash& digest() const { return digest_; }  ///< SHA-256 of the DER: the signing identity of FORMATS.md §1
  const Bytes& spki() const { return spki_; }     ///< its SubjectPublicKeyInfo in DER
  /// may_sign is false where its key usage is for neither signatures nor non-repudiation.
  bool may_sign() const { return may_sign_; }

  /// Verify is true iff `signature` signs `message` by that algorithm, which must be one for this kind of key.
  /// Throws std::bad_alloc where there is no memory to begin with.
  [[nodiscard]] bool Verify(const SignatureAlgorithm& algorithm, ByteView message, ByteView signature) const;

 private:
  SigningCertificate() = default;
  Hash digest_;
  Bytes spki_;
  bool may_sign_ = false;
  std::shared_ptr<evp_pkey_st> key_;  // shared, for certificates are copied into what names them
};

}  // namespace certmark::apk
