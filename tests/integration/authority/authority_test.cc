#include "ca/authority.h"

#include <gtest/gtest.h>

#include <fstream>

#include "ca/key_file.h"
#include "ca/status_lists.h"
#include "ca/trust_payload.h"
#include "ledger/memory_store.h"
#include "tests/integration/authority/ceremony.h"
#include "verifier-sdk/core/chain.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;
using certmark::testing::Hold;
using certmark::testing::kDay;
using certmark::testing::kNow;
using certmark::testing::TempDir;
using certmark::testing::TestRequest;

constexpr Seconds kHour{3600}, kSecond{1};

/// AuthorityTest gives each test a copy of one authority, to be damaged at will.
class AuthorityTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    original_ = new TempDir;
    ASSERT_TRUE(Hold(TestRequest(*original_ / "authority")));
  }
  static void TearDownTestSuite() { delete original_; }
  void SetUp() override { fs::copy(*original_ / "authority", files_.root, fs::copy_options::recursive); }

  Result<Authority> Load(Time now = kNow) const { return Authority::Load(files_, Secret(), now); }
  void Refused(ErrorCode code, std::string_view why, Time now = kNow) const {
    const auto loaded = Load(now);
    ASSERT_FALSE(loaded) << why;
    EXPECT_EQ(loaded.error().code, code) << loaded.error().message;
    EXPECT_NE(loaded.error().message.find(why), std::string::npos) << loaded.error().message;
  }

  inline static TempDir* original_ = nullptr;
  TempDir dir_;
  const AuthorityFiles files_{dir_ / "authority"};
};

TEST_F(AuthorityTest, KnowsItsNamesKeysAndLog) {
  const Authority authority = Load().value();
  EXPECT_EQ(authority.iss, "https://ca.example");
  EXPECT_EQ(authority.name, "Example Certification Authority");
  EXPECT_TRUE(authority.is_test());
  EXPECT_EQ(authority.trust.seq(), 1u);
  EXPECT_EQ(authority.log_number, 1u);
  EXPECT_EQ(authority.log_key.name(), "ca.example/log/1");
  EXPECT_EQ(authority.credential_signer->public_key().spki(), authority.credential_certificate.key().spki());
  EXPECT_TRUE(Equal(authority.log_signer->public_key(), authority.log_key.public_key()));
}

TEST_F(AuthorityTest, NeedsNoOfflineKey) {
  fs::remove_all(files_.root / "offline");
  EXPECT_TRUE(Load());
}

TEST_F(AuthorityTest, SignsStatusListsThatItsTrustListVerifies) {
  const Authority authority = Load().value();
  const auto store = ledger::MakeMemoryStore();
  const auto lists = StatusLists::Load(*store, {.iss = authority.iss,
                                                .signer = *authority.status_signer,
                                                .leaf = authority.status_certificate,
                                                .ca = authority.credential_ca,
                                                .clock = [] { return kNow; }})
                         .value();
  ASSERT_TRUE(lists->Refresh());
  const StatusToken token = StatusToken::Parse(lists->Current(0).value()->jwt).value();
  const Certificate leaf = Certificate::Parse(token.jws.x5c[0]).value(),
                    ca = Certificate::Parse(token.jws.x5c[1]).value();
  const TrustList& trust = authority.trust;
  EXPECT_TRUE(
      CheckPath(leaf, ca, {trust.roots()}, trust.status_path(), kNow));
}

TEST_F(AuthorityTest, NamesTheFileThatIsMissing) {
  const fs::path kFiles[] = {files_.certificate("root"),
                             files_.certificate("credential-ca"),
                             files_.certificate("party-ca"),
                             files_.certificate("credential-signer"),
                             files_.certificate("status-signer"),
                             files_.trust(1),
                             files_.key("credential-signer"),
                             files_.key("status-signer"),
                             files_.key("party-ca"),
                             files_.key("log")};
  for (const fs::path& file : kFiles) {
    fs::rename(file, dir_ / "aside");
    Refused(ErrorCode::kNotFound, file.string());
    fs::rename(dir_ / "aside", file);
  }
}

TEST_F(AuthorityTest, RefusesAKeyThatIsNotItsCertificates) {
  fs::copy_file(files_.key("status-signer"), files_.key("credential-signer"), fs::copy_options::overwrite_existing);
  Refused(ErrorCode::kFailedPrecondition, "is not that of its certificate");
}

TEST_F(AuthorityTest, RefusesALogKeyThatIsNotTheTrustLists) {
  fs::remove(files_.key("log"));
  SaveKey(files_.key("log"), GenerateKey(KeyKind::kEd25519).value(), Secret()).value();
  Refused(ErrorCode::kFailedPrecondition, "in the trust list");
}

TEST_F(AuthorityTest, RefusesSwappedCertificates) {
  const auto swap = [this](const char* a, const char* b) {
    fs::rename(files_.certificate(a), dir_ / "aside");
    fs::rename(files_.certificate(b), files_.certificate(a));
    fs::rename(dir_ / "aside", files_.certificate(b));
  };
  for (const auto& [a, b] :
       {std::pair{"credential-signer", "status-signer"}, {"credential-ca", "party-ca"}, {"party-ca", "root"}}) {
    swap(a, b);
    EXPECT_FALSE(Load()) << a << " and " << b;
    swap(a, b);
  }
  EXPECT_TRUE(Load());
}

TEST_F(AuthorityTest, RefusesTheTrustListOfAnotherRoot) {
  ASSERT_TRUE(Hold(TestRequest(dir_ / "other")));
  const AuthorityFiles other(dir_ / "other");
  fs::copy_file(other.trust(1), files_.trust(1), fs::copy_options::overwrite_existing);
  EXPECT_FALSE(Load());
}

TEST_F(AuthorityTest, RefusesAKeyFileThatOthersMayRead) {
  fs::permissions(files_.key("log"), fs::perms{0640});
  Refused(ErrorCode::kPermissionDenied, "0640");
}

TEST_F(AuthorityTest, RefusesAnExpiredTrustList) {
  Refused(ErrorCode::kFailedPrecondition, "usage period of CN=Status Signer", kNow + 90 * kDay);
  Refused(ErrorCode::kFailedPrecondition, "trust list 1 expired on 2027-05-02T00:00:00Z", kNow + 180 * kDay);
}

TEST_F(AuthorityTest, StartsUntilTheStatusSignersLastSecond) {
  const Time end = kNow - kHour + 90 * kDay;
  EXPECT_TRUE(Load(end - kSecond));
  Refused(ErrorCode::kFailedPrecondition, "ended on " + FormatDateTime(end - kSecond), end);
}

TEST_F(AuthorityTest, DoesNotStartBeforeItsCertificates) {
  Refused(ErrorCode::kFailedPrecondition, "is valid from", kNow - kHour - kSecond);
}

/// NextList signs trust list `seq` with the root key from the safe.
std::string NextList(const AuthorityFiles& files, const Authority& authority, std::uint64_t seq, Time iat) {
  const auto root = MakeSigner(LoadKey(files.offline_key("root"), Secret(), KeyKind::kP384).value()).value();
  TrustDraft draft;
  draft.iss = authority.iss;
  draft.seq = seq;
  draft.iat = iat;
  draft.exp = iat + 180 * kDay;
  draft.oids = {authority.trust.credential_eku(), authority.trust.status_eku()};
  draft.roots = authority.trust.roots();
  draft.logs = authority.trust.logs();
  return SignJws(*root, kTypTrust, {authority.root.der()}, TrustPayload(draft)).value();
}

TEST_F(AuthorityTest, WalksToTheNewestTrustList) {
  const Authority authority = Load().value();
  std::ofstream(files_.trust(2)) << NextList(files_, authority, 2, kNow + kDay);
  std::ofstream(files_.trust(3)) << NextList(files_, authority, 3, kNow + 2 * kDay);
  EXPECT_EQ(Load().value().trust.seq(), 3u);
}

TEST_F(AuthorityTest, RefusesATrustListThatIsNotTheNextOne) {
  const Authority authority = Load().value();
  std::ofstream(files_.trust(2)) << NextList(files_, authority, 3, kNow + kDay);
  EXPECT_FALSE(Load());
}

TEST(EncryptedAuthority, OpensWithItsPassphraseAlone) {
  const TempDir dir;
  CeremonyRequest request = TestRequest(dir / "authority");
  request.passphrase = Secret("correct horse");
  ASSERT_TRUE(Hold(request));
  const AuthorityFiles files(request.directory);
  EXPECT_TRUE(Authority::Load(files, request.passphrase, kNow));
  for (const std::string_view wrong : {"", "battery staple"}) {
    const auto loaded = Authority::Load(files, Secret(wrong), kNow);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::kPermissionDenied);
  }
}

}  // namespace
}  // namespace certmark::ca
