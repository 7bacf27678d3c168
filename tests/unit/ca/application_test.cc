// The form's checks, and the record.
#include "ca/application.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/test_pki.h"

namespace certmark::ca {
namespace {

using certmark::testing::Replaced;
using State = Application::State;

constexpr const char* kForm = R"({"platform":"android","package":"org.example.app",)"
                              R"("signers":["a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b"],)"
                              R"("versions":{"from":100,"to":199},"name":"Example","scheme":"CNCA-App-001 2019",)"
                              R"("privacy_policy":"https://operator07.example/privacy","path":"initial",)"
                              R"("self_evaluation":{"APP-2019/1.1":"conform","APP-2019/1.2":"not-applicable"},)"
                              R"("documents":{"inventory":"sha256:)"
                              "a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b\"}}";
constexpr const char* kNumber = "CM-2026-7K3Q9X2M4T4";

TEST(ApplicationForm, IsReadAndWrittenTheSame) {
  const ApplicationForm form = ApplicationForm::Parse(kForm).value();
  EXPECT_EQ(form.app.ToText(), "android:org.example.app");
  EXPECT_EQ(form.app_name, "Example");
  EXPECT_EQ(form.signers.size(), 1u);
  EXPECT_EQ(form.version_from, "100");
  EXPECT_EQ(form.version_to, "199");
  EXPECT_EQ(form.scheme, "CNCA-App-001 2019");
  EXPECT_EQ(form.path, ApplicationPath::kInitial);
  EXPECT_EQ(form.self_evaluation.at("APP-2019/1.2"), Answer::Result::kNotApplicable);
  EXPECT_EQ(form.documents.size(), 1u);
  EXPECT_EQ(form.ToJson(), kForm);
}

TEST(ApplicationForm, NamesItsBaseOnEveryPathButTheFirst) {
  const std::string with_base = std::string("\"update\",\"base\":\"") + kNumber + "\"";
  const std::string update = Replaced(kForm, "\"initial\"", with_base);
  ASSERT_TRUE(ApplicationForm::Parse(update));
  EXPECT_EQ(ApplicationForm::Parse(update)->base, kNumber);
  EXPECT_EQ(ApplicationForm::Parse(update)->ToJson(), update);
  EXPECT_FALSE(ApplicationForm::Parse(Replaced(kForm, "\"initial\"", "\"update\"")));
  EXPECT_FALSE(ApplicationForm::Parse(Replaced(update, "4T4", "4T5"))) << "a wrong check symbol";
  EXPECT_FALSE(ApplicationForm::Parse(Replaced(update, "\"update\"", "\"initial\""))) << "a base of the first";
}

TEST(ApplicationForm, SaysWhatTheOperatorIsCalledOnThePathThatIsForThatAlone) {
  const std::string names = R"("operator":{"name":"New Name Ltd","url":"https://new.example"})";
  const std::string path = std::string("\"documents-only\",\"base\":\"") + kNumber + "\"";
  const std::string form = Replaced(kForm, "\"initial\"", path + "," + names);
  const auto read = ApplicationForm::Parse(form);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->new_names->name, "New Name Ltd");
  EXPECT_EQ(read->new_names->url, "https://new.example");
  EXPECT_EQ(read->ToJson(), form);
  EXPECT_TRUE(ApplicationForm::Parse(Replaced(form, "https://new.example", ""))) << "no address any more";
  EXPECT_FALSE(ApplicationForm::Parse(Replaced(kForm, "\"initial\"", path))) << "no names";
  EXPECT_FALSE(ApplicationForm::Parse(Replaced(form, "documents-only", "update")));
  EXPECT_FALSE(ApplicationForm::Parse(Replaced(kForm, "\"initial\"", "\"initial\"," + names)));
}

TEST(ApplicationForm, TakesNoNameOfAnOperatorThatMayNotBePublic) {
  const std::string form = Replaced(kForm, "\"initial\"",
                                    std::string("\"documents-only\",\"base\":\"") + kNumber +
                                        R"(","operator":{"name":"New Name Ltd","url":"https://new.example/about"})");
  ASSERT_TRUE(ApplicationForm::Parse(form));
  struct Row {
    const char *mutation, *from, *to;
  };
  const Row rows[] = {
      {"no name", "\"name\":\"New Name Ltd\",", ""},
      {"an empty name", "New Name Ltd", ""},
      {"a name of two lines", "New Name", "New\\nName"},
      {"a name with an address", "New Name Ltd", "zhang@example.org"},
      {"a name with a telephone number", "New Name Ltd", "Zhang San 138 1234 5678"},
      {"no member for the address", ",\"url\":\"https://new.example/about\"", ""},
      {"an address that is not https", "https://new", "http://new"},
      {"an address with a query", "/about", "/about?call=1"},
      {"an address with a telephone number", "/about", "/13812345678"},
      {"no object", R"({"name":"New Name Ltd","url":"https://new.example/about"})", "\"New Name Ltd\""},
  };
  for (const Row& row : rows) {
    const auto refused = ApplicationForm::Parse(Replaced(form, row.from, row.to));
    ASSERT_FALSE(refused) << row.mutation;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument) << row.mutation;
  }
}

TEST(ApplicationForm, MayLeaveTheRangeOpenAndSayMore) {
  EXPECT_FALSE(ApplicationForm::Parse(Replaced(kForm, ",\"to\":199", "")).value().version_to);
  EXPECT_TRUE(ApplicationForm::Parse(Replaced(kForm, "{\"platform\"", "{\"more\":[1],\"platform\"")));
}

TEST(ApplicationForm, ReadsTheNameInNfc) {
  EXPECT_EQ(ApplicationForm::Parse(Replaced(kForm, "\"Example\"", "\"L'E\\u0301quipe\"")).value().app_name,
            "L'\u00c9quipe");
}

TEST(ApplicationForm, ReadsTheOtherPlatforms) {
  const ApplicationForm ios =
      ApplicationForm::Parse(
          R"({"platform":"ios","package":"org.example.my-app","signers":["ABCDE12345"],)"
          R"("versions":{"from":"7.12.1"},"name":"X","scheme":"s 1","privacy_policy":"https://x.example","path":"initial","self_evaluation":{},"documents":{}})")
          .value();
  EXPECT_EQ(ios.version_from, "7.12.1");
  const ApplicationForm mini =
      ApplicationForm::Parse(
          R"({"platform":"miniprogram","package":"wx0123456789abcdef","versions":{"from":"1"},)"
          R"("name":"X","scheme":"s 1","privacy_policy":"https://x.example","path":"initial","self_evaluation":{},"documents":{}})")
          .value();
  EXPECT_TRUE(mini.signers.empty());
  EXPECT_EQ(ApplicationForm::Parse(mini.ToJson()).value().ToJson(), mini.ToJson());
}

TEST(ApplicationForm, RefusesWhatIsNotRight) {
  struct Row {
    const char* mutation;
    const char *from, *to;
  };
  const Row rows[] = {
      {"no platform", "\"platform\":\"android\",", ""},
      {"no such platform", "\"android\"", "\"symbian\""},
      {"no package", "\"package\":\"org.example.app\",", ""},
      {"a package of one part", "org.example.app", "app"},
      {"a package part that begins with a digit", "org.example.app", "org.1example.app"},
      {"a package part that begins with an underscore", "org.example.app", "org._example.app"},
      {"a package with an empty part", "org.example.app", "org..app"},
      {"a package that ends with a dot", "org.example.app", "org.example."},
      {"a package with a hyphen", "org.example.app", "org.exam-ple.app"},
      {"a package in another script", "org.example.app", "org.ex\xd0\xb0mple.app"},
      {"a package with a colon", "org.example.app", "org:example.app"},
      {"a placeholder for a package", "org.example.app", "com.example.app"},
      {"a debug build", "org.example.app", "org.example.app.debug"},
      {"a public test key", "a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b",
       "a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc"},
      {"a name that ends in nothing", "\"Example\"", "\"Example\\ufeff\""},
      {"an empty name", "\"Example\"", "\"\""},
      {"a name that turns around", "\"Example\"", "\"Exam\\u202eple\""},
      {"a name with a zero width space", "\"Example\"", "\"Exam\\u200bple\""},
      {"a name of two lines", "\"Example\"", "\"Exam\\nple\""},
      {"no name", "\"name\":\"Example\",", ""},
      {"no signers", "[\"a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b\"]", "[]"},
      {"a signer in upper case", "a454b87a", "A454B87A"},
      {"a signer twice", "dfd5b\"]", "dfd5b\",\"a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b\"]"},
      {"a team id on android", "a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b", "ABCDE12345"},
      {"a build that is text", "\"from\":100", "\"from\":\"100\""},
      {"a range that ends before it begins", "\"to\":199", "\"to\":99"},
      {"an end that is null", "\"to\":199", "\"to\":null"},
      {"no first build", "\"from\":100,", ""},
      {"no scheme", "\"scheme\":\"CNCA-App-001 2019\",", ""},
      {"a policy that is not https", "https://operator07", "http://operator07"},
      {"a policy that is a script", "https://operator07.example/privacy", "javascript:alert(1)"},
      {"no path", "\"path\":\"initial\",", ""},
      {"no such path", "\"initial\"", "\"shortcut\""},
      {"no self-evaluation", "\"self_evaluation\"", "\"self\""},
      {"a self-evaluation that is a list", "{\"APP-2019/1.1\":\"conform\",\"APP-2019/1.2\":\"not-applicable\"}", "[]"},
      {"an answer of no catalogue", "\"not-applicable\"", "\"perhaps\""},
      {"an answer that is no text", "\"not-applicable\"", "1"},
      {"a criterion answered twice", "APP-2019/1.2", "APP-2019/1.1"},
      {"no documents", "\"documents\"", "\"papers\""},
      {"a document without digest", "\"sha256:a454", "\"a454"},
      {"a digest that is too short", "dfd5b\"}}", "dfd5\"}}"},
      {"no policy", "\"privacy_policy\"", "\"privacy\""},
      {"a member twice", "{\"platform\"", "{\"name\":\"Other\",\"platform\""},
      {"something after it", "\"}}", "\"}}{}"},
  };
  for (const Row& row : rows) {
    const auto form = ApplicationForm::Parse(Replaced(kForm, row.from, row.to));
    ASSERT_FALSE(form) << row.mutation;
    EXPECT_EQ(form.error().code, ErrorCode::kInvalidArgument) << row.mutation;
  }
}

TEST(ApplicationForm, HasAtMost64Signers) {
  ApplicationForm form = ApplicationForm::Parse(kForm).value();
  form.signers.clear();
  for (int i = 0; i < 64; ++i) form.signers.push_back(Sha256(Bytes{static_cast<std::uint8_t>(i)}).Hex());
  EXPECT_TRUE(ApplicationForm::Parse(form.ToJson()));
  form.signers.push_back(Sha256(Bytes{64}).Hex());
  EXPECT_FALSE(ApplicationForm::Parse(form.ToJson()));
}

TEST(ApplicationForm, IsAtMost64KiB) {
  const std::string padding(ApplicationForm::kMaxBytes, ' ');
  EXPECT_TRUE(ApplicationForm::Parse(kForm + padding.substr(std::string_view(kForm).size())));
  EXPECT_FALSE(ApplicationForm::Parse(kForm + padding));
}

Application Example() {
  Application application;
  application.id = "a1";
  application.operator_party = "p1";
  application.state = State::kRectifying;
  application.path = ApplicationPath::kRenewal;
  application.base = kNumber;
  application.form_json = kForm;
  application.submitted_at = certmark::testing::kNow;
  application.accepted_by = "p2";
  application.laboratory = "p3";
  application.reports = {{"p3", "a.b.c", {Bytes{1, 2}, Bytes{3}}, certmark::testing::kNow, "not revoked"}};
  application.auditor = "p4";
  application.reason = "unit-unclear";
  application.carried_reports = {{ReportDocument::Kind::kAudit, "a0", "p4", "sha256:00"}};
  application.names_before = {"Old Name Ltd", "https://old.example"};
  application.rectification_rounds = 1;
  application.rectifying_since = certmark::testing::kNow;
  application.decide_by = certmark::testing::kNow;
  application.retain_until = certmark::testing::kNow;
  application.deadline = certmark::testing::kNow;
  application.decision = application.reports[0];
  application.certification = "CM-2026-7K3Q9X2M4T4";
  application.ended_at = certmark::testing::kNow;
  return application;
}

TEST(Application, IsReadBackAsItWasWritten) {
  const Application read = Application::FromJson(Example().ToJson()).value();
  EXPECT_EQ(read.ToJson(), Example().ToJson());
  EXPECT_EQ(read.form_json, kForm) << "verbatim";
  EXPECT_EQ(read.report_rows, Example().ReportRows());
  EXPECT_TRUE(read.reports.empty()) << "they lie in rows of their own";
  ASSERT_TRUE(read.decision);
  EXPECT_EQ(read.decision->chain, Example().decision->chain);
  EXPECT_EQ(read.deadline, Example().deadline);
  EXPECT_EQ(read.ended_at, Example().ended_at);
  EXPECT_EQ(read.path, ApplicationPath::kRenewal);
  ASSERT_EQ(read.carried_reports.size(), 1u);
  EXPECT_EQ(read.carried_reports[0].kind, ReportDocument::Kind::kAudit);
  Application young;
  young.id = "a2";
  EXPECT_EQ(Application::FromJson(young.ToJson()).value().ToJson(), young.ToJson());
}

TEST(Application, KeepsTheRowsOfItsUnitWhateverWouldBeRefusedOfItsFormToday) {
  Application application = Example();
  const std::vector<Bytes> keys = application.UnitKeys();
  ASSERT_EQ(keys.size(), 1u);
  application.form_json = Replaced(kForm, "\"Example\"", "\"Zero\\u200bwidth\"");
  ASSERT_FALSE(ApplicationForm::Parse(application.form_json));
  EXPECT_EQ(application.UnitKeys(), keys);
}

TEST(Application, MissesMembersItNeeds) {
  for (const char* member : {"id",
                             "operator_party",
                             "state",
                             "form",
                             "submitted_at",
                             "accepted_by",
                             "laboratory",
                             "report_rows",
                             "rectification_rounds",
                             "certification",
                             "path",
                             "base",
                             "auditor",
                             "reason",
                             "carried_reports",
                             "kind",
                             "digest",
                             "author",
                             "jws",
                             "chain",
                             "received_at",
                             "revocation"}) {
    const std::string quoted = "\"" + std::string(member) + "\":";
    EXPECT_FALSE(Application::FromJson(Replaced(Example().ToJson(), quoted, "\"other\":"))) << member;
  }
}

TEST(Application, WaitsForWhoeverMustActAndIsDueAtItsDeadline) {
  struct Row {
    State state;
    std::vector<std::string> whom;
  };
  const Row rows[] = {
      {State::kSubmitted, {"reviewer"}},
      {State::kReturned, {"party:p1"}},
      {State::kVerification, {"party:p3"}},
      {State::kAudit, {"party:p4"}},
      {State::kRectifying, {"party:p1"}},
      {State::kReview, {"decider"}},
      {State::kGranted, {}},
      {State::kRefused, {}},
      {State::kWithdrawn, {}},
      {State::kLapsed, {}},
  };
  for (const Row& row : rows) {
    Application application = Example();
    application.state = row.state;
    std::vector<std::string> whom;
    for (const IndexRow& index : application.IndexRows()) {
      const std::string key(AsText(index.key));
      if (key.starts_with("work/")) whom.push_back(key.substr(5, key.find('/', 5) - 5));
    }
    EXPECT_EQ(whom, row.whom) << Name(row.state);
  }
  EXPECT_EQ(Example().Due(), Example().deadline);
}

}  // namespace
}  // namespace certmark::ca
