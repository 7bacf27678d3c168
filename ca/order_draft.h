// OrderDraft: what the proposal of an order says of it, as an officer writes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/scheme.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

struct OrderDraft {
  static constexpr std::size_t kMaxBytes = 16 * 1024;
  std::string operator_party, operator_name;  ///< both empty where the app is certified
  std::string version, store, body;
  std::vector<std::string> findings;
  Time tested_first, tested_last;
  std::string edition;

  /// Parse reads a proposal's details. InvalidArgument names the member.
  static Result<OrderDraft> Parse(std::string_view json);
  std::string ToJson() const;
};

/// CheckAgainst holds findings and days to the edition, the platform and the present. InvalidArgument: no finding, one
/// twice, one that is no criterion of the edition for the platform; days in the wrong order, before 1970 or to come.
Result<void> CheckAgainst(const OrderDraft& draft, const Scheme& scheme, Platform platform, Time now);

}  // namespace certmark::ca
