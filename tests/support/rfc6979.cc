#include "tests/support/rfc6979.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>

#include <utility>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::testing {
namespace {

using Number = Owned<BIGNUM, BN_free>;
using Scratch = Owned<BN_CTX, BN_CTX_free>;

void Must(bool ok) {
  if (!ok) Die("rfc6979: OpenSSL failed");
}

Number NewNumber() {
  Number number(BN_new());
  Must(number != nullptr);
  return number;
}
Number ReadNumber(ByteView bytes) {
  Number number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  Must(number != nullptr);
  return number;
}

// Curve is a group whose order q has a whole number of bytes.
struct Curve {
  explicit Curve(const char* name) : group(EC_GROUP_new_by_curve_name(EC_curve_nist2nid(name))) {
    Must(group != nullptr && EC_GROUP_order_bits(group.get()) % 8 == 0);
  }
  const BIGNUM* q() const { return EC_GROUP_get0_order(group.get()); }
  std::size_t size() const { return static_cast<std::size_t>(EC_GROUP_order_bits(group.get())) / 8; }
  Bytes Written(const BIGNUM* number) const {
    Bytes out(size());
    Must(BN_bn2binpad(number, out.data(), static_cast<int>(out.size())) == static_cast<int>(out.size()));
    return out;
  }

  Owned<EC_GROUP, EC_GROUP_free> group;
};

Bytes Hmac(const EVP_MD* digest, ByteView key, std::initializer_list<ByteView> parts) {
  Bytes message;
  for (const ByteView part : parts) message.insert(message.end(), part.begin(), part.end());
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  Must(HMAC(digest, key.data(), static_cast<int>(key.size()), message.data(), message.size(), out.data(), &size) !=
       nullptr);
  out.resize(size);
  return out;
}

// Nonces is the generator of RFC 6979 §3.2: seeded by the key and the hash, it yields candidates until one will do.
class Nonces {
 public:
  Nonces(const Curve& curve, const EVP_MD* digest, ByteView scalar, ByteView hash)
      : curve_(curve),
        digest_(digest),
        v_(static_cast<std::size_t>(EVP_MD_get_size(digest)), 0x01),
        k_(v_.size(), 0x00) {
    for (const std::uint8_t step : {std::uint8_t{0}, std::uint8_t{1}}) Reseed(step, scalar, hash);
  }

  Number Next() {
    for (;; Reseed(0, {}, {})) {
      Bytes bits;
      while (bits.size() < curve_.size()) {
        v_ = Hmac(digest_, k_, {v_});
        bits.insert(bits.end(), v_.begin(), v_.end());
      }
      Number nonce = ReadNumber(ByteView(bits).first(curve_.size()));
      if (!BN_is_zero(nonce.get()) && BN_cmp(nonce.get(), curve_.q()) < 0) return nonce;
    }
  }

 private:
  void Reseed(std::uint8_t step, ByteView scalar, ByteView hash) {
    k_ = Hmac(digest_, k_, {v_, ByteView(&step, 1), scalar, hash});
    v_ = Hmac(digest_, k_, {v_});
  }

  const Curve& curve_;
  const EVP_MD* const digest_;
  Bytes v_, k_;
};

// The leftmost bits of the hash, as many as q has, modulo q (§2.3.2 to §2.3.4).
Number HashNumber(const Curve& curve, const EVP_MD* digest, std::string_view message, BN_CTX* scratch) {
  Bytes hash(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  Must(EVP_Digest(message.data(), message.size(), hash.data(), &size, digest, nullptr) == 1);
  const Number whole = ReadNumber(ByteView(hash).first(std::min<std::size_t>(size, curve.size())));
  Number out = NewNumber();
  Must(BN_nnmod(out.get(), whole.get(), curve.q(), scratch) == 1);
  return out;
}

// r = x(k·G) mod q.
Number CommitTo(const Curve& curve, const BIGNUM* nonce, BN_CTX* scratch) {
  const Owned<EC_POINT, EC_POINT_free> point(EC_POINT_new(curve.group.get()));
  const Number x = NewNumber();
  Number r = NewNumber();
  Must(point && EC_POINT_mul(curve.group.get(), point.get(), nonce, nullptr, nullptr, scratch) == 1);
  Must(EC_POINT_get_affine_coordinates(curve.group.get(), point.get(), x.get(), nullptr, scratch) == 1);
  Must(BN_nnmod(r.get(), x.get(), curve.q(), scratch) == 1);
  return r;
}

// s = (hash + r·scalar) / k mod q.
Number Answer(const Curve& curve, const BIGNUM* nonce, const BIGNUM* r, std::pair<const BIGNUM*, const BIGNUM*> facts,
              BN_CTX* scratch) {
  const auto& [hash, scalar] = facts;
  const Number inverse(BN_mod_inverse(nullptr, nonce, curve.q(), scratch));
  Number s = NewNumber();
  Must(inverse && BN_mod_mul(s.get(), r, scalar, curve.q(), scratch) == 1);
  Must(BN_mod_add(s.get(), s.get(), hash, curve.q(), scratch) == 1);
  Must(BN_mod_mul(s.get(), s.get(), inverse.get(), curve.q(), scratch) == 1);
  return s;
}

Bytes Der(Number r, Number s) {
  const Owned<ECDSA_SIG, ECDSA_SIG_free> pair(ECDSA_SIG_new());
  Must(pair && ECDSA_SIG_set0(pair.get(), r.release(), s.release()) == 1);
  std::uint8_t* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  Must(size > 0);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

Bytes PublicPoint(const Curve& curve, const BIGNUM* scalar) {
  const Owned<EC_POINT, EC_POINT_free> point(EC_POINT_new(curve.group.get()));
  Must(point && EC_POINT_mul(curve.group.get(), point.get(), scalar, nullptr, nullptr, nullptr) == 1);
  Bytes out(1 + 2 * curve.size());
  Must(EC_POINT_point2oct(curve.group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(),
                          nullptr) == out.size());
  return out;
}

}  // namespace

std::shared_ptr<evp_pkey_st> KeyOfScalar(const char* curve_name, ByteView scalar_bytes) {
  const Curve curve(curve_name);
  const Number scalar = ReadNumber(scalar_bytes);
  Must(!BN_is_zero(scalar.get()) && BN_cmp(scalar.get(), curve.q()) < 0);
  const Bytes point = PublicPoint(curve, scalar.get());

  const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  Must(builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve_name, 0) == 1);
  Must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get()) == 1);
  Must(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1);
  const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  Must(parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1);
  Must(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) == 1);
  return {key, EVP_PKEY_free};
}

Bytes SignRfc6979(const char* curve_name, ByteView scalar_bytes, const EVP_MD* digest, std::string_view message) {
  const Curve curve(curve_name);
  const Scratch scratch(BN_CTX_new());
  const Number scalar = ReadNumber(scalar_bytes);
  const Number hash = HashNumber(curve, digest, message, scratch.get());
  Nonces nonces(curve, digest, curve.Written(scalar.get()), curve.Written(hash.get()));
  const Number nonce = nonces.Next();
  Number r = CommitTo(curve, nonce.get(), scratch.get());
  Number s = Answer(curve, nonce.get(), r.get(), {hash.get(), scalar.get()}, scratch.get());
  Must(!BN_is_zero(r.get()) && !BN_is_zero(s.get()));
  return Der(std::move(r), std::move(s));
}

}  // namespace certmark::testing
