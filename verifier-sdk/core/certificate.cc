#include "verifier-sdk/core/certificate.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/provider.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "verifier-sdk/core/ecdsa.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark {
namespace {

using OwnedX509 = Owned<X509, X509_free>;

constexpr std::size_t kMaxSerialBytes = 20;  // RFC 5280 §4.1.2.2

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "certificate: " + std::move(message)};
}

ByteView View(const ASN1_STRING* string) {
  return {ASN1_STRING_get0_data(string), static_cast<std::size_t>(ASN1_STRING_length(string))};
}

Bytes DerName(const X509_NAME* name) {
  const std::uint8_t* der = nullptr;
  std::size_t size = 0;
  if (X509_NAME_get0_der(name, &der, &size) != 1) return {};
  return {der, der + size};
}

/// Reencoded is what OpenSSL writes for what it read; unequal to the input where that was BER or not minimal. It marks
/// the to-be-signed part as changed, so that later signature checks run over the re-encoding too.
Bytes Reencoded(X509* x509) {
  if (i2d_re_X509_tbs(x509, nullptr) <= 0) return {};
  const int size = i2d_X509(x509, nullptr);
  if (size <= 0) return {};
  Bytes der(static_cast<std::size_t>(size));
  std::uint8_t* cursor = der.data();
  return i2d_X509(x509, &cursor) == size ? der : Bytes{};
}

/// WithoutAlgorithms is a library context that has none. A certificate that is read in it is read whole, and its key
/// left undecoded: looking for a decoder takes OpenSSL 3.0 longer than verifying a signature, and PublicKey reads the
/// key anyway. Null if it cannot be made: then keys are decoded. It is never freed, and no thread changes it.
OSSL_LIB_CTX* WithoutAlgorithms() {
  static OSSL_LIB_CTX* const context = [] {
    OSSL_LIB_CTX* made = OSSL_LIB_CTX_new();
    if (made != nullptr && OSSL_PROVIDER_load(made, "null") != nullptr) return made;
    OSSL_LIB_CTX_free(made);
    return static_cast<OSSL_LIB_CTX*>(nullptr);
  }();
  return context;
}

Result<OwnedX509> ParseDer(ByteView der) {
  if (der.size() > Certificate::kMaxBytes) return Invalid("over 4 KiB");
  const std::uint8_t* cursor = der.data();
  OwnedX509 x509(reinterpret_cast<X509*>(ASN1_item_d2i_ex(nullptr, &cursor, static_cast<long>(der.size()),
                                                          ASN1_ITEM_rptr(X509), WithoutAlgorithms(), nullptr)));
  if (!x509 || cursor != der.data() + der.size()) return Invalid("not exactly one DER certificate");
  if (!Equal(Reencoded(x509.get()), der)) return Invalid("not in DER");
  return x509;
}

// --- object identifiers ---

/// HasLargeArc judges one identifier's contents. The first number holds two arcs (40 × first + second) and is held to
/// the same limit, as Go holds it.
bool HasLargeArc(ByteView oid) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : oid) {
    number = number << 7 | (byte & 0x7f);
    if (number >= 1ULL << 31) return true;
    if ((byte & 0x80) == 0) number = 0;
  }
  return false;
}

/// AnyLargeArc searches every object identifier in `der`. It steps into constructed values instead of recursing, for
/// only the identifiers matter and not what holds them. It ends where `der` stops being DER: that is either judged
/// elsewhere or in an extension that nothing here reads.
bool AnyLargeArc(ByteView der) {
  const std::uint8_t* cursor = der.data();
  const std::uint8_t* const end = cursor + der.size();
  while (cursor < end) {
    long length = 0;
    int tag = 0, tag_class = 0;
    const int kind = ASN1_get_object(&cursor, &length, &tag, &tag_class, end - cursor);
    if ((kind & 0x80) != 0 || length > end - cursor) return false;
    if ((kind & V_ASN1_CONSTRUCTED) != 0) continue;
    const ByteView content(cursor, static_cast<std::size_t>(length));
    if (tag == V_ASN1_OBJECT && tag_class == V_ASN1_UNIVERSAL && HasLargeArc(content)) return true;
    cursor += length;
  }
  return false;
}

Result<std::string> DottedText(const ASN1_OBJECT* oid) {
  char text[256];
  const int size = OBJ_obj2txt(text, sizeof text, oid, 1);
  if (size <= 0 || size >= static_cast<int>(sizeof text)) return Invalid("an object identifier is too long");
  return std::string(text, static_cast<std::size_t>(size));
}

// --- times ---

/// ParseTimeText reads `YYYYMMDDhhmmssZ`, the only form RFC 5280 §4.1.2.5 leaves of GeneralizedTime.
Result<Time> ParseTimeText(std::string_view text) {
  if (text.size() != 15 || text.back() != 'Z') return Invalid("a time is not YYYYMMDDhhmmssZ");
  const std::string t(text);
  return ParseDateTime(t.substr(0, 4) + "-" + t.substr(4, 2) + "-" + t.substr(6, 2) + "T" + t.substr(8, 2) + ":" +
                       t.substr(10, 2) + ":" + t.substr(12, 2) + "Z");
}

Result<Time> ParseGeneralizedTime(const ASN1_GENERALIZEDTIME* time) {
  return ParseTimeText(AsText(View(time)));
}

/// ParseValidityTime reads UTCTime for years to 2049 and GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5), neither in
/// the other's years: a date has one encoding.
Result<Time> ParseValidityTime(const ASN1_TIME* time) {
  const std::string_view text = AsText(View(time));
  if (ASN1_STRING_type(time) == V_ASN1_GENERALIZEDTIME) {
    if (text < "2050") return Invalid("a date before 2050 is not UTCTime");
    return ParseTimeText(text);
  }
  const std::string_view century = text >= "50" ? "19" : "20";
  return ParseTimeText(std::string(century) + std::string(text));
}

// --- extensions ---

/// IsKnownCritical: the extensions that may be critical (FORMATS.md §2).
bool IsKnownCritical(int nid) {
  return nid == NID_basic_constraints || nid == NID_key_usage || nid == NID_ext_key_usage ||
         nid == NID_subject_alt_name;
}

Result<void> CheckExtensions(const X509* x509) {
  for (int i = 0; i < X509_get_ext_count(x509); ++i) {
    X509_EXTENSION* extension = X509_get_ext(x509, i);
    const ASN1_OBJECT* oid = X509_EXTENSION_get_object(extension);
    if (X509_get_ext_by_OBJ(x509, oid, i) >= 0) return Invalid("a repeated extension");
    if (X509_EXTENSION_get_critical(extension) != 0 && !IsKnownCritical(OBJ_obj2nid(oid))) {
      return Invalid("an unknown critical extension");
    }
    if (AnyLargeArc(View(X509_EXTENSION_get_data(extension)))) return Invalid("an arc of 2^31 or more in an extension");
  }
  return {};
}

/// Decoded reads extension `nid`: null when absent. OpenSSL takes BER, and bytes after the value; comparing with its
/// own encoding refuses both. REQUIRES: CheckExtensions passed.
template <class T, auto Free>
Result<Owned<T, Free>> Decoded(const X509* x509, int nid) {
  const int at = X509_get_ext_by_NID(x509, nid, -1);
  if (at < 0) return Owned<T, Free>();
  X509_EXTENSION* extension = X509_get_ext(x509, at);
  Owned<T, Free> value(static_cast<T*>(X509V3_EXT_d2i(extension)));
  if (!value) return Invalid("a malformed extension");
  const Owned<X509_EXTENSION, X509_EXTENSION_free> encoded(X509V3_EXT_i2d(nid, 0, value.get()));
  if (!encoded || !Equal(View(X509_EXTENSION_get_data(encoded.get())), View(X509_EXTENSION_get_data(extension)))) {
    return Invalid("an extension that is not in DER");
  }
  return value;
}

struct BasicConstraints {
  bool is_ca = false;
  std::optional<std::uint64_t> path_len;
};
Result<BasicConstraints> ReadBasicConstraints(const X509* x509) {
  BasicConstraints out;
  const auto value = CM_TRY(Decoded<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>(x509, NID_basic_constraints));
  if (!value) return out;
  out.is_ca = value->ca != 0;
  if (value->pathlen == nullptr) return out;
  std::uint64_t path_len = 0;
  if (ASN1_INTEGER_get_uint64(&path_len, value->pathlen) != 1) return Invalid("pathLen is not a small natural number");
  out.path_len = path_len;
  return out;
}

struct KeyUsage {
  bool digital_signature = false, key_cert_sign = false;
};
Result<KeyUsage> ReadKeyUsage(const X509* x509) {
  constexpr int kDigitalSignatureBit = 0, kKeyCertSignBit = 5;  // RFC 5280 §4.2.1.3
  const auto bits = CM_TRY(Decoded<ASN1_BIT_STRING, ASN1_BIT_STRING_free>(x509, NID_key_usage));
  if (!bits) return KeyUsage{};
  return KeyUsage{ASN1_BIT_STRING_get_bit(bits.get(), kDigitalSignatureBit) != 0,
                  ASN1_BIT_STRING_get_bit(bits.get(), kKeyCertSignBit) != 0};
}

/// ReadEku keeps a repeated purpose twice: such a list then equals no set.
Result<std::optional<std::vector<std::string>>> ReadEku(const X509* x509) {
  const auto purposes = CM_TRY(Decoded<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>(x509, NID_ext_key_usage));
  if (!purposes) return std::optional<std::vector<std::string>>();
  std::vector<std::string> out;
  for (int i = 0; i < sk_ASN1_OBJECT_num(purposes.get()); ++i) {
    out.push_back(CM_TRY(DottedText(sk_ASN1_OBJECT_value(purposes.get(), i))));
  }
  std::ranges::sort(out);
  return std::optional(std::move(out));
}

struct SubjectAltName {
  std::vector<std::string> uris;
  std::size_t count = 0;
};
Result<SubjectAltName> ReadSubjectAltName(const X509* x509) {
  SubjectAltName out;
  const auto names = CM_TRY(Decoded<GENERAL_NAMES, GENERAL_NAMES_free>(x509, NID_subject_alt_name));
  if (!names) return out;
  out.count = static_cast<std::size_t>(sk_GENERAL_NAME_num(names.get()));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_URI) out.uris.emplace_back(AsText(View(name->d.uniformResourceIdentifier)));
  }
  return out;
}

Result<std::optional<Certificate::Period>> ReadUsagePeriod(const X509* x509) {
  const auto period = CM_TRY(Decoded<PKEY_USAGE_PERIOD, PKEY_USAGE_PERIOD_free>(x509, NID_private_key_usage_period));
  std::optional<Certificate::Period> out;
  if (!period || period->notBefore == nullptr || period->notAfter == nullptr) return out;
  const Time first = CM_TRY(ParseGeneralizedTime(period->notBefore));
  const Time last = CM_TRY(ParseGeneralizedTime(period->notAfter));
  out = Certificate::Period{first, last};
  return out;
}

// --- the rest of the certificate ---

Result<std::string> ReadSerial(const X509* x509) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(x509);
  const ByteView magnitude = View(serial);
  const bool zero = std::ranges::all_of(magnitude, [](std::uint8_t byte) { return byte == 0; });
  // A leading one bit takes one more byte in DER.
  const bool too_long =
      magnitude.size() > kMaxSerialBytes || (magnitude.size() == kMaxSerialBytes && magnitude[0] >= 0x80);
  if (ASN1_STRING_type(serial) != V_ASN1_INTEGER || zero || too_long) {
    return Invalid("the serial number is not positive and at most 20 bytes");
  }
  return HexEncode(magnitude);
}

Result<PublicKey> ReadKey(const X509* x509) {
  std::uint8_t* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &der);
  if (size <= 0) return Invalid("no public key");
  const Bytes spki(der, der + size);
  OPENSSL_free(der);
  return PublicKey::FromSpki(spki);
}

/// SubjectText is RFC 2253 with UTF-8 left readable; control characters stay escaped.
std::string SubjectText(const X509_NAME* name) {
  const Owned<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

Result<void> CheckFrame(const X509* x509) {
  if (X509_get_version(x509) != X509_VERSION_3) return Invalid("not version 3");
  const X509_ALGOR* outer = nullptr;
  X509_get0_signature(nullptr, &outer, x509);
  if (X509_ALGOR_cmp(outer, X509_get0_tbs_sigalg(x509)) != 0) return Invalid("two different signature algorithms");
  return {};
}

/// SignedPart is the to-be-signed part of a certificate. REQUIRES: DER that was parsed.
ByteView SignedPart(ByteView der) {
  const std::uint8_t* cursor = der.data();
  const std::uint8_t* const end = cursor + der.size();
  long length = 0;
  int tag = 0, tag_class = 0;
  if ((ASN1_get_object(&cursor, &length, &tag, &tag_class, end - cursor) & 0x80) != 0) return {};
  const std::uint8_t* const begin = cursor;
  if ((ASN1_get_object(&cursor, &length, &tag, &tag_class, end - cursor) & 0x80) != 0) return {};
  return {begin, cursor + length};
}

/// SignatureAlgorithm is the NID of the signature's algorithm, or NID_undef where it has parameters: ECDSA has none
/// (RFC 5758 §3.2).
int SignatureAlgorithm(const X509* x509) {
  const ASN1_OBJECT* oid = nullptr;
  int parameter_type = V_ASN1_UNDEF;
  X509_ALGOR_get0(&oid, &parameter_type, nullptr, X509_get0_tbs_sigalg(x509));
  return parameter_type == V_ASN1_UNDEF ? OBJ_obj2nid(oid) : NID_undef;
}

}  // namespace

Result<Bytes> Certificate::DecodeBase64(std::string_view text) {
  if (text.size() > (kMaxBytes + 2) / 3 * 4) return Invalid("over 4 KiB");
  Bytes der = CM_TRY(Base64Decode(text));
  if (der.size() > kMaxBytes) return Invalid("over 4 KiB");
  return der;
}

Result<Certificate> Certificate::Parse(ByteView der) {
  const ErrorQueueGuard guard;
  OwnedX509 x509 = CM_TRY(ParseDer(der));
  CM_TRY(CheckFrame(x509.get()));
  if (AnyLargeArc(der)) return Invalid("an arc of 2^31 or more");
  CM_TRY(CheckExtensions(x509.get()));

  const X509* facts = x509.get();
  const BasicConstraints constraints = CM_TRY(ReadBasicConstraints(facts));
  const KeyUsage key_usage = CM_TRY(ReadKeyUsage(facts));
  SubjectAltName san = CM_TRY(ReadSubjectAltName(facts));
  auto eku = CM_TRY(ReadEku(facts));
  const auto usage_period = CM_TRY(ReadUsagePeriod(facts));
  const Time not_before = CM_TRY(ParseValidityTime(X509_get0_notBefore(facts)));
  const Time not_after = CM_TRY(ParseValidityTime(X509_get0_notAfter(facts)));
  std::string serial_hex = CM_TRY(ReadSerial(facts));
  PublicKey key = CM_TRY(ReadKey(facts));
  Body body{
      .der = Bytes(der.begin(), der.end()),
      .subject = DerName(X509_get_subject_name(facts)),
      .issuer = DerName(X509_get_issuer_name(facts)),
      .key = std::move(key),
      .fingerprint = Sha256(der),
      .not_before = not_before,
      .not_after = not_after,
      .subject_text = SubjectText(X509_get_subject_name(facts)),
      .serial_hex = std::move(serial_hex),
      .is_ca = constraints.is_ca,
      .digital_signature = key_usage.digital_signature,
      .key_cert_sign = key_usage.key_cert_sign,
      .path_len = constraints.path_len,
      .eku = std::move(eku),
      .san_uris = std::move(san.uris),
      .san_count = san.count,
      .usage_period = usage_period,
      .x509 = {nullptr, X509_free},
  };
  body.x509.reset(x509.release());
  if (body.subject.empty() || body.issuer.empty()) return Invalid("a name that cannot be read");
  return Certificate(std::make_shared<const Body>(std::move(body)));
}

bool Certificate::IssuedBy(const Certificate& ca) const {
  const int expected = ca.key().curve() == PublicKey::Curve::kP256 ? NID_ecdsa_with_SHA256 : NID_ecdsa_with_SHA384;
  if (issuer() != ca.subject() || SignatureAlgorithm(native()) != expected) return false;
  const ErrorQueueGuard guard;
  const ASN1_BIT_STRING* signature = nullptr;
  X509_get0_signature(&signature, nullptr, native());
  // A signature of whole bytes: the bits that DER leaves out of the last one are none.
  if ((signature->flags & 0x07) != 0) return false;
  return VerifyEcdsa(ca.key(), SignedPart(der()), View(signature));
}

}  // namespace certmark
