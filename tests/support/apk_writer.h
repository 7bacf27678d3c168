// APKs as signers write them, and as nobody should: keys, entries, signing blocks, JAR signatures.
//
//   const ApkKey key = ApkKey::Ec();
//   WrittenZip zip = ZipWriter().Add("AndroidManifest.xml", axml).Finish();
//   zip.block = SigningBlockOf({{kV2Block, SignersValue({SignerBytes(zip, {.key = &key})})}});
//   ApkFile::FromBytes(zip.File());
//
// Nothing here shares code with what reads it: digests and layouts are written again, from the schemes' descriptions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/hash.h"

struct evp_pkey_st;

namespace certmark::testing {

class ApkKey;

inline constexpr std::uint32_t kV2Block = 0x7109871a, kV3Block = 0xf05368c0, kV31Block = 0x1b93ad61;
inline constexpr std::uint32_t kRsaPssSha256 = 0x0101, kRsaSha256 = 0x0103, kRsaSha512 = 0x0104, kEcSha256 = 0x0201,
                               kEcSha512 = 0x0202, kDsaSha256 = 0x0301, kVerityDsaSha256 = 0x0425;
inline constexpr std::uint32_t kAlsoSignedAttribute = 0xbeeff00d, kRotationAttribute = 0x3ba06f8c,
                               kRotatedFromAttribute = 0x559f8b02, kHybridFirstAttribute = 0xbf940529,
                               kHybridLastAttribute = 0x9f06b79c;
inline constexpr std::uint32_t kEverLater = 0x7fffffff;

/// U16, U32 and U64 append a number, the lowest byte first; Put appends bytes; Prefixed puts their length before them.
void U16(Bytes& to, std::uint64_t number);
void U32(Bytes& to, std::uint64_t number);
void U64(Bytes& to, std::uint64_t number);
void Put(Bytes& to, ByteView bytes);
Bytes Prefixed(ByteView bytes);
Bytes Number32(std::uint64_t number);

/// JarBlockParts is what a PKCS #7 block has besides its signature.
struct JarBlockParts {
  std::vector<const ApkKey*> others = {};  ///< whose certificates go in too
  bool by_key_identifier = false;          ///< how its signer is known, instead of by issuer and number
  int unsigned_attribute = 0;              ///< libcrypto's number of its kind; 0: none
};

/// ApkKey is a key with a certificate of its own, of P-256 or RSA.
class ApkKey {
 public:
  static ApkKey Ec(const char* curve = "P-256");
  static ApkKey Rsa(unsigned bits = 2048);

  const Bytes& certificate() const { return certificate_; }
  const Bytes& spki() const { return spki_; }
  Hash digest() const { return Sha256(certificate_); }
  Bytes Sign(std::uint32_t algorithm, ByteView message) const;
  /// SignJar returns PKCS #7 signed data over `content`, without it, by SHA-256.
  Bytes SignJar(ByteView content, const JarBlockParts& parts = {}) const;
  evp_pkey_st* native() const { return key_.get(); }

 private:
  explicit ApkKey(evp_pkey_st* key);
  std::shared_ptr<evp_pkey_st> key_;
  Bytes certificate_, spki_;
};

/// WrittenZip is an archive in its parts, of which a test may change any.
struct WrittenZip {
  Bytes entries, block, directory, comment;
  std::uint16_t count = 0;
  std::optional<std::uint32_t> directory_offset;  ///< in the end record, instead of the true one

  Bytes End() const;
  Bytes File() const;
};

/// ZipWriter writes entries one after another.
class ZipWriter {
 public:
  enum class Method : std::uint8_t { kStored, kDeflated, kDescribed };  ///< described: deflated, a descriptor behind
  ZipWriter& Add(std::string_view name, ByteView content, Method method = Method::kStored);
  WrittenZip Finish() const { return zip_; }

 private:
  WrittenZip zip_;
};

/// ContentsDigestOf is the digest that a signing block signs, by SHA-256 or SHA-512.
Bytes ContentsDigestOf(const WrittenZip& zip, const char* digest);

/// SignerParts is a signer before it is signed.
struct SignerParts {
  const ApkKey* key = nullptr;
  std::vector<std::uint32_t> algorithms = {kEcSha256};
  std::optional<std::pair<std::uint32_t, std::uint32_t>> platforms = {};  ///< v3 and v3.1
  std::vector<std::pair<std::uint32_t, Bytes>> attributes = {};
  std::vector<const ApkKey*> certificates = {};  ///< the key's own where there are none
  const ApkKey* signs = nullptr;                 ///< whose key signs, where it is another's
};

/// SignedDataOf is what a signer signs; SignerBytes signs it for an archive.
Bytes SignedDataOf(const WrittenZip& zip, const SignerParts& parts);
Bytes SignerBytes(const WrittenZip& zip, const SignerParts& parts);
/// SignerAround makes a signer of signed data that a test changed.
Bytes SignerAround(const Bytes& signed_data, const SignerParts& parts);
Bytes SignersValue(const std::vector<Bytes>& signers);
Bytes SigningBlockOf(const std::vector<std::pair<std::uint32_t, Bytes>>& pairs);
/// LineageOf is a proof of rotation through keys of P-256, the oldest first.
Bytes LineageOf(const std::vector<const ApkKey*>& keys);

/// JarParts are a JAR manifest's entries and what a signature file says besides.
struct JarParts {
  std::vector<std::pair<std::string, Bytes>> entries;
  std::string also_signed;  ///< X-Android-APK-Signed; empty: not said
};
std::string JarManifestOf(const JarParts& parts);
std::string SignatureFileOf(const JarParts& parts, std::string_view manifest);
/// AddJarSigned adds the entries, the manifest and a signature by each key.
void AddJarSigned(ZipWriter& zip, const JarParts& parts, const std::vector<const ApkKey*>& keys,
                  ZipWriter::Method method = ZipWriter::Method::kDeflated);

}  // namespace certmark::testing
