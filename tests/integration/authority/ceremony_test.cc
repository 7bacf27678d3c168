#include "ca/ceremony.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <fstream>
#include <set>
#include <sstream>

#include "ca/certification.h"
#include "ca/document_keys.h"
#include "ca/key_file.h"
#include "ca/party.h"
#include "ca/records.h"
#include "ca/schemes.h"
#include "ca/signer_record.h"
#include "ca/x509_profiles.h"
#include "ledger/anchor.h"
#include "ledger/log_reader.h"
#include "ledger/rocksdb_store.h"
#include "tests/integration/authority/ceremony.h"
#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;
using certmark::testing::Hold;
using certmark::testing::kDay;
using certmark::testing::kNow;
using certmark::testing::TempDir;
using certmark::testing::TestRequest;

std::string ReadAll(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

mode_t ModeOf(const fs::path& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) Die("lstat");
  return status.st_mode & 07777;
}

/// Ceremony is one authority that every test of this file looks at.
class Ceremony : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new TempDir;
    report_ = new CeremonyReport(Hold(TestRequest(*dir_ / "authority")).value());
  }
  static void TearDownTestSuite() {
    delete report_;
    delete dir_;
  }
  static AuthorityFiles files() { return AuthorityFiles(*dir_ / "authority"); }
  static Certificate ReadCertificate(const fs::path& file) {
    return CertificatesFromPem(ReadAll(file)).value().front();
  }
  static TrustList Trust() { return TrustList::AcceptFirst(ReadAll(report_->trust_list), report_->pin).value(); }

  inline static TempDir* dir_ = nullptr;
  inline static CeremonyReport* report_ = nullptr;
};

TEST_F(Ceremony, ItsTrustListIsAcceptedByThePinItTells) {
  const TrustList trust = Trust();
  EXPECT_EQ(report_->pin.authority, "https://ca.example");
  EXPECT_EQ(trust.seq(), 1u);
  EXPECT_EQ(trust.iat(), kNow);
  EXPECT_EQ(trust.exp(), kNow + 180 * kDay);
  EXPECT_EQ(trust.environment(), TrustList::Environment::kTest);
  EXPECT_EQ(trust.credential_eku(), "1.3.6.1.4.1.32473.1.1");
  EXPECT_EQ(trust.status_eku(), "1.3.6.1.4.1.32473.1.2");
  ASSERT_EQ(trust.logs().size(), 1u);
  EXPECT_EQ(trust.logs()[0].origin, "ca.example/log/1");
  EXPECT_EQ(trust.logs()[0].url, "https://ca.example/log/1");
  Pin other = report_->pin;
  other.root.bytes[0] ^= 1;
  EXPECT_FALSE(TrustList::AcceptFirst(ReadAll(report_->trust_list), other));
}

TEST_F(Ceremony, WritesEveryFileWithItsModeAndNoOther) {
  const AuthorityFiles f = files();
  std::map<fs::path, mode_t> expected;
  for (const char* name : {"party-ca", "credential-signer", "status-signer", "log", "server"})
    expected[f.key(name)] = 0600;
  for (const char* name : {"root", "credential-ca"}) expected[f.offline_key(name)] = 0600;
  for (const char* name : {"root", "credential-ca", "party-ca", "credential-signer", "status-signer", "server"}) {
    expected[f.certificate(name)] = 0644;
  }
  for (const char* name : {"root", "credential-ca", "party-ca"}) expected[f.crl(name)] = 0644;
  for (const SchemeFile& scheme : DefaultSchemes()) expected[f.schemes() / scheme.name] = 0644;
  expected[f.trust(1)] = expected[f.registrar() / "certificate.pem"] = 0644;
  expected[f.registrar() / "key.pem"] = expected[f.anchor()] = expected[f.document_keys() / "master"] = 0600;
  for (const auto& entry : fs::recursive_directory_iterator(f.root)) {
    if (entry.path().parent_path() == f.database()) continue;
    if (entry.is_directory()) {
      EXPECT_EQ(ModeOf(entry.path()), 0700u) << entry.path();
      continue;
    }
    const auto found = expected.find(entry.path());
    ASSERT_NE(found, expected.end()) << entry.path();
    EXPECT_EQ(ModeOf(entry.path()), found->second) << entry.path();
    expected.erase(found);
  }
  EXPECT_TRUE(expected.empty()) << expected.begin()->first;
  EXPECT_EQ(ModeOf(f.root), 0700u);
}

TEST_F(Ceremony, ItsKeysAreAllDifferent) {
  const AuthorityFiles f = files();
  std::set<std::string> keys;
  for (const fs::path& file : {f.certificate("root"), f.certificate("credential-ca"), f.certificate("party-ca"),
                               f.certificate("credential-signer"), f.certificate("status-signer"),
                               f.certificate("server"), f.registrar() / "certificate.pem"}) {
    keys.insert(ReadCertificate(file).key().thumbprint());
  }
  EXPECT_EQ(keys.size(), 7u);
}

TEST_F(Ceremony, TheLogBeginsWithGenesisAndTheKeysOfBothSigners) {
  const auto store = ledger::OpenRocksdbStoreReadOnly(files().database()).value();
  const ledger::LogReader reader(*store, 1);
  const TrustList trust = Trust();

  const Bytes first = reader.Entry(0, 3).value();
  const Jws genesis_jws = ParseJws(AsText(first), kTypGenesis, X5c::kForbidden, kMaxEntryBytes).value();
  EXPECT_TRUE(VerifyJws(genesis_jws, trust.roots()[0].key()));
  const Genesis genesis = ParseGenesis(genesis_jws.payload_text()).value();
  EXPECT_EQ(genesis.origin, "ca.example/log/1");
  EXPECT_EQ(genesis.vkey, trust.logs()[0].key.ToVkey());
  EXPECT_EQ(genesis.roots, std::vector{report_->pin.root});

  const std::pair<std::uint64_t, const char*> kKeys[] = {{1, "credential-signer"}, {2, "status-signer"}};
  for (const auto& [index, name] : kKeys) {
    const Bytes bytes = reader.Entry(index, 3).value();
    const Jws jws = ParseJws(AsText(bytes), kTypKey, X5c::kForbidden, kMaxEntryBytes).value();
    const KeyEntry entry = ParseKeyEntry(jws.payload_text()).value();
    EXPECT_EQ(entry.leaf.der(), ReadCertificate(files().certificate(name)).der());
    EXPECT_TRUE(VerifyJws(jws, entry.leaf.key())) << name;
  }
  const auto anchored = ledger::ReadAnchor(files().anchor()).value();
  ASSERT_TRUE(anchored);
  EXPECT_EQ(anchored->published.size, 3u);
}

TEST_F(Ceremony, TheFirstRegistrarIsInTheRegistry) {
  const auto store = ledger::OpenRocksdbStoreReadOnly(files().database()).value();
  const Certificate certificate = ReadCertificate(files().registrar() / "certificate.pem");
  const Party party = Authenticate(*store, certificate, kNow).value();
  EXPECT_EQ(party.id, report_->registrar_id);
  EXPECT_EQ(party.name, "Example Registrar");
  EXPECT_EQ(party.roles, std::set{Role::kRegistrar});
  EXPECT_EQ(certificate.san_uris().front(), "https://ca.example/parties/" + party.id);
  const auto key = LoadKey(files().registrar() / "key.pem", Secret(), KeyKind::kP256).value();
  EXPECT_EQ(MakeSigner(PrivateKey(key.get(), [](EVP_PKEY*) {})).value()->public_key().spki(), certificate.key().spki());
}

TEST_F(Ceremony, TheCredentialSignersCertificatesAreKeptForBundles) {
  const auto store = ledger::OpenRocksdbStoreReadOnly(files().database()).value();
  const Certificate signer = ReadCertificate(files().certificate("credential-signer"));
  const SignerRecord record = Load<SignerRecord>(*store, signer.key().thumbprint()).value().value;
  EXPECT_EQ(record.leaf, signer.der());
  EXPECT_EQ(record.ca, ReadCertificate(files().certificate("credential-ca")).der());
}

TEST_F(Ceremony, PublishesCrlsThatRevokeNothingYet) {
  for (const auto& [name, days] : {std::pair{"root", 398}, {"credential-ca", 398}, {"party-ca", 7}}) {
    const std::string der = ReadAll(files().crl(name));
    const std::uint8_t* cursor = AsBytes(der).data();
    const Owned<X509_CRL, X509_CRL_free> crl(d2i_X509_CRL(nullptr, &cursor, static_cast<long>(der.size())));
    ASSERT_TRUE(crl) << name;
    EXPECT_EQ(X509_CRL_verify(crl.get(), ReadCertificate(files().certificate(name)).key().native()), 1);
    int found_days = 0, seconds = 0;
    ASN1_TIME_diff(&found_days, &seconds, X509_CRL_get0_lastUpdate(crl.get()), X509_CRL_get0_nextUpdate(crl.get()));
    EXPECT_EQ(found_days, days) << name;
    EXPECT_EQ(X509_CRL_get_REVOKED(crl.get()), nullptr);
  }
}

TEST_F(Ceremony, WritesASchemeThatParses) {
  EXPECT_EQ(Schemes::Load(files().schemes()).value().all().size(), DefaultSchemes().size());
}

TEST_F(Ceremony, OverwritesNoAuthority) {
  const std::string root = ReadAll(files().offline_key("root"));
  const auto again = Hold(TestRequest(files().root));
  EXPECT_EQ(again.error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(ReadAll(files().offline_key("root")), root);
}

TEST(CeremonyDirectory, IsRefusedUnlessItIsEmptyOrNotThere) {
  const TempDir dir;
  fs::create_directory(dir / "used");
  std::ofstream(dir / "used/photo.jpg") << "x";
  std::ofstream(dir / "file") << "x";
  fs::create_directory(dir / "empty");
  fs::create_directory_symlink(dir / "empty", dir / "link");
  for (const char* name : {"used", "file", "link"}) {
    EXPECT_EQ(Hold(TestRequest(dir / name)).error().code, ErrorCode::kAlreadyExists) << name;
  }
  EXPECT_EQ(Hold(TestRequest(dir / "no/parent")).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(fs::is_empty(dir / "empty"));
  EXPECT_TRUE(Hold(TestRequest(dir / "empty")));
  EXPECT_EQ(ModeOf(dir / "empty"), 0700u);
}

TEST(CeremonyPassphrase, EncryptsEveryKey) {
  const TempDir dir;
  CeremonyRequest request = TestRequest(dir / "authority");
  request.passphrase = Secret("correct horse");
  ASSERT_TRUE(Hold(request));
  int keys = 0;
  for (const auto& entry : fs::recursive_directory_iterator(request.directory)) {
    if (!entry.is_regular_file()) continue;
    const std::string text = ReadAll(entry.path());
    EXPECT_EQ(text.find("BEGIN PRIVATE KEY"), std::string::npos) << entry.path();
    if (text.find("BEGIN ENCRYPTED PRIVATE KEY") != std::string::npos) ++keys;
  }
  EXPECT_EQ(keys, 8);
  const AuthorityFiles files(request.directory);
  EXPECT_TRUE(DocumentKeys::Open(files.document_keys(), request.passphrase));
  EXPECT_EQ(DocumentKeys::Open(files.document_keys(), Secret()).error().code, ErrorCode::kPermissionDenied);
}

/// ProductionRequest is one that is right.
CeremonyRequest ProductionRequest(const fs::path& directory) {
  CeremonyRequest request = TestRequest(directory);
  request.environment = TrustList::Environment::kProduction;
  request.pen = 99999;
  request.witnesses = {certmark::testing::TestNoteKey::Witness("witness.example/one").vkey(),
                       certmark::testing::TestNoteKey::Witness("witness.example/two").vkey()};
  request.quorum = 1;
  request.passphrase = Secret("correct horse");
  return request;
}

TEST(CeremonyForProduction, MakesAnAuthorityWithWitnesses) {
  const TempDir dir;
  const CeremonyRequest request = ProductionRequest(dir / "authority");
  const CeremonyReport report = Hold(request).value();
  const TrustList trust = TrustList::AcceptFirst(ReadAll(report.trust_list), report.pin).value();
  EXPECT_EQ(trust.environment(), TrustList::Environment::kProduction);
  EXPECT_EQ(trust.witnesses().size(), 2u);
  EXPECT_EQ(trust.quorum(), 1u);
  EXPECT_EQ(trust.credential_eku(), "1.3.6.1.4.1.99999.1.1");
}

TEST(CeremonyRequestRules, AreHeldBeforeAnythingIsMade) {
  using R = CeremonyRequest;
  const struct {
    const char* name;
    void (*break_it)(R&);
  } kRows[] = {
      {"http", [](R& r) { r.authority = "http://ca.example"; }},
      {"an authority with a path", [](R& r) { r.authority += "/x"; }},
      {"no name", [](R& r) { r.name.clear(); }},
      {"a name of 65 characters", [](R& r) { r.name.assign(65, 'x'); }},
      {"a name with a line break", [](R& r) { r.name = "a\nb"; }},
      {"no registrar", [](R& r) { r.registrar.clear(); }},
      {"PEN 0", [](R& r) { r.pen = 0; }},
      {"a PEN of 2^31", [](R& r) { r.pen = 1u << 31; }},
      {"a host with a space", [](R& r) { r.hosts = {"a b"}; }},
      {"a wildcard host", [](R& r) { r.hosts = {"*.example"}; }},
      {"a witness that is no key", [](R& r) { r.witnesses = {"witness.example"}; }},
      {"a log as witness", [](R& r) { r.witnesses = {certmark::testing::TestNoteKey::Log("log.example").vkey()}; }},
      {"a witness twice", [](R& r) { r.witnesses.push_back(r.witnesses[0]); }},
      {"a quorum above the witnesses", [](R& r) { r.quorum = 3; }},
      {"production with the documentation's PEN", [](R& r) { r.pen = kPenDocumentation; }},
      {"production without witnesses", [](R& r) { r.witnesses.clear(), r.quorum = 0; }},
      {"production with quorum 0", [](R& r) { r.quorum = 0; }},
      {"production without passphrase", [](R& r) { r.passphrase = Secret(); }},
  };
  const TempDir dir;
  for (const auto& row : kRows) {
    CeremonyRequest request = ProductionRequest(dir / "authority");
    row.break_it(request);
    const auto report = Hold(request);
    ASSERT_FALSE(report) << row.name;
    EXPECT_EQ(report.error().code, ErrorCode::kInvalidArgument) << row.name;
    EXPECT_FALSE(fs::exists(dir / "authority")) << row.name;
  }
}

TEST(CeremonyFailure, LeavesWhatWasBegunAndNamesIt) {
  const TempDir dir;
  const Random broken = [](std::span<std::uint8_t>) -> Result<void> {
    return Error{ErrorCode::kInternal, "no entropy"};
  };
  const CeremonyRequest request = TestRequest(dir / "authority");
  const auto report = RunCeremony(
      request, [] { return kNow; }, broken);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "no entropy; what was begun is in " + request.directory.string());
  EXPECT_TRUE(fs::exists(request.directory));
}

}  // namespace
}  // namespace certmark::ca
