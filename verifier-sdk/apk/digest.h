// Digests, over bytes as they come.
#pragma once

#include <memory>

#include "verifier-sdk/core/bytes.h"

struct evp_md_ctx_st;
struct evp_md_st;

namespace certmark::apk {

/// DigestAlgorithm is one that a signature may rest on. MD5 is none. SHA-1 is what JAR signatures for Android before 18
/// have: of its weakness only the signer could make use, who signs what he likes anyway.
enum class DigestAlgorithm : std::uint8_t { kSha1, kSha256, kSha384, kSha512 };

std::size_t DigestBytes(DigestAlgorithm algorithm);
const evp_md_st* NativeDigest(DigestAlgorithm algorithm);

/// Digest computes one. Making it throws std::bad_alloc where libcrypto has no memory for it, or no such digest, which
/// looks alike; what it cannot do afterwards ends the process, for that needs no memory and has no other cause than a
/// broken installation.
class Digest {
 public:
  explicit Digest(DigestAlgorithm algorithm);
  Digest(Digest&&) = default;
  ~Digest();

  void Add(ByteView bytes);
  /// Finish returns the digest. REQUIRES: nothing is asked of this object afterwards.
  Bytes Finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace certmark::apk
