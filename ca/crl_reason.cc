#include "ca/crl_reason.h"

#include "ca/name_table.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr NameTable<CrlReason, 5> kReasons{{
    {CrlReason::kKeyCompromise, "key-compromise"},
    {CrlReason::kAffiliationChanged, "affiliation-changed"},
    {CrlReason::kSuperseded, "superseded"},
    {CrlReason::kCessationOfOperation, "cessation-of-operation"},
    {CrlReason::kPrivilegeWithdrawn, "privilege-withdrawn"},
}};

}  // namespace

std::string_view Name(CrlReason reason) {
  return NameIn(kReasons, reason);
}

std::optional<CrlReason> CrlReasonOf(std::int64_t value) {
  for (const auto& [reason, name] : kReasons) {
    if (static_cast<std::int64_t>(reason) == value) return reason;
  }
  return std::nullopt;
}

Result<CrlReason> ParseCrlReason(std::string_view name) {
  if (const auto reason = ValueIn(kReasons, name)) return *reason;
  std::string known;
  for (const auto& [reason, each] : kReasons) known += (known.empty() ? "" : ", ") + std::string(each);
  return Error{ErrorCode::kInvalidArgument, "no reason to revoke a certificate: " + Quote(name) + "; one of " + known};
}

}  // namespace certmark::ca
