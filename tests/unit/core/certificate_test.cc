#include "verifier-sdk/core/certificate.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <algorithm>
#include <string>

#include "tests/support/test_pki.h"

namespace certmark {
namespace {

using testing::CertSpec;
using testing::CredentialSignerSpec;
using testing::kCredentialEku;
using testing::kDay;
using testing::kNow;
using testing::kStatusEku;
using testing::MakeCertificate;
using testing::TestKey;
using testing::TestPki;

/// Edited replaces the first `from` in the certificate, of equal length.
Bytes Edited(Bytes der, std::string_view from, std::string_view to) {
  const ByteView wanted = AsBytes(from);
  const auto found = std::search(der.begin(), der.end(), wanted.begin(), wanted.end());
  if (found == der.end() || from.size() != to.size()) Die("nothing to edit");
  std::copy(to.begin(), to.end(), found);
  return der;
}

class CertificateTest : public ::testing::Test {
 protected:
  Bytes Make(const CertSpec& spec) const { return MakeCertificate(spec, key_, ca_key_); }
  CertSpec Spec() const { return CredentialSignerSpec(kNow); }
  Bytes Good() const { return Make(Spec()); }

  void ExpectRefused(const char* name, ByteView der) const {
    const auto parsed = Certificate::Parse(der);
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument) << name;
    EXPECT_EQ(ERR_peek_error(), 0u) << name;
  }

  TestKey key_ = TestKey::P256(), ca_key_ = TestKey::P256();
};

TEST_F(CertificateTest, ReadsACredentialSigner) {
  const CertSpec spec = Spec();
  const Bytes der = Make(spec);
  const auto leaf = Certificate::Parse(der);
  ASSERT_TRUE(leaf) << leaf.error().message;
  EXPECT_EQ(leaf->der(), der);
  EXPECT_EQ(leaf->fingerprint(), Sha256(der));
  EXPECT_EQ(leaf->key().spki(), key_.spki());
  EXPECT_EQ(leaf->subject_text(), "CN=credential signer");
  EXPECT_EQ(leaf->serial_hex(), "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a");
  EXPECT_EQ(leaf->not_before(), spec.not_before);
  EXPECT_EQ(leaf->not_after(), spec.not_after);
  EXPECT_FALSE(leaf->is_ca());
  EXPECT_FALSE(leaf->path_len());
  EXPECT_TRUE(leaf->digital_signature());
  EXPECT_FALSE(leaf->key_cert_sign());
  EXPECT_EQ(leaf->eku(), std::vector<std::string>{std::string(kCredentialEku)});
  EXPECT_EQ(leaf->san_uris(), std::vector<std::string>{"https://ca.example"});
  EXPECT_EQ(leaf->san_count(), 1u);
  ASSERT_TRUE(leaf->usage_period());
  EXPECT_EQ(leaf->usage_period()->first, spec.usage_period->first);
  EXPECT_EQ(leaf->usage_period()->last, spec.usage_period->last);
}

TEST_F(CertificateTest, ReadsTheTree) {
  const TestPki pki = testing::MakeTestPki();
  const Certificate root = Certificate::Parse(pki.root).value(), ca = Certificate::Parse(pki.credential_ca).value();
  EXPECT_TRUE(root.is_ca());
  EXPECT_EQ(root.path_len(), 1u);
  EXPECT_FALSE(root.eku());
  EXPECT_EQ(root.key().curve(), PublicKey::Curve::kP384);
  EXPECT_EQ(ca.path_len(), 0u);
  EXPECT_TRUE(ca.key_cert_sign());
  EXPECT_EQ(ca.eku(), (std::vector{std::string(kCredentialEku), std::string(kStatusEku)}));
  EXPECT_EQ(ca.issuer(), root.subject());
  EXPECT_FALSE(ca.usage_period());
  EXPECT_TRUE(ca.IssuedBy(root));
  EXPECT_TRUE(root.IssuedBy(root));
  EXPECT_FALSE(root.IssuedBy(ca));
}

TEST_F(CertificateTest, IsValidToBothEnds) {
  const Certificate leaf = Certificate::Parse(Good()).value();
  EXPECT_FALSE(leaf.ValidAt(leaf.not_before() - Seconds{1}));
  EXPECT_TRUE(leaf.ValidAt(leaf.not_before()));
  EXPECT_TRUE(leaf.ValidAt(leaf.not_after()));
  EXPECT_FALSE(leaf.ValidAt(leaf.not_after() + Seconds{1}));
}

TEST_F(CertificateTest, RefusesABadProfile) {
  const struct {
    const char* name;
    void (*mutate)(CertSpec&);
  } cases[] = {
      {"version 1", [](CertSpec& s) { s.version = 1; }},
      {"version 2", [](CertSpec& s) { s.version = 2; }},
      {"serial zero", [](CertSpec& s) { s.serial = {0}; }},
      {"serial negative", [](CertSpec& s) { s.negative_serial = true; }},
      {"serial of 21 bytes", [](CertSpec& s) { s.serial = Bytes(21, 0x5a); }},
      {"serial of 20 bytes and a sign", [](CertSpec& s) { s.serial = Bytes(20, 0x80); }},
      {"unknown critical extension", [](CertSpec& s) { s.Add("1.3.6.1.4.1.32473.9", "critical,DER:0500"); }},
      {"critical name constraints", [](CertSpec& s) { s.Add("nameConstraints", "critical,permitted;DNS:x.example"); }},
      {"critical policies", [](CertSpec& s) { s.Add("certificatePolicies", "critical,DER:3007300506032a0304"); }},
      {"critical usage period",
       [](CertSpec& s) {
         s.usage_period.reset();
         s.Add("privateKeyUsagePeriod", "critical,DER:3011800f32303236303130313030303030305a");
       }},
      {"keyUsage twice", [](CertSpec& s) { s.Add("keyUsage", "critical,digitalSignature"); }},
      {"EKU twice", [](CertSpec& s) { s.Add("extendedKeyUsage", kCredentialEku); }},
      {"unknown extension twice",
       [](CertSpec& s) { s.Add("1.3.6.1.4.1.32473.9", "DER:0500").Add("1.3.6.1.4.1.32473.9", "DER:0500"); }},
      {"SKI twice", [](CertSpec& s) { s.Add("subjectKeyIdentifier", "0102"); }},
      {"basicConstraints malformed", [](CertSpec& s) { s.Set("basicConstraints", "critical,DER:0401ff"); }},
      {"basicConstraints with a false written out",
       [](CertSpec& s) { s.Set("basicConstraints", "critical,DER:3003010100"); }},
      {"basicConstraints and a byte", [](CertSpec& s) { s.Set("basicConstraints", "critical,DER:300000"); }},
      {"pathLen negative", [](CertSpec& s) { s.Set("basicConstraints", "critical,DER:30060101ff0201ff"); }},
      {"pathLen of 9 bytes",
       [](CertSpec& s) { s.Set("basicConstraints", "critical,DER:300e0101ff02097fffffffffffffffff"); }},
      {"keyUsage malformed", [](CertSpec& s) { s.Set("keyUsage", "critical,DER:0500"); }},
      {"EKU malformed", [](CertSpec& s) { s.Set("extendedKeyUsage", "DER:0401ff"); }},
      {"EKU and a byte", [](CertSpec& s) { s.Set("extendedKeyUsage", "DER:300a06082b0601050507030200"); }},
      {"SAN malformed", [](CertSpec& s) { s.Set("subjectAltName", "DER:3003860501"); }},
      {"usage period malformed",
       [](CertSpec& s) {
         s.usage_period.reset();
         s.Add("privateKeyUsagePeriod", "DER:0401ff");
       }},
      {"EKU arc of 2^31", [](CertSpec& s) { s.Set("extendedKeyUsage", "1.3.6.1.4.1.2147483648.1.1"); }},
      {"EKU arc of 2^70", [](CertSpec& s) { s.Set("extendedKeyUsage", "1.3.1180591620717411303424"); }},
      {"second EKU of a large arc", [](CertSpec& s) { s.Set("extendedKeyUsage", "1.2.3,1.2.4294967295"); }},
      {"extension of a large arc", [](CertSpec& s) { s.Add("1.3.6.1.4.1.2147483648", "DER:0500"); }},
      {"policy of a large arc", [](CertSpec& s) { s.Add("certificatePolicies", "DER:300a300806062b8880808000"); }},
      {"large arc in an extension nobody knows",
       [](CertSpec& s) { s.Add("1.3.6.1.4.1.32473.9", "DER:300a300806062b8880808000"); }},
      {"over 4 KiB", [](CertSpec& s) { s.Add("nsComment", std::string(4096, 'x')); }},
      {"usage period from month 13",
       [](CertSpec& s) {
         s.usage_period.reset();
         s.Add("privateKeyUsagePeriod", "DER:3022800f32303236313330313030303030305a810f32303237303130313030303030305a");
       }},
  };
  for (const auto& c : cases) {
    CertSpec spec = Spec();
    c.mutate(spec);
    ExpectRefused(c.name, Make(spec));
  }
}

TEST_F(CertificateTest, TakesWhatIsUnusualButRight) {
  const struct {
    const char* name;
    void (*mutate)(CertSpec&);
  } cases[] = {
      {"serial 1", [](CertSpec& s) { s.serial = {1}; }},
      {"serial of 20 bytes", [](CertSpec& s) { s.serial = Bytes(20, 0x7f); }},
      {"no extension at all",
       [](CertSpec& s) {
         s.extensions.clear();
         s.usage_period.reset();
         s.ski = s.aki = false;
       }},
      {"an unknown extension", [](CertSpec& s) { s.Add("1.3.6.1.4.1.32473.9", "DER:0500"); }},
      {"an unknown extension that is not DER", [](CertSpec& s) { s.Add("1.3.6.1.4.1.32473.9", "DER:ff"); }},
      {"the largest arc", [](CertSpec& s) { s.Set("extendedKeyUsage", "1.3.6.1.4.1.2147483647.1.1"); }},
      {"critical EKU and SAN",
       [](CertSpec& s) {
         s.Set("extendedKeyUsage", "critical,1.2.3").Set("subjectAltName", "critical,URI:https://ca.example");
       }},
      {"after 2050", [](CertSpec& s) { s.not_after = kNow + 40 * 365 * kDay; }},
      {"nearly 4 KiB", [](CertSpec& s) { s.Add("nsComment", std::string(3200, 'x')); }},
  };
  for (const auto& c : cases) {
    CertSpec spec = Spec();
    c.mutate(spec);
    const auto parsed = Certificate::Parse(Make(spec));
    ASSERT_TRUE(parsed) << c.name << ": " << parsed.error().message;
    EXPECT_EQ(parsed->not_after(), spec.not_after) << c.name;
  }
}

TEST_F(CertificateTest, RefusesBytesThatAreNotOneDerCertificate) {
  const Bytes good = Good();
  Bytes long_length(good);
  // 30 82 LL LL becomes 30 83 00 LL LL: BER, not DER.
  long_length[1] = 0x83;
  long_length.insert(long_length.begin() + 2, 0x00);
  Bytes trailing(good);
  trailing.push_back(0);
  Bytes twice(good);
  twice.insert(twice.end(), good.begin(), good.end());
  ExpectRefused("nothing", {});
  ExpectRefused("a byte after it", trailing);
  ExpectRefused("two", twice);
  ExpectRefused("a length that is not minimal", long_length);
  ExpectRefused("zeros", Bytes(300));
  ExpectRefused("a text", AsBytes("-----BEGIN CERTIFICATE-----"));
  for (std::size_t size = 1; size < good.size(); ++size) ExpectRefused("truncated", ByteView(good).first(size));
}

TEST_F(CertificateTest, RefusesAnEditedFrame) {
  CertSpec late = Spec();
  late.not_after = FromEpoch(2'556'144'000);  // 2051-01-01
  const std::string sha256("\x2a\x86\x48\xce\x3d\x04\x03\x02", 8), sha384("\x2a\x86\x48\xce\x3d\x04\x03\x03", 8);
  ExpectRefused("two signature algorithms", Edited(Good(), sha256, sha384));
  ExpectRefused("month 13", Edited(Good(), "261102230000Z", "261302230000Z"));
  ExpectRefused("30 February", Edited(Good(), "261102230000Z", "270230230000Z"));
  ExpectRefused("a second 60", Edited(Good(), "261102230000Z", "261102230060Z"));
  ExpectRefused("no Z", Edited(Good(), "261102230000Z", "2611022300000"));
  ExpectRefused("GeneralizedTime before 2050", Edited(Make(late), "20510101", "20490101"));
  EXPECT_TRUE(Certificate::Parse(Make(late)));
}

TEST_F(CertificateTest, RefusesAKeyThatIsNotP256OrP384) {
  for (const char* curve : {"secp256k1", "P-224", "P-521"}) {
    ExpectRefused(curve, MakeCertificate(Spec(), TestKey::OnCurve(curve), ca_key_));
  }
}

TEST_F(CertificateTest, CountsNamesOfEveryKind) {
  CertSpec spec = Spec();
  spec.Set("subjectAltName", "URI:https://ca.example,DNS:ca.example,URI:https://other.example,IP:127.0.0.1");
  const Certificate leaf = Certificate::Parse(Make(spec)).value();
  EXPECT_EQ(leaf.san_count(), 4u);
  EXPECT_EQ(leaf.san_uris(), (std::vector<std::string>{"https://ca.example", "https://other.example"}));
}

TEST_F(CertificateTest, KeepsANulInAUri) {
  CertSpec spec = Spec();
  spec.Set("subjectAltName",
           "DER:300686046162"
           "0063");
  EXPECT_EQ(Certificate::Parse(Make(spec))->san_uris(), std::vector<std::string>{std::string("ab\0c", 4)});
}

TEST_F(CertificateTest, SortsUsagesAndKeepsARepeatedOne) {
  CertSpec spec = Spec();
  spec.Set("extendedKeyUsage", "1.2.4,1.2.3,1.2.4");
  EXPECT_EQ(Certificate::Parse(Make(spec))->eku(), (std::vector<std::string>{"1.2.3", "1.2.4", "1.2.4"}));
}

TEST_F(CertificateTest, HasNoUsagePeriodUnlessBothEndsAreThere) {
  const std::string date = HexEncode(AsBytes("20260101000000Z"));
  for (const std::string& end : {"DER:3011800f" + date, "DER:3011810f" + date, std::string("DER:3000")}) {
    CertSpec spec = Spec();
    spec.usage_period.reset();
    spec.Add("privateKeyUsagePeriod", end);
    EXPECT_FALSE(Certificate::Parse(Make(spec))->usage_period()) << end;
  }
}

TEST_F(CertificateTest, IsIssuedOnlyByTheRightNameKeyAndHash) {
  const TestPki pki = testing::MakeTestPki();
  const Certificate ca = Certificate::Parse(pki.credential_ca).value();
  const auto issued = [&](const CertSpec& spec, const TestKey& issuer) {
    return Certificate::Parse(MakeCertificate(spec, key_, issuer)).value().IssuedBy(ca);
  };
  CertSpec other_name = Spec(), sha384 = Spec(), sha1 = Spec(), capital = Spec();
  other_name.issuer = "another ca";
  capital.issuer = "Credential CA";
  sha384.digest = "SHA384";
  sha1.digest = "SHA1";
  EXPECT_TRUE(issued(Spec(), pki.credential_ca_key));
  EXPECT_FALSE(issued(Spec(), TestKey::P256())) << "another key of the same name";
  EXPECT_FALSE(issued(other_name, pki.credential_ca_key));
  EXPECT_FALSE(issued(capital, pki.credential_ca_key)) << "names match byte for byte";
  EXPECT_FALSE(issued(sha384, pki.credential_ca_key));
  EXPECT_FALSE(issued(sha1, pki.credential_ca_key));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST_F(CertificateTest, NoticesEveryFlippedBit) {
  const TestPki pki = testing::MakeTestPki();
  const Certificate ca = Certificate::Parse(pki.credential_ca).value();
  ASSERT_TRUE(Certificate::Parse(pki.signer)->IssuedBy(ca));
  for (std::size_t bit = 0; bit < 8 * pki.signer.size(); ++bit) {
    Bytes flipped = pki.signer;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    const auto parsed = Certificate::Parse(flipped);
    ASSERT_FALSE(parsed && parsed->IssuedBy(ca)) << "bit " << bit;
  }
}

TEST(CertificateText, IsHeldToFourKiBBeforeItIsDecoded) {
  EXPECT_EQ(Certificate::DecodeBase64(Base64Encode(Bytes(4096, 7))).value(), Bytes(4096, 7));
  EXPECT_FALSE(Certificate::DecodeBase64(Base64Encode(Bytes(4097, 7))));
  EXPECT_FALSE(Certificate::DecodeBase64(std::string(1 << 20, '!')));
  EXPECT_FALSE(Certificate::DecodeBase64("AQID\n"));
}

}  // namespace
}  // namespace certmark
