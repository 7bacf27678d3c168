// Signer: the seam to a private key, and what is signed with one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/public_key.h"

namespace certmark::ca {

/// Signer holds one P-256 or P-384 private key, wherever it lives. Safe to use from many threads.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const PublicKey& public_key() const = 0;
  /// SignDigest signs a SHA-256 (P-256) or SHA-384 (P-384) digest and returns raw r ‖ s. Unavailable: the key cannot be
  /// reached.
  virtual Result<Bytes> SignDigest(ByteView digest) const = 0;
};

/// SignJws signs a compact JWS with `alg` by the key's curve and `kid` its thumbprint, and checks the result with the
/// public key before returning it. `x5c` is left out when empty.
Result<std::string> SignJws(const Signer& signer, std::string_view typ, const std::vector<Bytes>& x5c,
                            std::string_view payload);

/// NoteSigner holds a log's Ed25519 key.
class NoteSigner {
 public:
  virtual ~NoteSigner() = default;
  virtual ByteView public_key() const = 0;  ///< 32 bytes
  /// Sign returns 64 bytes that nobody has verified: whoever asks opens the note before anybody has it
  /// (ledger/publisher.h, ledger/witness.h). Internal: OpenSSL failed.
  virtual Result<Bytes> Sign(std::string_view note_text) const = 0;
};

}  // namespace certmark::ca
