#include "api/webhook_signature.h"

#include <string.h>

#include <algorithm>

#include "ca/hmac.h"

namespace certmark::api {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kMaxId = 64;

bool IsId(std::string_view id) {
  // Without a full stop, so that what is signed has one reading.
  const auto is_of_id = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !id.empty() && id.size() <= kMaxId && std::all_of(id.begin(), id.end(), is_of_id);
}

// KeyOf is for whoever wipes it.
Result<Bytes> KeyOf(const ca::Secret& secret) {
  const std::string_view text = secret.Reveal();
  auto key = text.starts_with(kPrefix) ? Base64Decode(text.substr(kPrefix.size())) : Result<Bytes>(Bytes());
  if (!key || key->size() < kMinWebhookKey || key->size() > kMaxWebhookKey) {
    return Error{ErrorCode::kInvalidArgument, "the secret of a webhook is not of its form"};
  }
  return key;
}

}  // namespace

ca::Secret WebhookSecret(ByteView key) {
  std::string text = std::string(kPrefix) + Base64Encode(key);
  ca::Secret secret(text);
  explicit_bzero(text.data(), text.size());
  return secret;
}

Result<WebhookHeaders> SignWebhook(const ca::Secret& secret, std::string_view id, Time at, std::string_view body) {
  if (!IsId(id)) return Error{ErrorCode::kInvalidArgument, "the id of a notice is not of its form"};
  Bytes key = CM_TRY(KeyOf(secret));
  WebhookHeaders headers{std::string(id), std::to_string(ToEpoch(at)), {}};
  const std::string said = headers.id + "." + headers.timestamp + "." + std::string(body);
  const auto code = ca::HmacSha256(key, AsBytes(said));
  explicit_bzero(key.data(), key.size());
  if (!code) return code.error();
  headers.signature = "v1," + code->Base64();
  return headers;
}

}  // namespace certmark::api
