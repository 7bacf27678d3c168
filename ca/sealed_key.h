// A symmetric key at rest: encrypted under another key, or under the operator's passphrase.
#pragma once

#include "ca/symmetric_key.h"

namespace certmark::ca {

/// kWrappedKeySize is that of a wrapped key: nonce, key and tag of AES-256-GCM.
inline constexpr std::size_t kWrappedKeySize = 12 + SymmetricKey::kSize + 16;

/// WrapKey encrypts `key` under `with` and binds it to `context`, which says whose it is. AES-256-GCM rather than the
/// key wrap of RFC 3394, which binds to nothing: the wrapped key of one document would pass for that of another. Its
/// random nonces allow 2^32 keys under one. Internal: OpenSSL failed.
Result<Bytes> WrapKey(const SymmetricKey& with, const SymmetricKey& key, ByteView context);
/// UnwrapKey reverses it. Corruption: not wrapped so, or under another key, or for another context.
Result<SymmetricKey> UnwrapKey(const SymmetricKey& with, ByteView wrapped, ByteView context);

/// kMaxSealedKeyBytes bounds what SealKey returns.
inline constexpr std::size_t kMaxSealedKeyBytes = 128;

/// SealKey is the contents of a key's file: wrapped under what scrypt makes of the passphrase and a random salt, or the
/// bare key where the passphrase is empty (development). Not PKCS#8, the container of our private keys: that has no
/// place for a symmetric key, and its AES-CBC would let altered bytes pass for a key. Internal: OpenSSL failed.
Result<Secret> SealKey(const SymmetricKey& key, const Secret& passphrase);
/// UnsealKey reverses it. PermissionDenied: another passphrase, or altered since, which look the same; or a passphrase
/// for a bare key: somebody has put that in place of a sealed one. Corruption: no key's contents.
Result<SymmetricKey> UnsealKey(const Secret& sealed, const Secret& passphrase);

}  // namespace certmark::ca
