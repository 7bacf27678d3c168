#include "ca/clock.h"

#include <openssl/rand.h>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {

Result<void> SystemRandom(std::span<std::uint8_t> out) {
  const ErrorQueueGuard guard;
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) {
    return Error{ErrorCode::kInternal, "the random generator failed"};
  }
  return {};
}

}  // namespace certmark::ca
