#include "tests/support/test_pki.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "tests/support/rfc6979.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/names.h"

namespace certmark::testing {
namespace {

void Must(bool ok, const char* what) {
  if (!ok) Die(what);
}

template <class T>
T* Must(T* pointer, const char* what) {
  if (pointer == nullptr) Die(what);
  return pointer;
}

template <class T, void (*Free)(T*)>
struct Deleter {
  void operator()(T* object) const { Free(object); }
};
template <class T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, Deleter<T, Free>>;

Bytes RightAligned(const BIGNUM* number, std::size_t size) {
  Bytes out(size);
  Must(BN_bn2binpad(number, out.data(), static_cast<int>(size)) == static_cast<int>(size), "BN_bn2binpad");
  return out;
}

void SetName(X509_NAME* name, const std::string& common_name) {
  Must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.data()),
                                  static_cast<int>(common_name.size()), -1, 0) == 1,
       "X509_NAME_add_entry_by_txt");
}

void SetSerial(X509* certificate, const CertSpec& spec) {
  const Owned<BIGNUM, BN_free> number(
      Must(BN_bin2bn(spec.serial.data(), static_cast<int>(spec.serial.size()), nullptr), "BN_bin2bn"));
  BN_set_negative(number.get(), spec.negative_serial ? 1 : 0);
  Must(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr, "BN_to_ASN1_INTEGER");
}

/// KeyIdentifier is RFC 7093 §2 method 1: the first 160 bits of SHA-256 over the subjectPublicKey bits.
std::string KeyIdentifierHex(const TestKey& key) {
  unsigned char* point = nullptr;
  const int size = i2d_PublicKey(key.native(), &point);
  Must(size > 0, "i2d_PublicKey");
  const Hash digest = Sha256(ByteView(point, static_cast<std::size_t>(size)));
  OPENSSL_free(point);
  return HexEncode(digest.view().first(20));
}

void AddExtension(X509* certificate, const std::string& name, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, nullptr, nullptr, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  const Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
      Must(X509V3_EXT_nconf(nullptr, &context, name.c_str(), value.c_str()), (name + "=" + value).c_str()));
  Must(X509_add_ext(certificate, extension.get(), -1) == 1, "X509_add_ext");
}

void AddUsagePeriod(X509* certificate, const Certificate::Period& period) {
  const Owned<PKEY_USAGE_PERIOD, PKEY_USAGE_PERIOD_free> usage(Must(PKEY_USAGE_PERIOD_new(), "PKEY_USAGE_PERIOD_new"));
  usage->notBefore = Must(ASN1_GENERALIZEDTIME_set(nullptr, ToEpoch(period.first)), "ASN1_GENERALIZEDTIME_set");
  usage->notAfter = Must(ASN1_GENERALIZEDTIME_set(nullptr, ToEpoch(period.last)), "ASN1_GENERALIZEDTIME_set");
  Must(X509_add1_ext_i2d(certificate, NID_private_key_usage_period, usage.get(), 0, X509V3_ADD_APPEND) == 1,
       "X509_add1_ext_i2d");
}

const EVP_MD* Digest(const CertSpec& spec, const TestKey& issuer) {
  if (!spec.digest.empty()) return Must(EVP_get_digestbyname(spec.digest.c_str()), "EVP_get_digestbyname");
  return issuer.alg() == "ES384" ? EVP_sha384() : EVP_sha256();
}

// Resign replaces OpenSSL's signature by the one that a fixed key makes.
void Resign(X509* certificate, const TestKey& issuer, const EVP_MD* digest) {
  unsigned char* tbs = nullptr;
  const int size = i2d_re_X509_tbs(certificate, &tbs);
  Must(size > 0, "i2d_re_X509_tbs");
  const Bytes der = issuer.SignDer({reinterpret_cast<const char*>(tbs), static_cast<std::size_t>(size)}, digest);
  OPENSSL_free(tbs);
  const ASN1_BIT_STRING* signature = nullptr;
  X509_get0_signature(&signature, nullptr, certificate);
  // OpenSSL has no call that sets it.
  Must(ASN1_STRING_set(const_cast<ASN1_BIT_STRING*>(signature), der.data(), static_cast<int>(der.size())) == 1,
       "ASN1_STRING_set");
}

constexpr Seconds kYear = 365 * kDay;
constexpr Seconds kHour{3600};

/// Lived sets the dates of a certificate issued at `issued` to live for `life` from an hour before.
CertSpec Lived(std::string subject, std::string issuer, Time issued, Seconds life) {
  CertSpec spec;
  spec.subject = std::move(subject);
  spec.issuer = std::move(issuer);
  spec.not_before = issued - kHour;
  spec.not_after = spec.not_before + life - Seconds{1};
  return spec;
}

CertSpec CaSpec(std::string subject, Time issued, std::string_view eku) {
  CertSpec spec = Lived(std::move(subject), "root", issued, 10 * kYear);
  spec.Set("basicConstraints", "critical,CA:TRUE,pathlen:0").Set("keyUsage", "critical,keyCertSign,cRLSign");
  spec.Set("extendedKeyUsage", eku).Set("crlDistributionPoints", "URI:https://ca.example/crl/root.crl");
  return spec;
}

CertSpec LeafSpec(CertSpec spec, std::string_view eku, std::string_view san_uri) {
  spec.Set("basicConstraints", "critical,CA:FALSE").Set("keyUsage", "critical,digitalSignature");
  spec.Set("extendedKeyUsage", eku).Set("subjectAltName", "URI:" + std::string(san_uri));
  spec.Set("crlDistributionPoints", "URI:https://ca.example/crl/ca.crl");
  return spec;
}

// The innermost FixedKeys that lives.
FixedKeys* living_fixed_keys = nullptr;

std::string Both(std::string_view a, std::string_view b) {
  return std::string(a) + "," + std::string(b);
}

}  // namespace

FixedKeys::FixedKeys(std::string_view seed) : seed_(seed), outer_(std::exchange(living_fixed_keys, this)) {}

FixedKeys::~FixedKeys() {
  living_fixed_keys = outer_;
}

Bytes FixedKeys::NextScalar() {
  FixedKeys* const fixed = living_fixed_keys;
  if (fixed == nullptr) return {};
  const std::string text = fixed->seed_ + " " + std::to_string(fixed->count_++);
  // 32 bytes are below the order of P-384, and but for one in 2^32 below that of P-256: KeyOfScalar would say so.
  const Hash scalar = Sha256(AsBytes(text));
  return {scalar.bytes.begin(), scalar.bytes.end()};
}

TestKey::TestKey(const char* curve) : TestKey(curve, FixedKeys::NextScalar()) {}

TestKey::TestKey(const char* curve, Bytes scalar)
    : key_(scalar.empty() ? std::shared_ptr<EVP_PKEY>(Must(EVP_EC_gen(curve), "EVP_EC_gen"), EVP_PKEY_free)
                          : KeyOfScalar(curve, scalar)),
      scalar_(std::move(scalar)) {}

std::size_t TestKey::coordinate_size() const {
  return EVP_PKEY_get_bits(native()) == 384 ? 48 : 32;
}

std::string_view TestKey::alg() const {
  return coordinate_size() == 48 ? "ES384" : "ES256";
}

Bytes TestKey::SignDer(std::string_view message) const {
  return SignDer(message, alg() == "ES384" ? EVP_sha384() : EVP_sha256());
}

Bytes TestKey::SignDer(std::string_view message, const EVP_MD* digest) const {
  if (is_fixed()) return SignRfc6979(alg() == "ES384" ? "P-384" : "P-256", scalar_, digest, message);
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(Must(EVP_MD_CTX_new(), "EVP_MD_CTX_new"));
  Must(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, native()) == 1, "EVP_DigestSignInit");
  Bytes der(256);
  std::size_t size = der.size();
  const ByteView bytes = AsBytes(message);
  Must(EVP_DigestSign(context.get(), der.data(), &size, bytes.data(), bytes.size()) == 1, "EVP_DigestSign");
  der.resize(size);
  return der;
}

Bytes TestKey::Sign(std::string_view message) const {
  const Bytes der = SignDer(message);
  const unsigned char* cursor = der.data();
  const Owned<ECDSA_SIG, ECDSA_SIG_free> pair(
      Must(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size())), "d2i_ECDSA_SIG"));
  Bytes raw = RightAligned(ECDSA_SIG_get0_r(pair.get()), coordinate_size());
  const Bytes s = RightAligned(ECDSA_SIG_get0_s(pair.get()), coordinate_size());
  raw.insert(raw.end(), s.begin(), s.end());
  return raw;
}

Bytes TestKey::spki() const {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(native(), &der);
  Must(size > 0, "i2d_PUBKEY");
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

PublicKey TestKey::public_key() const {
  return PublicKey::FromSpki(spki()).value();
}

std::string TestKey::kid() const {
  return public_key().thumbprint();
}

TestNoteKey::TestNoteKey(std::string_view name, NoteKey::Type type)
    : key_([&] {
        const std::uint8_t kind = static_cast<std::uint8_t>(type);
        const Hash seed = Sha256({AsBytes(name), ByteView(&kind, 1)});
        private_key_.reset(Must(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.bytes.data(), Hash::kSize),
                                "EVP_PKEY_new_raw_private_key"),
                           EVP_PKEY_free);
        Bytes public_key(32);
        std::size_t size = public_key.size();
        Must(EVP_PKEY_get_raw_public_key(private_key_.get(), public_key.data(), &size) == 1 && size == 32,
             "EVP_PKEY_get_raw_public_key");
        return NoteKey::Create(name, type, public_key).value();
      }()) {}

Bytes TestNoteKey::Sign(std::string_view message) const {
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(Must(EVP_MD_CTX_new(), "EVP_MD_CTX_new"));
  Must(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, private_key_.get()) == 1, "EVP_DigestSignInit");
  Bytes signature(64);
  std::size_t size = signature.size();
  const ByteView bytes = AsBytes(message);
  Must(EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()) == 1 && size == 64,
       "EVP_DigestSign");
  return signature;
}

std::string TestNoteKey::SignNote(std::string_view text) const {
  return FormatSignatureLine(key_, Sign(text));
}

std::string TestNoteKey::Cosign(std::string_view text, Time time) const {
  Bytes signature(8);
  for (int i = 0; i < 8; ++i) signature[i] = static_cast<std::uint8_t>(ToEpoch(time) >> (56 - 8 * i));
  const Bytes ed25519 = Sign(CosignatureMessage(time, text));
  signature.insert(signature.end(), ed25519.begin(), ed25519.end());
  return FormatSignatureLine(key_, signature);
}

CertSpec& CertSpec::Set(std::string_view name, std::string_view value) {
  const auto found = std::ranges::find(extensions, name, &std::pair<std::string, std::string>::first);
  if (found == extensions.end()) return Add(name, value);
  found->second = value;
  return *this;
}

CertSpec& CertSpec::Add(std::string_view name, std::string_view value) {
  extensions.emplace_back(name, value);
  return *this;
}

CertSpec& CertSpec::Remove(std::string_view name) {
  const auto removed = std::erase_if(extensions, [&](const auto& extension) { return extension.first == name; });
  Must(removed == 1, "CertSpec::Remove of an extension that is not there");
  return *this;
}

Bytes MakeCertificate(const CertSpec& spec, const TestKey& subject, const TestKey& issuer) {
  const Owned<X509, X509_free> certificate(Must(X509_new(), "X509_new"));
  X509* x509 = certificate.get();
  Must(X509_set_version(x509, spec.version - 1) == 1, "X509_set_version");
  SetSerial(x509, spec);
  SetName(X509_get_subject_name(x509), spec.subject);
  SetName(X509_get_issuer_name(x509), spec.issuer);
  Must(ASN1_TIME_set(X509_getm_notBefore(x509), ToEpoch(spec.not_before)) != nullptr, "ASN1_TIME_set");
  Must(ASN1_TIME_set(X509_getm_notAfter(x509), ToEpoch(spec.not_after)) != nullptr, "ASN1_TIME_set");
  Must(X509_set_pubkey(x509, subject.native()) == 1, "X509_set_pubkey");
  for (const auto& [name, value] : spec.extensions) AddExtension(x509, name, value);
  if (spec.usage_period) AddUsagePeriod(x509, *spec.usage_period);
  if (spec.ski) AddExtension(x509, "subjectKeyIdentifier", KeyIdentifierHex(subject));
  if (spec.aki) AddExtension(x509, "authorityKeyIdentifier", "DER:30168014" + KeyIdentifierHex(issuer));
  Must(X509_sign(x509, issuer.native(), Digest(spec, issuer)) > 0, "X509_sign");
  if (issuer.is_fixed()) Resign(x509, issuer, Digest(spec, issuer));

  unsigned char* der = nullptr;
  const int size = i2d_X509(x509, &der);
  Must(size > 0, "i2d_X509");
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

CertSpec RootSpec(Time issued) {
  CertSpec spec = Lived("root", "root", issued, 20 * kYear);
  spec.Set("basicConstraints", "critical,CA:TRUE,pathlen:1").Set("keyUsage", "critical,keyCertSign,cRLSign");
  return spec;
}

CertSpec CredentialCaSpec(Time issued) {
  return CaSpec("credential ca", issued, Both(kCredentialEku, kStatusEku));
}

CertSpec PartyCaSpec(Time issued) {
  return CaSpec("party ca", issued, Both(kClientAuthEku, kServerAuthEku));
}

CertSpec CredentialSignerSpec(Time issued, std::string_view authority) {
  CertSpec spec = Lived("credential signer", "credential ca", issued, (365 + 1096 + 30) * kDay);
  spec.usage_period = Certificate::Period{spec.not_before, spec.not_before + 365 * kDay - Seconds{1}};
  return LeafSpec(std::move(spec), kCredentialEku, authority);
}

CertSpec StatusSignerSpec(Time issued, std::string_view authority) {
  CertSpec spec = Lived("status signer", "credential ca", issued, 92 * kDay);
  spec.usage_period = Certificate::Period{spec.not_before, spec.not_before + 90 * kDay - Seconds{1}};
  return LeafSpec(std::move(spec), kStatusEku, authority);
}

CertSpec PartySpec(Time issued, std::string_view party_uri) {
  return LeafSpec(Lived("party", "party ca", issued, 2 * kYear), kClientAuthEku, party_uri);
}

TestPki MakeTestPki(Time now, std::string_view authority) {
  const Time issued = now - 30 * kDay;
  TestPki pki;
  pki.root = MakeCertificate(RootSpec(issued), pki.root_key, pki.root_key);
  pki.credential_ca = MakeCertificate(CredentialCaSpec(issued), pki.credential_ca_key, pki.root_key);
  pki.party_ca = MakeCertificate(PartyCaSpec(issued), pki.party_ca_key, pki.root_key);
  pki.signer = MakeCertificate(CredentialSignerSpec(issued, authority), pki.signer_key, pki.credential_ca_key);
  pki.status_signer = MakeCertificate(StatusSignerSpec(issued, authority), pki.status_key, pki.credential_ca_key);
  pki.party =
      MakeCertificate(PartySpec(issued, std::string(authority) + "/parties/lab1"), pki.party_key, pki.party_ca_key);
  return pki;
}

std::string SignJws(std::string_view alg, std::string_view kid, std::string_view typ, const std::vector<Bytes>& x5c,
                    std::string_view payload, const TestKey& key) {
  const std::string input = JwsSigningInput(alg, kid, typ, x5c, payload);
  return FinishJws(input, key.Sign(input));
}

std::string SignRawJws(std::string_view header, std::string_view payload, const TestKey& key) {
  const std::string input = Base64UrlEncode(AsBytes(header)) + "." + Base64UrlEncode(AsBytes(payload));
  return input + "." + Base64UrlEncode(key.Sign(input));
}

std::string OtherSignature(const std::string& jws) {
  const std::size_t dot = jws.rfind('.') + 1;
  Bytes signature = Base64UrlDecode(jws.substr(dot)).value();
  const std::size_t half = signature.size() / 2;
  const Bytes q = HexDecode(half == 32 ? "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
                                       : "ffffffffffffffffffffffffffffffffffffffffffffffff"
                                         "c7634d81f4372ddf581a0db248b0a77aecec196accc52973")
                      .value();
  int borrow = 0;
  for (std::size_t i = half; i-- > 0;) {
    const int difference = q[i] - signature[half + i] - borrow;
    borrow = difference < 0 ? 1 : 0;
    signature[half + i] = static_cast<std::uint8_t>(difference + 256 * borrow);
  }
  return jws.substr(0, dot) + Base64UrlEncode(signature);
}

TrustSpec DefaultTrustSpec(const TestPki& pki, Time iat) {
  TrustSpec spec;
  spec.iat = iat;
  spec.exp = iat + 180 * kDay;
  spec.roots = {pki.root};
  const std::string origin = LogOrigin(spec.iss, 1);
  spec.logs.push_back({origin, TestNoteKey::Log(origin).vkey(), spec.iss + "/log/1", std::nullopt});
  return spec;
}

std::string TrustPayload(const TrustSpec& spec) {
  json::Writer w;
  w.Object([&] {
    w.Member("iss", spec.iss);
    w.Member("seq", spec.seq);
    w.Member("iat", static_cast<std::uint64_t>(ToEpoch(spec.iat)));
    w.Member("exp", static_cast<std::uint64_t>(ToEpoch(spec.exp)));
    w.Member("environment", spec.environment);
    w.Key("eku").Object([&] {
      w.Member("credential", spec.credential_eku);
      w.Member("status", spec.status_eku);
    });
    w.Key("roots").Array([&] {
      for (const Bytes& root : spec.roots) w.String(Base64Encode(root));
    });
    w.Key("logs").Array([&] {
      for (const TrustSpec::Log& log : spec.logs) {
        w.Object([&] {
          w.Member("origin", log.origin);
          w.Member("vkey", log.vkey);
          w.Member("url", log.url);
          if (log.final_size) w.Member("finalSize", *log.final_size);
        });
      }
    });
    w.Strings("witnesses", spec.witnesses);
    w.Member("quorum", spec.quorum);
    w.Key("blocked").Array([&] {
      for (const TrustSpec::Block& block : spec.blocked) {
        w.Object([&] {
          w.Member("spki", block.spki);
          if (block.from_index) w.Member("fromIndex", *block.from_index);
          if (block.origin) w.Member("origin", *block.origin);
        });
      }
    });
  });
  return w.Take();
}

std::string MakeTrustList(const TrustSpec& spec, const TestPki& pki) {
  return MakeTrustList(spec, pki.root_key, pki.root);
}

std::string MakeTrustList(const TrustSpec& spec, const TestKey& root_key, const Bytes& root) {
  return SignJws("ES384", root_key.kid(), "certmark-trust+jwt", {root}, TrustPayload(spec), root_key);
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) Die(("nothing to replace: " + std::string(from)).c_str());
  return text.replace(at, from.size(), to);
}

std::string ReplacedEverywhere(std::string text, std::string_view from, std::string_view to) {
  text = Replaced(std::move(text), from, to);
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace certmark::testing
