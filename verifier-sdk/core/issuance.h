// Issuance: that one certificate issued another, verified once.
#pragma once

#include <span>

#include "verifier-sdk/core/certificate.h"

namespace certmark {

/// Issuance is a signature of one certificate on another that was verified, which is the only way to make one. It holds
/// for ever, since neither of the two can change, and says nothing of trust: whether the issuer is a trusted root, and
/// whether either is valid now or blocked, is asked wherever a path is checked.
class Issuance {
 public:
  /// Create verifies; one that is `known` already is returned as it is, which only spares verifying the same again.
  /// InvalidArgument: `issuer` did not issue `issued`.
  static Result<Issuance> Create(const Certificate& issued, const Certificate& issuer,
                                 std::span<const Issuance> known = {});

  /// IsOf is true iff it is of these two, byte for byte.
  [[nodiscard]] bool IsOf(const Certificate& issued, const Certificate& issuer) const;
  const Certificate& issued() const { return issued_; }
  const Certificate& issuer() const { return issuer_; }

 private:
  Issuance(const Certificate& issued, const Certificate& issuer) : issued_(issued), issuer_(issuer) {}
  Certificate issued_, issuer_;
};

/// ParseCertificate is Certificate::Parse, whatever is `known`: that only spares parsing the same bytes again.
Result<Certificate> ParseCertificate(ByteView der, std::span<const Issuance> known);

}  // namespace certmark
