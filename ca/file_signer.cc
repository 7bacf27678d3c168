// Signers whose private key lies in this process's memory.
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>

#include "ca/digest.h"
#include "ca/ecdsa_signature.h"
#include "ca/key_file.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

Error Failed(const char* what) {
  return {ErrorCode::kInternal, what};
}

class FileSigner : public Signer {
 public:
  FileSigner(PrivateKey key, PublicKey public_key) : key_(std::move(key)), public_key_(std::move(public_key)) {}

  const PublicKey& public_key() const override { return public_key_; }

  Result<Bytes> SignDigest(ByteView digest) const override {
    const ErrorQueueGuard guard;
    const std::size_t size = DigestSize(public_key_.curve());
    if (digest.size() != size) return Failed("a digest of the wrong size to sign");
    // A context each call: threads share the key alone.
    const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new(key_.get(), nullptr));
    Bytes der(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
    std::size_t length = der.size();
    if (!context || EVP_PKEY_sign_init(context.get()) != 1 ||
        EVP_PKEY_sign(context.get(), der.data(), &length, digest.data(), digest.size()) != 1) {
      return Failed("signing failed");
    }
    return EcdsaRawFromDer(ByteView(der).first(length), size);
  }

 private:
  PrivateKey key_;
  PublicKey public_key_;
};

class FileNoteSigner : public NoteSigner {
 public:
  static constexpr std::size_t kKeyBytes = 32, kSignatureBytes = 64;

  FileNoteSigner(PrivateKey key, const std::array<std::uint8_t, kKeyBytes>& public_key)
      : key_(std::move(key)), public_key_(public_key) {}

  ByteView public_key() const override { return public_key_; }

  Result<Bytes> Sign(std::string_view note_text) const override {
    const ErrorQueueGuard guard;
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    const ByteView text = AsBytes(note_text);
    Bytes signature(kSignatureBytes);
    std::size_t size = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, text.data(), text.size()) != 1 ||
        size != kSignatureBytes) {
      return Failed("signing a note failed");
    }
    return signature;
  }

 private:
  PrivateKey key_;
  std::array<std::uint8_t, kKeyBytes> public_key_;
};

}  // namespace

Result<std::unique_ptr<Signer>> MakeSigner(PrivateKey key) {
  const ErrorQueueGuard guard;
  std::uint8_t* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  if (size <= 0) return Failed("a key without a public half");
  const Bytes spki(der, der + size);
  OPENSSL_free(der);
  PublicKey public_key = CM_TRY(PublicKey::FromSpki(spki));
  return std::unique_ptr<Signer>(new FileSigner(std::move(key), std::move(public_key)));
}

Result<std::unique_ptr<NoteSigner>> MakeNoteSigner(PrivateKey key) {
  const ErrorQueueGuard guard;
  std::array<std::uint8_t, FileNoteSigner::kKeyBytes> public_key{};
  std::size_t size = public_key.size();
  if (EVP_PKEY_is_a(key.get(), "ED25519") != 1 ||
      EVP_PKEY_get_raw_public_key(key.get(), public_key.data(), &size) != 1 || size != public_key.size()) {
    return Error{ErrorCode::kInvalidArgument, "not an Ed25519 key"};
  }
  return std::unique_ptr<NoteSigner>(new FileNoteSigner(std::move(key), public_key));
}

}  // namespace certmark::ca
