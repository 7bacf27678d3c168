#include "tests/bench/signature_count.h"

#include <dlfcn.h>
#include <openssl/evp.h>

#include <atomic>

namespace certmark::bench {
namespace {

using Does = Primitive::Does;

std::array<std::atomic<std::size_t>, std::size(kPrimitives)> counts;
thread_local int depth = 0;  // OpenSSL's functions call one another: the outermost counts

std::size_t PlaceOf(const EVP_PKEY* key, Does does) {
  const bool is_ec = EVP_PKEY_get_base_id(key) == EVP_PKEY_EC;
  const std::size_t kind = !is_ec ? 2 : EVP_PKEY_get_bits(key) > 256 ? 1 : 0;
  return 2 * kind + static_cast<std::size_t>(does);
}

// Counted calls OpenSSL's own function, and counts one.
template <class Function, class... Arguments>
int Counted(const char* name, const EVP_PKEY* key, Does does, Arguments... arguments) {
  if (++depth == 1 && key != nullptr) counts[PlaceOf(key, does)].fetch_add(1, std::memory_order_relaxed);
  const int result = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name))(arguments...);
  --depth;
  return result;
}

const EVP_PKEY* KeyOf(EVP_MD_CTX* context) {
  EVP_PKEY_CTX* inner = EVP_MD_CTX_get_pkey_ctx(context);
  return inner == nullptr ? nullptr : EVP_PKEY_CTX_get0_pkey(inner);
}

}  // namespace

SignatureCounts TakeSignatureCounts() {
  SignatureCounts taken{};
  for (std::size_t i = 0; i < taken.size(); ++i) taken[i] = counts[i].exchange(0);
  return taken;
}

}  // namespace certmark::bench

extern "C" {

// Asked for a signature's size alone, they make none.
int EVP_PKEY_sign(EVP_PKEY_CTX* context, unsigned char* signature, size_t* size, const unsigned char* text,
                  size_t text_size) {
  using namespace certmark::bench;
  const EVP_PKEY* key = signature == nullptr ? nullptr : EVP_PKEY_CTX_get0_pkey(context);
  return Counted<decltype(EVP_PKEY_sign)>("EVP_PKEY_sign", key, Does::kSign, context, signature, size, text, text_size);
}
int EVP_DigestSign(EVP_MD_CTX* context, unsigned char* signature, size_t* size, const unsigned char* text,
                   size_t text_size) {
  using namespace certmark::bench;
  const EVP_PKEY* key = signature == nullptr ? nullptr : KeyOf(context);
  return Counted<decltype(EVP_DigestSign)>("EVP_DigestSign", key, Does::kSign, context, signature, size, text,
                                           text_size);
}
int EVP_DigestVerify(EVP_MD_CTX* context, const unsigned char* signature, size_t size, const unsigned char* text,
                     size_t text_size) {
  using namespace certmark::bench;
  return Counted<decltype(EVP_DigestVerify)>("EVP_DigestVerify", KeyOf(context), Does::kVerify, context, signature,
                                             size, text, text_size);
}
int EVP_PKEY_verify(EVP_PKEY_CTX* context, const unsigned char* signature, size_t size, const unsigned char* digest,
                    size_t digest_size) {
  using namespace certmark::bench;
  return Counted<decltype(EVP_PKEY_verify)>("EVP_PKEY_verify", EVP_PKEY_CTX_get0_pkey(context), Does::kVerify, context,
                                            signature, size, digest, digest_size);
}

}  // extern "C"
