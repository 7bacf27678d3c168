// Courier: a message to the target of its subscription, whatever that is.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/deliveries.h"
#include "api/mailer.h"
#include "api/webhook.h"

namespace certmark::api {

/// CourierOptions is how targets are reached, and in whose name.
struct CourierOptions {
  std::string authority;  ///< its URL
  bool is_test = false;   ///< it is one for tests
  ca::Clock clock;
  WebhookOptions webhooks;
  /// new_mailer makes one for each courier; none: no mail is sent.
  std::function<Result<std::unique_ptr<Mailer>>()> new_mailer{};
};

/// NewCourierBy makes couriers that push events (RFC 8935), and bring notices to a webhook or by mail, each under one
/// name however often it is sent: `<subscription>-<notice>`.
Deliveries::NewCourier NewCourierBy(CourierOptions options);

}  // namespace certmark::api
