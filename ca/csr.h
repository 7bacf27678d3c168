// Certificate requests (PKCS#10, RFC 2986): made on the party's own side, judged by the registrar.
#pragma once

#include <string_view>

#include "ca/key_file.h"
#include "verifier-sdk/core/public_key.h"

namespace certmark::ca {

inline constexpr std::size_t kMaxCsrBytes = 4096;

/// MakeCsr requests a certificate for `key` (P-256) under `common_name`; DER.
Result<Bytes> MakeCsr(const PrivateKey& key, std::string_view common_name);

/// ParseCsr returns the requested P-256 key after checking that the request is signed by it. InvalidArgument: too
/// large, not exactly one request, another kind of key, or a bad signature. Names and attributes in it count for
/// nothing.
Result<PublicKey> ParseCsr(ByteView der);

}  // namespace certmark::ca
