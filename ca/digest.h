// The digest that a key of a curve signs.
#pragma once

#include "verifier-sdk/core/public_key.h"

namespace certmark::ca {

/// DigestFor is SHA-256 for P-256 and SHA-384 for P-384. Internal: OpenSSL failed.
Result<Bytes> DigestFor(PublicKey::Curve curve, ByteView message);
/// DigestSize is 32 or 48 bytes, which is also the size of a coordinate of the curve.
std::size_t DigestSize(PublicKey::Curve curve);

}  // namespace certmark::ca
