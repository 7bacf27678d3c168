#include "api/cli/documents.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <fstream>
#include <sstream>

#include "ca/key_file.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::cli {
namespace {

using namespace certmark::testing;

constexpr const char* kForm = R"({"platform":"android","package":"org.example.app","signers":[
  "a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b"],"versions":{"from":100},"name":"Example",
  "scheme":"CNCA-App-001 2019","privacy_policy":"https://operator07.example/privacy","path":"initial",
  "self_evaluation":{},"documents":{}})";
constexpr const char* kApplication = "abcdefghijkmnpqr";

// The laboratory of the test PKI, without a connection.
class Documents : public ::testing::Test {
 protected:
  PartySession Session() {
    EVP_PKEY_up_ref(pki.party_key.native());
    Identity identity{ca::MakeSigner(ca::PrivateKey(pki.party_key.native(), EVP_PKEY_free)).value(), ca::Secret(),
                      Certificate::Parse(pki.party).value(), Certificate::Parse(pki.party_ca).value()};
    const Pin pin{std::string(kAuthority), Sha256(pki.root)};
    return PartySession{{std::string(kAuthority), "localhost:1", "localhost:2"},
                        TrustChain::Begin(pin, MakeTrustList(DefaultTrustSpec(pki), pki)).value(),
                        std::move(identity),
                        Client("localhost:2", {}, console)};
  }
  CaseFile File() const {
    CaseFile file{{}, kApplication, ca::ApplicationForm::Parse(kForm).value()};
    file.application.set_form(kForm);
    return file;
  }
  ca::ReportDocument Report(const PartySession& session) const {
    ca::ReportDocument report;
    Describe(report, session, File(), kNow);
    for (const ca::Criterion* criterion : scheme.CriteriaFor(Platform::kAndroid)) {
      report.answers.push_back({criterion->code, ca::Answer::Result::kConform, "inspection", {}, ""});
    }
    return report;
  }
  std::string Signed(const PartySession& session, const ca::ReportDocument& report) const {
    return SignDocument(session, ca::kTypReport, report.ToJson()).value();
  }
  std::string Refusal(const PartySession& session, const std::string& jws) const {
    const auto checked = CheckReport(jws, session, File(), scheme);
    if (checked) return "accepted";
    EXPECT_EQ(checked.error().code, ErrorCode::kFailedPrecondition);
    return checked.error().message;
  }

  TestPki pki = MakeTestPki();
  std::ostringstream out, err;
  Console console{out, err};
  ca::Scheme scheme = LoadScheme({}, "CNCA-App-001 2019").value();
};

TEST_F(Documents, AreHeldToTheEditionOfTheApplication) {
  EXPECT_EQ(LoadScheme({}, "Certmark-NPI 2021").value().level, "necessary-only");
  const auto unknown = LoadScheme({}, "CNCA-App-001 2099");
  EXPECT_EQ(unknown.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(unknown.error().message, "the application is under \"CNCA-App-001 2099\": give its --scheme-file");
  const certmark::testing::TempDir dir;
  std::ofstream(dir / "scheme.json") << ca::DefaultSchemes().front().json;
  EXPECT_EQ(LoadScheme(dir / "scheme.json", "CNCA-App-001 2019").value().Name(), "CNCA-App-001 2019");
  EXPECT_EQ(LoadScheme(dir / "scheme.json", "Certmark-NPI 2021").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(Documents, AReportSignedHereIsOneToDecideOn) {
  const PartySession session = Session();
  const std::string jws = Signed(session, Report(session));
  const CheckedReport checked = CheckReport(jws, session, File(), scheme).value();
  EXPECT_EQ(checked.author, "lab1");
  EXPECT_TRUE(checked.evaluation.conform);
  EXPECT_EQ(checked.report.iss, std::string(kAuthority) + "/parties/lab1");
  EXPECT_EQ(checked.digest, "sha256:" + Sha256(AsBytes(jws)).Hex());
}

TEST_F(Documents, ANonconformAnswerIsSeen) {
  const PartySession session = Session();
  ca::ReportDocument report = Report(session);
  report.answers[3].result = ca::Answer::Result::kNonconform;
  report.answers[3].finding = "hard-to-read";
  const CheckedReport checked = CheckReport(Signed(session, report), session, File(), scheme).value();
  EXPECT_FALSE(checked.evaluation.conform);
  EXPECT_EQ(checked.evaluation.nonconform, std::vector{report.answers[3].criterion});
}

TEST_F(Documents, AReportOnSomethingElseIsNotReliedOn) {
  const PartySession session = Session();
  const struct {
    const char* what;
    void (*change)(ca::ReportDocument&);
  } rows[] = {
      {"another application", [](ca::ReportDocument& r) { r.application = "bbbbbbbbbbbbbbbb"; }},
      {"another scheme", [](ca::ReportDocument& r) { r.edition = "CNCA-App-001 2099"; }},
      {"another app", [](ca::ReportDocument& r) { r.subject.app.package = "org.example.other"; }},
      {"another signer", [](ca::ReportDocument& r) { r.subject.signers = {std::string(64, '0')}; }},
      {"more builds", [](ca::ReportDocument& r) { r.subject.version_from = "99"; }},
      {"fewer answers", [](ca::ReportDocument& r) { r.answers.pop_back(); }},
      {"another authority", [](ca::ReportDocument& r) { r.authority = "https://other.example"; }},
      {"another author", [](ca::ReportDocument& r) { r.iss += "2"; }},
  };
  for (const auto& row : rows) {
    ca::ReportDocument report = Report(session);
    row.change(report);
    EXPECT_TRUE(Refusal(session, Signed(session, report)).starts_with("a report of this file")) << row.what;
  }
}

TEST_F(Documents, AForgedReportIsNotReliedOn) {
  const PartySession session = Session();
  const std::string jws = Signed(session, Report(session));
  std::string forged = jws;
  forged[jws.size() - 10] = jws[jws.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_NE(Refusal(session, forged), "accepted");

  const TestPki stranger = MakeTestPki();
  const std::string other = testing::SignJws("ES256", stranger.party_key.kid(), ca::kTypReport, stranger.party_x5c(),
                                             Report(session).ToJson(), stranger.party_key);
  EXPECT_NE(Refusal(session, other), "accepted") << "signed under another authority's root";
  EXPECT_NE(Refusal(session, ""), "accepted");
}

TEST_F(Documents, TheCertificateOfAReportHeldWhenItWasSigned) {
  const PartySession session = Session();
  ca::ReportDocument report = Report(session);
  report.iat = kNow - 60 * kDay;
  EXPECT_NE(Refusal(session, Signed(session, report)), "accepted");
}

}  // namespace
}  // namespace certmark::cli
