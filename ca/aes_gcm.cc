#include "ca/aes_gcm.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

Error Failed() {
  return {ErrorCode::kInternal, "AES-256-GCM failed"};
}

int Length(ByteView bytes) {
  return static_cast<int>(bytes.size());
}

bool Encrypt(EVP_CIPHER_CTX* context, ByteView bound, ByteView plaintext, std::span<std::uint8_t> out) {
  int length = 0;
  std::uint8_t* const tag = out.data() + plaintext.size();
  return EVP_EncryptUpdate(context, nullptr, &length, bound.data(), Length(bound)) == 1 &&
         EVP_EncryptUpdate(context, out.data(), &length, plaintext.data(), Length(plaintext)) == 1 &&
         EVP_EncryptFinal_ex(context, tag, &length) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AesGcm::kTagSize, tag) == 1;
}

bool Decrypt(EVP_CIPHER_CTX* context, ByteView bound, ByteView sealed, std::span<std::uint8_t> out) {
  int length = 0;
  const ByteView text = sealed.first(out.size());
  Bytes tag(sealed.begin() + static_cast<std::ptrdiff_t>(out.size()), sealed.end());
  std::uint8_t none = 0;  // what GCM has left to write at the end: nothing
  return EVP_DecryptUpdate(context, nullptr, &length, bound.data(), Length(bound)) == 1 &&
         EVP_DecryptUpdate(context, out.data(), &length, text.data(), Length(text)) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Length(tag), tag.data()) == 1 &&
         EVP_DecryptFinal_ex(context, &none, &length) == 1;
}

}  // namespace

Result<AesGcm> AesGcm::Create(const SymmetricKey& key) {
  const ErrorQueueGuard guard;
  Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  if (!context || EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.Reveal().data(), nullptr, 1) != 1) {
    return Failed();
  }
  return AesGcm(std::move(context));
}

Result<void> AesGcm::Seal(const Nonce& nonce, ByteView bound, ByteView plaintext, std::span<std::uint8_t> out) {
  if (out.size() != plaintext.size() + kTagSize) Die("AesGcm::Seal: no room for the tag");
  const ErrorQueueGuard guard;
  if (EVP_EncryptInit_ex(context_.get(), nullptr, nullptr, nullptr, nonce.data()) != 1) return Failed();
  if (!Encrypt(context_.get(), bound, plaintext, out)) return Failed();
  return {};
}

Result<void> AesGcm::Open(const Nonce& nonce, ByteView bound, ByteView sealed, std::span<std::uint8_t> out) {
  if (sealed.size() != out.size() + kTagSize) Die("AesGcm::Open: the tag is missing");
  const ErrorQueueGuard guard;
  if (EVP_DecryptInit_ex(context_.get(), nullptr, nullptr, nullptr, nonce.data()) != 1) return Failed();
  if (Decrypt(context_.get(), bound, sealed, out)) return {};
  // OpenSSL writes what it decrypts before it knows whether that is authentic.
  OPENSSL_cleanse(out.data(), out.size());
  return Error{ErrorCode::kCorruption, "not what was encrypted under this key"};
}

Result<AesGcm::Nonce> FreshNonce() {
  const ErrorQueueGuard guard;
  AesGcm::Nonce nonce{};
  if (RAND_bytes(nonce.data(), nonce.size()) != 1) return Error{ErrorCode::kInternal, "no nonce could be drawn"};
  return nonce;
}

}  // namespace certmark::ca
