#include "verifier-sdk/apk/digest.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <new>

namespace certmark::apk {

const EVP_MD* NativeDigest(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::kSha1:
      return EVP_sha1();
    case DigestAlgorithm::kSha256:
      return EVP_sha256();
    case DigestAlgorithm::kSha384:
      return EVP_sha384();
    case DigestAlgorithm::kSha512:
      return EVP_sha512();
  }
  Die("no such digest");
}

std::size_t DigestBytes(DigestAlgorithm algorithm) {
  return static_cast<std::size_t>(EVP_MD_get_size(NativeDigest(algorithm)));
}

void Digest::Free::operator()(EVP_MD_CTX* context) const {
  EVP_MD_CTX_free(context);
}

Digest::Digest(DigestAlgorithm algorithm) : context_(EVP_MD_CTX_new()) {
  if (context_ && EVP_DigestInit_ex(context_.get(), NativeDigest(algorithm), nullptr) == 1) return;
  // As the standard library does, so that whoever verifies many files loses this one and not the process.
  ERR_clear_error();
  throw std::bad_alloc();
}

Digest::~Digest() = default;

void Digest::Add(ByteView bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) Die("a digest failed");
}

Bytes Digest::Finish() {
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (EVP_DigestFinal_ex(context_.get(), out.data(), &size) != 1) Die("a digest failed");
  out.resize(size);
  return out;
}

}  // namespace certmark::apk
