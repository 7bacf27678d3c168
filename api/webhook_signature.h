// How a notice shows its receiver whence it came: the symmetric signature of Standard Webhooks (standardwebhooks.com,
// version 1.0), for which most languages have a library.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ca/secret.h"
#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// kMinWebhookKey and kMaxWebhookKey are how many bytes a key of the specification has.
inline constexpr std::size_t kMinWebhookKey = 24, kMaxWebhookKey = 64;

/// WebhookSecret writes a key as both sides are told it: `whsec_` and its base64. REQUIRES: of kMinWebhookKey to
/// kMaxWebhookKey bytes.
ca::Secret WebhookSecret(ByteView key);

/// WebhookHeaders are the values of the three headers that go with a notice.
struct WebhookHeaders {
  std::string id, timestamp, signature;
};
/// SignWebhook signs `body` as it is sent at `at`: receivers refuse an old time, so each attempt has its own, while the
/// id stays. InvalidArgument: an id that is not of 1 to 64 letters, digits, `_` and `-`, or a secret that WebhookSecret
/// does not write; the message holds nothing of it.
Result<WebhookHeaders> SignWebhook(const ca::Secret& secret, std::string_view id, Time at, std::string_view body);

}  // namespace certmark::api
