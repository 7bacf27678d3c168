// Reports and decisions: signed by whom they name, about what they name, in time; and nothing that was touched
// afterwards.
#include "ca/party_document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "ca/party_certificates.h"
#include "ca/schemes.h"
#include "tests/support/test_pki.h"
#include "verifier-sdk/core/jws.h"

namespace certmark::ca {
namespace {

using namespace certmark::testing;

class PartyDocuments : public ::testing::Test {
 protected:
  PartyDocuments() {
    report.iss = std::string(kAuthority) + "/parties/p1";
    report.iat = kNow;
    report.authority = kAuthority;
    report.application = "a1";
    report.edition = scheme.Name();
    report.subject = {App::Parse("android:org.example.app").value(), {std::string(64, 'a')}, "100", "199"};
    for (const Criterion* criterion : scheme.CriteriaFor(Platform::kAndroid)) {
      report.answers.push_back(
          {criterion->code, Answer::Result::kConform, "test", {"sha256:" + std::string(64, '0')}, ""});
    }
    static_cast<PartyDocument&>(decision) = report;
    decision.granted = true;
    decision.reasons = {"criteria-not-met"};
    decision.rests_on = {"sha256:" + std::string(64, '1')};
    leaf_spec = PartySpec(kNow - 30 * kDay, report.iss);
    party_ca_key = pki.party_ca_key;
  }

  Bytes Leaf() const { return MakeCertificate(leaf_spec, pki.party_key, party_ca_key); }
  std::vector<Bytes> Chain() const { return {Leaf(), pki.party_ca}; }
  std::string Sign(std::string_view typ, const std::string& payload) const {
    return SignJws("ES256", pki.party_key.kid(), typ, Chain(), payload, pki.party_key);
  }
  auto Open(const std::string& jws, Time now = kNow) const {
    auto opened = OpenReport(jws, {kAuthority, party_ca, roots, now});
    // Whatever is remembered of its author's certificate, the first time and from then on, it is judged the same.
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(OpenReport(jws, {kAuthority, party_ca, roots, now, {}, &leaves}).has_value(), opened.has_value());
    return opened;
  }
  auto OpenAsDecision(const std::string& jws, Time now = kNow) const {
    return OpenDecision(jws, {kAuthority, party_ca, roots, now});
  }
  std::string Signed() const { return Sign(kTypReport, report.ToJson()); }

  const TestPki pki = MakeTestPki();
  const Certificate party_ca = Certificate::Parse(pki.party_ca).value();
  const std::vector<Certificate> roots = {Certificate::Parse(pki.root).value()};
  const PartyCertificates leaves{party_ca};
  const Scheme scheme = *Schemes::Default().value().Find("CNCA-App-001 2019").value();
  ReportDocument report;
  DecisionDocument decision;
  CertSpec leaf_spec;
  TestKey party_ca_key = TestKey::P256();
};

TEST_F(PartyDocuments, ReportOpensWithItsAuthor) {
  const auto opened = Open(Signed());
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->second.party_id, "p1");
  EXPECT_EQ(opened->second.certificate.key().spki(), pki.party_key.spki());
  EXPECT_EQ(opened->first.subject, report.subject);
  EXPECT_EQ(opened->first.answers.size(), scheme.CriteriaFor(Platform::kAndroid).size());
  EXPECT_EQ(opened->first.ToJson(), report.ToJson());
}

TEST_F(PartyDocuments, DecisionOpensWithItsAuthor) {
  const auto opened = OpenAsDecision(Sign(kTypDecision, decision.ToJson()));
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->second.party_id, "p1");
  EXPECT_TRUE(opened->first.granted);
  EXPECT_EQ(opened->first.rests_on, decision.rests_on);
  EXPECT_EQ(opened->first.ToJson(), decision.ToJson());
}

TEST_F(PartyDocuments, OneIsNeverTakenForTheOther) {
  EXPECT_FALSE(OpenAsDecision(Signed()));
  EXPECT_FALSE(Open(Sign(kTypDecision, decision.ToJson())));
  EXPECT_FALSE(Open(Sign(kTypDecision, report.ToJson())));
  EXPECT_FALSE(Open(Sign(kTypReport, decision.ToJson())));
}

TEST_F(PartyDocuments, OpenWithinADayAndAMinute) {
  const std::string jws = Signed();
  EXPECT_TRUE(Open(jws, kNow + kDay));
  EXPECT_FALSE(Open(jws, kNow + kDay + Seconds{1}));
  EXPECT_TRUE(Open(jws, kNow - Seconds{60}));
  EXPECT_FALSE(Open(jws, kNow - Seconds{61}));
}

TEST_F(PartyDocuments, RefusePayloadsThatAreNotRight) {
  struct Row {
    const char* mutation;
    const char *from, *to;
  };
  const Row rows[] = {
      {"another author", "/parties/p1", "/parties/p2"},
      {"no author", "\"iss\"", "\"issuer\""},
      {"another authority", "\"authority\":\"https://ca.example\"", "\"authority\":\"https://cb.example\""},
      {"no application", "\"application\"", "\"app\""},
      {"no edition", "\"edition\"", "\"scheme\""},
      {"no subject", "\"subject\"", "\"about\""},
      {"a subject of no platform there is", "\"android\"", "\"symbian\""},
      {"a signer of another form", "aaaa", "AAAA"},
      {"a build that is text", "\"from\":100", "\"from\":\"100\""},
      {"a range that ends before it begins", "\"to\":199", "\"to\":99"},
      {"no kind", "\"kind\"", "\"sort\""},
      {"another kind", "\"verification\"", "\"inspection\""},
      {"no answers", "\"answers\"", "\"results\""},
      {"a result there is not", "\"conform\"", "\"passed\""},
      {"no method", "\"method\"", "\"how\""},
      {"a method of two lines", "\"method\":\"test\"", "\"method\":\"te\\nst\""},
      {"evidence that is no digest", "sha256:", "sha512:"},
      {"no evidence", "\"evidence\"", "\"proof\""},
      {"a time that is text", "\"iat\":1793664000", "\"iat\":\"1793664000\""},
      {"something after it", "]}", "]} x"},
  };
  for (const Row& row : rows) {
    const auto opened = Open(Sign(kTypReport, Replaced(report.ToJson(), row.from, row.to)));
    ASSERT_FALSE(opened) << row.mutation;
    EXPECT_EQ(opened.error().code, ErrorCode::kInvalidArgument) << row.mutation;
  }
  for (const auto& [from, to] : {std::pair{"\"granted\"", "\"agreed\""},
                                 {"\"outcome\"", "\"result\""},
                                 {"\"reasons\"", "\"why\""},
                                 {"\"restsOn\"", "\"rests_on\""},
                                 {"sha256:1", "sha256:x"}}) {
    EXPECT_FALSE(OpenAsDecision(Sign(kTypDecision, Replaced(decision.ToJson(), from, to)))) << to;
  }
}

TEST_F(PartyDocuments, RefuseWhatWasTouchedAfterSigning) {
  const std::string jws = Signed();
  std::string other_payload = jws;
  const std::size_t dot = jws.find('.');
  const std::string tampered = Base64UrlEncode(AsBytes(Replaced(report.ToJson(), "\"a1\"", "\"a2\"")));
  other_payload.replace(dot + 1, jws.rfind('.') - dot - 1, tampered);
  EXPECT_FALSE(Open(other_payload));
  EXPECT_FALSE(Open(jws.substr(0, jws.rfind('.') + 1)));
  EXPECT_FALSE(Open(jws + "A"));
  EXPECT_FALSE(Open(""));
}

TEST_F(PartyDocuments, RefuseAKeyThatIsNotTheLeafs) {
  const TestKey other = TestKey::P256();
  EXPECT_FALSE(Open(SignJws("ES256", pki.party_key.kid(), kTypReport, Chain(), report.ToJson(), other)));
  EXPECT_FALSE(Open(SignJws("ES256", other.kid(), kTypReport, Chain(), report.ToJson(), other)));
  EXPECT_FALSE(Open(SignJws("ES384", pki.party_key.kid(), kTypReport, Chain(), report.ToJson(), pki.party_key)));
}

TEST_F(PartyDocuments, RefuseChainsOfAnotherShape) {
  const auto open = [&](const std::vector<Bytes>& chain) {
    return Open(SignJws("ES256", pki.party_key.kid(), kTypReport, chain, report.ToJson(), pki.party_key));
  };
  EXPECT_TRUE(open(Chain()));
  EXPECT_FALSE(open({Leaf()}));
  EXPECT_FALSE(open({Leaf(), pki.party_ca, pki.root}));
  EXPECT_FALSE(open({pki.party_ca, Leaf()}));
  EXPECT_FALSE(open({Leaf(), pki.credential_ca}));
  EXPECT_FALSE(open({}));
}

TEST_F(PartyDocuments, RefuseACredentialSignerAsAuthor) {
  const std::vector<Bytes> chain = {pki.signer, pki.credential_ca};
  EXPECT_FALSE(Open(SignJws("ES256", pki.signer_key.kid(), kTypReport, chain, report.ToJson(), pki.signer_key)));
  EXPECT_FALSE(Open(
      SignJws("ES256", pki.signer_key.kid(), kTypReport, {pki.signer, pki.party_ca}, report.ToJson(), pki.signer_key)));
}

TEST_F(PartyDocuments, RefuseALeafOfAnotherProfile) {
  struct Row {
    const char* mutation;
    std::function<void()> apply;
  };
  const Row rows[] = {
      {"a server's purpose", [&] { leaf_spec.Set("extendedKeyUsage", "serverAuth"); }},
      {"both purposes", [&] { leaf_spec.Set("extendedKeyUsage", "clientAuth,serverAuth"); }},
      {"no purpose", [&] { leaf_spec.Remove("extendedKeyUsage"); }},
      {"no name", [&] { leaf_spec.Remove("subjectAltName"); }},
      {"two names", [&] { leaf_spec.Set("subjectAltName", "URI:" + report.iss + ",URI:https://x.example"); }},
      {"another kind of name beside it",
       [&] { leaf_spec.Set("subjectAltName", "URI:" + report.iss + ",DNS:x.example"); }},
      {"another authority's party", [&] { leaf_spec.Set("subjectAltName", "URI:https://cb.example/parties/p1"); }},
      {"no party", [&] { leaf_spec.Set("subjectAltName", "URI:https://ca.example/parties/"); }},
      {"a certificate that has expired", [&] { leaf_spec.not_after = kNow - Seconds{1}; }},
      {"a certificate of tomorrow", [&] { leaf_spec.not_before = kNow + kDay; }},
      {"an issuer that is not the Party CA", [&] { party_ca_key = TestKey::P256(); }},
  };
  const CertSpec right = leaf_spec;
  for (const Row& row : rows) {
    leaf_spec = right;
    party_ca_key = pki.party_ca_key;
    ASSERT_TRUE(Open(Signed()));
    row.apply();
    const auto opened = Open(Signed());
    ASSERT_FALSE(opened) << row.mutation;
    EXPECT_EQ(opened.error().code, ErrorCode::kInvalidArgument) << row.mutation;
  }
}

TEST_F(PartyDocuments, RefuseARootThatIsNotTheAuthoritys) {
  const TestPki other = MakeTestPki();
  const std::vector<Certificate> other_roots = {Certificate::Parse(other.root).value()};
  EXPECT_FALSE(OpenReport(Signed(), {kAuthority, party_ca, other_roots, kNow}));
}

// ---- Evaluation

TEST_F(PartyDocuments, EvaluateToConformWhereEveryMandatoryCriterionIs) {
  EXPECT_TRUE(Evaluate(report, scheme).value().conform);
  report.answers[3].result = Answer::Result::kNotApplicable;
  EXPECT_TRUE(Evaluate(report, scheme).value().conform);
}

TEST_F(PartyDocuments, EvaluateToNonconformWithTheCodes) {
  for (const std::size_t i : {4, 7}) {
    report.answers[i].result = Answer::Result::kNonconform;
    report.answers[i].finding = "F-1";
  }
  const Evaluation evaluation = Evaluate(report, scheme).value();
  EXPECT_FALSE(evaluation.conform);
  EXPECT_EQ(evaluation.nonconform, (std::vector<std::string>{"APP-2019/2.1", "APP-2019/2.4"}));
}

TEST_F(PartyDocuments, EvaluateToConformWhereOnlyAVoluntaryCriterionIsNot) {
  Scheme lenient = scheme;
  lenient.catalogues[0].criteria[4].mandatory = false;
  report.answers[4].result = Answer::Result::kNonconform;
  report.answers[4].finding = "F-1";
  const Evaluation evaluation = Evaluate(report, lenient).value();
  EXPECT_TRUE(evaluation.conform);
  EXPECT_EQ(evaluation.nonconform, std::vector<std::string>{"APP-2019/2.1"});
}

TEST_F(PartyDocuments, AreNotEvaluatedWhenIncomplete) {
  struct Row {
    const char* mutation;
    void (*apply)(ReportDocument&);
  };
  const Row rows[] = {
      {"no answers", [](ReportDocument& r) { r.answers.clear(); }},
      {"one unanswered", [](ReportDocument& r) { r.answers.erase(r.answers.begin() + 5); }},
      {"one answered twice", [](ReportDocument& r) { r.answers.push_back(r.answers[5]); }},
      {"one answered in another's place", [](ReportDocument& r) { r.answers[6].criterion = r.answers[5].criterion; }},
      {"one of no scheme", [](ReportDocument& r) { r.answers[5].criterion = "APP-2019/7.7"; }},
      {"one in another spelling", [](ReportDocument& r) { r.answers[5].criterion = "APP-2019/2.20"; }},
      {"nonconform without a finding", [](ReportDocument& r) { r.answers[5].result = Answer::Result::kNonconform; }},
  };
  for (const Row& row : rows) {
    ReportDocument mutated = report;
    row.apply(mutated);
    const auto evaluation = Evaluate(mutated, scheme);
    ASSERT_FALSE(evaluation) << row.mutation;
    EXPECT_EQ(evaluation.error().code, ErrorCode::kInvalidArgument) << row.mutation;
  }
}

TEST_F(PartyDocuments, AreEvaluatedAlikeInEveryOrder) {
  for (const std::size_t i : {4, 7}) {
    report.answers[i].result = Answer::Result::kNonconform;
    report.answers[i].finding = "F-1";
  }
  std::vector<std::vector<Answer>> orders(3, report.answers);
  std::ranges::reverse(orders[0]);
  std::rotate(orders[1].begin(), orders[1].begin() + 9, orders[1].end());
  std::swap(orders[2].front(), orders[2].back());
  for (const std::vector<Answer>& order : orders) {
    report.answers = order;
    const Evaluation evaluation = Evaluate(report, scheme).value();
    EXPECT_FALSE(evaluation.conform);
    std::vector<std::string> found;  // in the order of the answers
    for (const Answer& answer : order) {
      if (answer.result == Answer::Result::kNonconform) found.push_back(answer.criterion);
    }
    EXPECT_EQ(evaluation.nonconform, found);
    report.answers.push_back(report.answers.front());
    EXPECT_FALSE(Evaluate(report, scheme)) << "one is answered twice";
  }
}

TEST_F(PartyDocuments, AreEvaluatedByTheCriteriaOfTheirPlatform) {
  Scheme scheme_of_two = scheme;
  scheme_of_two.catalogues[0].criteria[0].platforms = {Platform::kIos};
  EXPECT_FALSE(Evaluate(report, scheme_of_two)) << "1.1 is not asked of android";
  report.answers.erase(report.answers.begin());
  EXPECT_TRUE(Evaluate(report, scheme_of_two).value().conform);
}

}  // namespace
}  // namespace certmark::ca
