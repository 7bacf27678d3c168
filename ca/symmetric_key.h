// SymmetricKey: 256 random bits that encrypt.
#pragma once

#include "ca/secret.h"

namespace certmark::ca {

/// SymmetricKey is a key of AES-256. Move-only, wiped when it goes.
class SymmetricKey {
 public:
  static constexpr std::size_t kSize = 32;

  /// Generate draws a key from OpenSSL's private generator. Internal: the generator failed.
  static Result<SymmetricKey> Generate();
  /// FromBuffer takes over 32 bytes. InvalidArgument: another length.
  static Result<SymmetricKey> FromBuffer(SecretBuffer bytes);

  ByteView Reveal() const { return bytes_.Reveal(); }

 private:
  explicit SymmetricKey(SecretBuffer bytes) : bytes_(std::move(bytes)) {}
  SecretBuffer bytes_;
};

}  // namespace certmark::ca
