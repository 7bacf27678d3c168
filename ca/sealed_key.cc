#include "ca/sealed_key.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <string_view>

#include "ca/aes_gcm.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kSealed = "CMKEYSC\x01", kBare = "CMKEYPL\x01";
constexpr std::size_t kSaltSize = 16;
static_assert(kSealed.size() + kSaltSize + kWrappedKeySize <= kMaxSealedKeyBytes);

// What a private key's file costs to guess (key_file.cc): the passphrase is the same, and who guesses it takes the
// cheaper file.
constexpr std::uint64_t kScryptN = 1 << 14, kScryptR = 8, kScryptP = 1, kScryptMemory = 32 << 20;

SecretBuffer BufferOf(ByteView bytes) {
  SecretBuffer buffer(bytes.size());
  std::ranges::copy(bytes, buffer.Room().begin());
  return buffer;
}

Result<SymmetricKey> KeyOfPassphrase(const Secret& passphrase, ByteView salt) {
  const ErrorQueueGuard guard;
  const std::string_view text = passphrase.Reveal();
  SecretBuffer key(SymmetricKey::kSize);
  if (EVP_PBE_scrypt(text.data(), text.size(), salt.data(), salt.size(), kScryptN, kScryptR, kScryptP, kScryptMemory,
                     key.Room().data(), key.size()) != 1) {
    return Error{ErrorCode::kInternal, "scrypt failed"};
  }
  return SymmetricKey::FromBuffer(std::move(key));
}

Result<SymmetricKey> UnsealWrapped(std::string_view rest, const Secret& passphrase) {
  if (rest.size() != kSaltSize + kWrappedKeySize) return Error{ErrorCode::kCorruption, "a sealed key of another size"};
  if (passphrase.empty()) return Error{ErrorCode::kPermissionDenied, "a sealed key needs a passphrase"};
  const ByteView bytes = AsBytes(rest);
  const SymmetricKey with = CM_TRY(KeyOfPassphrase(passphrase, bytes.first(kSaltSize)));
  auto key = UnwrapKey(with, bytes.subspan(kSaltSize), AsBytes(kSealed));
  if (!key && key.error().code == ErrorCode::kCorruption) {
    return Error{ErrorCode::kPermissionDenied, "wrong passphrase for a sealed key, or it was altered"};
  }
  return key;
}

Result<SymmetricKey> UnsealBare(std::string_view rest, const Secret& passphrase) {
  if (rest.size() != SymmetricKey::kSize) return Error{ErrorCode::kCorruption, "a bare key of another size"};
  if (!passphrase.empty()) return Error{ErrorCode::kPermissionDenied, "a bare key, where a passphrase was given"};
  return SymmetricKey::FromBuffer(BufferOf(AsBytes(rest)));
}

}  // namespace

Result<Bytes> WrapKey(const SymmetricKey& with, const SymmetricKey& key, ByteView context) {
  AesGcm cipher = CM_TRY(AesGcm::Create(with));
  const AesGcm::Nonce nonce = CM_TRY(FreshNonce());
  Bytes wrapped(kWrappedKeySize);
  std::ranges::copy(nonce, wrapped.begin());
  CM_TRY(cipher.Seal(nonce, context, key.Reveal(), std::span(wrapped).subspan(nonce.size())));
  return wrapped;
}

Result<SymmetricKey> UnwrapKey(const SymmetricKey& with, ByteView wrapped, ByteView context) {
  if (wrapped.size() != kWrappedKeySize) return Error{ErrorCode::kCorruption, "a wrapped key of another size"};
  AesGcm cipher = CM_TRY(AesGcm::Create(with));
  AesGcm::Nonce nonce{};
  std::ranges::copy(wrapped.first(nonce.size()), nonce.begin());
  SecretBuffer key(SymmetricKey::kSize);
  CM_TRY(cipher.Open(nonce, context, wrapped.subspan(nonce.size()), key.Room()));
  return SymmetricKey::FromBuffer(std::move(key));
}

Result<Secret> SealKey(const SymmetricKey& key, const Secret& passphrase) {
  std::string contents;
  contents.reserve(kMaxSealedKeyBytes);  // so that no copy of a bare key is left behind
  if (passphrase.empty()) {
    contents.append(kBare).append(AsText(key.Reveal()));
    Secret bare(contents);
    OPENSSL_cleanse(contents.data(), contents.size());
    return bare;
  }
  Bytes salt(kSaltSize);
  if (RAND_bytes(salt.data(), kSaltSize) != 1) return Error{ErrorCode::kInternal, "no salt could be drawn"};
  const SymmetricKey with = CM_TRY(KeyOfPassphrase(passphrase, salt));
  const Bytes wrapped = CM_TRY(WrapKey(with, key, AsBytes(kSealed)));
  contents.append(kSealed).append(AsText(salt)).append(AsText(wrapped));
  return Secret(contents);
}

Result<SymmetricKey> UnsealKey(const Secret& sealed, const Secret& passphrase) {
  const std::string_view text = sealed.Reveal();
  if (text.starts_with(kSealed)) return UnsealWrapped(text.substr(kSealed.size()), passphrase);
  if (text.starts_with(kBare)) return UnsealBare(text.substr(kBare.size()), passphrase);
  return Error{ErrorCode::kCorruption, "not the contents of a key's file"};
}

}  // namespace certmark::ca
