#include <limits>

#include "tests/unit/core/verify_rows.h"

namespace certmark::testing {
namespace {

Row Malformed(std::string name, Wrong wrong) {
  return {std::move(name), std::move(wrong), Verdict::kMalformed, 5};
}
Row Valid(std::string name, Wrong wrong) {
  return {std::move(name), std::move(wrong), Verdict::kValid, 10};
}
Row Fails(std::string name, Verdict verdict, int step, Wrong wrong) {
  return {std::move(name), std::move(wrong), verdict, step};
}

Wrong ClaimEverywhere(std::string_view from, std::string_view to) {
  return With(Part::kClaims, [from = std::string(from), to = std::string(to)](std::string text) {
    return ReplacedEverywhere(std::move(text), from, to);
  });
}

constexpr std::string_view kAndroidVersions = "{\"from\": 1741004000, \"to\": 1741009999}";
constexpr std::string_view kAndroidSigners =
    "\"signers\": [\"a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b\"],";

// The example for another platform, and the app at hand with it.
Wrong On(std::string_view platform, std::string_view signers, std::string_view versions, std::string_view build) {
  return [platform = std::string(platform), signers = std::string(signers), versions = std::string(versions),
          build = std::string(build)](TestCase& c) {
    ClaimEverywhere("android:org.torproject", platform + ":org.torproject")(c);
    c.Edit(Part::kClaims, "\"platform\": \"android\"", "\"platform\": \"" + platform + "\"");
    c.Edit(Part::kClaims, kAndroidSigners, signers.empty() ? "" : "\"signers\": " + signers + ",");
    c.Edit(Part::kClaims, kAndroidVersions, versions);
    c.expected.app = App::Parse(platform + ":org.torproject.android").value();
    c.expected.build = build;
    c.expected.signers.clear();
    if (platform == "ios") c.expected.signers = {"AB12CD34EF"};
    if (platform == "harmonyos") c.expected.signers = {std::string(kExampleSigner)};
  };
}
Wrong OnIos(std::string_view versions, std::string_view build) {
  return On("ios", "[\"AB12CD34EF\"]", versions, build);
}
Wrong OnMiniprogram(std::string_view versions, std::string_view build) {
  return On("miniprogram", "", versions, build);
}
constexpr std::string_view kDotted = R"({"from": "7.12", "to": "7.12.9"})";

Wrong Signers(std::string_view signers) {
  return Claim(kAndroidSigners, "\"signers\": " + std::string(signers) + ",");
}
// `count` different signers, the example's among them.
std::string ManySigners(int count) {
  std::string out = "[\"" + std::string(kExampleSigner) + "\"";
  for (int i = 1; i < count; ++i) {
    const std::string number = std::to_string(i);
    out += ", \"" + std::string(64 - number.size(), '0') + number + "\"";
  }
  return out + "]";
}

Wrong Versions(std::string_view versions) {
  return Claim(kAndroidVersions, versions);
}
Wrong StatusUri(std::string_view uri) {
  return Claim("https://ca.example/status/0", uri);
}
Wrong Number(std::string_view number) {
  return ClaimEverywhere("CM-2026-7K3Q9X2M4T4", number);
}

// Verified at `seconds` after the example was signed, with a status list of then.
Wrong At(std::int64_t seconds) {
  return [=](TestCase& c) { c.now = c.status_iat = kNow + Seconds{seconds}; };
}
Wrong ExpiresAfterTenDays() {
  return Both(Claim("1888358400", "1794528000"), Claim("2029-11-03T00:00:00Z", "2026-11-13T00:00:00Z"));
}
constexpr std::int64_t kTenDays = 10 * 24 * 3600;

Wrong Signed(std::vector<std::string> signers) {
  return [=](TestCase& c) { c.expected.signers = signers; };
}
Wrong Built(std::optional<std::string> build) {
  return [=](TestCase& c) { c.expected.build = build; };
}
Wrong ForApp(std::string_view app) {
  return [app = App::Parse(app).value()](TestCase& c) { c.expected.app = app; };
}
Wrong Accepting(std::vector<std::string> schemes, std::vector<std::string> levels) {
  return [=](TestCase& c) { c.policy.schemes = schemes, c.policy.levels = levels; };
}
const std::string kMine{kExampleSigner};
const std::string kOther{kOtherSigner};

}  // namespace

std::vector<Row> ClaimRows() {
  return {
      Malformed("another issuer.id",
                Claim("\"issuer\": {\"id\": \"https://ca.example\"", "\"issuer\": {\"id\": \"https://other.example\"")),
      Malformed("jti of another number", Claim("\"jti\": \"https://ca.example/certifications/CM-2026-7K3Q9X2M4T4\"",
                                               "\"jti\": \"https://ca.example/certifications/CM-2026-0000000000\"")),
      Malformed("another id", Claim("\"id\": \"https://ca.example/certifications/CM-2026-7K3Q9X2M4T4\"",
                                    "\"id\": \"https://ca.example/certifications/CM-2026-7K3Q9X2M4T4/\"")),
      Malformed("jti and id of another authority",
                ClaimEverywhere("https://ca.example/certifications", "https://other.example/certifications")),
      Malformed("a number with a wrong check symbol", Number("CM-2026-7K3Q9X2M4T5")),
      Malformed("a number in lower case", Number("CM-2026-7k3q9x2m4t4")),
      Malformed("the number of an order", Number("CO-2026-7K3Q9X2M4T4")),
      Malformed("a number that is too short", Number("CM-2026-7K3Q9X2M4T")),
      Malformed("an empty number", Number("")),
      Malformed("sub of another package",
                Claim("\"sub\": \"android:org.torproject.android\"", "\"sub\": \"android:org.torproject.ios\"")),
      Malformed("another subject id",
                Claim("\"id\": \"android:org.torproject.android\"", "\"id\": \"android:org.torproject\"")),
      Malformed("another package", Claim("\"package\": \"org.torproject.android\"", "\"package\": \"org.torproject\"")),
      Malformed("another platform", Claim("\"platform\": \"android\"", "\"platform\": \"harmonyos\"")),
      Malformed("a platform nobody knows", Both(ClaimEverywhere("android:org", "symbian:org"),
                                                Claim("\"platform\": \"android\"", "\"platform\": \"symbian\""))),
      Malformed("an empty package", Both(ClaimEverywhere("android:org.torproject.android", "android:"),
                                         Claim("\"package\": \"org.torproject.android\"", "\"package\": \"\""))),
      Malformed("a package with a space", ClaimEverywhere("org.torproject.android", "org torproject")),
      Malformed("a package with a slash", ClaimEverywhere("org.torproject.android", "org/torproject")),
      Malformed("a package with a colon", ClaimEverywhere("org.torproject.android", "org:torproject")),
      Malformed("a package of 256", ClaimEverywhere("org.torproject.android", std::string(256, 'a'))),
      Malformed("a package beyond ASCII", ClaimEverywhere("org.torproject.android", "org.tör")),
      Malformed("@context begins with another",
                Claim("https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1")),
      Malformed("@context of another authority", Claim("https://ca.example/ns/v1", "https://other.example/ns/v1")),
      Malformed("@context of one", Claim(", \"https://ca.example/ns/v1\"]", "]")),
      Malformed("@context in another order", Claim("[\"https://www.w3.org/ns/credentials/v2\", "
                                                   "\"https://ca.example/ns/v1\"]",
                                                   "[\"https://ca.example/ns/v1\", "
                                                   "\"https://www.w3.org/ns/credentials/v2\"]")),
      Malformed("type in another order", Claim("[\"VerifiableCredential\", \"AppCertification\"]",
                                               "[\"AppCertification\", \"VerifiableCredential\"]")),
      Malformed("type of one", Claim(", \"AppCertification\"", "")),
      Malformed("type of none", Claim("\"VerifiableCredential\", \"AppCertification\"", "")),
      Malformed("exp a second later", Claim("1888358400", "1888358401")),
      Malformed("exp 2^53 - 1", Claim("1888358400", "9007199254740991")),
      Malformed("exp 0", Claim("1888358400", "0")),
      Malformed("validUntil a second earlier", Claim("2029-11-03T00:00:00Z", "2029-11-02T23:59:59Z")),
      Malformed("validUntil with an offset", Claim("2029-11-03T00:00:00Z", "2029-11-03T00:00:00+00:00")),
      Malformed("validUntil with a fraction", Claim("2029-11-03T00:00:00Z", "2029-11-03T00:00:00.000Z")),
      Malformed("validUntil in lower case", Claim("2029-11-03T00:00:00Z", "2029-11-03t00:00:00z")),
      Malformed("validFrom on no day", Claim("2026-11-03T00:00:00Z", "2026-11-31T00:00:00Z")),
      Malformed("validFrom without a time", Claim("2026-11-03T00:00:00Z", "2026-11-03")),
      Malformed("validFrom at 24:00", Claim("2026-11-03T00:00:00Z", "2026-11-02T24:00:00Z")),
      Malformed("validFrom in the leap second", Claim("2026-11-03T00:00:00Z", "2026-11-02T23:59:60Z")),
      Malformed("validFrom 24 h and 1 s before iat", Claim("2026-11-03T00:00:00Z", "2026-11-01T23:59:59Z")),
      Malformed("validFrom in the year 0", Claim("2026-11-03T00:00:00Z", "0000-01-01T00:00:00Z")),
      Malformed("no signers", Claim(kAndroidSigners, "")),
      Malformed("empty signers", Signers("[]")),
      Malformed("65 signers", Signers(ManySigners(65))),
      Malformed("a signer twice", Signers("[\"" + kMine + "\", \"" + kMine + "\"]")),
      Malformed("a signer in capitals",
                Signers("[\"A454B87A1847A89ED7F5E70FBA6BBA96F3EF29C26E0981204FE347BF231DFD5B\"]")),
      Malformed("a signer that is too short", Signers("[\"a454b87a\"]")),
      Malformed("a team id on android", Signers("[\"AB12CD34EF\"]")),
      Malformed("a certificate digest on ios", On("ios", "[\"" + kMine + "\"]", kDotted, "7.12.1")),
      Malformed("a team id in lower case", On("ios", "[\"ab12cd34ef\"]", kDotted, "7.12.1")),
      Malformed("signers of a miniprogram", On("miniprogram", "[\"" + kMine + "\"]", kDotted, "7.12.1")),
      Malformed("empty signers of a miniprogram", On("miniprogram", "[]", kDotted, "7.12.1")),
      Malformed("a string build on android", Versions(R"({"from": "1741004000"})")),
      Malformed("a string to on android", Versions(R"({"from": 1741004000, "to": "1741009999"})")),
      Malformed("a string build on harmonyos", On("harmonyos", "[\"" + kMine + "\"]", R"({"from": "1"})", "1")),
      Malformed("a number build on ios", OnIos(R"({"from": 7})", "7")),
      Malformed("a number to on ios", OnIos(R"({"from": "7", "to": 8})", "7")),
      Malformed("a number build of a miniprogram", OnMiniprogram(R"({"from": 7})", "7")),
      Malformed("to below from", Versions(R"({"from": 1741004000, "to": 1741003999})")),
      Malformed("a dotted to below from", OnIos(R"({"from": "7.12", "to": "7.9"})", "7.12")),
      Malformed("a build of four parts", OnIos(R"({"from": "7.12.1.0"})", "7.12.1")),
      Malformed("a build with a leading zero", OnIos(R"({"from": "7.012"})", "7.12")),
      Malformed("a build with a letter", OnIos(R"({"from": "7.12b"})", "7.12")),
      Malformed("an empty build", OnIos(R"({"from": ""})", "7.12")),
      Malformed("a build that ends in a dot", OnIos(R"({"from": "7."})", "7")),
      Malformed("a report that is no digest", Claim("\"report\": \"sha256:", "\"report\": \"sha512:")),
      Malformed("a report that is cut off", Claim("\"report\": \"sha256:00", "\"report\": \"sha256:")),
      Malformed("a report in capitals",
                Claim("\"report\": \"sha256:00112233445566778899aa", "\"report\": \"sha256:00112233445566778899AA")),
      Malformed("a decision that is no digest", Claim("\"decision\": \"sha256:", "\"decision\": \"sha1:")),
      Malformed("a decision that is too long", Claim("\"decision\": \"sha256:", "\"decision\": \"sha256:00")),
      Malformed("decidedOn with a time", Claim("\"2026-11-02\"", "\"2026-11-02T00:00:00Z\"")),
      Malformed("decidedOn on no day", Claim("\"2026-11-02\"", "\"2026-02-29\"")),
      Malformed("idx 131,072", Claim("4711", "131072")),
      Malformed("idx 2^32", Claim("4711", "4294967296")),
      Malformed("idx 2^53 - 1", Claim("4711", "9007199254740991")),
      Malformed("a status uri of another authority", StatusUri("https://other.example/status/0")),
      Malformed("a status uri without a number", StatusUri("https://ca.example/status/")),
      Malformed("a status uri with a leading zero", StatusUri("https://ca.example/status/00")),
      Malformed("a status uri in hex", StatusUri("https://ca.example/status/0x0")),
      Malformed("a status uri with a sign", StatusUri("https://ca.example/status/+0")),
      Malformed("a status uri with a query", StatusUri("https://ca.example/status/0?")),
      Malformed("a status uri with a slash", StatusUri("https://ca.example/status/0/")),
      Malformed("a status uri of list 2^32", StatusUri("https://ca.example/status/4294967296")),
      Malformed("an http status uri", StatusUri("http://ca.example/status/0")),

      Valid("validFrom 24 h before iat", Claim("2026-11-03T00:00:00Z", "2026-11-02T00:00:00Z")),
      Valid("validFrom after iat", Claim("2026-11-03T00:00:00Z", "2026-11-04T00:00:00Z")),
      Valid("more @context", Claim("https://ca.example/ns/v1\"]", "https://ca.example/ns/v1\", \"urn:more\"]")),
      Valid("more type", Claim("\"AppCertification\"]", "\"AppCertification\", \"More\"]")),
      Valid("64 signers", Signers(ManySigners(64))),
      Valid("to equal to from", Versions(R"({"from": 1741004000, "to": 1741004000})")),
      Valid("idx of the last entry",
            Both(Claim("4711", "131071"), [](TestCase& c) { c.status.set(131071, StatusValue::kValid); })),
      Valid("idx of the first entry",
            Both(Claim("4711", "0"), [](TestCase& c) { c.status.set(0, StatusValue::kValid); })),
      Valid("a status uri of list 2^32 - 1", Both(StatusUri("https://ca.example/status/4294967295"),
                                                  In(Part::kStatusClaims, "/status/0", "/status/4294967295"))),
      Valid("a package of 255", Both(ClaimEverywhere("org.torproject.android", std::string(255, 'a')),
                                     ForApp("android:" + std::string(255, 'a')))),
      Valid("another subject type", Claim("MobileApplication", "SoftwareApplication")),
      Valid("nobody in evaluatedBy", With(Part::kClaims,
                                          [](const std::string& text) {
                                            const std::size_t begin = text.find("[{\"name\": \"Example Test");
                                            return text.substr(0, begin) + "[]" +
                                                   text.substr(text.find(']', begin) + 1);
                                          })),
  };
}

std::vector<Row> SubjectRows() {
  using enum Verdict;
  const std::string kBoth = "[\"" + kMine + "\", \"" + kOther + "\"]";
  return {
      // Step 6.
      Fails("61 s before validFrom", kNotYetValid, 6, At(-61)),
      Valid("60 s before validFrom", At(-60)),
      Fails("61 s before iat", kNotYetValid, 6, Both(At(-61), Claim("2026-11-03T00:00:00Z", "2026-11-02T00:00:00Z"))),
      Fails("a validFrom later than iat", kNotYetValid, 6,
            Both(At(0), Claim("2026-11-03T00:00:00Z", "2026-11-03T00:01:01Z"))),
      Fails("1 s before validFrom without skew", kNotYetValid, 6,
            Both(At(-1), [](TestCase& c) { c.policy.skew = Seconds{0}; })),
      Fails("60 s after validUntil", kExpired, 6, Both(At(kTenDays + 60), ExpiresAfterTenDays())),
      Valid("59 s after validUntil", Both(At(kTenDays + 59), ExpiresAfterTenDays())),
      Fails("at validUntil without skew", kExpired, 6,
            Both(Both(At(kTenDays), ExpiresAfterTenDays()), [](TestCase& c) { c.policy.skew = Seconds{0}; })),
      Valid("1 s before validUntil without skew",
            Both(Both(At(kTenDays - 1), ExpiresAfterTenDays()), [](TestCase& c) { c.policy.skew = Seconds{0}; })),
      Fails("validUntil before validFrom", kExpired, 6,
            Both(Claim("1888358400", "1793577600"), Claim("2029-11-03T00:00:00Z", "2026-11-02T00:00:00Z"))),
      Valid("an endless skew", [](TestCase& c) { c.policy.skew = Seconds::max(); }),
      Fails("a skew without end below zero", kNotYetValid, 6, [](TestCase& c) { c.policy.skew = Seconds::min(); }),

      // Step 7: the app.
      Fails("another package", kWrongApp, 7, ForApp("android:org.torproject.torbrowser")),
      Fails("another platform", kWrongApp, 7, ForApp("harmonyos:org.torproject.android")),
      Fails("a package in capitals", kWrongApp, 7, ForApp("android:ORG.torproject.android")),
      Fails("a wrong app, signer and build at once", kWrongApp, 7,
            Both(ForApp("ios:org.torproject.android"), Both(Signed({kOther}), Built("1")))),

      // The signers.
      Fails("another signer", kWrongSigner, 7, Signed({kOther})),
      Fails("one signer certified and one not", kWrongSigner, 7, Signed({kMine, kOther})),
      Fails("no signer told", kWrongSigner, 7, Signed({})),
      Fails("a signer of no form", kWrongSigner, 7, Signed({""})),
      Fails("a signer in capitals", kWrongSigner, 7,
            Signed({"A454B87A1847A89ED7F5E70FBA6BBA96F3EF29C26E0981204FE347BF231DFD5B"})),
      Fails("a wrong signer and build at once", kWrongSigner, 7, Both(Signed({kOther}), Built("1"))),
      Valid("one of two certified signers", Claim(kAndroidSigners, "\"signers\": " + kBoth + ",")),
      Valid("both of two certified signers",
            Both(Claim(kAndroidSigners, "\"signers\": " + kBoth + ","), Signed({kOther, kMine}))),
      Valid("a signer told twice", Signed({kMine, kMine})),
      Fails("any signer of a miniprogram", kWrongSigner, 7, Both(OnMiniprogram(kDotted, "7.12.1"), Signed({kMine}))),
      Fails("an empty signer of a miniprogram", kWrongSigner, 7, Both(OnMiniprogram(kDotted, "7.12.1"), Signed({""}))),
      Fails("another team", kWrongSigner, 7, Both(OnIos(kDotted, "7.12.1"), Signed({"AB12CD34EG"}))),

      // The build.
      Fails("no build told", kWrongVersion, 7, Built(std::nullopt)),
      Fails("a build below", kWrongVersion, 7, Built("1741003999")),
      Fails("a build above", kWrongVersion, 7, Built("1741010000")),
      Valid("the last build", Built("1741009999")),
      Fails("an empty build told", kWrongVersion, 7, Built("")),
      Fails("a build with a leading zero", kWrongVersion, 7, Built("01741004000")),
      Fails("a build with a sign", kWrongVersion, 7, Built("+1741004000")),
      Fails("a build with a space", kWrongVersion, 7, Built("1741004000 ")),
      Fails("a dotted build on android", kWrongVersion, 7, Built("1741004000.0")),
      Fails("a build of 2^53", kWrongVersion, 7, Both(Versions(R"({"from": 1741004000})"), Built("9007199254740992"))),
      Valid("a build of 2^53 - 1", Both(Versions(R"({"from": 1741004000})"), Built("9007199254740991"))),
      Fails("a build of twenty digits", kWrongVersion, 7,
            Both(Versions(R"({"from": 1})"), Built("18446744073709551617"))),
      Valid("an ios app", OnIos(kDotted, "7.12.1")),
      Valid("a harmonyos app", On("harmonyos", "[\"" + kMine + "\"]", R"({"from": 1})", "1")),
      Valid("a miniprogram", OnMiniprogram(kDotted, "7.12.1")),
      Valid("a missing part is 0", OnIos(kDotted, "7.12")),
      Valid("7.12.0 is 7.12", OnIos(kDotted, "7.12.0")),
      Valid("parts are compared as numbers", OnIos(R"({"from": "7.9", "to": "7.10"})", "7.10")),
      Valid("a part of forty digits", OnIos(R"({"from": "1"})", std::string(40, '9'))),
      Fails("7.12.10 is above 7.12.9", kWrongVersion, 7, OnIos(kDotted, "7.12.10")),
      Fails("7 is below 7.12", kWrongVersion, 7, OnIos(kDotted, "7")),
      Fails("a build of four parts told", kWrongVersion, 7, OnIos(kDotted, "7.12.1.0")),
      Fails("a part with a leading zero told", kWrongVersion, 7, OnIos(kDotted, "7.12.01")),

      // What the policy accepts.
      Fails("another scheme", kNotAccepted, 7, Accepting({"CNCA-App-002"}, {})),
      Fails("another level", kNotAccepted, 7, Accepting({}, {"certified-plus"})),
      Fails("a scheme in lower case", kNotAccepted, 7, Accepting({"cnca-app-001"}, {})),
      Valid("one of several schemes and levels", Accepting({"CNCA-App-002", "CNCA-App-001"}, {"basic", "certified"})),
      Fails("a wrong build and scheme at once", kWrongVersion, 7, Both(Built("1"), Accepting({"CNCA-App-002"}, {}))),
  };
}

}  // namespace certmark::testing
