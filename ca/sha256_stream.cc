#include "ca/sha256_stream.h"

#include <openssl/evp.h>

namespace certmark::ca {

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  ok_ = context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
}

void Sha256Stream::Add(ByteView bytes) {
  ok_ = ok_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
}

Result<Hash> Sha256Stream::Take() {
  Hash hash;
  ok_ = ok_ && EVP_DigestFinal_ex(context_.get(), hash.bytes.data(), nullptr) == 1;
  if (!ok_) return Error{ErrorCode::kInternal, "SHA-256 failed"};
  ok_ = false;  // taken once
  return hash;
}

}  // namespace certmark::ca
