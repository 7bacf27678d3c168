// One X.509 certificate (RFC 5280), parsed into the few facts that FORMATS.md §2 judges by.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/public_key.h"
#include "verifier-sdk/core/time.h"

struct x509_st;

namespace certmark {

/// Certificate is immutable, cheaply copied and safe to share between threads.
class Certificate {
 public:
  static constexpr std::size_t kMaxBytes = 4096;

  /// Parse reads exactly one DER certificate of at most 4 KiB. InvalidArgument: anything after it, a key that PublicKey
  /// refuses, a malformed or repeated extension, a critical extension other than basicConstraints, keyUsage,
  /// extKeyUsage and subjectAltName, or an object identifier with an arc of 2^31 or more.
  static Result<Certificate> Parse(ByteView der);

  /// DecodeBase64 reads one certificate's DER as `x5c`, bundles and trust lists carry it, and judges only its size,
  /// before it allocates. InvalidArgument: not base64, or over 4 KiB.
  static Result<Bytes> DecodeBase64(std::string_view text);

  const Bytes& der() const { return body_->der; }
  const PublicKey& key() const { return body_->key; }
  const Hash& fingerprint() const { return body_->fingerprint; }  ///< SHA-256 of the DER

  Time not_before() const { return body_->not_before; }
  Time not_after() const { return body_->not_after; }  ///< inclusive (RFC 5280 §4.1.2.5)
  bool ValidAt(Time now) const { return not_before() <= now && now <= not_after(); }

  /// subject and issuer are the DER names, compared byte for byte; subject_text is for people.
  const Bytes& subject() const { return body_->subject; }
  const Bytes& issuer() const { return body_->issuer; }
  const std::string& subject_text() const { return body_->subject_text; }
  const std::string& serial_hex() const { return body_->serial_hex; }

  bool is_ca() const { return body_->is_ca; }  ///< basicConstraints cA
  std::optional<std::uint64_t> path_len() const { return body_->path_len; }
  bool digital_signature() const { return body_->digital_signature; }  ///< keyUsage bits; false without the extension
  bool key_cert_sign() const { return body_->key_cert_sign; }
  /// eku is the set of extended key usages as dotted text, sorted; nothing when the extension is absent.
  const std::optional<std::vector<std::string>>& eku() const { return body_->eku; }
  /// san_uris are the subjectAltName URIs; san_count counts names of every kind.
  const std::vector<std::string>& san_uris() const { return body_->san_uris; }
  std::size_t san_count() const { return body_->san_count; }

  /// usage_period is the private-key usage period (RFC 3280 §4.2.1.4), both ends inclusive; nothing unless both are
  /// there.
  struct Period {
    Time first, last;
  };
  const std::optional<Period>& usage_period() const { return body_->usage_period; }

  /// IssuedBy is true iff the issuer name equals `ca`'s subject and `ca`'s key signed this certificate with the hash of
  /// its curve: ecdsa-with-SHA256 by P-256, ecdsa-with-SHA384 by P-384.
  [[nodiscard]] bool IssuedBy(const Certificate& ca) const;

  x509_st* native() const { return body_->x509.get(); }  ///< owned by this object

 private:
  struct Body {
    Bytes der, subject, issuer;
    PublicKey key;
    Hash fingerprint;
    Time not_before, not_after;
    std::string subject_text, serial_hex;
    bool is_ca = false, digital_signature = false, key_cert_sign = false;
    std::optional<std::uint64_t> path_len;
    std::optional<std::vector<std::string>> eku;
    std::vector<std::string> san_uris;
    std::size_t san_count = 0;
    std::optional<Period> usage_period;
    std::unique_ptr<x509_st, void (*)(x509_st*)> x509{nullptr, nullptr};
  };
  // Shared for the reason PublicKey is: parsed once, named in many places.
  explicit Certificate(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
  std::shared_ptr<const Body> body_;
};

}  // namespace certmark
