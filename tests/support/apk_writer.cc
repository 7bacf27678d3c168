#include "tests/support/apk_writer.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <zlib.h>

#include <algorithm>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::testing {
namespace {

void Must(bool done, const char* what) {
  if (!done) Die(what);
}

void Number(Bytes& to, std::uint64_t number, int width) {
  for (int i = 0; i < width; ++i) to.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}

Bytes SelfSigned(EVP_PKEY* key) {
  static int serial = 0;  // tests run one after another
  const Owned<X509, X509_free> x509(X509_new());
  X509_set_version(x509.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
  X509_NAME* name = X509_get_subject_name(x509.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("signer"), -1, -1, 0);
  X509_set_issuer_name(x509.get(), name);
  X509_set_pubkey(x509.get(), key);
  std::uint8_t identifier[] = {0x04, 0x02, 0x5e, static_cast<std::uint8_t>(serial)};
  const std::uint8_t* cursor = identifier;
  const Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> key_identifier(
      d2i_ASN1_OCTET_STRING(nullptr, &cursor, sizeof identifier));
  Must(X509_add1_ext_i2d(x509.get(), NID_subject_key_identifier, key_identifier.get(), 0, 0) == 1, "no certificate");
  Must(X509_sign(x509.get(), key, EVP_sha256()) > 0, "no certificate");
  std::uint8_t* der = nullptr;
  const int size = i2d_X509(x509.get(), &der);
  Must(size > 0, "no certificate");
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

const EVP_MD* DigestOf(std::uint32_t algorithm) {
  return algorithm == kRsaSha512 || algorithm == kEcSha512 ? EVP_sha512() : EVP_sha256();
}

Bytes Deflated(ByteView content) {
  z_stream stream{};
  Must(deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK, "no zlib");
  Bytes out(deflateBound(&stream, content.size()));
  stream.next_in = const_cast<Bytef*>(content.data());
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  Must(deflate(&stream, Z_FINISH) == Z_STREAM_END, "not deflated");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Bytes DigestBy(const EVP_MD* digest, ByteView bytes) {
  Bytes out(static_cast<std::size_t>(EVP_MD_get_size(digest)));
  Must(EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, digest, nullptr) == 1, "no digest");
  return out;
}

Bytes Sequence(const std::vector<Bytes>& elements) {
  Bytes out;
  for (const Bytes& element : elements) Put(out, Prefixed(element));
  return Prefixed(out);
}

Bytes Numbered(std::uint32_t id, ByteView bytes) {
  Bytes out = Number32(id);
  Put(out, bytes);
  return out;
}

}  // namespace

void U16(Bytes& to, std::uint64_t number) {
  Number(to, number, 2);
}
void U32(Bytes& to, std::uint64_t number) {
  Number(to, number, 4);
}
void U64(Bytes& to, std::uint64_t number) {
  Number(to, number, 8);
}
void Put(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}
Bytes Prefixed(ByteView bytes) {
  Bytes out = Number32(bytes.size());
  Put(out, bytes);
  return out;
}
Bytes Number32(std::uint64_t number) {
  Bytes out;
  U32(out, number);
  return out;
}

// --- keys ---

ApkKey::ApkKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free), certificate_(SelfSigned(key)) {
  std::uint8_t* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  Must(size > 0, "no public key");
  spki_.assign(der, der + size);
  OPENSSL_free(der);
}

ApkKey ApkKey::Ec(const char* curve) {
  EVP_PKEY* key = EVP_EC_gen(curve);
  Must(key != nullptr, "no key");
  return ApkKey(key);
}

ApkKey ApkKey::Rsa(unsigned bits) {
  EVP_PKEY* key = EVP_RSA_gen(bits);
  Must(key != nullptr, "no key");
  return ApkKey(key);
}

Bytes ApkKey::Sign(std::uint32_t algorithm, ByteView message) const {
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;
  Must(EVP_DigestSignInit(context.get(), &padding, DigestOf(algorithm), nullptr, key_.get()) == 1, "no signature");
  if (algorithm == kRsaPssSha256) {
    Must(EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1,
         "no PSS");
  }
  std::size_t size = 0;
  Must(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1, "no signature");
  Bytes out(size);
  Must(EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) == 1, "no signature");
  out.resize(size);
  return out;
}

Bytes ApkKey::SignJar(ByteView content, const JarBlockParts& parts) const {
  const auto parsed = [](const Bytes& der) {
    const std::uint8_t* cursor = der.data();
    return Owned<X509, X509_free>(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
  };
  const Owned<BIO, BIO_free> bytes(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
  const auto own = parsed(certificate_);
  const unsigned flags =
      CMS_BINARY | CMS_DETACHED | CMS_NOATTR | CMS_NOSMIMECAP | (parts.by_key_identifier ? CMS_USE_KEYID : 0);
  const Owned<CMS_ContentInfo, CMS_ContentInfo_free> block(
      CMS_sign(own.get(), key_.get(), nullptr, bytes.get(), flags));
  Must(block != nullptr, "no JAR signature");
  for (const ApkKey* other : parts.others) CMS_add1_cert(block.get(), parsed(other->certificate()).get());
  if (parts.unsigned_attribute != 0) {
    const std::uint8_t empty[] = {0x30, 0};
    CMS_SignerInfo* signer = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(block.get()), 0);
    Must(CMS_unsigned_add1_attr_by_NID(signer, parts.unsigned_attribute, V_ASN1_SEQUENCE, empty, sizeof empty) == 1,
         "no attribute");
  }
  std::uint8_t* der = nullptr;
  const int size = i2d_CMS_ContentInfo(block.get(), &der);
  Must(size > 0, "no JAR signature");
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

// --- archives ---

Bytes WrittenZip::End() const {
  Bytes out;
  U32(out, 0x06054b50), U32(out, 0), U16(out, count), U16(out, count), U32(out, directory.size());
  U32(out, directory_offset.value_or(static_cast<std::uint32_t>(entries.size() + block.size())));
  U16(out, comment.size());
  Put(out, comment);
  return out;
}

Bytes WrittenZip::File() const {
  Bytes out = entries;
  Put(out, block);
  Put(out, directory);
  Put(out, End());
  return out;
}

ZipWriter& ZipWriter::Add(std::string_view name, ByteView content, Method method) {
  const Bytes packed = method == Method::kStored ? Bytes(content.begin(), content.end()) : Deflated(content);
  const bool described = method == Method::kDescribed;
  const auto crc = static_cast<std::uint32_t>(::crc32(0, content.data(), static_cast<uInt>(content.size())));
  Bytes sizes;
  U32(sizes, crc), U32(sizes, packed.size()), U32(sizes, content.size());
  Bytes common;  // version, flags, method, time and date
  U16(common, 20), U16(common, described ? 8 : 0), U16(common, method == Method::kStored ? 0 : 8), U32(common, 0);
  Bytes& to = zip_.directory;
  U32(to, 0x02014b50), U16(to, 20), Put(to, common), Put(to, sizes), U16(to, name.size());
  U16(to, 0), U16(to, 0), U16(to, 0), U16(to, 0), U32(to, 0), U32(to, zip_.entries.size());
  Put(to, AsBytes(name));
  U32(zip_.entries, 0x04034b50), Put(zip_.entries, common);
  Put(zip_.entries, described ? Bytes(12) : sizes);
  U16(zip_.entries, name.size()), U16(zip_.entries, 0), Put(zip_.entries, AsBytes(name)), Put(zip_.entries, packed);
  if (described) U32(zip_.entries, 0x08074b50), Put(zip_.entries, sizes);
  ++zip_.count;
  return *this;
}

// --- signing blocks ---

Bytes ContentsDigestOf(const WrittenZip& zip, const char* name) {
  WrittenZip as_signed = zip;
  as_signed.block.clear();
  const EVP_MD* digest = EVP_get_digestbyname(name);
  std::uint32_t chunks = 0;
  Bytes digests;
  for (const Bytes& section : {zip.entries, zip.directory, as_signed.End()}) {
    for (std::size_t at = 0; at < section.size(); at += 1 << 20) {
      const ByteView chunk = ByteView(section).subspan(at, std::min<std::size_t>(1 << 20, section.size() - at));
      Bytes prefixed{0xa5};
      Put(prefixed, Prefixed(chunk));
      Put(digests, DigestBy(digest, prefixed));
      ++chunks;
    }
  }
  Bytes whole{0x5a};
  U32(whole, chunks);
  Put(whole, digests);
  return DigestBy(digest, whole);
}

Bytes SignedDataOf(const WrittenZip& zip, const SignerParts& parts) {
  std::vector<Bytes> digests, certificates, attributes;
  for (const std::uint32_t algorithm : parts.algorithms) {
    const bool wide = algorithm == kRsaSha512 || algorithm == kEcSha512;
    digests.push_back(Numbered(algorithm, Prefixed(ContentsDigestOf(zip, wide ? "SHA512" : "SHA256"))));
  }
  for (const ApkKey* key : parts.certificates) certificates.push_back(key->certificate());
  if (certificates.empty()) certificates.push_back(parts.key->certificate());
  for (const auto& attribute : parts.attributes) attributes.push_back(Numbered(attribute.first, attribute.second));
  Bytes out = Sequence(digests);
  Put(out, Sequence(certificates));
  if (parts.platforms) U32(out, parts.platforms->first), U32(out, parts.platforms->second);
  Put(out, Sequence(attributes));
  return out;
}

Bytes SignerAround(const Bytes& signed_data, const SignerParts& parts) {
  const ApkKey& signs = parts.signs ? *parts.signs : *parts.key;
  std::vector<Bytes> signatures;
  for (const std::uint32_t algorithm : parts.algorithms)
    signatures.push_back(Numbered(algorithm, Prefixed(signs.Sign(algorithm, signed_data))));
  Bytes out = Prefixed(signed_data);
  if (parts.platforms) U32(out, parts.platforms->first), U32(out, parts.platforms->second);
  Put(out, Sequence(signatures));
  Put(out, Prefixed(parts.key->spki()));
  return out;
}

Bytes SignerBytes(const WrittenZip& zip, const SignerParts& parts) {
  return SignerAround(SignedDataOf(zip, parts), parts);
}

Bytes SignersValue(const std::vector<Bytes>& signers) {
  return Sequence(signers);
}

Bytes SigningBlockOf(const std::vector<std::pair<std::uint32_t, Bytes>>& pairs) {
  Bytes body;
  for (const auto& pair : pairs) U64(body, pair.second.size() + 4), U32(body, pair.first), Put(body, pair.second);
  Bytes out;
  U64(out, body.size() + 24), Put(out, body), U64(out, body.size() + 24), Put(out, AsBytes("APK Sig Block 42"));
  return out;
}

Bytes LineageOf(const std::vector<const ApkKey*>& keys) {
  Bytes out = Number32(1);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Bytes signed_data = Prefixed(keys[i]->certificate());
    U32(signed_data, i == 0 ? 0 : kEcSha256);
    Bytes level = Prefixed(signed_data);
    U32(level, 0x17), U32(level, kEcSha256);  // what is allowed to the old one; the algorithm for the next
    Put(level, Prefixed(i == 0 ? Bytes() : keys[i - 1]->Sign(kEcSha256, signed_data)));
    Put(out, Prefixed(level));
  }
  return out;
}

// --- JAR signatures ---

std::string JarManifestOf(const JarParts& parts) {
  std::string out = "Manifest-Version: 1.0\r\n\r\n";
  for (const auto& entry : parts.entries)
    out += "Name: " + entry.first + "\r\nSHA-256-Digest: " + Sha256(entry.second).Base64() + "\r\n\r\n";
  return out;
}

std::string SignatureFileOf(const JarParts& parts, std::string_view manifest) {
  std::string out = "Signature-Version: 1.0\r\n";
  if (!parts.also_signed.empty()) out += "X-Android-APK-Signed: " + parts.also_signed + "\r\n";
  out += "SHA-256-Digest-Manifest: " + Sha256(AsBytes(manifest)).Base64() + "\r\n\r\n";
  for (const auto& entry : parts.entries)
    out += "Name: " + entry.first + "\r\nSHA-256-Digest: " + Sha256(entry.second).Base64() + "\r\n\r\n";
  return out;
}

void AddJarSigned(ZipWriter& zip, const JarParts& parts, const std::vector<const ApkKey*>& keys,
                  ZipWriter::Method method) {
  for (const auto& entry : parts.entries) zip.Add(entry.first, entry.second, method);
  const std::string manifest = JarManifestOf(parts);
  const std::string signature_file = SignatureFileOf(parts, manifest);
  zip.Add("META-INF/MANIFEST.MF", AsBytes(manifest), method);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string stem = "META-INF/S" + std::to_string(i);
    zip.Add(stem + ".SF", AsBytes(signature_file), method);
    zip.Add(stem + ".EC", keys[i]->SignJar(AsBytes(signature_file)), method);
  }
}

}  // namespace certmark::testing
