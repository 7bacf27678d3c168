#include "ca/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {

Result<Hash> HmacSha256(ByteView key, ByteView message) {
  const ErrorQueueGuard guard;
  Hash code;
  unsigned size = 0;
  const bool made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
                         code.bytes.data(), &size) != nullptr;
  if (!made || size != Hash::kSize) return Error{ErrorCode::kInternal, "no HMAC could be made"};
  return code;
}

}  // namespace certmark::ca
