// Steps 3 and 4: a key that the trust list vouches for signed exactly these bytes.
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/verify_steps.h"

namespace certmark::steps {
namespace {

Finding Untrusted(std::string detail) {
  return Failed(Verdict::kUntrustedIssuer, std::move(detail));
}

std::optional<std::string> WhyBlocked(const Case& c) {
  // An entry before a block's fromIndex stays good, but only a proof can show where an entry is.
  const bool no_proof = !c.bundle.tlog_proof && c.policy.allows(Allow::kUnlogged);
  for (const PublicKey* key : Keys(*c.path)) {
    if (no_proof ? c.list->IsBlockedAnywhere(*key) : c.list->IsBlocked(*key)) {
      return "a key of the path is blocked: " + key->spki_hash().Hex();
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Finding> CheckSigner(const Signed& token, const PathProfile& profile, const TrustList& list, Time now,
                                   std::optional<Path>& path) {
  if (token.jws.alg != "ES256") return Failed(Verdict::kBadSignature, "alg is not ES256: " + Quote(token.jws.alg));
  const auto leaf = ParseCertificate(token.leaf, token.known);
  if (!leaf) return Untrusted("signer's certificate: " + leaf.error().message);
  const auto ca = ParseCertificate(token.ca, token.known);
  if (!ca) return Untrusted("CA's certificate: " + ca.error().message);
  if (leaf->key().curve() != PublicKey::Curve::kP256) return Untrusted("the signer's key is not on P-256");
  if (leaf->key().thumbprint() != token.jws.kid)
    return Untrusted("kid is not the signer's key: " + Quote(token.jws.kid));

  auto checked = CheckPath(*leaf, *ca, {list.roots(), token.known}, profile, now);
  if (!checked) return Untrusted(checked.error().message);
  if (!HasOneUri(*leaf, token.iss)) return Untrusted("the signer's certificate is not of " + Quote(token.iss));
  if (!InUsagePeriod(*leaf, token.iat)) return Untrusted("signed outside the key's usage period, " + Show(token.iat));
  path = std::move(*checked);
  return std::nullopt;
}

Finding CheckKey(Case& c) {
  const auto known = c.memory.issuances.values();
  const Signed token{c.jws,
                     c.bundle.certificates[0],
                     c.bundle.certificates[1],
                     c.credential.iss,
                     FromEpoch(static_cast<std::int64_t>(c.credential.iat)),
                     *known};
  if (auto finding = CheckSigner(token, c.list->credential_path(), *c.list, c.now, c.path)) return *finding;
  c.memory.Remember(*c.path);
  if (auto why = WhyBlocked(c)) return Failed(Verdict::kUntrustedIssuer, std::move(*why));
  return Passed("key " + c.jws.kid);
}

Finding CheckSignature(Case& c) {
  if (VerifyJws(c.jws, c.path->leaf.key())) return Passed("ES256");
  return Failed(Verdict::kBadSignature, "the credential's signature is wrong");
}

}  // namespace certmark::steps
