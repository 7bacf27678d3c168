// ECDSA by RFC 6979: the nonce comes of the key and the message, so that one message has one signature, which OpenSSL
// 3.0 does not offer. Not in constant time, and for keys that everybody may know.
#pragma once

#include <memory>
#include <string_view>

#include "verifier-sdk/core/bytes.h"

struct evp_pkey_st;
struct evp_md_st;

namespace certmark::testing {

/// KeyOfScalar is the key pair whose private key is `scalar`, big-endian, on `curve`, "P-256" or "P-384".
std::shared_ptr<evp_pkey_st> KeyOfScalar(const char* curve, ByteView scalar);

/// SignRfc6979 returns the DER signature of `message`, hashed by `digest`, which also makes the nonce.
Bytes SignRfc6979(const char* curve, ByteView scalar, const evp_md_st* digest, std::string_view message);

}  // namespace certmark::testing
