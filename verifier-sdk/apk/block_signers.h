// The signers of a signing block, each with its signatures checked.
#pragma once

#include "verifier-sdk/apk/digest.h"
#include "verifier-sdk/apk/signing_block.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::apk {

/// ContentsDigest is what a signer says that the contents' digest is.
struct ContentsDigest {
  DigestAlgorithm algorithm = DigestAlgorithm::kSha256;
  ByteView bytes;
};

/// CheckedSigner is one whose signatures verify, under the key of its first certificate.
struct CheckedSigner {
  /// chain is SHA-256 of its certificates in the order in which they followed one another; the last is the signer's
  /// own, and without a proof of rotation the only one.
  std::vector<Hash> chain;
  SdkRange platforms;                         ///< of v2: none
  std::vector<ContentsDigest> digests;        ///< to be held against the contents; one at least
  std::optional<std::uint32_t> also_scheme;   ///< of v2: the file is signed by that scheme too, or was stripped of it
  std::optional<std::uint32_t> rotated_from;  ///< of v3: v3.1 signs from that platform on, or was stripped

  const Hash& certificate() const { return chain.back(); }
};

/// CheckedBlock has the signers of each scheme that is there; a scheme that is there has one at least.
struct CheckedBlock {
  std::vector<CheckedSigner> v2, v3, v31;
};

/// CheckBlock verifies every signature of every signer that is of a known algorithm, whatever platform it is for: that
/// the first certificate has the public key, that the same algorithms stand at signatures and at digests, each once,
/// and a proof of rotation up to that certificate. Nothing is held against the contents. InvalidArgument: it cannot be
/// read, or says two things; FailedPrecondition: a signer has no signature with a digest that is computed here (of
/// fs-verity alone there is none), has one by DSA, or is for a development release of Android; Corruption: a signature
/// does not verify, or a scheme that should be there was stripped; ResourceExhausted: over a limit.
Result<CheckedBlock> CheckBlock(ByteView block);

}  // namespace certmark::apk
