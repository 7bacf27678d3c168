#include "verifier-sdk/core/credential.h"

#include <gtest/gtest.h>

#include "tests/support/test_authority.h"

// What is missing, of another type or of a wrong form is judged through Verify, row by row, in verify_rows_*.cc. Here
// is what Verify does not show: what a good credential is read as, and what an error says.
namespace certmark::testing {
namespace {

Credential Example() {
  return ParseCredential(ExampleClaims()).value();
}

// The example as an ios app's.
Credential OnIos() {
  Credential c = Example();
  c.platform = "ios";
  c.sub = c.subject_id = "ios:org.torproject.android";
  c.signers = {"AB12CD34EF"};
  c.version_from = {.number = {}, .text = "7.9"};
  c.version_to = Credential::Version{.number = {}, .text = "7.10"};
  return c;
}

std::string Refusal(const Credential& c) {
  const auto claims = CheckClaims(c);
  return claims ? "accepted" : claims.error().message;
}

TEST(Credential, IsReadMemberByMember) {
  const Credential c = Example();
  EXPECT_EQ(c.iss, "https://ca.example");
  EXPECT_EQ(c.jti, "https://ca.example/certifications/CM-2026-7K3Q9X2M4T4");
  EXPECT_EQ(c.sub, "android:org.torproject.android");
  EXPECT_EQ(c.iat, 1793664000u);
  EXPECT_EQ(c.exp, 1888358400u);
  EXPECT_EQ(c.context, (std::vector<std::string>{"https://www.w3.org/ns/credentials/v2", "https://ca.example/ns/v1"}));
  EXPECT_EQ(c.type, (std::vector<std::string>{"VerifiableCredential", "AppCertification"}));
  EXPECT_EQ(c.id, c.jti);
  EXPECT_EQ(c.issuer_id, "https://ca.example");
  EXPECT_EQ(c.issuer_name, "Example Certification Authority");
  EXPECT_EQ(c.valid_from, "2026-11-03T00:00:00Z");
  EXPECT_EQ(c.valid_until, "2029-11-03T00:00:00Z");
  EXPECT_EQ(c.subject_id, c.sub);
  EXPECT_EQ(c.subject_type, "MobileApplication");
  EXPECT_EQ(c.name, "Orbot");
  EXPECT_EQ(c.platform, "android");
  EXPECT_EQ(c.package, "org.torproject.android");
  EXPECT_EQ(c.signers, std::vector<std::string>{std::string(kExampleSigner)});
  EXPECT_EQ(c.version_from.number, 1741004000u);
  EXPECT_EQ(c.version_from.text, std::nullopt);
  ASSERT_TRUE(c.version_to);
  EXPECT_EQ(c.version_to->number, 1741009999u);
  EXPECT_EQ(c.operator_id, "reg:XX:0000007");
  EXPECT_EQ(c.operator_name, "Example Operator 07");
  EXPECT_EQ(c.operator_url, "https://operator07.example");
  EXPECT_EQ(c.number, "CM-2026-7K3Q9X2M4T4");
  EXPECT_EQ(c.scheme, "CNCA-App-001");
  EXPECT_EQ(c.standards, std::vector<std::string>{"GB/T 35273-2020"});
  EXPECT_EQ(c.level, "certified");
  EXPECT_EQ(c.scope, (std::vector<std::string>{"collection", "storage", "use", "sharing", "rights", "security"}));
  ASSERT_EQ(c.evaluated_by.size(), 1u);
  EXPECT_EQ(c.evaluated_by[0].name, "Example Test Laboratory");
  EXPECT_TRUE(c.evaluated_by[0].report.starts_with("sha256:0011"));
  EXPECT_TRUE(c.decision.starts_with("sha256:0011"));
  EXPECT_EQ(c.decided_on, "2026-11-02");
  EXPECT_EQ(c.status_index, 4711u);
  EXPECT_EQ(c.status_uri, "https://ca.example/status/0");
}

TEST(Credential, LeavesOptionalMembersOut) {
  std::string claims = ExampleClaims();
  claims = Replaced(claims, ", \"to\": 1741009999", "");
  claims = Replaced(claims, ", \"url\": \"https://operator07.example\"", "");
  claims = Replaced(claims, "\"signers\"", "\"formerly\"");
  const auto c = ParseCredential(claims);
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_EQ(c->signers, std::nullopt);
  EXPECT_FALSE(c->version_to);
  EXPECT_EQ(c->operator_url, std::nullopt);
}

TEST(Credential, KeepsEveryEvaluator) {
  const auto c = ParseCredential(
      Replaced(ExampleClaims(), "\"evaluatedBy\": [", "\"evaluatedBy\": [{\"name\": \"A\", \"report\": \"r\"}, "));
  ASSERT_TRUE(c) << c.error().message;
  ASSERT_EQ(c->evaluated_by.size(), 2u);
  EXPECT_EQ(c->evaluated_by[0].name, "A");
  EXPECT_EQ(c->evaluated_by[1].name, "Example Test Laboratory");
}

TEST(Credential, SaysWhichMemberIsWrongAndWhere) {
  const auto missing = ParseCredential(Replaced(ExampleClaims(), "\"scheme\"", "\"Scheme\""));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(missing.error().message.starts_with("credentialSubject: certification: ")) << missing.error().message;
  EXPECT_NE(missing.error().message.find("scheme"), std::string::npos) << missing.error().message;
}

TEST(Credential, IsRefusedOverItsSize) {
  const std::string claims = ExampleClaims();
  const std::string large = claims + std::string(Credential::kMaxBytes - claims.size(), ' ');
  EXPECT_TRUE(ParseCredential(large));
  EXPECT_FALSE(ParseCredential(large + " "));
}

TEST(CredentialJws, IsHeldToItsTypeAndSize) {
  const TestKey key = TestKey::P256();
  const auto sign = [&](std::string_view typ, std::string_view payload) {
    return SignJws("ES256", key.kid(), typ, {}, payload, key);
  };
  EXPECT_TRUE(ParseCredentialJws(sign("vc+jwt", "{}")));
  EXPECT_FALSE(ParseCredentialJws(sign("secevent+jwt", "{}")));
  EXPECT_FALSE(ParseCredentialJws(SignJws("ES256", key.kid(), "vc+jwt", {Bytes{1}}, "{}", key)));
  // Header, dots and signature leave room for a payload of about 12 KiB before base64url.
  std::string fits = sign("vc+jwt", std::string(12'000, ' '));
  EXPECT_TRUE(ParseCredentialJws(fits));
  EXPECT_FALSE(ParseCredentialJws(sign("vc+jwt", std::string(Credential::kMaxBytes, ' '))));
}

TEST(Claims, AreTheExampleInStrongTypes) {
  const auto claims = CheckClaims(Example());
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_EQ(claims->app.ToText(), "android:org.torproject.android");
  EXPECT_EQ(claims->iat, kNow);
  EXPECT_EQ(claims->valid_from, kNow);
  EXPECT_EQ(claims->valid_until, FromEpoch(1888358400));
  EXPECT_EQ(claims->signers, std::vector<std::string>{std::string(kExampleSigner)});
  EXPECT_EQ(claims->from, Build::FromNumber(1741004000));
  ASSERT_TRUE(claims->to);
  EXPECT_EQ(*claims->to, Build::FromNumber(1741009999));
  EXPECT_EQ(claims->status_list, 0u);
}

TEST(Claims, CompareDottedBuildsByTheirParts) {
  const auto claims = CheckClaims(OnIos());
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_FALSE(claims->from.is_number());
  EXPECT_TRUE(claims->from < *claims->to);
}

TEST(Claims, OfAMiniprogramHaveNoSigners) {
  Credential c = OnIos();
  c.platform = "miniprogram";
  c.sub = c.subject_id = "miniprogram:org.torproject.android";
  EXPECT_EQ(Refusal(c), "signers of a miniprogram");
  c.signers.reset();
  const auto claims = CheckClaims(c);
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_TRUE(claims->signers.empty());
}

TEST(Claims, TellTheNumberOfTheStatusList) {
  Credential c = Example();
  c.status_uri = "https://ca.example/status/4294967295";
  EXPECT_EQ(CheckClaims(c).value().status_list, 4294967295u);
  c.status_uri = "https://ca.example/status/4294967296";
  EXPECT_NE(Refusal(c), "accepted");
}

TEST(Claims, NameTheOffendingValue) {
  Credential c = Example();
  c.status_index = 131072;
  EXPECT_EQ(Refusal(c), "status idx is over 131071: 131072");
  c = Example();
  c.number = "CM-2026-\n";
  EXPECT_EQ(Refusal(c), "not a certification number: \"CM-2026-?\"");
}

TEST(Claims, SurviveTheLargestNumbers) {
  Credential c = Example();
  c.iat = c.exp = (1ULL << 53) - 1;
  EXPECT_NE(Refusal(c), "accepted");
  c = Example();
  c.version_to->number = (1ULL << 53) - 1;
  EXPECT_EQ(Refusal(c), "accepted");
}

}  // namespace
}  // namespace certmark::testing
