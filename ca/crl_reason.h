// CrlReason: why a certificate is revoked, in the words of RFC 5280 §5.3.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark::ca {

/// CrlReason has the values of a CRL entry's reasonCode, those that fit a party's certificate.
enum class CrlReason : std::uint8_t {
  kKeyCompromise = 1,
  kAffiliationChanged = 3,
  kSuperseded = 4,
  kCessationOfOperation = 5,
  kPrivilegeWithdrawn = 9,
};
std::string_view Name(CrlReason reason);  ///< `key-compromise`
/// CrlReasonOf is that of a value, or nothing.
std::optional<CrlReason> CrlReasonOf(std::int64_t value);
/// ParseCrlReason: InvalidArgument lists the reasons.
Result<CrlReason> ParseCrlReason(std::string_view name);

}  // namespace certmark::ca
