#include <openssl/evp.h>

#include <algorithm>

#include "tests/unit/core/verify_rows.h"

namespace certmark::testing {
namespace {

Row Valid(std::string name, Wrong wrong) {
  return {std::move(name), std::move(wrong), Verdict::kValid, 10};
}
Row Untrusted(std::string name, int step, Wrong wrong) {
  return {std::move(name), std::move(wrong), Verdict::kUntrustedIssuer, step};
}
Row BadSignature(std::string name, int step, Wrong wrong) {
  return {std::move(name), std::move(wrong), Verdict::kBadSignature, step};
}

Wrong Header(std::string_view from, std::string_view to) {
  return In(Part::kHeader, from, to);
}
Wrong Certificates(std::function<void(std::vector<Bytes>&)> edit) {
  return [=](TestCase& c) { c.edit_certificates = edit; };
}

// One extension or one date of one certificate.
Wrong Set(CertSpec TestCase::*spec, std::string_view extension, std::string_view value) {
  return [=, extension = std::string(extension), value = std::string(value)](TestCase& c) {
    (c.*spec).Set(extension, value);
  };
}
Wrong Without(CertSpec TestCase::*spec, std::string_view extension) {
  return [=, extension = std::string(extension)](TestCase& c) { (c.*spec).Remove(extension); };
}
Wrong EndsBeforeNow(CertSpec TestCase::*spec) {
  return [=](TestCase& c) { (c.*spec).not_after = c.now - Seconds{1}; };
}
Wrong BeginsAfterNow(CertSpec TestCase::*spec) {
  return [=](TestCase& c) { (c.*spec).not_before = c.now + Seconds{1}; };
}
Wrong UsagePeriod(std::int64_t first, std::int64_t last) {  // seconds from iat
  return [=](TestCase& c) {
    c.signer_spec.usage_period = Certificate::Period{kNow + Seconds{first}, kNow + Seconds{last}};
  };
}
constexpr std::int64_t kYear = 365 * 24 * 3600;

Wrong Blocked(TestKey TestPki::*key) {
  return [=](TestCase& c) {
    c.trust.blocked.push_back({(c.pki.*key).public_key().spki_hash().Hex(), std::nullopt, std::nullopt});
  };
}
// The newer list beside the older one, whose order must not matter.
Wrong NewerList(std::function<void(TrustSpec&)> edit) {
  return [=](TestCase& c) {
    TrustSpec newer = c.trust;
    newer.seq = 2;
    edit(newer);
    c.more_lists.push_back(newer);
  };
}
Wrong OlderList(std::function<void(TrustSpec&)> edit) {
  return [=](TestCase& c) {
    TrustSpec older = c.trust;
    c.trust.seq = 2;
    edit(older);
    c.more_lists.push_back(older);
  };
}

// Edits the bytes of the signature.
Wrong Signature(std::function<Bytes(Bytes)> edit) {
  return With(Part::kCredential, [=](const std::string& text) {
    const std::size_t dot = text.rfind('.') + 1;
    return text.substr(0, dot) + Base64UrlEncode(edit(Base64UrlDecode(text.substr(dot)).value()));
  });
}

// A leaf and a CA of the same names, made by keys of a stranger.
Wrong StrangersPath(bool own_ca) {
  return [=](TestCase& c) {
    const CertSpec leaf = c.signer_spec, ca = c.ca_spec;
    const TestKey leaf_key = c.pki.signer_key, stranger = TestKey::P256(), root = TestKey::P384();
    const Bytes leaf_der = MakeCertificate(leaf, leaf_key, stranger);
    const Bytes ca_der = MakeCertificate(ca, stranger, root);
    c.edit_certificates = [=](std::vector<Bytes>& certificates) {
      certificates[0] = leaf_der;
      if (own_ca) certificates[1] = ca_der;
    };
  };
}

// A certificate of the signer's names that holds the key in another encoding, and the credential signed by that key.
Wrong KeyEncodedAs(const char* parameter, const char* value) {
  return [=](TestCase& c) {
    const TestKey key = TestKey::P256();
    c.Edit(Part::kHeader, c.pki.signer_key.kid(), key.kid());
    if (EVP_PKEY_set_utf8_string_param(key.native(), parameter, value) != 1) Die("EVP_PKEY_set_utf8_string_param");
    c.credential_key = key;
    const Bytes der = MakeCertificate(c.signer_spec, key, c.pki.credential_ca_key);
    c.edit_certificates = [=](std::vector<Bytes>& certificates) { certificates[0] = der; };
  };
}

// Two roots of one name and key in the list: what one of them lacks, the other may have.
Wrong SecondRoot(std::function<void(CertSpec&)> edit, bool is_first) {
  return [=](TestCase& c) {
    CertSpec other = c.root_spec;
    other.serial.back() ^= 1;
    edit(other);
    const auto root = [&](const CertSpec& spec) { return MakeCertificate(spec, c.pki.root_key, c.pki.root_key); };
    c.trust.roots = {root(c.root_spec)};
    c.trust.roots.insert(is_first ? c.trust.roots.begin() : c.trust.roots.end(), root(other));
  };
}

// The same credential signed by a key on P-384, with a right path.
Wrong LeafOnP384() {
  return [](TestCase& c) { c.pki.signer_key = c.credential_key = TestKey::P384(); };
}

std::vector<Row> KeyRows() {
  using C = TestCase;
  const auto leaf = &C::signer_spec;
  const auto ca = &C::ca_spec;
  const std::string both = std::string(kProductionCredentialEku) + "," + std::string(kProductionStatusEku);
  return {
      BadSignature("alg none", 3, Header("ES256", "none")),
      BadSignature("alg HS256", 3, Header("ES256", "HS256")),
      BadSignature("alg ES384", 3, Header("ES256", "ES384")),
      BadSignature("alg in lower case", 3, Header("ES256", "es256")),
      BadSignature("an empty alg", 3, Header("ES256", "")),
      BadSignature("alg none without a signature", 3,
                   Both(Header("ES256", "none"), Signature([](const Bytes&) { return Bytes(); }))),
      Untrusted("an empty kid", 3,
                With(Part::kHeader, [](const std::string&) { return R"({"alg":"ES256","kid":"","typ":"vc+jwt"})"; })),
      Untrusted("the kid of another key", 3,
                With(Part::kHeader,
                     [](const std::string&) {
                       return R"({"alg":"ES256","kid":"33EAQUJXhE2hlhm2myYC-cr3YuoGnyDBQFZDJO-p7Cs","typ":"vc+jwt"})";
                     })),
      Untrusted("the kid of the status key", 3,
                [](C& c) { c.Edit(Part::kHeader, c.pki.signer_key.kid(), c.pki.status_key.kid()); }),
      Untrusted("an empty certificate", 3, Certificates([](auto& list) { list[0].clear(); })),
      Untrusted("a certificate of noise", 3, Certificates([](auto& list) { list[0].assign(500, 0xa5); })),
      Untrusted("a CA certificate of noise", 3, Certificates([](auto& list) { list[1].assign(4096, 0x30); })),
      Untrusted("a certificate cut short", 3, Certificates([](auto& list) { list[0].pop_back(); })),
      Untrusted("a byte after the certificate", 3, Certificates([](auto& list) { list[0].push_back(0); })),
      Untrusted("a CA certificate cut short", 3, Certificates([](auto& list) { list[1].resize(100); })),
      Untrusted("certificates in the wrong order", 3, Certificates([](auto& list) { std::swap(list[0], list[1]); })),
      Untrusted("the leaf twice", 3, Certificates([](auto& list) { list[1] = list[0]; })),
      Untrusted("a leaf of another CA", 3, StrangersPath(false)),
      Untrusted("a whole path of another root", 3, StrangersPath(true)),
      Untrusted("a leaf on P-384", 3, LeafOnP384()),
      Untrusted("a leaf with the EKU of status", 3, Set(leaf, "extendedKeyUsage", kProductionStatusEku)),
      Untrusted("a leaf with both EKUs", 3, Set(leaf, "extendedKeyUsage", both)),
      Untrusted("a leaf with any EKU", 3, Set(leaf, "extendedKeyUsage", "anyExtendedKeyUsage")),
      Untrusted("a leaf with its EKU and any", 3,
                Set(leaf, "extendedKeyUsage", std::string(kProductionCredentialEku) + ",anyExtendedKeyUsage")),
      Untrusted("a leaf with the EKU of another PEN", 3, Set(leaf, "extendedKeyUsage", kCredentialEku)),
      Untrusted("a leaf without EKU", 3, Without(leaf, "extendedKeyUsage")),
      Untrusted("a CA with one EKU", 3, Set(ca, "extendedKeyUsage", kProductionCredentialEku)),
      Untrusted("a CA with a third EKU", 3, Set(ca, "extendedKeyUsage", both + ",clientAuth")),
      Untrusted("a CA with any EKU", 3, Set(ca, "extendedKeyUsage", "anyExtendedKeyUsage")),
      Untrusted("a Party CA", 3, Set(ca, "extendedKeyUsage", "clientAuth,serverAuth")),
      Untrusted("a CA without EKU", 3, Without(ca, "extendedKeyUsage")),
      Untrusted("a leaf that is a CA", 3, Set(leaf, "basicConstraints", "critical,CA:TRUE")),
      Untrusted("a leaf that signs certificates", 3, Set(leaf, "keyUsage", "critical,digitalSignature,keyCertSign")),
      Untrusted("a leaf that does not sign", 3, Set(leaf, "keyUsage", "critical,keyEncipherment")),
      Untrusted("a leaf with an unknown critical extension", 3, Set(leaf, "1.2.3.4", "critical,DER:0500")),
      Valid("a leaf with an unknown extension", Set(leaf, "1.2.3.4", "DER:0500")),
      Untrusted("a CA that is none", 3, Set(ca, "basicConstraints", "critical,CA:FALSE")),
      Untrusted("a CA of pathLen 1", 3, Set(ca, "basicConstraints", "critical,CA:TRUE,pathlen:1")),
      Untrusted("a CA without pathLen", 3, Set(ca, "basicConstraints", "critical,CA:TRUE")),
      Untrusted("a CA that signs no certificates", 3, Set(ca, "keyUsage", "critical,cRLSign")),
      Untrusted("a leaf of another issuer's name", 3, [](C& c) { c.signer_spec.issuer = "party ca"; }),
      Untrusted("a CA of another issuer's name", 3, [](C& c) { c.ca_spec.issuer = "another root"; }),
      Untrusted("a leaf signed with SHA-384", 3, [](C& c) { c.signer_spec.digest = "SHA384"; }),
      Untrusted("a CA signed with SHA-256", 3, [](C& c) { c.ca_spec.digest = "SHA256"; }),
      Untrusted("a leaf with a compressed key", 3, KeyEncodedAs("point-format", "compressed")),
      Untrusted("a leaf with its curve spelt out", 3, KeyEncodedAs("encoding", "explicit")),
      Valid("a leaf of another key, encoded as it must be", KeyEncodedAs("encoding", "named_curve")),
      Untrusted("a leaf with an arc of 2^31", 3, Set(leaf, "1.2.2147483648", "DER:0500")),
      Valid("a leaf with an arc of 2^28 - 1", Set(leaf, "1.2.268435455", "DER:0500")),
      Valid("the first of two roots of one key has ended",
            SecondRoot([](CertSpec& root) { root.not_after = kNow; }, true)),
      Valid("the second of two roots of one key has ended",
            SecondRoot([](CertSpec& root) { root.not_after = kNow; }, false)),
      Untrusted("a leaf that has ended", 3, EndsBeforeNow(leaf)),
      Untrusted("a leaf that has not begun", 3, BeginsAfterNow(leaf)),
      Untrusted("a CA that has ended", 3, EndsBeforeNow(ca)),
      Untrusted("a CA that has not begun", 3, BeginsAfterNow(ca)),
      Untrusted("a root that has ended", 3, EndsBeforeNow(&C::root_spec)),
      Untrusted("a root that has not begun", 3, BeginsAfterNow(&C::root_spec)),
      Valid("a leaf in its last second", [](C& c) { c.signer_spec.not_after = c.now; }),
      Valid("a leaf in its first second", [](C& c) { c.signer_spec.not_before = c.now; }),
      Untrusted("a leaf of another authority", 3, Set(leaf, "subjectAltName", "URI:https://other.example")),
      Untrusted("a leaf of a sub-domain", 3, Set(leaf, "subjectAltName", "URI:https://a.ca.example")),
      Untrusted("a leaf with a slash", 3, Set(leaf, "subjectAltName", "URI:https://ca.example/")),
      Untrusted("a leaf of two URIs", 3, Set(leaf, "subjectAltName", "URI:https://ca.example,URI:https://b.example")),
      Untrusted("a leaf with a DNS name too", 3, Set(leaf, "subjectAltName", "URI:https://ca.example,DNS:ca.example")),
      Untrusted("a leaf with a DNS name alone", 3, Set(leaf, "subjectAltName", "DNS:ca.example")),
      Untrusted("a leaf without SAN", 3, Without(leaf, "subjectAltName")),
      Untrusted("a leaf without usage period", 3, [](C& c) { c.signer_spec.usage_period.reset(); }),
      Untrusted("signed a second before the usage period", 3, UsagePeriod(1, kYear)),
      Untrusted("signed a second after the usage period", 3, UsagePeriod(-kYear, -1)),
      Valid("signed in the first second of the usage period", UsagePeriod(0, kYear)),
      Valid("signed in the last second of the usage period", UsagePeriod(-kYear, 0)),
      Untrusted("iat 2^53 - 1", 3, Claim("1793664000", "9007199254740991")),
      Untrusted("iat 0", 3, Claim("1793664000", "0")),
      Untrusted("a blocked leaf", 3, Blocked(&TestPki::signer_key)),
      Untrusted("a blocked CA", 3, Blocked(&TestPki::credential_ca_key)),
      Untrusted("a blocked root", 3, Blocked(&TestPki::root_key)),
      Valid("another key blocked", Blocked(&TestPki::party_key)),
  };
}

std::vector<Row> AuthorityRows() {
  return {
      Untrusted("an authority without a list", 2, Claim("\"https://ca.example\"", "\"https://other.example\"")),
      Untrusted("an iss that is no authority", 2, Claim("\"https://ca.example\"", "\"ca.example\"")),
      Untrusted("an iss with a slash", 2, Claim("\"https://ca.example\"", "\"https://ca.example/\"")),
      Untrusted("an iss with a line break", 2, Claim("\"https://ca.example\"", "\"https://ca.example\\n\\u001b[31m\"")),
      Untrusted("an endless iss", 2, Claim("\"https://ca.example\"", "\"https://" + std::string(9000, 'a') + "\"")),
      Untrusted("a trust list that ends now", 2, [](TestCase& c) { c.trust.exp = c.now; }),
      Valid("a trust list in its last second", [](TestCase& c) { c.trust.exp = c.now + Seconds{1}; }),
      Untrusted("a test authority", 2, [](TestCase& c) { c.trust.environment = "test"; }),
      Untrusted("the newer of two lists has ended", 2, NewerList([](TrustSpec& list) { list.exp = kNow + kDay; })),
      Valid("the older of two lists has ended", OlderList([](TrustSpec& list) { list.exp = kNow + kDay; })),
      Untrusted("the newer of two lists blocks the leaf", 3,
                [](TestCase& c) {
                  const std::string leaf = c.pki.signer_key.public_key().spki_hash().Hex();
                  NewerList([=](TrustSpec& list) { list.blocked.push_back({leaf, std::nullopt, std::nullopt}); })(c);
                }),
      Valid("the older of two lists blocks the leaf",
            [](TestCase& c) {
              const std::string leaf = c.pki.signer_key.public_key().spki_hash().Hex();
              OlderList([=](TrustSpec& list) { list.blocked.push_back({leaf, std::nullopt, std::nullopt}); })(c);
            }),
      Untrusted("the beginning of time", 3, [](TestCase& c) { c.now = Time::min(); }),
      Untrusted("the end of time", 2, [](TestCase& c) { c.now = Time::max(); }),
  };
}

std::vector<Row> SignatureRows() {
  return {
      BadSignature("a signature by another key", 4, [](TestCase& c) { c.credential_key = TestKey::P256(); }),
      BadSignature("a signature by the status key", 4, [](TestCase& c) { c.credential_key = c.pki.status_key; }),
      BadSignature("no signature", 4, Signature([](const Bytes&) { return Bytes(); })),
      BadSignature("a signature of 63 bytes", 4, Signature([](Bytes bytes) { return bytes.pop_back(), bytes; })),
      BadSignature("a signature of 65 bytes", 4, Signature([](Bytes bytes) { return bytes.push_back(0), bytes; })),
      BadSignature("a signature of 96 bytes", 4, Signature([](Bytes bytes) { return bytes.resize(96), bytes; })),
      BadSignature("a signature of zeros", 4, Signature([](const Bytes&) { return Bytes(64, 0); })),
      BadSignature("a signature of ones", 4, Signature([](const Bytes&) { return Bytes(64, 0xff); })),
      BadSignature("r and s swapped", 4, Signature([](Bytes bytes) {
                     std::rotate(bytes.begin(), bytes.begin() + 32, bytes.end());
                     return bytes;
                   })),
      BadSignature("a flipped bit", 4, Signature([](Bytes bytes) { return bytes[40] ^= 1, bytes; })),
      BadSignature("a signature in DER", 4,
                   [](TestCase& c) {
                     const TestKey key = c.credential_key;
                     c.Edit(Part::kCredential, [=](const std::string& text) {
                       const std::string input = text.substr(0, text.rfind('.'));
                       return input + "." + Base64UrlEncode(key.SignDer(input));
                     });
                   }),
      BadSignature("a payload changed after signing", 4,
                   With(Part::kCredential,
                        [](const std::string& text) {
                          const std::size_t begin = text.find('.') + 1, end = text.rfind('.');
                          const Bytes payload = Base64UrlDecode(text.substr(begin, end - begin)).value();
                          const std::string changed = Replaced(std::string(AsText(payload)), "Orbot", "Robot");
                          return text.substr(0, begin) + Base64UrlEncode(AsBytes(changed)) + text.substr(end);
                        })),
      BadSignature("a header changed after signing", 4,
                   With(Part::kCredential,
                        [](const std::string& text) {
                          const Bytes header = Base64UrlDecode(text.substr(0, text.find('.'))).value();
                          const std::string changed = Replaced(std::string(AsText(header)), "{", "{ ");
                          return Base64UrlEncode(AsBytes(changed)) + text.substr(text.find('.'));
                        })),
  };
}

}  // namespace

std::vector<Row> TrustRows() {
  return Joined({AuthorityRows(), KeyRows(), SignatureRows()});
}

}  // namespace certmark::testing
