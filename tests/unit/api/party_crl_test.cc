// The Party CA's list: what it says at once, what it goes on to say, and what it says to a database that forgot.
#include "api/party_crl.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "ca/x509_profiles.h"
#include "tests/unit/ca/authority_fixture.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::api {
namespace {

namespace fs = std::filesystem;
using ca::CrlReason;
using ca::RevokedCertificate;

class PartyCrlTest : public ::testing::Test {
 protected:
  PartyCrlTest() { fs::create_directories(file().parent_path()); }

  fs::path file() const { return files_.crl("party-ca"); }
  std::string Written() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  ca::Crl Read() const { return ca::ReadCrl(AsBytes(Written()), office_.authority().party_ca).value(); }
  std::vector<RevokedCertificate> Listed() const { return Read().revoked; }
  PartyCrl Open() { return {files_, office_.authority(), office_.service().certificate_revocations()}; }
  void Revoke(const ca::testing::Person& person) {
    office_.service().certificate_revocations().RevokeOwn(person.party, CrlReason::kKeyCompromise).value();
  }

  certmark::testing::TempDir directory_;
  const ca::AuthorityFiles files_{directory_.path()};
  ca::testing::Office office_;
};

TEST_F(PartyCrlTest, IsWrittenWhereThereIsNone) {
  EXPECT_EQ(Open().Begin(office_.now()).value(), 0u);
  EXPECT_TRUE(Listed().empty());
}

TEST_F(PartyCrlTest, SaysAtTheNextLookWhatWasRevoked) {
  const Time now = ca::SystemTime();  // the file has its time from the machine
  PartyCrl crl = Open();
  crl.Begin(now).value();
  const std::string before = Written();
  crl.Renew(now).value();
  EXPECT_EQ(Written(), before) << "nothing more to say";
  Revoke(office_.decider);
  crl.Renew(now).value();
  const std::vector<RevokedCertificate> expected = {
      {office_.decider.certificate.serial_hex(), office_.now(), CrlReason::kKeyCompromise}};
  EXPECT_EQ(Listed(), expected);
}

TEST_F(PartyCrlTest, IsNumberedHigherEachTimeThoughTheClockStandsStillOrStepsBack) {
  PartyCrl crl = Open();
  crl.Begin(office_.now()).value();
  const std::uint64_t first = Read().number;
  Revoke(office_.decider);
  crl.Renew(office_.now()).value();
  const std::uint64_t second = Read().number;
  EXPECT_GT(second, first);
  Revoke(office_.reviewer);
  Open().Begin(office_.now() - Seconds{60}).value();
  EXPECT_GT(Read().number, second);
}

TEST_F(PartyCrlTest, GoesOnWithWhatItSaidWhenTheRecordHasForgottenIt) {
  Revoke(office_.decider);
  PartyCrl crl = Open();
  crl.Begin(office_.now()).value();
  office_.Advance(office_.decider.certificate.not_after() - office_.now() + Seconds{1});
  ASSERT_TRUE(office_.service().parties().OnDue(office_.decider.party.id));
  ASSERT_TRUE(office_.service().certificate_revocations().Known().value().empty());
  PartyCrl again = Open();
  const Time revoked_at = Listed().at(0).revoked_at;
  const Time forgotten_at = revoked_at + ca::kPartyCertificateLife + kPartyCrlLife + Seconds{1};
  again.Begin(forgotten_at - Seconds{1}).value();
  EXPECT_EQ(Listed().size(), 1u);
  again.Renew(forgotten_at).value();
  EXPECT_TRUE(Listed().empty());
}

TEST_F(PartyCrlTest, IsBelievedBeforeADatabaseThatDoesNotKnowOfIt) {
  const std::vector<RevokedCertificate> published = {
      {office_.decider.certificate.serial_hex(), office_.now(), CrlReason::kKeyCompromise}};
  const ca::IssuingCa party_ca{office_.authority().party_ca, *office_.authority().party_ca_signer};
  const Bytes der = ca::IssueCrl(party_ca, 1, published, office_.now(), kPartyCrlLife).value();
  std::ofstream(file(), std::ios::binary) << AsText(der);
  EXPECT_EQ(Open().Begin(office_.now()).value(), 1u);
  EXPECT_FALSE(ca::Authenticate(office_.store(), office_.decider.certificate, office_.now()));
  EXPECT_EQ(Listed(), published);
}

TEST_F(PartyCrlTest, IsNotBegunOverAListThatIsNoneOfThisCas) {
  std::ofstream(file(), std::ios::binary) << "no list";
  const auto refused = Open().Begin(office_.now());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCorruption);
  EXPECT_NE(refused.error().message.find(file().string()), std::string::npos);
}

}  // namespace
}  // namespace certmark::api
