// Sha256Stream: SHA-256 of what comes piece by piece.
#pragma once

#include <memory>

#include "verifier-sdk/core/hash.h"

struct evp_md_ctx_st;

namespace certmark::ca {

/// Sha256Stream hashes one text. One thread at a time.
class Sha256Stream {
 public:
  Sha256Stream();
  void Add(ByteView bytes);
  /// Take ends it. Internal: OpenSSL failed, then or before.
  Result<Hash> Take();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
  bool ok_ = false;
};

}  // namespace certmark::ca
