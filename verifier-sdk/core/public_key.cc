#include "verifier-sdk/core/public_key.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <initializer_list>
#include <new>
#include <string_view>
#include <utility>

#include "verifier-sdk/core/ecdsa.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark {
namespace {

using Curve = PublicKey::Curve;
using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;

// A named-curve, uncompressed key has exactly one DER encoding: one of these prefixes, then x and y. Comparing the
// prefix refuses explicit parameters, compressed points, BER and trailing bytes at once. It ends in 0x04,
// "uncompressed".
constexpr std::uint8_t kP256Prefix[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                        0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
constexpr std::uint8_t kP384Prefix[] = {0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
                                        0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00, 0x04};

struct CurveFacts {
  Curve curve;
  std::string_view jwk_name;
  std::size_t coordinate_size;
  ByteView spki_prefix;
};
constexpr CurveFacts kCurves[] = {
    {Curve::kP256, "P-256", 32, kP256Prefix},
    {Curve::kP384, "P-384", 48, kP384Prefix},
};

const CurveFacts& FactsOf(Curve curve) {
  return kCurves[curve == Curve::kP256 ? 0 : 1];
}

const CurveFacts* FactsOfSpki(ByteView spki) {
  for (const CurveFacts& facts : kCurves) {
    const std::size_t prefix_size = facts.spki_prefix.size();
    if (spki.size() == prefix_size + 2 * facts.coordinate_size && Equal(spki.first(prefix_size), facts.spki_prefix)) {
      return &facts;
    }
  }
  return nullptr;
}

OwnedKey MakeParameters(const char* group) {
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(group), 0),
                         OSSL_PARAM_construct_end()};
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEY_PARAMETERS, params) != 1) {
    throw std::bad_alloc();  // it is tried anew the next time
  }
  return OwnedKey(key);
}

/// ParametersOf is a key of nothing but its curve, made once, for others to begin with.
const EVP_PKEY* ParametersOf(Curve curve) {
  static const OwnedKey p256 = MakeParameters("P-256"), p384 = MakeParameters("P-384");
  return (curve == Curve::kP256 ? p256 : p384).get();
}

/// Thumbprint is RFC 7638 §3: SHA-256 of the required members in lexical order, without white space.
std::string Thumbprint(const CurveFacts& facts, ByteView x, ByteView y) {
  std::string jwk = R"({"crv":")";
  jwk += facts.jwk_name;
  jwk += R"(","kty":"EC","x":")";
  jwk += Base64UrlEncode(x);
  jwk += R"(","y":")";
  jwk += Base64UrlEncode(y);
  jwk += R"("})";
  return Base64UrlEncode(Sha256(AsBytes(jwk)).view());
}

/// DerSignature is r ‖ s, of a curve above, as the ECDSA-Sig-Value that OpenSSL takes: its contents are below 128
/// bytes. By hand, for OpenSSL's own way makes five objects for it.
class DerSignature {
 public:
  explicit DerSignature(ByteView raw) {
    Append({0x30, 0});
    AppendInteger(raw.first(raw.size() / 2));
    AppendInteger(raw.last(raw.size() / 2));
    der_[1] = static_cast<std::uint8_t>(size_ - 2);
  }
  ByteView view() const { return ByteView(der_).first(size_); }

 private:
  void Append(std::initializer_list<std::uint8_t> bytes) { Append(ByteView(bytes.begin(), bytes.size())); }
  void Append(ByteView bytes) {
    std::ranges::copy(bytes, der_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += bytes.size();
  }
  // No leading zero, but the one that keeps it positive.
  void AppendInteger(ByteView number) {
    while (number.size() > 1 && number.front() == 0) number = number.subspan(1);
    const bool looks_negative = number.front() >= 0x80;
    Append({0x02, static_cast<std::uint8_t>(number.size() + (looks_negative ? 1 : 0))});
    if (looks_negative) Append({0});
    Append(number);
  }

  std::array<std::uint8_t, 2 + 2 * (3 + 48)> der_{};  // of P-384
  std::size_t size_ = 0;
};

// Where there is no memory std::bad_alloc is thrown: a good signature must not be told as a bad one, which a mirror
// would believe for ever. So it is where OpenSSL fails in what does not hang on the signature or the key.

/// Done is true iff OpenSSL did what it was asked for, by its `answer` of 1. That it found no memory its error queue
/// tells; but for one of some 160 allocations of P-384's arithmetic, whose failure looks as a bad signature may.
bool Done(int answer) {
  if (answer == 1) return true;
  while (const unsigned long error = ERR_get_error()) {
    if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE) throw std::bad_alloc();
  }
  return false;
}

bool VerifyEd25519With(EVP_PKEY* key, ByteView message, ByteView signature) {
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) != 1) throw std::bad_alloc();
  return Done(EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()));
}

Error OtherKey() {
  return {ErrorCode::kInvalidArgument, "public key is not an uncompressed P-256 or P-384 key in DER"};
}
Error NotOnCurve() {
  return {ErrorCode::kInvalidArgument, "public key is not a point on its curve"};
}

}  // namespace

/// EcdsaVerifier verifies by one key, over digests at hand. It keeps contexts that are ready to: making one anew takes
/// OpenSSL 15 times as long as copying one, and copying still some 2 % of a verification.
class EcdsaVerifier {
 public:
  explicit EcdsaVerifier(EVP_PKEY* key) : model_(EVP_PKEY_CTX_new(key, nullptr)) {
    if (!model_ || EVP_PKEY_verify_init(model_.get()) != 1) throw std::bad_alloc();
    GiveBack(Take());
  }
  EcdsaVerifier(const EcdsaVerifier&) = delete;
  EcdsaVerifier& operator=(const EcdsaVerifier&) = delete;
  ~EcdsaVerifier() { GiveBack(nullptr); }

  bool Verify(ByteView digest, ByteView der) const {
    Context context = Take();
    if (!Done(EVP_PKEY_verify(context.get(), der.data(), der.size(), digest.data(), digest.size()))) return false;
    GiveBack(std::move(context));
    return true;
  }

 private:
  using Context = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

  // Take returns the idle context, or a copy of the model if another thread has that. OpenSSL's manual forbids that
  // threads share one; its copying reads what it is handed and adds references, which are counted atomically
  // (EVP_PKEY_CTX_dup and the provider's ecdsa_dupctx, read in 3.0): so all threads may copy a model that nobody uses
  // otherwise.
  Context Take() const {
    Context context(idle_.exchange(nullptr));
    if (!context) context.reset(EVP_PKEY_CTX_dup(model_.get()));
    if (!context) throw std::bad_alloc();
    return context;
  }
  void GiveBack(Context context) const { const Context before(idle_.exchange(context.release())); }

  const Context model_;
  mutable std::atomic<EVP_PKEY_CTX*> idle_ = nullptr;
};

Result<PublicKey> PublicKey::FromSpki(ByteView spki) {
  const ErrorQueueGuard guard;
  if (FactsOfSpki(spki) == nullptr) return OtherKey();
  // The prefix has said everything but the point: OpenSSL's decoder would take 20 times as long to find that out.
  const CurveFacts& facts = *FactsOfSpki(spki);
  const ByteView point = spki.subspan(facts.spki_prefix.size() - 1);  // with the 0x04 of "uncompressed"
  OwnedKey key(EVP_PKEY_new());
  const EVP_PKEY* const curve = ParametersOf(facts.curve);
  if (!key || EVP_PKEY_copy_parameters(key.get(), curve) != 1) throw std::bad_alloc();
  if (!Done(EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()))) return NotOnCurve();
  auto verifier = std::make_shared<const EcdsaVerifier>(key.get());
  const ByteView coordinates = spki.subspan(facts.spki_prefix.size());
  const ByteView x = coordinates.first(facts.coordinate_size);
  const ByteView y = coordinates.last(facts.coordinate_size);
  return PublicKey(std::make_shared<const Body>(Body{.curve = facts.curve,
                                                     .spki = Bytes(spki.begin(), spki.end()),
                                                     .x = Bytes(x.begin(), x.end()),
                                                     .y = Bytes(y.begin(), y.end()),
                                                     .spki_hash = Sha256(spki),
                                                     .thumbprint = Thumbprint(facts, x, y),
                                                     .key = {key.release(), EVP_PKEY_free},
                                                     .verifier = std::move(verifier)}));
}

bool PublicKey::Verify(ByteView message, ByteView signature) const {
  // Checked before OpenSSL sees it: its DER form would take r and s of any length.
  if (signature.size() != 2 * FactsOf(curve()).coordinate_size) return false;
  return VerifyEcdsa(*this, message, DerSignature(signature).view());
}

bool VerifyEcdsa(const PublicKey& key, ByteView message, ByteView der) {
  const ErrorQueueGuard guard;
  const EcdsaVerifier& verifier = *key.body_->verifier;
  if (key.curve() == PublicKey::Curve::kP256) return verifier.Verify(Sha256(message).view(), der);
  std::array<std::uint8_t, 48> digest{};
  if (EVP_Digest(message.data(), message.size(), digest.data(), nullptr, EVP_sha384(), nullptr) != 1) {
    throw std::bad_alloc();
  }
  return verifier.Verify(digest, der);
}

bool VerifyEd25519(ByteView public_key, ByteView message, ByteView signature) {
  if (public_key.size() != 32 || signature.size() != 64) return false;
  const ErrorQueueGuard guard;
  const Owned<EVP_PKEY, EVP_PKEY_free> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  return Done(key ? 1 : 0) && VerifyEd25519With(key.get(), message, signature);
}

}  // namespace certmark
