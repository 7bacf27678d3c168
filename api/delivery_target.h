// Where a subscription may lead.
#pragma once

#include <string_view>

#include "ca/subscription.h"
#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// kMailTo begins a target that is a mailbox (RFC 6068).
inline constexpr std::string_view kMailTo = "mailto:";

/// DeliveryTargets is what an authority is configured to reach.
struct DeliveryTargets {
  bool mail = false;               ///< it has a relay
  bool private_addresses = false;  ///< loopback and private networks too
};

/// CheckDeliveryTarget: InvalidArgument says what is wrong with the target, of CheckTarget or CheckMailAddress, or that
/// events go to no mailbox. FailedPrecondition: the authority sends no mail.
Result<void> CheckDeliveryTarget(ca::Subscription::Of of, std::string_view target, DeliveryTargets reachable);

}  // namespace certmark::api
