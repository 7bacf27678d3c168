// The one path FORMATS.md §2 knows: leaf → CA → root, checked against exactly that profile and nothing more general.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/issuance.h"

namespace certmark {

/// Path is a checked chain; `root` is the trusted certificate it ended at. Its two issuances may be named as known the
/// next time.
struct Path {
  Certificate leaf, ca, root;
  std::array<Issuance, 2> issuances;
};

/// PathProfile says what the leaf is for.
struct PathProfile {
  std::string leaf_eku;             ///< the leaf's EKU set is exactly {leaf_eku}
  std::vector<std::string> ca_eku;  ///< the CA's EKU set is exactly this
};

/// Anchors are the roots that a path may end at, and the issuances that are known and therefore not verified again;
/// with and without these CheckPath finds the same.
struct Anchors {
  std::span<const Certificate> roots;
  std::span<const Issuance> known = {};
};

/// CheckPath verifies leaf → ca → one of the anchors' roots at `now`, every certificate valid then, in the shape of
/// FORMATS.md §2: P-256, P-256, P-384; leaf not a CA, digitalSignature, not keyCertSign, CA with pathLen 0, root with
/// pathLen 1 and no EKU; names and signatures. SAN, usage period and blocks depend on the type and are the caller's.
/// InvalidArgument says what fails.
Result<Path> CheckPath(const Certificate& leaf, const Certificate& ca, const Anchors& anchors,
                       const PathProfile& profile, Time now);

/// CheckRoot verifies that `root` is a self-signed P-384 CA with keyCertSign, pathLen 1 and no EKU; its dates are not
/// judged.
Result<void> CheckRoot(const Certificate& root);

/// HasOneUri is true iff the certificate's subjectAltName is `uri` and nothing else.
[[nodiscard]] bool HasOneUri(const Certificate& certificate, std::string_view uri);

/// InUsagePeriod is true iff the leaf has a private-key usage period and `iat` is in it.
[[nodiscard]] bool InUsagePeriod(const Certificate& leaf, Time iat);

}  // namespace certmark
