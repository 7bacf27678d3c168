// Private keys in PKCS#8 files: made, checked, stored with mode 0600 and read back. The file-backed Signer.
#pragma once

#include <filesystem>
#include <memory>

#include "ca/secret.h"
#include "ca/signer.h"

struct evp_pkey_st;

namespace certmark::ca {

/// PrivateKey owns an OpenSSL private key.
using PrivateKey = std::unique_ptr<evp_pkey_st, void (*)(evp_pkey_st*)>;

/// KeyKind is what a file must hold: keys are never used for another purpose than the one they were made for.
enum class KeyKind : std::uint8_t { kP256, kP384, kEd25519 };

/// GenerateKey makes a key with OpenSSL's generator and holds it to CheckKey.
Result<PrivateKey> GenerateKey(KeyKind kind);

/// CheckKey is the quality that a new key must have: on the curve, its halves fit, the scalar neither small nor near
/// the order, a signature made with it verifies, the same for another message does not. FailedPrecondition says what is
/// wrong. REQUIRES: a key of that kind.
Result<void> CheckKey(const PrivateKey& key, KeyKind kind);

/// KeyPem is the key as PKCS#8 PEM, encrypted (AES-256-CBC, scrypt) unless `passphrase` is empty: TLS libraries take
/// keys so.
Result<Secret> KeyPem(const PrivateKey& key, const Secret& passphrase);

/// SaveKey writes PKCS#8 PEM to a new file, mode 0600, fsynced; encrypted (AES-256-CBC, scrypt) unless `passphrase` is
/// empty. AlreadyExists: the file is there; nothing is overwritten.
Result<void> SaveKey(const std::filesystem::path& file, const PrivateKey& key, const Secret& passphrase);

/// LoadKey reads it back. NotFound: no such file. PermissionDenied: wrong passphrase, or a file that others may read.
/// InvalidArgument: no private key, or of another kind.
Result<PrivateKey> LoadKey(const std::filesystem::path& file, const Secret& passphrase, KeyKind kind);

/// MakeSigner wraps a P-256 or P-384 key; MakeNoteSigner an Ed25519 key. InvalidArgument: another kind of key.
Result<std::unique_ptr<Signer>> MakeSigner(PrivateKey key);
Result<std::unique_ptr<NoteSigner>> MakeNoteSigner(PrivateKey key);

}  // namespace certmark::ca
