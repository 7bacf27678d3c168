// Making keys, and the checks that a key must pass before anything trusts it.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "ca/key_file.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

using OwnedBn = Owned<BIGNUM, BN_clear_free>;
using OwnedDigest = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

// A generator that works comes nearer to 0 or to the order than this once in 2^128 keys (P-256); one that does not,
// often.
constexpr int kMarginBits = 128;

Error Bad(const char* what) {
  return {ErrorCode::kFailedPrecondition, std::string("a key is no good: ") + what};
}

PrivateKey Generate(KeyKind kind) {
  switch (kind) {
    case KeyKind::kP256:
      return {EVP_EC_gen("P-256"), EVP_PKEY_free};
    case KeyKind::kP384:
      return {EVP_EC_gen("P-384"), EVP_PKEY_free};
    case KeyKind::kEd25519:
      return {EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free};
  }
  Die("no such kind of key");
}

OwnedBn Number(const EVP_PKEY* key, const char* parameter) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, parameter, &number);
  return OwnedBn(number);
}

Result<void> CheckScalar(const EVP_PKEY* key) {
  const OwnedBn scalar = Number(key, OSSL_PKEY_PARAM_PRIV_KEY);
  const OwnedBn order = Number(key, OSSL_PKEY_PARAM_EC_ORDER);
  const OwnedBn margin(BN_new());
  const OwnedBn highest(BN_new());
  if (!scalar || !order || !margin || !highest) return Bad("no scalar");
  if (BN_set_bit(margin.get(), kMarginBits) != 1 || BN_sub(highest.get(), order.get(), margin.get()) != 1) {
    return Bad("arithmetic failed");
  }
  if (BN_cmp(scalar.get(), margin.get()) < 0) return Bad("its scalar is small");
  if (BN_cmp(scalar.get(), highest.get()) > 0) return Bad("its scalar is near the order");
  return {};
}

/// CheckPair: the point is on the curve, has the curve's order and belongs to the scalar.
Result<void> CheckPair(EVP_PKEY* key) {
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new(key, nullptr));
  if (!context || EVP_PKEY_check(context.get()) != 1) return Bad("its two halves do not fit");
  return {};
}

bool Verifies(EVP_PKEY* key, const EVP_MD* digest, ByteView signature, std::string_view message) {
  const OwnedDigest context(EVP_MD_CTX_new());
  const ByteView bytes = AsBytes(message);
  return context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes.data(), bytes.size()) == 1;
}

Result<void> CheckSigns(EVP_PKEY* key, const EVP_MD* digest) {
  constexpr std::string_view kMessage = "certmark key check", kOther = "certmark key chock";
  const OwnedDigest context(EVP_MD_CTX_new());
  Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
  std::size_t size = signature.size();
  const ByteView bytes = AsBytes(kMessage);
  if (!context || EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()) != 1) {
    return Bad("it cannot sign");
  }
  signature.resize(size);
  if (!Verifies(key, digest, signature, kMessage)) return Bad("its signature does not verify");
  if (Verifies(key, digest, signature, kOther)) return Bad("its signature verifies for another message");
  return {};
}

}  // namespace

Result<PrivateKey> GenerateKey(KeyKind kind) {
  const ErrorQueueGuard guard;
  PrivateKey key = Generate(kind);
  if (!key) return Error{ErrorCode::kInternal, "no key could be made"};
  CM_TRY(CheckKey(key, kind));
  return key;
}

Result<void> CheckKey(const PrivateKey& key, KeyKind kind) {
  const ErrorQueueGuard guard;
  if (kind == KeyKind::kEd25519) return CheckSigns(key.get(), nullptr);
  CM_TRY(CheckScalar(key.get()));
  CM_TRY(CheckPair(key.get()));
  return CheckSigns(key.get(), kind == KeyKind::kP256 ? EVP_sha256() : EVP_sha384());
}

}  // namespace certmark::ca
