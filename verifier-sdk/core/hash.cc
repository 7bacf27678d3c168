#include "verifier-sdk/core/hash.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

namespace certmark {
namespace {

// Fetching costs more than hashing a tree node, so it is done once; never freed, for threads may hash until the end.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (algorithm == nullptr) Die("libcrypto has no SHA-256");
  return algorithm;
}

EVP_MD_CTX* ThreadContext() {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  if (context == nullptr) Die("out of memory");
  return context.get();
}

}  // namespace

Result<Hash> Hash::FromBytes(ByteView bytes) {
  if (bytes.size() != kSize) {
    return Error{ErrorCode::kInvalidArgument, "hash: " + std::to_string(bytes.size()) + " bytes instead of 32"};
  }
  Hash hash;
  std::ranges::copy(bytes, hash.bytes.begin());
  return hash;
}

Result<Hash> Hash::FromHex(std::string_view hex) {
  if (hex.size() != 2 * kSize) {
    return Error{ErrorCode::kInvalidArgument, "hash: " + std::to_string(hex.size()) + " hex digits instead of 64"};
  }
  const Bytes bytes = CM_TRY(HexDecode(hex));
  return FromBytes(bytes);
}

std::string Hash::Hex() const {
  return HexEncode(bytes);
}

std::string Hash::Base64() const {
  return Base64Encode(bytes);
}

Hash Sha256(std::initializer_list<ByteView> parts) {
  EVP_MD_CTX* const context = ThreadContext();
  Hash hash;
  bool ok = EVP_DigestInit_ex2(context, Sha256Algorithm(), nullptr) == 1;
  for (const ByteView part : parts) ok = ok && EVP_DigestUpdate(context, part.data(), part.size()) == 1;
  ok = ok && EVP_DigestFinal_ex(context, hash.bytes.data(), nullptr) == 1;
  if (!ok) Die("SHA-256 failed");
  return hash;
}

}  // namespace certmark
