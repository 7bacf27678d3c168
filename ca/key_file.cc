#include "ca/key_file.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "ca/small_file.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

using OwnedBio = Owned<BIO, BIO_free>;
using OwnedInfo = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using OwnedEncrypted = Owned<X509_SIG, X509_SIG_free>;

constexpr std::size_t kMaxKeyFileBytes = 16 * 1024;

// The most that OpenSSL agrees to decrypt without being told a higher memory limit: 16 MiB, some 50 ms.
constexpr std::uint64_t kScryptN = 1 << 14, kScryptR = 8, kScryptP = 1;
constexpr int kSaltBytes = 16;

// ---- Writing

OwnedEncrypted Encrypt(PKCS8_PRIV_KEY_INFO* info, const Secret& passphrase) {
  Owned<X509_ALGOR, X509_ALGOR_free> scheme(
      PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, kSaltBytes, nullptr, kScryptN, kScryptR, kScryptP));
  if (!scheme) return {};
  const std::string_view text = passphrase.Reveal();
  OwnedEncrypted encrypted(PKCS8_set0_pbe(text.data(), static_cast<int>(text.size()), info, scheme.get()));
  if (encrypted) static_cast<void>(scheme.release());  // owned by `encrypted` now
  return encrypted;
}

bool WritePem(BIO* out, const PrivateKey& key, const Secret& passphrase) {
  const OwnedInfo info(EVP_PKEY2PKCS8(key.get()));
  if (!info) return false;
  if (passphrase.empty()) return PEM_write_bio_PKCS8_PRIV_KEY_INFO(out, info.get()) == 1;
  const OwnedEncrypted encrypted = Encrypt(info.get(), passphrase);
  return encrypted && PEM_write_bio_PKCS8(out, encrypted.get()) == 1;
}

// ---- Reading

/// PemBlock is the first block of a PEM file; its data is wiped when it goes. OpenSSL's own readers of private keys ask
/// a terminal for a passphrase when they are not given one: a daemon must not.
class PemBlock {
 public:
  explicit PemBlock(const Secret& text) {
    const std::string_view pem = text.Reveal();
    const OwnedBio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (in) ok_ = PEM_read_bio(in.get(), &name_, &header_, &data_, &size_) == 1;
  }
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  ~PemBlock() {
    OPENSSL_free(name_);
    OPENSSL_free(header_);
    OPENSSL_clear_free(data_, static_cast<std::size_t>(size_));
  }
  bool Is(std::string_view name) const { return ok_ && name == name_; }
  ByteView data() const { return {data_, static_cast<std::size_t>(size_)}; }

 private:
  char* name_ = nullptr;
  char* header_ = nullptr;
  std::uint8_t* data_ = nullptr;
  long size_ = 0;
  bool ok_ = false;
};

Error NoKey(const std::filesystem::path& file) {
  return {ErrorCode::kInvalidArgument, file.string() + " holds no PKCS#8 private key"};
}

Result<OwnedInfo> Decrypt(ByteView der, const std::filesystem::path& file, const Secret& passphrase) {
  const std::uint8_t* cursor = der.data();
  const OwnedEncrypted encrypted(d2i_X509_SIG(nullptr, &cursor, static_cast<long>(der.size())));
  if (!encrypted) return NoKey(file);
  if (passphrase.empty()) return Error{ErrorCode::kPermissionDenied, file.string() + " needs a passphrase"};
  const std::string_view text = passphrase.Reveal();
  OwnedInfo info(PKCS8_decrypt(encrypted.get(), text.data(), static_cast<int>(text.size())));
  if (!info) return Error{ErrorCode::kPermissionDenied, "wrong passphrase for " + file.string()};
  return info;
}

Result<OwnedInfo> ReadInfo(const PemBlock& block, const std::filesystem::path& file, const Secret& passphrase) {
  if (block.Is(PEM_STRING_PKCS8)) return Decrypt(block.data(), file, passphrase);
  if (!block.Is(PEM_STRING_PKCS8INF)) return NoKey(file);
  const std::uint8_t* cursor = block.data().data();
  OwnedInfo info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &cursor, static_cast<long>(block.data().size())));
  if (!info) return NoKey(file);
  return info;
}

bool IsOfKind(const EVP_PKEY* key, KeyKind kind) {
  if (kind == KeyKind::kEd25519) return EVP_PKEY_is_a(key, "ED25519") == 1;
  char group[32] = "";
  if (EVP_PKEY_is_a(key, "EC") != 1 || EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) != 1) return false;
  return std::string_view(group) == (kind == KeyKind::kP256 ? "prime256v1" : "secp384r1");
}

/// HalvesFit: a file may hold a public half that is not the private one's.
bool HalvesFit(EVP_PKEY* key) {
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new(key, nullptr));
  return context && EVP_PKEY_pairwise_check(context.get()) == 1;
}

}  // namespace

Result<Secret> KeyPem(const PrivateKey& key, const Secret& passphrase) {
  const ErrorQueueGuard guard;
  const OwnedBio pem(BIO_new(BIO_s_secmem()));  // wiped when freed
  if (!pem || !WritePem(pem.get(), key, passphrase)) return Error{ErrorCode::kInternal, "cannot encode a key"};
  char* text = nullptr;
  const long size = BIO_get_mem_data(pem.get(), &text);
  return Secret(std::string_view(text, static_cast<std::size_t>(size)));
}

Result<void> SaveKey(const std::filesystem::path& file, const PrivateKey& key, const Secret& passphrase) {
  const Secret pem = CM_TRY(KeyPem(key, passphrase));
  return WriteNewFile(file, pem.Reveal(), kPrivateMode);
}

Result<PrivateKey> LoadKey(const std::filesystem::path& file, const Secret& passphrase, KeyKind kind) {
  const ErrorQueueGuard guard;
  const Secret text = CM_TRY(ReadPrivateFile(file, kMaxKeyFileBytes));
  const PemBlock block(text);
  const OwnedInfo info = CM_TRY(ReadInfo(block, file, passphrase));
  PrivateKey key(EVP_PKCS82PKEY(info.get()), EVP_PKEY_free);
  if (!key) return NoKey(file);
  if (!IsOfKind(key.get(), kind)) {
    return Error{ErrorCode::kInvalidArgument, file.string() + " holds another kind of key"};
  }
  if (!HalvesFit(key.get())) {
    return Error{ErrorCode::kInvalidArgument, file.string() + ": the two halves of the key do not fit"};
  }
  return key;
}

}  // namespace certmark::ca
