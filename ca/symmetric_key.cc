#include "ca/symmetric_key.h"

#include <openssl/rand.h>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {

Result<SymmetricKey> SymmetricKey::Generate() {
  const ErrorQueueGuard guard;
  SecretBuffer bytes(kSize);
  if (RAND_priv_bytes(bytes.Room().data(), kSize) != 1) return Error{ErrorCode::kInternal, "no key could be drawn"};
  return SymmetricKey(std::move(bytes));
}

Result<SymmetricKey> SymmetricKey::FromBuffer(SecretBuffer bytes) {
  if (bytes.size() != kSize) {
    return Error{ErrorCode::kInvalidArgument, "a key of " + std::to_string(bytes.size()) + " bytes, not 32"};
  }
  return SymmetricKey(std::move(bytes));
}

}  // namespace certmark::ca
