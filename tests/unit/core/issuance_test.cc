// That one certificate issued another is known by verifying it, and of nobody else.
#include "verifier-sdk/core/issuance.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/test_pki.h"

namespace certmark {
namespace {

using testing::CertSpec;
using testing::kDay;
using testing::kNow;
using testing::MakeCertificate;
using testing::TestKey;

/// Two is a root and a CA that it issued, and how to make others like them.
struct Two {
  CertSpec root_spec = testing::RootSpec(kNow), ca_spec = testing::CredentialCaSpec(kNow);
  TestKey root_key = TestKey::P384(), ca_key = TestKey::P256();
  Certificate root = Root(root_spec), ca = Ca(ca_spec, root_key);

  Certificate Root(const CertSpec& spec) const {
    return Certificate::Parse(MakeCertificate(spec, root_key, root_key)).value();
  }
  Certificate Ca(const CertSpec& spec, const TestKey& by) const {
    return Certificate::Parse(MakeCertificate(spec, ca_key, by)).value();
  }
};

TEST(Issuance, IsMadeOfASignatureThatHolds) {
  const Two two;
  const auto issuance = Issuance::Create(two.ca, two.root);
  ASSERT_TRUE(issuance) << issuance.error().message;
  EXPECT_TRUE(issuance->IsOf(two.ca, two.root));
}

TEST(Issuance, IsNotMadeOfNamesAlone) {
  const Two two;
  const Certificate forged = two.Ca(two.ca_spec, TestKey::P384());
  const auto issuance = Issuance::Create(forged, two.root);
  ASSERT_FALSE(issuance);
  EXPECT_EQ(issuance.error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(Issuance::Create(two.root, two.ca)) << "the other way round";
  EXPECT_FALSE(Issuance::Create(forged, two.root, std::vector{Issuance::Create(two.ca, two.root).value()}));
}

TEST(Issuance, IsOfItsTwoByteForByte) {
  const Two two;
  const Issuance issuance = Issuance::Create(two.ca, two.root).value();
  CertSpec renewed_root = two.root_spec, renewed_ca = two.ca_spec;
  renewed_root.not_after += kDay;
  renewed_ca.not_after += kDay;
  EXPECT_FALSE(issuance.IsOf(two.ca, two.Root(renewed_root))) << "the same key and name";
  EXPECT_FALSE(issuance.IsOf(two.Ca(renewed_ca, two.root_key), two.root)) << "likewise";
  EXPECT_FALSE(issuance.IsOf(two.root, two.ca));
  EXPECT_TRUE(issuance.IsOf(Certificate::Parse(two.ca.der()).value(), Certificate::Parse(two.root.der()).value()));
}

TEST(Issuance, GivesItsCertificatesForTheirVeryBytesAlone) {
  const Two two, others;
  const std::vector known{Issuance::Create(two.ca, two.root).value()};
  for (const Certificate& each : {two.ca, two.root, others.ca}) {
    EXPECT_EQ(ParseCertificate(each.der(), known).value().fingerprint(), each.fingerprint());
  }
  Bytes longer = two.ca.der();
  longer.push_back(0);
  EXPECT_FALSE(ParseCertificate(longer, known));
  EXPECT_FALSE(ParseCertificate(ByteView(two.ca.der()).first(100), known));
  EXPECT_FALSE(ParseCertificate({}, known));
}

TEST(Issuance, IsFoundWhetherOrNotItIsKnown) {
  const Two two, others;
  const std::vector known{Issuance::Create(two.ca, two.root).value()};
  for (const auto& [ca, root] : {std::pair(two.ca, two.root), {others.ca, others.root}, {two.ca, others.root}}) {
    EXPECT_EQ(Issuance::Create(ca, root, known).has_value(), ca.IssuedBy(root));
    EXPECT_EQ(Issuance::Create(ca, root).has_value(), ca.IssuedBy(root));
  }
}

}  // namespace
}  // namespace certmark
