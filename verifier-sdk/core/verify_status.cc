// Step 9: a fresh status list of the same authority that covers the credential.
#include <algorithm>

#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/verify_steps.h"

namespace certmark::steps {
namespace {

// A status token has no place in the log, so a block from any index counts as a block.
bool IsBlockedAnywhere(const TrustList& list, const Path& path) {
  const auto keys = Keys(path);
  return std::any_of(keys.begin(), keys.end(), [&](const PublicKey* key) { return list.IsBlockedAnywhere(*key); });
}

/// Opened is a token that was read, and whether it is known that the key in its first certificate signed it.
struct Opened {
  std::shared_ptr<const StatusToken> token;
  bool is_known = false;
};
Result<Opened> Open(const Case& c) {
  const std::string& text = *c.bundle.status_list;
  const auto held = c.memory.status_lists.values();
  const auto found = std::ranges::find_if(*held, [&](const auto& token) { return token->jws.text == text; });
  if (found != held->end()) return Opened{*found, true};
  auto token = std::make_shared<const StatusToken>(CM_TRY(StatusToken::Parse(text)));
  return Opened{std::move(token), false};
}

std::optional<std::string> WhyUnknown(const Case& c, const Opened& opened) {
  const StatusToken& token = *opened.token;
  if (token.iss != c.credential.iss) return "the status list is of another authority: " + Quote(token.iss);
  const auto known = c.memory.issuances.values();
  const Signed signed_token{token.jws, token.jws.x5c[0], token.jws.x5c[1], token.iss, token.iat, *known};
  std::optional<Path> path;
  if (auto finding = CheckSigner(signed_token, c.list->status_path(), *c.list, c.now, path)) return finding->detail;
  c.memory.Remember(*path);
  if (IsBlockedAnywhere(*c.list, *path)) return "a key of the status list's path is blocked";
  if (!opened.is_known && !VerifyJws(token.jws, path->leaf.key())) return "the status list's signature is wrong";
  if (token.sub != c.credential.status_uri) return "the status list is another one: " + Quote(token.sub);
  return std::nullopt;
}

std::optional<std::string> WhyStale(const Case& c, const StatusToken& token) {
  const Policy& policy = c.policy;
  if (token.iat > Plus(c.now, policy.skew)) return "the status list is from the future: " + Show(token.iat);
  if (c.now >= Plus(token.exp, policy.skew)) return "the status list ended " + Show(token.exp);
  if (c.now > Plus(Plus(token.iat, policy.status_age), policy.skew)) {
    return "the status list is too old: " + Show(token.iat);
  }
  if (policy.min_status_iat && token.iat < *policy.min_status_iat) {
    return "the status list is older than one seen before: " + Show(token.iat);
  }
  const auto& floor = policy.min_checkpoint;
  if (floor && c.checkpoint && c.checkpoint->origin == floor->origin && c.checkpoint->size < floor->size) {
    return "the checkpoint is smaller than one seen before: " + std::to_string(c.checkpoint->size);
  }
  return std::nullopt;
}

}  // namespace

Finding CheckStatus(Case& c) {
  if (!c.bundle.status_list) {
    if (c.policy.allows(Allow::kUnknownStatus)) {
      return Skipped("AllowUnknownStatus: no status list, it may be suspended or revoked");
    }
    return Failed(Verdict::kStatusUnknown, "the bundle has no statusList");
  }
  const auto opened = Open(c);
  if (!opened) return Failed(Verdict::kStatusUnknown, opened.error().message);
  if (auto why = WhyUnknown(c, *opened)) return Failed(Verdict::kStatusUnknown, std::move(*why));
  if (auto why = WhyStale(c, *opened->token)) return Failed(Verdict::kStatusStale, std::move(*why));
  // Not before: old lists, and those of other credentials, are anybody's to send by the dozen.
  if (!opened->is_known) c.memory.Remember(opened->token);
  c.status = opened->token;
  return Passed("status of " + Show(c.status->iat));
}

}  // namespace certmark::steps
