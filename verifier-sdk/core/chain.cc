#include "verifier-sdk/core/chain.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace certmark {
namespace {

using Curve = PublicKey::Curve;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<void> CheckLeaf(const Certificate& leaf, const PathProfile& profile) {
  if (leaf.key().curve() != Curve::kP256) return Invalid("leaf: key is not P-256");
  if (leaf.is_ca()) return Invalid("leaf: is a CA");
  if (!leaf.digital_signature()) return Invalid("leaf: no digitalSignature");
  if (leaf.key_cert_sign()) return Invalid("leaf: keyCertSign");
  const auto& eku = leaf.eku();
  if (!eku || eku->size() != 1 || eku->front() != profile.leaf_eku) {
    return Invalid("leaf: EKU is not exactly " + profile.leaf_eku);
  }
  return {};
}

Result<void> CheckCa(const Certificate& ca, const PathProfile& profile) {
  if (ca.key().curve() != Curve::kP256) return Invalid("CA: key is not P-256");
  if (!ca.is_ca()) return Invalid("CA: is not a CA");
  if (!ca.key_cert_sign()) return Invalid("CA: no keyCertSign");
  if (ca.path_len() != 0) return Invalid("CA: pathLen is not 0");
  if (!ca.eku() || !std::ranges::is_permutation(*ca.eku(), profile.ca_eku)) {
    return Invalid("CA: EKU set is not that of this path");
  }
  return {};
}

/// CheckRootShape is CheckRoot without the self-signature, which proves nothing of a root that is trusted already and
/// costs a P-384 verification: CheckPath leaves it out.
Result<void> CheckRootShape(const Certificate& root) {
  if (root.key().curve() != Curve::kP384) return Invalid("root: key is not P-384");
  if (!root.is_ca()) return Invalid("root: is not a CA");
  if (!root.key_cert_sign()) return Invalid("root: no keyCertSign");
  if (root.path_len() != 1) return Invalid("root: pathLen is not 1");
  if (root.eku()) return Invalid("root: has an EKU");
  if (root.subject() != root.issuer()) return Invalid("root: names differ");
  return {};
}

/// FindRoot returns that a root issued `ca`. Several may bear its name, of which a good one is enough: a root
/// certificate may be renewed under the same key. The error is that of the last one that issued it.
Result<Issuance> FindRoot(const Certificate& ca, const Anchors& anchors, Time now) {
  std::optional<Error> error;
  for (const Certificate& root : anchors.roots) {
    auto issued = Issuance::Create(ca, root, anchors.known);
    if (!issued) continue;
    const Result<void> shape = CheckRootShape(root);
    if (shape && root.ValidAt(now)) return issued;
    error = shape ? Invalid("root: not valid now") : shape.error();
  }
  return error ? *std::move(error) : Invalid("CA: not issued by a trusted root");
}

}  // namespace

Result<Path> CheckPath(const Certificate& leaf, const Certificate& ca, const Anchors& anchors,
                       const PathProfile& profile, Time now) {
  // What costs nothing is judged before what costs a signature.
  CM_TRY(CheckLeaf(leaf, profile));
  CM_TRY(CheckCa(ca, profile));
  if (!leaf.ValidAt(now)) return Invalid("leaf: not valid now");
  if (!ca.ValidAt(now)) return Invalid("CA: not valid now");
  auto leaf_issued = Issuance::Create(leaf, ca, anchors.known);
  if (!leaf_issued) return Invalid("leaf: not issued by this CA");
  Issuance ca_issued = CM_TRY(FindRoot(ca, anchors, now));
  return Path{leaf, ca, ca_issued.issuer(), {*std::move(leaf_issued), std::move(ca_issued)}};
}

Result<void> CheckRoot(const Certificate& root) {
  CM_TRY(CheckRootShape(root));
  if (!root.IssuedBy(root)) return Invalid("root: not signed by its own key");
  return {};
}

bool HasOneUri(const Certificate& certificate, std::string_view uri) {
  return certificate.san_count() == 1 && certificate.san_uris().size() == 1 && certificate.san_uris().front() == uri;
}

bool InUsagePeriod(const Certificate& leaf, Time iat) {
  const auto& period = leaf.usage_period();
  return period && period->first <= iat && iat <= period->last;
}

}  // namespace certmark
