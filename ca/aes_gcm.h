// AesGcm: AES-256-GCM (NIST SP 800-38D), many messages under one key.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "ca/symmetric_key.h"

struct evp_cipher_ctx_st;

namespace certmark::ca {

/// AesGcm owns one OpenSSL context, which keeps the expanded key from message to message and wipes it at the end. One
/// thread at a time.
class AesGcm {
 public:
  static constexpr std::size_t kNonceSize = 12, kTagSize = 16;
  using Nonce = std::array<std::uint8_t, kNonceSize>;

  /// Create expands the key. Internal: OpenSSL failed.
  static Result<AesGcm> Create(const SymmetricKey& key);

  /// Seal writes ciphertext and tag to `out`. REQUIRES: `out` is kTagSize longer than `plaintext`; this nonce never
  /// went with this key before: the second time gives both texts away. Internal: OpenSSL failed.
  Result<void> Seal(const Nonce& nonce, ByteView bound, ByteView plaintext, std::span<std::uint8_t> out);
  /// Open writes the plaintext to `out`, or zeros when it fails. REQUIRES: `out` is kTagSize shorter than `sealed`.
  /// Corruption: no such text was sealed with this key, nonce and `bound`.
  Result<void> Open(const Nonce& nonce, ByteView bound, ByteView sealed, std::span<std::uint8_t> out);

 private:
  using Context = std::unique_ptr<evp_cipher_ctx_st, void (*)(evp_cipher_ctx_st*)>;
  explicit AesGcm(Context context) : context_(std::move(context)) {}
  Context context_;
};

/// FreshNonce draws 96 random bits: for at most 2^32 messages under one key (SP 800-38D §8.3). Internal: the generator
/// failed.
Result<AesGcm::Nonce> FreshNonce();

}  // namespace certmark::ca
