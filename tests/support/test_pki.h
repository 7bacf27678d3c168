// A PKI for tests, right by default and wrong wherever a test says so.
//
//   TestPki pki = MakeTestPki();                                         // the whole tree of FORMATS.md §2 at kNow
//   CertSpec spec = CredentialSignerSpec(kNow);
//   spec.Set("keyUsage", "critical,digitalSignature,keyCertSign");       // what this test makes wrong
//   Bytes der = MakeCertificate(spec, leaf_key, pki.credential_ca_key);
//
// An extension is written as OpenSSL's configuration language writes it (x509v3_config(5)), any other as `DER:<hex>`
// under its dotted OID. Everything here aborts on failure: a test that cannot build its input has nothing to say.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/certificate.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/core/public_key.h"
#include "verifier-sdk/core/time.h"

struct evp_pkey_st;
struct evp_md_st;

namespace certmark::testing {

inline constexpr std::string_view kAuthority = "https://ca.example";
inline constexpr std::string_view kCredentialEku = "1.3.6.1.4.1.32473.1.1";
inline constexpr std::string_view kStatusEku = "1.3.6.1.4.1.32473.1.2";
inline constexpr std::string_view kClientAuthEku = "1.3.6.1.5.5.7.3.2";
inline constexpr std::string_view kServerAuthEku = "1.3.6.1.5.5.7.3.1";

/// kNow is 2026-11-03T00:00:00Z, the moment that FORMATS.md's example credential was signed.
inline constexpr Time kNow{Seconds{1793664000}};
inline constexpr Seconds kDay{24 * 3600};

/// TestKey is an EC private key, a fresh one unless FixedKeys says otherwise; copies share it.
class TestKey {
 public:
  static TestKey P256() { return TestKey("P-256"); }
  static TestKey P384() { return TestKey("P-384"); }
  /// OnCurve makes a key of any curve that OpenSSL names, for keys that must be refused; always a fresh one.
  static TestKey OnCurve(const char* name) { return {name, {}}; }

  /// Sign returns raw r ‖ s over `message`, with SHA-384 on P-384 and SHA-256 elsewhere.
  Bytes Sign(std::string_view message) const;
  /// SignDer returns the DER ECDSA signature that Sign converts, or one with another digest than the curve's (an
  /// EVP_MD).
  Bytes SignDer(std::string_view message) const;
  Bytes SignDer(std::string_view message, const evp_md_st* digest) const;

  Bytes spki() const;
  PublicKey public_key() const;         ///< REQUIRES: P-256 or P-384
  std::string kid() const;              ///< RFC 7638 thumbprint; REQUIRES: P-256 or P-384
  std::string_view alg() const;         ///< ES384 on P-384, else ES256
  std::size_t coordinate_size() const;  ///< 48 on P-384, else 32
  evp_pkey_st* native() const { return key_.get(); }
  bool is_fixed() const { return !scalar_.empty(); }  ///< by FixedKeys

 private:
  explicit TestKey(const char* curve);
  TestKey(const char* curve, Bytes scalar);
  std::shared_ptr<evp_pkey_st> key_;
  Bytes scalar_;  ///< of a fixed key; empty: fresh
};

/// FixedKeys makes every key on P-256 and P-384 that is made while it lives follow from `seed` and from how many were
/// made before it, and sign one message in one way (RFC 6979): what is made of such keys is the same in every run. One
/// thread alone may make keys meanwhile.
class FixedKeys {
 public:
  explicit FixedKeys(std::string_view seed);
  ~FixedKeys();
  FixedKeys(const FixedKeys&) = delete;
  FixedKeys& operator=(const FixedKeys&) = delete;

  /// NextScalar is the private key of the next one, or empty while no FixedKeys lives.
  static Bytes NextScalar();

 private:
  const std::string seed_;
  std::uint32_t count_ = 0;
  FixedKeys* const outer_;
};

/// TestNoteKey is an Ed25519 key with a name: a log, or a witness. The key is made from the name and type alone, so
/// that one name is one key.
class TestNoteKey {
 public:
  static TestNoteKey Log(std::string_view origin) { return {origin, NoteKey::Type::kEd25519}; }
  static TestNoteKey Witness(std::string_view name) { return {name, NoteKey::Type::kCosignature}; }

  const NoteKey& key() const { return key_; }
  std::string vkey() const { return key_.ToVkey(); }
  Bytes Sign(std::string_view message) const;

  /// SignNote returns the signature line of a log; Cosign that of a witness, made at `time`.
  std::string SignNote(std::string_view text) const;
  std::string Cosign(std::string_view text, Time time) const;

 private:
  TestNoteKey(std::string_view name, NoteKey::Type type);
  std::shared_ptr<evp_pkey_st> private_key_;
  NoteKey key_;
};

/// CertSpec is what a certificate says, apart from its two keys.
struct CertSpec {
  std::string subject = "subject";  ///< one common name
  std::string issuer = "issuer";
  Bytes serial = Bytes(16, 0x5a);  ///< magnitude, big-endian
  bool negative_serial = false;
  int version = 3;
  Time not_before, not_after;
  std::optional<Certificate::Period> usage_period;
  bool ski = true, aki = true;  ///< RFC 7093 method 1
  std::string digest;           ///< "SHA256" or another to sign with; empty: by the issuer's curve
  std::vector<std::pair<std::string, std::string>> extensions;

  /// Set replaces extension `name` or adds it; Add adds it even if it is there; Remove takes it out.
  CertSpec& Set(std::string_view name, std::string_view value);
  CertSpec& Add(std::string_view name, std::string_view value);
  CertSpec& Remove(std::string_view name);
};

/// MakeCertificate signs `spec` for the key `subject` with the key `issuer`.
Bytes MakeCertificate(const CertSpec& spec, const TestKey& subject, const TestKey& issuer);

// The profiles of FORMATS.md §2, as issued at `issued`. Subjects are "root", "credential ca", "party ca", "credential
// signer", "status signer" and "party".
CertSpec RootSpec(Time issued);
CertSpec CredentialCaSpec(Time issued);
CertSpec PartyCaSpec(Time issued);
CertSpec CredentialSignerSpec(Time issued, std::string_view authority = kAuthority);
CertSpec StatusSignerSpec(Time issued, std::string_view authority = kAuthority);
CertSpec PartySpec(Time issued, std::string_view party_uri);

/// TestPki is one authority's whole tree: keys, and the certificates as DER.
struct TestPki {
  TestKey root_key = TestKey::P384();
  TestKey credential_ca_key = TestKey::P256(), party_ca_key = TestKey::P256();
  TestKey signer_key = TestKey::P256(), status_key = TestKey::P256(), party_key = TestKey::P256();
  Bytes root, credential_ca, party_ca, signer, status_signer, party;

  std::vector<Bytes> signer_x5c() const { return {signer, credential_ca}; }
  std::vector<Bytes> status_x5c() const { return {status_signer, credential_ca}; }
  std::vector<Bytes> party_x5c() const { return {party, party_ca}; }
};
/// MakeTestPki makes the tree a month before `now`, so that every certificate is valid and every key in use at `now`.
TestPki MakeTestPki(Time now = kNow, std::string_view authority = kAuthority);

/// SignJws makes a compact JWS with exactly this header; x5c empty leaves the member out. `alg` is written as told,
/// whatever the key.
std::string SignJws(std::string_view alg, std::string_view kid, std::string_view typ, const std::vector<Bytes>& x5c,
                    std::string_view payload, const TestKey& key);
/// SignRawJws makes a compact JWS with this header text.
std::string SignRawJws(std::string_view header, std::string_view payload, const TestKey& key);

/// OtherSignature returns the JWS with the other signature that ECDSA has for it: (r, s) and (r, q − s), q being the
/// curve's order, are both good.
std::string OtherSignature(const std::string& jws);

/// TrustSpec is a trust list before it is signed.
struct TrustSpec {
  struct Log {
    std::string origin, vkey, url;
    std::optional<std::uint64_t> final_size;
  };
  struct Block {
    std::string spki;
    std::optional<std::uint64_t> from_index;
    std::optional<std::string> origin;
  };
  std::string iss{kAuthority};
  std::uint64_t seq = 1;
  Time iat = kNow, exp = kNow + 180 * kDay;
  std::string environment = "test";
  std::string credential_eku{kCredentialEku}, status_eku{kStatusEku};
  std::vector<Bytes> roots;
  std::vector<Log> logs;
  std::vector<std::string> witnesses;
  std::uint64_t quorum = 0;
  std::vector<Block> blocked;
};
/// DefaultTrustSpec is a right list of `pki`: its root and one log, `ca.example/log/1` (TestNoteKey::Log of that
/// origin), no witnesses, environment test.
TrustSpec DefaultTrustSpec(const TestPki& pki, Time iat = kNow);
/// TrustPayload writes the payload; MakeTrustList signs it with the root of `pki`, or with another root.
std::string TrustPayload(const TrustSpec& spec);
std::string MakeTrustList(const TrustSpec& spec, const TestPki& pki);
std::string MakeTrustList(const TrustSpec& spec, const TestKey& root_key, const Bytes& root);

/// Replaced returns `text` with the first `from` replaced by `to`; aborts if it is not there, so that no mutation is a
/// no-op.
std::string Replaced(std::string text, std::string_view from, std::string_view to);
/// ReplacedEverywhere replaces every one.
std::string ReplacedEverywhere(std::string text, std::string_view from, std::string_view to);

}  // namespace certmark::testing
