// The two forms of an ECDSA signature: raw r ‖ s as JWS carries it, and the DER ECDSA-Sig-Value of X.509 (RFC 3279
// §2.2.3).
#pragma once

#include "verifier-sdk/core/bytes.h"

namespace certmark::ca {

/// EcdsaRawFromDer writes r ‖ s, each of `coordinate_size` bytes. Internal: not one such signature, or a number too
/// large.
Result<Bytes> EcdsaRawFromDer(ByteView der, std::size_t coordinate_size);
/// EcdsaDerFromRaw is the way back. Internal: an odd or empty signature.
Result<Bytes> EcdsaDerFromRaw(ByteView raw);

}  // namespace certmark::ca
