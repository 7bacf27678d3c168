// Webhook: the courier to an HTTPS endpoint that somebody registered; of events, and of notices.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>

#include "api/delivery_outcome.h"
#include "ca/secret.h"
#include "verifier-sdk/core/time.h"

namespace certmark::io {
class HttpClient;
}

namespace certmark::api {

struct WebhookOptions {
  bool private_addresses = false;             ///< whether a target may be in a network of our own; else none is called
  std::filesystem::path ca_file{};            ///< PEM of the CAs that targets are believed by; empty: the system's
  std::chrono::milliseconds timeout{10'000};  ///< of one attempt, from name to last byte
};

/// Notice is one of ours, as one attempt sends it.
struct Notice {
  std::string_view id;       ///< the same in each attempt: receivers know a double by it; SignWebhook says its form
  std::string_view body;     ///< JSON
  Time at;                   ///< the time of this attempt
  const ca::Secret& secret;  ///< shared with the receiver, as WebhookSecret writes it
};

/// CheckTarget is what may be registered: an https URL of printable ASCII and at most 2,048 bytes, with a host, without
/// user name, fragment or port 0, and, unless `private_addresses`, a host that is neither `localhost` nor an address
/// that is not public (verifier-sdk/io/public_address.h), however it is written. Where a name leads is asked at each
/// connection. InvalidArgument says which.
Result<void> CheckTarget(std::string_view url, bool private_addresses);

/// Webhook carries one message at a time, for one thread at a time; only Cancel may be called from any. It follows no
/// redirect, asks no proxy (unless private addresses are allowed: then the environment's), believes no certificate that
/// does not lead to a trusted CA, and reads at most 64 KiB of an answer.
///
/// 2xx: taken. 400 with the JSON `err` of RFC 8935 §2.4, which `why` says, 413, 415 and 422: refused. 410: gone.
/// Everything else, a target that CheckTarget would refuse now too: not now.
class Webhook {
 public:
  /// Create has no connection yet. Internal: libcurl cannot be set up.
  static Result<std::unique_ptr<Webhook>> Create(WebhookOptions options);
  Webhook(const Webhook&) = delete;
  Webhook& operator=(const Webhook&) = delete;
  ~Webhook();

  /// PushEvent delivers a Security Event Token by RFC 8935 §2: the JWS itself is the body.
  Attempt PushEvent(std::string_view url, std::string_view jws);
  /// PushNotice delivers a notice with the headers of Standard Webhooks. Refused also: SignWebhook does not sign it.
  Attempt PushNotice(std::string_view url, const Notice& notice);

  /// Cancel ends the attempt in flight at once, and every later one: not now.
  void Cancel();

 private:
  Webhook(WebhookOptions options, std::unique_ptr<io::HttpClient> client);
  WebhookOptions options_;
  std::unique_ptr<io::HttpClient> client_;
};

}  // namespace certmark::api
