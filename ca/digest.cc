#include "ca/digest.h"

#include <openssl/evp.h>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {

std::size_t DigestSize(PublicKey::Curve curve) {
  return curve == PublicKey::Curve::kP256 ? 32 : 48;
}

Result<Bytes> DigestFor(PublicKey::Curve curve, ByteView message) {
  const ErrorQueueGuard guard;
  const EVP_MD* type = curve == PublicKey::Curve::kP256 ? EVP_sha256() : EVP_sha384();
  Bytes digest(DigestSize(curve));
  if (EVP_Digest(message.data(), message.size(), digest.data(), nullptr, type, nullptr) != 1) {
    return Error{ErrorCode::kInternal, "digest failed"};
  }
  return digest;
}

}  // namespace certmark::ca
