#include "api/delivery_target.h"

#include "api/mail_address.h"
#include "api/webhook.h"

namespace certmark::api {

Result<void> CheckDeliveryTarget(ca::Subscription::Of of, std::string_view target, DeliveryTargets reachable) {
  if (!target.starts_with(kMailTo)) return CheckTarget(target, reachable.private_addresses);
  if (of != ca::Subscription::Of::kNotices)
    return Error{ErrorCode::kInvalidArgument, "events are pushed to an https URL alone"};
  if (!reachable.mail) return Error{ErrorCode::kFailedPrecondition, "this authority sends no mail"};
  return CheckMailAddress(target.substr(kMailTo.size()));
}

}  // namespace certmark::api
