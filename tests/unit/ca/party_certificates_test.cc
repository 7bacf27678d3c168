// Certificates of parties, read and verified once: what the party CA issued is found again, all else never.
#include "ca/party_certificates.h"

#include <gtest/gtest.h>

#include "tests/support/test_pki.h"

namespace certmark::ca {
namespace {

using namespace certmark::testing;

class PartyCertificatesTest : public ::testing::Test {
 protected:
  Bytes Leaf(const TestKey& ca_key) const {
    return MakeCertificate(PartySpec(kNow, std::string(kAuthority) + "/parties/p1"), pki_.party_key, ca_key);
  }

  const TestPki pki_ = MakeTestPki();
  const Certificate party_ca_ = Certificate::Parse(pki_.party_ca).value();
  const PartyCertificates certificates_{party_ca_};
};

TEST_F(PartyCertificatesTest, FindsWhatThePartyCaIssuedTheFirstTimeAndAgain) {
  const Bytes leaf = Leaf(pki_.party_ca_key);
  for (int i = 0; i < 2; ++i) {
    const auto issuance = certificates_.Find(leaf);
    ASSERT_TRUE(issuance);
    EXPECT_EQ(issuance->issued().der(), leaf);
    EXPECT_EQ(issuance->issuer().der(), party_ca_.der());
  }
}

TEST_F(PartyCertificatesTest, ReadsEachOnce) {
  const Bytes leaf = Leaf(pki_.party_ca_key);
  const Certificate first = certificates_.Find(leaf).value().issued();
  EXPECT_EQ(certificates_.Find(leaf).value().issued().native(), first.native()) << "the same object";
}

TEST_F(PartyCertificatesTest, NeverFindsWhatAnotherKeySigned) {
  const Bytes forged = Leaf(TestKey::P256());
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(certificates_.Find(forged));
  Bytes touched = Leaf(pki_.party_ca_key);
  ASSERT_TRUE(certificates_.Find(touched));
  touched.back() ^= 1;  // of the signature
  EXPECT_FALSE(certificates_.Find(touched));
}

TEST_F(PartyCertificatesTest, ForgetsRatherThanGrows) {
  const Certificate first = certificates_.Find(Leaf(pki_.party_ca_key)).value().issued();
  // Signatures differ each time: so do certificates.
  for (std::size_t i = 0; i < PartyCertificates::kCapacity; ++i)
    ASSERT_TRUE(certificates_.Find(Leaf(pki_.party_ca_key)));
  const auto again = certificates_.Find(first.der());
  ASSERT_TRUE(again);
  EXPECT_NE(again->issued().native(), first.native()) << "read anew";
}

TEST_F(PartyCertificatesTest, RefusesWhatIsNoCertificate) {
  EXPECT_FALSE(certificates_.Find({}));
  EXPECT_FALSE(certificates_.Find(AsBytes("certificate")));
}

}  // namespace
}  // namespace certmark::ca
