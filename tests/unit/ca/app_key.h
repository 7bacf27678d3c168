// AppKey: an app's signing key with the self-signed certificate that a build tool makes of it.
#pragma once

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::ca::testing {

class AppKey {
 public:
  using Key = std::shared_ptr<EVP_PKEY>;

  static AppKey Rsa(std::size_t bits) { return AppKey(Own(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits))); }
  static AppKey Ec(const char* curve) { return AppKey(Own(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve))); }
  static AppKey Ed25519() { return AppKey(Own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"))); }
  static AppKey RsaPss() {
    const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(
        EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr), EVP_PKEY_CTX_free);
    EVP_PKEY* key = nullptr;
    EVP_PKEY_keygen_init(context.get());
    EVP_PKEY_generate(context.get(), &key);
    return AppKey(Own(key));
  }
  /// Certified has the certificate of `key`, signed by somebody else: of a key that cannot sign.
  static AppKey Certified(EVP_PKEY* key) { return AppKey(Own(key), Ec("P-256").key_.get()); }

  const Bytes& certificate() const { return certificate_; }
  std::string signer() const { return Sha256(certificate_).Hex(); }

  Bytes Sign(std::string_view text) const {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const bool raw = EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_ED25519;
    Bytes signature(2048);
    std::size_t size = signature.size();
    const ByteView bytes = AsBytes(text);
    if (EVP_DigestSignInit(context.get(), nullptr, raw ? nullptr : EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()) != 1) {
      Die("an app's key does not sign");
    }
    signature.resize(size);
    return signature;
  }

 private:
  static Key Own(EVP_PKEY* key) {
    if (key == nullptr) Die("no key was made");
    return {key, EVP_PKEY_free};
  }
  explicit AppKey(Key key) : AppKey(key, key.get()) {}
  AppKey(Key key, EVP_PKEY* issuer) : key_(std::move(key)) {
    const std::unique_ptr<X509, void (*)(X509*)> x509(X509_new(), X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 0x7a1b);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), 30L * 365 * 24 * 3600);  // as keytool's guides advise
    X509_set_pubkey(x509.get(), key_.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("Android"), -1, -1, 0);
    X509_set_issuer_name(x509.get(), X509_get_subject_name(x509.get()));
    const bool raw = EVP_PKEY_get_base_id(issuer) == EVP_PKEY_ED25519;
    if (X509_sign(x509.get(), issuer, raw ? nullptr : EVP_sha256()) == 0) Die("an app's certificate is not signed");
    std::uint8_t* der = nullptr;
    const int size = i2d_X509(x509.get(), &der);
    certificate_.assign(der, der + size);
    OPENSSL_free(der);
  }

  Key key_;
  Bytes certificate_;
};

}  // namespace certmark::ca::testing
