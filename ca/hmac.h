// HMAC-SHA-256 (RFC 2104), by which two who share a key know each other's words.
#pragma once

#include "verifier-sdk/core/hash.h"

namespace certmark::ca {

/// HmacSha256 is the code of `message` under `key`. Internal: OpenSSL failed.
Result<Hash> HmacSha256(ByteView key, ByteView message);

}  // namespace certmark::ca
