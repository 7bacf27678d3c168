#include "tests/unit/core/verify_rows.h"
#include "verifier-sdk/core/bundle.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/jws.h"

namespace certmark::testing {
namespace {

Row Malformed(std::string name, Wrong wrong) {
  return {std::move(name), std::move(wrong), Verdict::kMalformed, 1};
}
Row Valid(std::string name, Wrong wrong) {
  return {std::move(name), std::move(wrong), Verdict::kValid, 10};
}

Wrong Bundle_(std::string_view from, std::string_view to) {
  return In(Part::kBundle, from, to);
}
Wrong BundleIs(std::string_view text) {
  return With(Part::kBundle, [text = std::string(text)](const std::string&) { return text; });
}
Wrong CredentialIs(TextEdit edit) {
  return With(Part::kCredential, std::move(edit));
}
Wrong Header(std::string_view from, std::string_view to) {
  return In(Part::kHeader, from, to);
}

// A member that nobody knows, as the first of the bundle or of the payload.
Wrong IgnoredInBundle(std::string_view value) {
  return Bundle_("{", "{\"ignored\":" + std::string(value) + ",");
}
Wrong IgnoredInClaims(std::string_view value) {
  return Claim("{", "{\"ignored\":" + std::string(value) + ",");
}

std::string Nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

Wrong Certificates(std::function<void(std::vector<Bytes>&)> edit) {
  return [=](TestCase& c) { c.edit_certificates = edit; };
}

// The credential's JWS, of exactly `size` bytes.
Wrong CredentialOf(std::size_t size) {
  return [=](TestCase& c) {
    Padded(Part::kClaims, JwsSigningInput("ES256", c.pki.signer_key.kid(), "vc+jwt", {}, "").size(), size)(c);
  };
}

// The signer's certificate, of exactly `size` bytes: an extension that nobody knows is that long. Its signature is of
// 70 to 72 bytes, by chance.
Wrong CertificateOf(std::size_t size) {
  return [=](TestCase& c) {
    for (std::size_t padding = size - 900; padding < size - 300; ++padding) {
      CertSpec spec = c.signer_spec;
      spec.Set("1.2.3.4", "DER:0482" +
                              HexEncode(Bytes{static_cast<std::uint8_t>(padding >> 8),
                                              static_cast<std::uint8_t>(padding & 0xff)}) +
                              std::string(2 * padding, '0'));
      if (MakeCertificate(spec, c.pki.signer_key, c.pki.credential_ca_key).size() != size) continue;
      c.signer_spec = spec;
      return;
    }
    Die("no certificate of that size");
  };
}

// Edits the text of the first certificate.
Wrong CertificateText(TextEdit edit) {
  return With(Part::kBundle, [=](std::string text) {
    const std::size_t begin = text.find("\"certificates\":[\"") + 17;
    const std::size_t end = text.find('"', begin);
    return text.substr(0, begin) + edit(text.substr(begin, end - begin)) + text.substr(end);
  });
}

}  // namespace

std::vector<Row> BundleRows() {
  return {
      Malformed("an empty bundle", BundleIs("")),
      Malformed("a bundle of white space", BundleIs(" \n")),
      Malformed("a bundle that is not JSON", BundleIs("bundle")),
      Malformed("a bundle that is null", BundleIs("null")),
      Malformed("a bundle that is a string", BundleIs("\"bundle\"")),
      Malformed("a bundle that is an array", BundleIs("[]")),
      Malformed("an empty object", BundleIs("{}")),
      Malformed("a BOM", Bundle_("{", "\xEF\xBB\xBF{")),
      Malformed("bad UTF-8", IgnoredInBundle("\"\xC3\x28\"")),
      Malformed("overlong UTF-8", IgnoredInBundle("\"\xC0\xAF\"")),
      Malformed("a lone surrogate", IgnoredInBundle("\"\\ud800\"")),
      Malformed("an escaped U+0000", IgnoredInBundle("\"\\u0000\"")),
      Malformed("a raw control character", IgnoredInBundle("\"\x01\"")),
      Malformed("text after the value", With(Part::kBundle, [](std::string text) { return text + "x"; })),
      Malformed("a second value", With(Part::kBundle, [](std::string text) { return text + "{}"; })),
      Malformed("a NUL after the value", With(Part::kBundle, [](std::string text) { return text + '\0'; })),
      Malformed("a comment", Bundle_("{", "{/**/")),
      Malformed("a trailing comma",
                With(Part::kBundle, [](std::string text) { return text.substr(0, text.size() - 1) + ",}"; })),
      Malformed("half a bundle", With(Part::kBundle, [](std::string text) { return text.substr(0, text.size() / 2); })),
      Malformed("a duplicate member", Bundle_("{", "{\"mediaType\":\"application/vnd.certmark.bundle.v1+json\",")),
      Malformed("a duplicate after unescaping", Bundle_("{", "{\"\\u006dediaType\":\"x\",")),
      Malformed("a duplicate in an ignored object", IgnoredInBundle(R"({"a":1,"a":1})")),
      Malformed("depth 17", IgnoredInBundle(Nested(16))),
      Malformed("depth of a hundred thousand", IgnoredInBundle(Nested(100'000))),
      Malformed("a negative number", IgnoredInBundle("-1")),
      Malformed("minus zero", IgnoredInBundle("-0")),
      Malformed("a fraction", IgnoredInBundle("1.0")),
      Malformed("an exponent", IgnoredInBundle("1e3")),
      Malformed("a leading zero", IgnoredInBundle("01")),
      Malformed("2^53", IgnoredInBundle("9007199254740992")),
      Malformed("a number of a thousand digits", IgnoredInBundle(std::string(1000, '9'))),
      Malformed("NaN", IgnoredInBundle("NaN")),
      Malformed("over 256 KiB",
                With(Part::kBundle,
                     [](std::string text) { return text + std::string(Bundle::kMaxBytes + 1 - text.size(), ' '); })),
      Malformed("no mediaType", Bundle_("mediaType", "mediatype")),
      Malformed("another mediaType", Bundle_("bundle.v1", "bundle.v2")),
      Malformed("a null mediaType", Bundle_("\"application/vnd.certmark.bundle.v1+json\"", "null")),
      Malformed("no credential", Bundle_("\"credential\"", "\"Credential\"")),
      Malformed("a null credential", Bundle_("\"credential\":", "\"credential\":null,\"was\":")),
      Malformed("a credential that is a number", Bundle_("\"credential\":", "\"credential\":1,\"was\":")),
      Malformed("no certificates", Bundle_("\"certificates\"", "\"certificate\"")),
      Malformed("null certificates", Bundle_("\"certificates\":", "\"certificates\":null,\"was\":")),
      Malformed("certificates in one string", Bundle_("\"certificates\":", "\"certificates\":\"MIIB\",\"was\":")),
      Malformed("no certificate", Certificates([](auto& certificates) { certificates.clear(); })),
      Malformed("one certificate", Certificates([](auto& certificates) { certificates.pop_back(); })),
      Malformed("three certificates",
                Certificates([](auto& certificates) { certificates.push_back(certificates.back()); })),
      Malformed("a certificate that is a number", Bundle_("\"certificates\":[", "\"certificates\":[1,")),
      Malformed("a certificate in PEM",
                CertificateText([](const std::string& text) { return "-----BEGIN CERTIFICATE-----" + text; })),
      Malformed("a certificate with a line break",
                CertificateText([](const std::string& text) { return text.substr(0, 64) + "\\n" + text.substr(64); })),
      Malformed("a certificate of 4,097 bytes",
                Certificates([](auto& certificates) { certificates[0].assign(4097, 0x30); })),
      Malformed("a certificate of 100 KiB",
                Certificates([](auto& certificates) { certificates[1].assign(100 * 1024, 0x30); })),
      Malformed("base64 without padding", Both(Certificates([](auto& certificates) {
                                                 certificates[0] = {1, 2};
                                               }),
                                               Bundle_("AQI=", "AQI"))),
      Malformed("base64 with trailing bits", Both(Certificates([](auto& certificates) {
                                                    certificates[0] = {1, 2};
                                                  }),
                                                  Bundle_("AQI=", "AQJ="))),
      Malformed("base64url in place of base64", Both(Certificates([](auto& certificates) {
                                                       certificates[0] = {0xfb, 0xff, 0xff};
                                                     }),
                                                     Bundle_("+///", "-___"))),
      Malformed("a null tlogProof", Bundle_("\"tlogProof\":", "\"tlogProof\":null,\"was\":")),
      Malformed("a tlogProof in an array", Bundle_("\"tlogProof\":", "\"tlogProof\":[],\"was\":")),
      Malformed("a null statusList", Bundle_("\"statusList\":", "\"statusList\":null,\"was\":")),
      Malformed("a statusList that is an object", Bundle_("\"statusList\":", "\"statusList\":{},\"was\":")),

      Valid("nothing wrong", Nothing()),
      Valid("white space around", With(Part::kBundle, [](std::string text) { return "\t\r\n " + text + " \n"; })),
      Valid("exactly 256 KiB",
            With(Part::kBundle,
                 [](std::string text) { return text + std::string(Bundle::kMaxBytes - text.size(), ' '); })),
      Valid("a certificate of 4,096 bytes", CertificateOf(4096)),
      Valid("an unknown member", IgnoredInBundle(R"({"null":null,"bool":true,"list":[1,"a"]})")),
      Valid("depth 16", IgnoredInBundle(Nested(15))),
      Valid("2^53 - 1", IgnoredInBundle("9007199254740991")),
      Valid("an escaped member name", Bundle_("\"mediaType\"", "\"\\u006dediaType\"")),
  };
}

std::vector<Row> CredentialRows() {
  return {
      Malformed("an empty credential", CredentialIs([](const std::string&) { return ""; })),
      Malformed("two parts", CredentialIs([](const std::string& text) { return text.substr(0, text.rfind('.')); })),
      Malformed("four parts", CredentialIs([](const std::string& text) { return text + ".e30"; })),
      Malformed("padding", CredentialIs([](const std::string& text) { return text + "=="; })),
      Malformed("a line break at the end", CredentialIs([](const std::string& text) { return text + "\n"; })),
      Malformed("a space in front", CredentialIs([](const std::string& text) { return " " + text; })),
      Malformed("base64 in place of base64url",
                CredentialIs([](const std::string& text) { return text.substr(0, text.size() - 4) + "+/AA"; })),
      Malformed("trailing bits in the signature",  // 64 bytes end in a symbol of which four bits count for nothing
                CredentialIs([](const std::string& text) { return text.substr(0, text.size() - 1) + "B"; })),
      Malformed("over 16 KiB", IgnoredInClaims("\"" + std::string(16 * 1024, 'a') + "\"")),
      Malformed("a byte over 16 KiB", CredentialOf(16 * 1024 + 1)),
      Malformed("a header that is not JSON", Header("{", "")),
      Malformed("a header that is an array", With(Part::kHeader, [](const std::string&) { return "[]"; })),
      Malformed("no alg", Header("\"alg\"", "\"Alg\"")),
      Malformed("a null alg", Header("\"ES256\"", "null")),
      Malformed("an alg that is a number", Header("\"ES256\"", "256")),
      Malformed("no kid", Header("\"kid\"", "\"jku\"")),
      Malformed("a kid that is an array", Header("\"kid\":", "\"kid\":[],\"was\":")),
      Malformed("no typ", Header(",\"typ\":\"vc+jwt\"", "")),
      Malformed("typ JWT", Header("vc+jwt", "JWT")),
      Malformed("typ vc+sd-jwt", Header("vc+jwt", "vc+sd-jwt")),
      Malformed("typ in capitals", Header("vc+jwt", "VC+JWT")),
      Malformed("typ of a media type", Header("vc+jwt", "application/vc+jwt")),
      Malformed("typ of an event", Header("vc+jwt", "secevent+jwt")),
      Malformed("typ of a status list", Header("vc+jwt", "statuslist+jwt")),
      Malformed("a header with cty", Header("{", "{\"cty\":\"vc\",")),
      Malformed("a header with crit", Header("{", "{\"crit\":[\"exp\"],\"exp\":1,")),
      Malformed("a header with jwk", Header("{", "{\"jwk\":{},")),
      Malformed("a header with x5c", Header("{", "{\"x5c\":[],")),
      Malformed("alg twice", Header("{", "{\"alg\":\"none\",")),
      Malformed("text after the header", With(Part::kHeader, [](std::string text) { return text + "{}"; })),
      Malformed("a payload that is empty", With(Part::kClaims, [](const std::string&) { return ""; })),
      Malformed("a payload that is an array",
                With(Part::kClaims, [](const std::string& text) { return "[" + text + "]"; })),
      Malformed("a payload with a BOM", Claim("{", "\xEF\xBB\xBF{")),
      Malformed("text after the payload", With(Part::kClaims, [](std::string text) { return text + "."; })),
      Malformed("a duplicate in the payload", IgnoredInClaims("1,\"ignored\":1")),
      Malformed("iss twice", Claim("{", "{\"iss\":\"https://ca.example\",")),
      Malformed("a duplicate deep in the payload",
                Claim("\"level\": \"certified\"", "\"level\": \"certified\", \"level\": \"certified\"")),
      Malformed("a payload of depth 17", IgnoredInClaims(Nested(16))),
      Malformed("a fraction in the payload", IgnoredInClaims("0.5")),
      Malformed("bad UTF-8 in the payload", IgnoredInClaims("\"\xff\"")),
      Malformed("a lone surrogate in the payload", IgnoredInClaims("\"\\udc00\"")),
      Malformed("iat 2^53", Claim("1793664000", "9007199254740992")),
      Malformed("a negative iat", Claim("1793664000", "-1793664000")),
      Malformed("iat in a string", Claim("1793664000", "\"1793664000\"")),
      Malformed("a @context that is a string", Claim("[\"https://www.w3.org/ns/credentials/v2\", "
                                                     "\"https://ca.example/ns/v1\"]",
                                                     "\"https://www.w3.org/ns/credentials/v2\"")),
      Malformed("an object in @context", Claim("\"https://ca.example/ns/v1\"]", "\"https://ca.example/ns/v1\", {}]")),
      Malformed("a number among the signers", Claim("\"signers\": [", "\"signers\": [1, ")),
      Malformed("null among the signers", Claim("\"signers\": [", "\"signers\": [null, ")),
      Malformed("a null signers", Claim("\"signers\": ", "\"signers\": null, \"was\": ")),
      Malformed("signers in a string", Claim("\"signers\": ", "\"signers\": \"\", \"was\": ")),
      Malformed("a null versions.to", Claim("\"to\": 1741009999", "\"to\": null")),
      Malformed("a versions.to that is true", Claim("\"to\": 1741009999", "\"to\": true")),
      Malformed("a versions.to that is an array", Claim("\"to\": 1741009999", "\"to\": [1741009999]")),
      Malformed("a null operator.url", Claim("\"https://operator07.example\"", "null")),
      Malformed("an operator.url that is a number", Claim("\"https://operator07.example\"", "7")),
      Malformed("a string in evaluatedBy", Claim("\"evaluatedBy\": [", "\"evaluatedBy\": [\"lab\", ")),
      Malformed("null in evaluatedBy", Claim("\"evaluatedBy\": [", "\"evaluatedBy\": [null, ")),
      Malformed("a number in standards", Claim("\"standards\": [", "\"standards\": [35273, ")),
      Malformed("an array in scope", Claim("\"scope\": [", "\"scope\": [[], ")),

      Valid("exactly 16 KiB", CredentialOf(16 * 1024)),
      Valid("unknown members in every object",
            [](TestCase& c) {
              c.Edit(Part::kClaims, "{", "{\"x\": [null, true, {\"y\": 1}],");
              for (const char* object :
                   {"\"issuer\": {", "\"credentialSubject\": {", "\"versions\": {", "\"operator\": {",
                    "\"certification\": {", "\"evaluatedBy\": [{", "\"status\": {", "\"status_list\": {"}) {
                c.Edit(Part::kClaims, object, std::string(object) + "\"x\": null, ");
              }
            }),
      Valid("no operator.url", Claim(", \"url\": \"https://operator07.example\"", "")),
      Valid("no versions.to", Claim(", \"to\": 1741009999", "")),
      Valid("an escaped value", Claim("\"sub\": \"android:", "\"sub\": \"\\u0061ndroid:")),
      Valid("a payload of depth 16", IgnoredInClaims(Nested(15))),
      Valid("a header in another order", With(Part::kHeader,
                                              [](const std::string& text) {
                                                const std::string kid = text.substr(
                                                    text.find("\"kid\""), text.find(",\"typ\"") - text.find("\"kid\""));
                                                return "{ \"typ\": \"vc+jwt\", " + kid + ", \"alg\": \"ES256\" }";
                                              })),
  };
}

std::vector<Row> MemberRows() {
  struct Member {
    const char* key;    // ends in the member's name
    const char* value;  // its beginning, enough to be found
    bool is_string;
  };
  // The optional ones, signers, versions.to and operator.url, have rows of their own.
  const std::vector<Member> kMembers{
      {"{\n  \"iss", "\"https://ca.example\"", true},
      {"\"jti", "\"https://ca.example/certifications/CM-2026-7K3Q9X2M4T4\"", true},
      {"\"sub", "\"android:org.torproject.android\"", true},
      {"\"iat", "1793664000", false},
      {"\"exp", "1888358400", false},
      {"\"@context", "[\"https://www.w3.org/ns/credentials/v2\", \"https://ca.example/ns/v1\"]", false},
      {"v1\"],\n  \"type", "[\"VerifiableCredential\", \"AppCertification\"]", false},
      {"],\n  \"id", "\"https://ca.example/certifications/CM-2026-7K3Q9X2M4T4\"", true},
      {"\"issuer", "{\"id\": \"https://ca.example\", \"name\": \"Example Certification Authority\"}", false},
      {"\"issuer\": {\"id", "\"https://ca.example\"", true},
      {"\"https://ca.example\", \"name", "\"Example Certification Authority\"", true},
      {"\"validFrom", "\"2026-11-03T00:00:00Z\"", true},
      {"\"validUntil", "\"2029-11-03T00:00:00Z\"", true},
      {"\"credentialSubject", "{", false},
      {"\"credentialSubject\": {\n    \"id", "\"android:org.torproject.android\"", true},
      {"android\", \"type", "\"MobileApplication\"", true},
      {"\"MobileApplication\", \"name", "\"Orbot\"", true},
      {"\"platform", "\"android\"", true},
      {"\"package", "\"org.torproject.android\"", true},
      {"\"versions", "{\"from\": 1741004000, \"to\": 1741009999}", false},
      {"\"versions\": {\"from", "1741004000", false},
      {"\"operator", "{", false},
      {"\"operator\": {\"id", "\"reg:XX:0000007\"", true},
      {"\"reg:XX:0000007\", \"name", "\"Example Operator 07\"", true},
      {"\"certification", "{", false},
      {"\"certification\": {\n      \"number", "\"CM-2026-7K3Q9X2M4T4\"", true},
      {"\"scheme", "\"CNCA-App-001\"", true},
      {"\"standards", "[\"GB/T 35273-2020\"]", false},
      {"\"level", "\"certified\"", true},
      {"\"scope", "[", false},
      {"\"evaluatedBy", "[", false},
      {"\"evaluatedBy\": [{\"name", "\"Example Test Laboratory\"", true},
      {"\"report", "\"sha256:", true},
      {"\"decision", "\"sha256:", true},
      {"\"decidedOn", "\"2026-11-02\"", true},
      {"\"status\": {\"status_list\": {\"idx", "4711", false},
      {"\"idx\": 4711, \"uri", "\"https://ca.example/status/0\"", true},
  };
  std::vector<Row> rows;
  for (const Member& member : kMembers) {
    const std::string key = member.key;
    const std::string value = member.value;
    const std::string name = key.substr(key.find_last_of("\"{ ") + 1) + " = " + value;
    const std::string found = key + "\": " + value;
    // What stood there stays under another name, so that the rest of the JSON needs no repair.
    const std::string moved = ", \"was\": " + value;
    rows.push_back(Malformed("no " + name, Claim(found, key + "-\": " + value)));
    rows.push_back(Malformed("null for " + name, Claim(found, key + "\": null" + moved)));
    rows.push_back(Malformed("false for " + name, Claim(found, key + "\": false" + moved)));
    const char* other = member.is_string ? "1" : "\"1\"";
    if (name.starts_with("from")) other = "{}";
    rows.push_back(Malformed("another type for " + name, Claim(found, key + "\": " + other + moved)));
  }
  for (const char* object : {"\"status", "\"status\": {\"status_list"}) {
    const std::string key = object;
    rows.push_back(Malformed("no " + key, Claim(key + "\": {", key + "-\": {")));
    rows.push_back(Malformed("an array for " + key, Claim(key + "\": {", key + "\": [], \"was\": {")));
    rows.push_back(Malformed("null for " + key, Claim(key + "\": {", key + "\": null, \"was\": {")));
  }
  return rows;
}

}  // namespace certmark::testing
