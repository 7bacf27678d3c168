#include "verifier-sdk/core/chain.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <string>
#include <vector>

#include "tests/support/test_pki.h"

namespace certmark {
namespace {

using testing::CertSpec;
using testing::kClientAuthEku;
using testing::kCredentialEku;
using testing::kDay;
using testing::kNow;
using testing::kServerAuthEku;
using testing::kStatusEku;
using testing::MakeCertificate;
using testing::TestKey;
using testing::TestPki;

const PathProfile kCredentialProfile{std::string(kCredentialEku),
                                     {std::string(kStatusEku), std::string(kCredentialEku)}};

/// Tree is a path before it is signed. A test changes what it makes wrong.
struct Tree {
  CertSpec root = testing::RootSpec(kNow - 30 * kDay);
  CertSpec ca = testing::CredentialCaSpec(kNow - 30 * kDay);
  CertSpec leaf = testing::CredentialSignerSpec(kNow - 30 * kDay);
  TestKey root_key = TestKey::P384(), ca_key = TestKey::P256(), leaf_key = TestKey::P256();
  TestKey root_signer = root_key, ca_signer = root_key, leaf_signer = ca_key;  ///< whose key signs each
  PathProfile profile = kCredentialProfile;
  Time now = kNow;

  Certificate Root() const { return Certificate::Parse(MakeCertificate(root, root_key, root_signer)).value(); }
  Certificate Ca() const { return Certificate::Parse(MakeCertificate(ca, ca_key, ca_signer)).value(); }
  Certificate Leaf() const { return Certificate::Parse(MakeCertificate(leaf, leaf_key, leaf_signer)).value(); }

  Result<Path> Check() const { return CheckPath(Leaf(), Ca(), {std::vector{Root()}}, profile, now); }
};

TEST(Chain, AcceptsTheTreeOfTheFormats) {
  const Tree tree;
  const auto path = tree.Check();
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(path->leaf.key().spki(), tree.leaf_key.spki());
  EXPECT_EQ(path->ca.key().spki(), tree.ca_key.spki());
  EXPECT_EQ(path->root.key().spki(), tree.root_key.spki());
}

TEST(Chain, AcceptsAStatusSignerForStatusAlone) {
  Tree tree;
  tree.leaf = testing::StatusSignerSpec(kNow);
  EXPECT_FALSE(tree.Check());
  tree.profile.leaf_eku = kStatusEku;
  EXPECT_TRUE(tree.Check());
}

struct Row {
  const char* name;
  void (*mutate)(Tree&);
  const char* message;
};

const std::string kBothEkus = std::string(kCredentialEku) + "," + std::string(kStatusEku);

const Row kRefused[] = {
    // The leaf.
    {"leaf is a CA", [](Tree& t) { t.leaf.Set("basicConstraints", "critical,CA:TRUE"); }, "leaf: is a CA"},
    {"leaf without keyUsage", [](Tree& t) { t.leaf.Remove("keyUsage"); }, "leaf: no digitalSignature"},
    {"leaf with another usage", [](Tree& t) { t.leaf.Set("keyUsage", "critical,nonRepudiation"); },
     "leaf: no digitalSignature"},
    {"leaf that may sign certificates",
     [](Tree& t) { t.leaf.Set("keyUsage", "critical,digitalSignature,keyCertSign"); }, "leaf: keyCertSign"},
    {"leaf without EKU", [](Tree& t) { t.leaf.Remove("extendedKeyUsage"); }, "leaf: EKU"},
    {"leaf with both EKUs", [](Tree& t) { t.leaf.Set("extendedKeyUsage", kBothEkus); }, "leaf: EKU"},
    {"leaf with its EKU twice",
     [](Tree& t) { t.leaf.Set("extendedKeyUsage", std::string(kCredentialEku) + "," + std::string(kCredentialEku)); },
     "leaf: EKU"},
    {"leaf with anyExtendedKeyUsage", [](Tree& t) { t.leaf.Set("extendedKeyUsage", "2.5.29.37.0"); }, "leaf: EKU"},
    {"leaf with any beside its own",
     [](Tree& t) { t.leaf.Set("extendedKeyUsage", std::string(kCredentialEku) + ",2.5.29.37.0"); }, "leaf: EKU"},
    {"leaf with an EKU below its own",
     [](Tree& t) { t.leaf.Set("extendedKeyUsage", std::string(kCredentialEku) + ".1"); }, "leaf: EKU"},
    {"leaf with the EKU of another PEN", [](Tree& t) { t.leaf.Set("extendedKeyUsage", "1.3.6.1.4.1.32474.1.1"); },
     "leaf: EKU"},
    {"leaf of P-384", [](Tree& t) { t.leaf_key = TestKey::P384(); }, "leaf: key is not P-256"},
    {"leaf expired", [](Tree& t) { t.leaf.not_after = kNow - Seconds{1}; }, "leaf: not valid now"},
    {"leaf not yet valid", [](Tree& t) { t.leaf.not_before = kNow + Seconds{1}; }, "leaf: not valid now"},
    {"leaf of another CA key", [](Tree& t) { t.leaf_signer = TestKey::P256(); }, "leaf: not issued"},
    {"leaf signed by the root", [](Tree& t) { t.leaf_signer = t.root_key; }, "leaf: not issued"},
    {"leaf with another issuer name", [](Tree& t) { t.leaf.issuer = "party ca"; }, "leaf: not issued"},
    {"leaf signed with SHA-384", [](Tree& t) { t.leaf.digest = "SHA384"; }, "leaf: not issued"},
    {"leaf signed with SHA-1", [](Tree& t) { t.leaf.digest = "SHA1"; }, "leaf: not issued"},
    // The CA.
    {"CA is no CA", [](Tree& t) { t.ca.Set("basicConstraints", "critical,CA:FALSE"); }, "CA: is not a CA"},
    {"CA without basicConstraints", [](Tree& t) { t.ca.Remove("basicConstraints"); }, "CA: is not a CA"},
    {"CA without keyUsage", [](Tree& t) { t.ca.Remove("keyUsage"); }, "CA: no keyCertSign"},
    {"CA that may sign CRLs alone", [](Tree& t) { t.ca.Set("keyUsage", "critical,cRLSign"); }, "CA: no keyCertSign"},
    {"CA without pathLen", [](Tree& t) { t.ca.Set("basicConstraints", "critical,CA:TRUE"); }, "CA: pathLen"},
    {"CA with pathLen 1", [](Tree& t) { t.ca.Set("basicConstraints", "critical,CA:TRUE,pathlen:1"); }, "CA: pathLen"},
    {"CA without EKU", [](Tree& t) { t.ca.Remove("extendedKeyUsage"); }, "CA: EKU"},
    {"CA for credentials alone", [](Tree& t) { t.ca.Set("extendedKeyUsage", kCredentialEku); }, "CA: EKU"},
    {"CA with one EKU more",
     [](Tree& t) { t.ca.Set("extendedKeyUsage", kBothEkus + "," + std::string(kClientAuthEku)); }, "CA: EKU"},
    {"CA with anyExtendedKeyUsage", [](Tree& t) { t.ca.Set("extendedKeyUsage", "2.5.29.37.0"); }, "CA: EKU"},
    {"CA of P-384", [](Tree& t) { t.ca_key = t.leaf_signer = TestKey::P384(); }, "CA: key is not P-256"},
    {"CA expired", [](Tree& t) { t.ca.not_after = kNow - Seconds{1}; }, "CA: not valid now"},
    {"CA not yet valid", [](Tree& t) { t.ca.not_before = kNow + Seconds{1}; }, "CA: not valid now"},
    {"CA of another root key", [](Tree& t) { t.ca_signer = TestKey::P384(); }, "CA: not issued"},
    {"CA signed by itself", [](Tree& t) { t.ca_signer = t.ca_key; }, "CA: not issued"},
    {"CA with another issuer name", [](Tree& t) { t.ca.issuer = "another root"; }, "CA: not issued"},
    {"CA signed with SHA-256", [](Tree& t) { t.ca.digest = "SHA256"; }, "CA: not issued"},
    // The root.
    {"root is no CA", [](Tree& t) { t.root.Set("basicConstraints", "critical,CA:FALSE"); }, "root: is not a CA"},
    {"root without keyCertSign", [](Tree& t) { t.root.Set("keyUsage", "critical,cRLSign"); }, "root: no keyCertSign"},
    {"root without pathLen", [](Tree& t) { t.root.Set("basicConstraints", "critical,CA:TRUE"); }, "root: pathLen"},
    {"root with pathLen 2", [](Tree& t) { t.root.Set("basicConstraints", "critical,CA:TRUE,pathlen:2"); },
     "root: pathLen"},
    {"root with pathLen 0", [](Tree& t) { t.root.Set("basicConstraints", "critical,CA:TRUE,pathlen:0"); },
     "root: pathLen"},
    {"root with an EKU", [](Tree& t) { t.root.Set("extendedKeyUsage", kBothEkus); }, "root: has an EKU"},
    {"root of P-256", [](Tree& t) { t.root_key = t.ca_signer = t.root_signer = TestKey::P256(); },
     "root: key is not P-384"},
    {"root expired", [](Tree& t) { t.root.not_after = kNow - Seconds{1}; }, "root: not valid now"},
    {"root not yet valid", [](Tree& t) { t.root.not_before = kNow + Seconds{1}; }, "root: not valid now"},
    {"root issued by another", [](Tree& t) { t.root.issuer = "another root"; }, "root: names differ"},
    // The Party CA can never mint.
    {"a credential leaf of the Party CA",
     [](Tree& t) {
       t.ca = testing::PartyCaSpec(kNow);
       t.leaf.issuer = "party ca";
     },
     "CA: EKU"},
    {"a party's leaf of the Credential CA", [](Tree& t) { t.leaf.Set("extendedKeyUsage", kClientAuthEku); },
     "leaf: EKU"},
};

TEST(Chain, RefusesEveryDepartureFromTheTree) {
  for (const Row& row : kRefused) {
    Tree tree;
    row.mutate(tree);
    const auto path = tree.Check();
    ASSERT_FALSE(path) << row.name;
    EXPECT_EQ(path.error().code, ErrorCode::kInvalidArgument) << row.name;
    EXPECT_TRUE(path.error().message.starts_with(row.message)) << row.name << ": " << path.error().message;
    EXPECT_EQ(ERR_peek_error(), 0u) << row.name;
  }
}

TEST(Chain, TakesTheProfilesSetsInAnyOrderAndCriticalToo) {
  Tree tree;
  tree.ca.Set("extendedKeyUsage", "critical," + std::string(kStatusEku) + "," + std::string(kCredentialEku));
  tree.profile.ca_eku = {std::string(kCredentialEku), std::string(kStatusEku)};
  EXPECT_TRUE(tree.Check());
}

TEST(Chain, HoldsUntilTheLastSecondOfEveryCertificate) {
  Tree tree;
  tree.leaf.not_after = tree.ca.not_after = tree.root.not_after = kNow;
  EXPECT_TRUE(tree.Check());
  tree.now = kNow + Seconds{1};
  EXPECT_FALSE(tree.Check());
}

TEST(Chain, ChecksPartyLeavesByAProfileOfTheirOwn) {
  const TestPki pki = testing::MakeTestPki();
  const Certificate leaf = Certificate::Parse(pki.party).value(), ca = Certificate::Parse(pki.party_ca).value();
  const std::vector roots{Certificate::Parse(pki.root).value()};
  const PathProfile profile{std::string(kClientAuthEku), {std::string(kClientAuthEku), std::string(kServerAuthEku)}};
  EXPECT_TRUE(CheckPath(leaf, ca, {roots}, profile, kNow));
  EXPECT_FALSE(CheckPath(leaf, ca, {roots}, kCredentialProfile, kNow));
}

TEST(Chain, FindsTheRootAmongSeveralOfOneName) {
  Tree tree;
  Tree other;
  CertSpec expired = tree.root;
  expired.not_after = kNow - kDay;
  const Certificate expired_root = Certificate::Parse(MakeCertificate(expired, tree.root_key, tree.root_key)).value();
  const std::vector roots{other.Root(), expired_root, tree.Root()};
  const auto path = CheckPath(tree.Leaf(), tree.Ca(), {roots}, tree.profile, kNow);
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(path->root.key().spki(), tree.root_key.spki());
  EXPECT_EQ(path->root.not_after(), tree.root.not_after);
}

TEST(Chain, TrustsNothingWithoutRoots) {
  const Tree tree;
  EXPECT_FALSE(CheckPath(tree.Leaf(), tree.Ca(), {}, tree.profile, kNow));
}

TEST(Chain, RefusesLeafAndCaInTheOtherOrder) {
  const Tree tree;
  EXPECT_FALSE(CheckPath(tree.Ca(), tree.Leaf(), {std::vector{tree.Root()}}, tree.profile, kNow));
  EXPECT_FALSE(CheckPath(tree.Leaf(), tree.Root(), {std::vector{tree.Root()}}, tree.profile, kNow));
}

TEST(Root, IsASelfSignedCaOfP384AndItsDatesAreNotJudged) {
  Tree tree;
  tree.root.not_after = kNow - kDay;
  EXPECT_TRUE(CheckRoot(tree.Root()));
}

TEST(Root, RefusesWhatIsNotOne) {
  const Row cases[] = {
      {"signed by another key of its name", [](Tree& t) { t.root_signer = TestKey::P384(); }, "root: not signed by"},
      {"signed with SHA-256", [](Tree& t) { t.root.digest = "SHA256"; }, "root: not signed by"},
      {"issued by another", [](Tree& t) { t.root.issuer = "another"; }, "root: names differ"},
      {"of P-256", [](Tree& t) { t.root_key = t.root_signer = TestKey::P256(); }, "root: key is not P-384"},
      {"no CA", [](Tree& t) { t.root.Remove("basicConstraints"); }, "root: is not a CA"},
      {"no keyUsage", [](Tree& t) { t.root.Remove("keyUsage"); }, "root: no keyCertSign"},
      {"no pathLen", [](Tree& t) { t.root.Set("basicConstraints", "critical,CA:TRUE"); }, "root: pathLen"},
      {"an EKU", [](Tree& t) { t.root.Set("extendedKeyUsage", kCredentialEku); }, "root: has an EKU"},
  };
  for (const Row& row : cases) {
    Tree tree;
    row.mutate(tree);
    const auto checked = CheckRoot(tree.Root());
    ASSERT_FALSE(checked) << row.name;
    EXPECT_TRUE(checked.error().message.starts_with(row.message)) << row.name << ": " << checked.error().message;
  }
}

TEST(UsagePeriod, IncludesBothEndsAndNothingElse) {
  const Tree tree;
  const Certificate leaf = tree.Leaf();
  const auto [first, last] = *tree.leaf.usage_period;
  EXPECT_FALSE(InUsagePeriod(leaf, first - Seconds{1}));
  EXPECT_TRUE(InUsagePeriod(leaf, first));
  EXPECT_TRUE(InUsagePeriod(leaf, last));
  EXPECT_FALSE(InUsagePeriod(leaf, last + Seconds{1}));
}

TEST(UsagePeriod, NeverContainsAnythingWhereThereIsNone) {
  Tree tree;
  tree.leaf.usage_period.reset();
  EXPECT_FALSE(InUsagePeriod(tree.Leaf(), kNow));
}

}  // namespace
}  // namespace certmark
