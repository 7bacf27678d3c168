#include "ca/ecdsa_signature.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

using OwnedBn = Owned<BIGNUM, BN_free>;
using OwnedSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

Error Failed(const char* what) {
  return {ErrorCode::kInternal, std::string("ECDSA signature: ") + what};
}

}  // namespace

Result<Bytes> EcdsaRawFromDer(ByteView der, std::size_t coordinate_size) {
  const ErrorQueueGuard guard;
  const std::uint8_t* cursor = der.data();
  const OwnedSignature pair(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size())));
  if (!pair || cursor != der.data() + der.size()) return Failed("not one ECDSA-Sig-Value");
  Bytes raw(2 * coordinate_size);
  const int size = static_cast<int>(coordinate_size);
  if (BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), raw.data(), size) != size ||
      BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), raw.data() + size, size) != size) {
    return Failed("a number is too large");
  }
  return raw;
}

Result<Bytes> EcdsaDerFromRaw(ByteView raw) {
  const ErrorQueueGuard guard;
  if (raw.empty() || raw.size() % 2 != 0) return Failed("not two numbers of one size");
  const std::size_t half = raw.size() / 2;
  OwnedBn r(BN_bin2bn(raw.data(), static_cast<int>(half), nullptr));
  OwnedBn s(BN_bin2bn(raw.data() + half, static_cast<int>(half), nullptr));
  const OwnedSignature pair(ECDSA_SIG_new());
  if (!r || !s || !pair || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return Failed("out of memory");
  // The pair owns them now.
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  std::uint8_t* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return Failed("cannot be encoded");
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

}  // namespace certmark::ca
