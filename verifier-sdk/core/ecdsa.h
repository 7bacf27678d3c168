// ECDSA signatures as X.509 has them; those of JWS are PublicKey::Verify's.
#pragma once

#include "verifier-sdk/core/public_key.h"

namespace certmark {

/// VerifyEcdsa is true iff `der` (an ECDSA-Sig-Value, RFC 3279 §2.2.3, in DER) signs `message` with SHA-256 under a
/// P-256 key or SHA-384 under a P-384 key.
[[nodiscard]] bool VerifyEcdsa(const PublicKey& key, ByteView message, ByteView der);

}  // namespace certmark
