#include "ca/x509_profiles.h"

#include <gtest/gtest.h>

#include <openssl/x509v3.h>
#include <algorithm>

#include <cstdio>
#include <fstream>

#include "tests/unit/ca/issuing.h"
#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

using testing::Issuing;
using testing::kAuthority;
using testing::kAuthorityName;
using testing::kDay;
using testing::kNow;
using testing::NewSigner;

constexpr Seconds kHour{3600}, kSecond{1};
const std::vector<std::string> kPartyEku = {std::string(kServerAuthOid), std::string(kClientAuthOid)};

class Profiles : public ::testing::Test {
 protected:
  PathProfile CredentialPath() const { return {ca_.oids.credential, {ca_.oids.credential, ca_.oids.status}}; }
  PathProfile StatusPath() const { return {ca_.oids.status, {ca_.oids.credential, ca_.oids.status}}; }
  PathProfile ClientPath() const { return {std::string(kClientAuthOid), kPartyEku}; }
  Result<Path> Check(const Certificate& leaf, const Certificate& ca, const PathProfile& profile,
                     Time now = kNow) const {
    return CheckPath(leaf, ca, {roots_}, profile, now);
  }
  Certificate Server(const std::vector<std::string>& hosts) const {
    return IssueServerCertificate(ca_.as_party_ca(), NewSigner()->public_key(), hosts, kAuthority, kNow, ca_.random)
        .value();
  }
  const Issuing ca_;
  const std::vector<Certificate> roots_ = {ca_.root};
};

/// CriticalOf says whether extension `nid` is critical: 1, 0, or -1 where there is none.
int CriticalOf(const Certificate& certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate.native(), nid, -1);
  return at < 0 ? -1 : X509_EXTENSION_get_critical(X509_get_ext(certificate.native(), at));
}

std::string Extension(const Certificate& certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate.native(), nid, -1);
  if (at < 0) return {};
  const ASN1_OCTET_STRING* data = X509_EXTENSION_get_data(X509_get_ext(certificate.native(), at));
  return std::string(AsText({ASN1_STRING_get0_data(data), static_cast<std::size_t>(ASN1_STRING_length(data))}));
}

TEST_F(Profiles, MakePathsThatTheVerifierAccepts) {
  EXPECT_TRUE(CheckRoot(ca_.root));
  EXPECT_TRUE(Check(ca_.signer, ca_.credential_ca, CredentialPath()));
  EXPECT_TRUE(Check(ca_.status_signer, ca_.credential_ca, StatusPath()));
  EXPECT_TRUE(Check(ca_.party, ca_.party_ca, ClientPath()));
  EXPECT_TRUE(Check(Server({"ca.example"}), ca_.party_ca, {std::string(kServerAuthOid), kPartyEku}));
}

TEST_F(Profiles, MakePathsThatServeNoOtherPurpose) {
  EXPECT_FALSE(Check(ca_.signer, ca_.credential_ca, StatusPath()));
  EXPECT_FALSE(Check(ca_.status_signer, ca_.credential_ca, CredentialPath()));
  EXPECT_FALSE(Check(ca_.party, ca_.party_ca, CredentialPath()));
  EXPECT_FALSE(Check(Server({"ca.example"}), ca_.party_ca, ClientPath()));
}

TEST_F(Profiles, APartyCaCannotMint) {
  const auto minted =
      IssueCredentialSigner(ca_.as_party_ca(), ca_.signer_key->public_key(), ca_.oids, kAuthority, kNow, ca_.random);
  ASSERT_FALSE(minted);
  EXPECT_EQ(minted.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_FALSE(IssuePartyCertificate(ca_.as_credential_ca(), ca_.party_key->public_key(), "Lab", "lab1", kAuthority,
                                     kNow, ca_.random));
}

TEST_F(Profiles, ALeafOrTheRootIssuesNoLeafAndACaNoCa) {
  const IssuingCa leaf{ca_.signer, *ca_.signer_key};
  const auto key = NewSigner();
  EXPECT_FALSE(IssueCredentialSigner(leaf, key->public_key(), ca_.oids, kAuthority, kNow, ca_.random));
  EXPECT_FALSE(IssueCredentialSigner(ca_.as_root(), key->public_key(), ca_.oids, kAuthority, kNow, ca_.random));
  EXPECT_FALSE(IssueCredentialCa(ca_.as_credential_ca(), key->public_key(), kAuthorityName, ca_.oids, kAuthority, kNow,
                                 ca_.random));
}

TEST_F(Profiles, AKeyThatIsNotTheIssuersSignsNothing) {
  const IssuingCa swapped{ca_.credential_ca, *ca_.party_ca_key};
  const auto issued = IssueStatusSigner(swapped, ca_.status_key->public_key(), ca_.oids, kAuthority, kNow, ca_.random);
  EXPECT_EQ(issued.error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(Profiles, LiveAsLongAsThePageSaysInclusive) {
  const struct {
    const char* name;
    const Certificate& certificate;
    Seconds life;
  } kRows[] = {
      {"root", ca_.root, 20 * 365 * kDay},
      {"credential CA", ca_.credential_ca, 10 * 365 * kDay},
      {"party CA", ca_.party_ca, 10 * 365 * kDay},
      {"credential signer", ca_.signer, (365 + 1096 + 30) * kDay},
      {"status signer", ca_.status_signer, 92 * kDay},
      {"party", ca_.party, 2 * 365 * kDay},
      {"server", Server({"ca.example"}), 398 * kDay},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(row.certificate.not_before(), kNow - kHour) << row.name;
    EXPECT_EQ(row.certificate.not_after(), kNow - kHour + row.life - kSecond) << row.name;
  }
}

TEST_F(Profiles, AreAcceptedToTheirLastSecondAndNotOneMore) {
  const Time last = ca_.status_signer.not_after();
  EXPECT_TRUE(Check(ca_.status_signer, ca_.credential_ca, StatusPath(), last));
  EXPECT_FALSE(Check(ca_.status_signer, ca_.credential_ca, StatusPath(), last + kSecond));
}

TEST_F(Profiles, SignersAreUsedForTheirPeriodAlone) {
  EXPECT_TRUE(InUsagePeriod(ca_.signer, kNow));
  EXPECT_TRUE(InUsagePeriod(ca_.signer, kNow - kHour + 365 * kDay - kSecond));
  EXPECT_FALSE(InUsagePeriod(ca_.signer, kNow - kHour + 365 * kDay));
  EXPECT_TRUE(InUsagePeriod(ca_.status_signer, kNow - kHour + 90 * kDay - kSecond));
  EXPECT_FALSE(InUsagePeriod(ca_.status_signer, kNow - kHour + 90 * kDay));
  EXPECT_FALSE(ca_.party.usage_period());
}

TEST_F(Profiles, ACredentialOfTheLastDayEndsBeforeItsSignersCertificate) {
  EXPECT_LT(ca_.signer.usage_period()->last + 1096 * kDay, ca_.signer.not_after());
}

TEST_F(Profiles, NothingOutlivesItsIssuer) {
  const Time late = ca_.credential_ca.not_after() - 100 * kDay;
  const auto& key = ca_.signer_key->public_key();
  EXPECT_TRUE(IssueStatusSigner(ca_.as_credential_ca(), key, ca_.oids, kAuthority, late, ca_.random));
  EXPECT_EQ(IssueCredentialSigner(ca_.as_credential_ca(), key, ca_.oids, kAuthority, late, ca_.random).error().code,
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(IssueCrl(ca_.as_credential_ca(), 1, {}, late, 398 * kDay).error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(Profiles, MarkBasicConstraintsAndKeyUsageCriticalAndNothingElse) {
  for (const Certificate& certificate : {ca_.root, ca_.credential_ca, ca_.signer, ca_.party, Server({"ca.example"})}) {
    for (int i = 0; i < X509_get_ext_count(certificate.native()); ++i) {
      X509_EXTENSION* extension = X509_get_ext(certificate.native(), i);
      const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
      EXPECT_EQ(X509_EXTENSION_get_critical(extension), nid == NID_basic_constraints || nid == NID_key_usage)
          << certificate.subject_text() << ", " << OBJ_nid2sn(nid);
    }
    EXPECT_EQ(CriticalOf(certificate, NID_basic_constraints), 1);
    EXPECT_EQ(CriticalOf(certificate, NID_key_usage), 1);
  }
}

TEST_F(Profiles, NameTheirIssuersCrlAndTheRootNone) {
  const std::pair<Certificate, const char*> kRows[] = {
      {ca_.credential_ca, "https://ca.example/crl/root.crl"},
      {ca_.party_ca, "https://ca.example/crl/root.crl"},
      {ca_.signer, "https://ca.example/crl/credential-ca.crl"},
      {ca_.status_signer, "https://ca.example/crl/credential-ca.crl"},
      {ca_.party, "https://ca.example/crl/party-ca.crl"},
      {Server({"ca.example"}), "https://ca.example/crl/party-ca.crl"},
  };
  for (const auto& [certificate, url] : kRows) {
    EXPECT_TRUE(Extension(certificate, NID_crl_distribution_points).ends_with(url)) << certificate.subject_text();
  }
  EXPECT_EQ(CriticalOf(ca_.root, NID_crl_distribution_points), -1);
}

TEST_F(Profiles, NameKeysByRfc7093Method1) {
  const PublicKey& key = ca_.signer.key();
  const std::uint8_t form[] = {4};
  const Hash hash = Sha256({form, key.x(), key.y()});
  EXPECT_EQ(Extension(ca_.signer, NID_subject_key_identifier), "\x04\x14" + std::string(AsText(hash.view().first(20))));
  EXPECT_TRUE(Extension(ca_.signer, NID_authority_key_identifier)
                  .ends_with(Extension(ca_.credential_ca, NID_subject_key_identifier).substr(2)));
  EXPECT_TRUE(Extension(ca_.root, NID_authority_key_identifier)
                  .ends_with(Extension(ca_.root, NID_subject_key_identifier).substr(2)));
}

TEST_F(Profiles, SayWhoseTheyAre) {
  EXPECT_EQ(ca_.signer.san_uris(), std::vector<std::string>{"https://ca.example"});
  EXPECT_EQ(ca_.status_signer.san_uris(), std::vector<std::string>{"https://ca.example"});
  EXPECT_EQ(ca_.party.san_uris(), std::vector<std::string>{"https://ca.example/parties/lab1"});
  EXPECT_EQ(ca_.party.san_count(), 1u);
  EXPECT_EQ(ca_.party.subject_text(), "CN=Laboratory One");
  EXPECT_EQ(ca_.root.subject_text(), "CN=Root CA 2026,O=Example Certification Authority");
  EXPECT_EQ(ca_.signer.subject_text(), "CN=Credential Signer 2026-11-03,O=Example Certification Authority");
}

TEST_F(Profiles, ServersNameHostsAndAddresses) {
  const Certificate server = Server({"ca.example", "127.0.0.1", "::1"});
  EXPECT_EQ(server.san_count(), 3u);
  EXPECT_EQ(X509_check_host(server.native(), "ca.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(server.native(), "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(server.native(), "::1", 0), 1);
  EXPECT_EQ(X509_check_host(server.native(), "other.example", 0, 0, nullptr), 0);
}

TEST_F(Profiles, SerialNumbersAre128RandomBitsAndPositive) {
  const Random high = [](std::span<std::uint8_t> out) { return std::ranges::fill(out, 0xff), Result<void>(); };
  EXPECT_EQ(IssueRoot(*ca_.root_key, "x", kNow, high).value().serial_hex(), std::string(32, 'f'));
  const Random broken = [](std::span<std::uint8_t>) -> Result<void> {
    return Error{ErrorCode::kInternal, "no entropy"};
  };
  EXPECT_EQ(IssueRoot(*ca_.root_key, "x", kNow, broken).error().message, "no entropy");
  const Random zero = [](std::span<std::uint8_t> out) { return std::ranges::fill(out, 0), Result<void>(); };
  EXPECT_FALSE(IssueRoot(*ca_.root_key, "x", kNow, zero));
  EXPECT_NE(ca_.signer.serial_hex(), ca_.status_signer.serial_hex());
}

TEST_F(Profiles, DatesFrom2050OnAreGeneralizedTime) {
  const Time later = kNow + 10 * 365 * kDay;
  const Certificate root = IssueRoot(*ca_.root_key, "x", later, ca_.random).value();  // the verifier's parser insists
  EXPECT_EQ(ASN1_STRING_type(X509_get0_notBefore(root.native())), V_ASN1_UTCTIME);
  EXPECT_EQ(ASN1_STRING_type(X509_get0_notAfter(root.native())), V_ASN1_GENERALIZEDTIME);
}

TEST_F(Profiles, RefuseBadNames) {
  const PublicKey& key = ca_.party_key->public_key();
  const std::string long_name(65, 'x');
  for (const std::string& name : {std::string(), long_name, std::string("a\nb"), std::string("\xc3\x28")}) {
    EXPECT_EQ(IssueRoot(*ca_.root_key, name, kNow, ca_.random).error().code, ErrorCode::kInvalidArgument) << name;
    EXPECT_EQ(IssuePartyCertificate(ca_.as_party_ca(), key, name, "lab1", kAuthority, kNow, ca_.random).error().code,
              ErrorCode::kInvalidArgument);
  }
  for (const char* id : {"", "Lab", "a/b", "a b", "lab1?x"}) {
    EXPECT_EQ(IssuePartyCertificate(ca_.as_party_ca(), key, "Lab", id, kAuthority, kNow, ca_.random).error().code,
              ErrorCode::kInvalidArgument)
        << id;
  }
  for (const char* host : {"", "a b", "*.example", "https://ca.example", ".example", "300.1.1.1/8"}) {
    EXPECT_EQ(IssueServerCertificate(ca_.as_party_ca(), key, {host}, kAuthority, kNow, ca_.random).error().code,
              ErrorCode::kInvalidArgument)
        << host;
  }
  EXPECT_FALSE(IssueServerCertificate(ca_.as_party_ca(), key, {}, kAuthority, kNow, ca_.random));
  EXPECT_FALSE(IssuePartyCertificate(ca_.as_party_ca(), key, "Lab", "lab1", "http://ca.example", kNow, ca_.random));
}

TEST_F(Profiles, RefuseKeysOfAnotherCurve) {
  const PublicKey& p384 = ca_.root_key->public_key();
  EXPECT_FALSE(IssueCredentialSigner(ca_.as_credential_ca(), p384, ca_.oids, kAuthority, kNow, ca_.random));
  EXPECT_FALSE(IssuePartyCa(ca_.as_root(), p384, kAuthorityName, kAuthority, kNow, ca_.random));
  EXPECT_FALSE(IssueRoot(*ca_.party_key, kAuthorityName, kNow, ca_.random));
}

TEST_F(Profiles, ReleaseNothingThatDoesNotVerify) {
  const auto forging = testing::Forging();
  const Certificate forged_ca =
      IssueCredentialCa(ca_.as_root(), forging.public_key(), kAuthorityName, ca_.oids, kAuthority, kNow, ca_.random)
          .value();
  const IssuingCa forged{forged_ca, forging};
  EXPECT_EQ(
      IssueStatusSigner(forged, ca_.status_key->public_key(), ca_.oids, kAuthority, kNow, ca_.random).error().code,
      ErrorCode::kInternal);
  EXPECT_EQ(IssueCrl(forged, 1, {}, kNow, kDay).error().code, ErrorCode::kInternal);
}

TEST_F(Profiles, CrlsListSerialNumbers) {
  const std::vector<RevokedCertificate> revoked = {{"5a", kNow - kDay, CrlReason::kSuperseded},
                                                   {ca_.party.serial_hex(), kNow, CrlReason::kKeyCompromise}};
  const Bytes der = IssueCrl(ca_.as_party_ca(), 7, revoked, kNow, 7 * kDay).value();
  const std::uint8_t* cursor = der.data();
  const Owned<X509_CRL, X509_CRL_free> crl(d2i_X509_CRL(nullptr, &cursor, static_cast<long>(der.size())));
  X509_REVOKED* row = nullptr;
  EXPECT_EQ(X509_CRL_get0_by_cert(crl.get(), &row, ca_.party.native()), 1);
  EXPECT_EQ(X509_CRL_get0_by_cert(crl.get(), &row, ca_.signer.native()), 0);
  EXPECT_EQ(IssueCrl(ca_.as_party_ca(), 8, {{"xyz", kNow, CrlReason::kSuperseded}}, kNow, kDay).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(Profiles, CrlsAreReadAsTheyWereWrittenAndByTheirOwnCaAlone) {
  const std::vector<RevokedCertificate> revoked = {{"5a", kNow - kDay, CrlReason::kSuperseded},
                                                   {"01ff", kNow, CrlReason::kPrivilegeWithdrawn}};
  Bytes der = IssueCrl(ca_.as_party_ca(), 7, revoked, kNow, 7 * kDay).value();
  auto read = ReadCrl(der, ca_.party_ca).value();
  EXPECT_EQ(read.number, 7u);
  std::ranges::sort(read.revoked, {}, &RevokedCertificate::revoked_at);
  EXPECT_EQ(read.revoked, revoked);
  EXPECT_EQ(ReadCrl(der, ca_.credential_ca).error().code, ErrorCode::kInvalidArgument);
  der.push_back(0);
  EXPECT_EQ(ReadCrl(der, ca_.party_ca).error().code, ErrorCode::kInvalidArgument) << "something behind it";
  EXPECT_EQ(ReadCrl({}, ca_.party_ca).error().code, ErrorCode::kInvalidArgument);
}

TEST(Pem, ReadsWhatItWrites) {
  const Issuing ca;
  const auto read = CertificatesFromPem(ToPem(ca.party) + ToPem(ca.party_ca)).value();
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].der(), ca.party.der());
  EXPECT_EQ(read[1].der(), ca.party_ca.der());
}

TEST(Pem, RefusesWhatHoldsNoCertificateOrMore) {
  const Issuing ca;
  const std::string good = ToPem(ca.party);
  const std::pair<const char*, std::string> kRows[] = {
      {"nothing", ""},
      {"no block", "hello\n"},
      {"a key", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"},
      {"a key after it", good + "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"},
      {"cut short", good.substr(0, good.size() - 40)},
      {"no certificate inside", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"},
  };
  for (const auto& [name, text] : kRows) EXPECT_FALSE(CertificatesFromPem(text)) << name;
}

/// OpensslVerify runs `openssl verify` and returns its exit status.
int OpensslVerify(const std::filesystem::path& directory, const std::string& arguments) {
  const std::string command = "cd " + directory.string() + " && openssl verify -x509_strict -attime " +
                              std::to_string(ToEpoch(kNow)) + " -CAfile root.pem " + arguments + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) Die("popen");
  std::string output;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
  const int status = ::pclose(pipe);
  if (status != 0) std::fputs(output.c_str(), stderr);
  return status;
}

TEST_F(Profiles, AreAcceptedByOpensslAtItsStrictest) {
  const testing::TempDir dir;
  const auto write = [&](const char* name, const Certificate& certificate) {
    std::ofstream(dir / name) << ToPem(certificate);
  };
  write("root.pem", ca_.root);
  write("credential-ca.pem", ca_.credential_ca);
  write("party-ca.pem", ca_.party_ca);
  write("signer.pem", ca_.signer);
  write("status.pem", ca_.status_signer);
  write("party.pem", ca_.party);
  write("server.pem", Server({"ca.example"}));
  EXPECT_EQ(OpensslVerify(dir.path(), "-untrusted credential-ca.pem signer.pem status.pem"), 0);
  EXPECT_EQ(OpensslVerify(dir.path(), "-purpose sslclient -untrusted party-ca.pem party.pem"), 0);
  EXPECT_EQ(
      OpensslVerify(dir.path(), "-purpose sslserver -verify_hostname ca.example -untrusted party-ca.pem server.pem"),
      0);
}

}  // namespace
}  // namespace certmark::ca
