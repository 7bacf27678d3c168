// The form's checks and the whole table of transitions.
#include "ca/application.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/test_pki.h"

namespace certmark::ca {
namespace {

using certmark::testing::Replaced;
using State = Application::State;
using Event = Application::Event;

constexpr const char* kForm = R"({"platform":"android","package":"org.example.app",)"
                              R"("signers":["a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b"],)"
                              R"("versions":{"from":100,"to":199},"name":"Example","scheme":"CNCA-App-001 2019",)"
                              R"("privacy_policy":"https://operator07.example/privacy"})";

TEST(ApplicationForm, IsReadAndWrittenTheSame) {
  const ApplicationForm form = ApplicationForm::Parse(kForm).value();
  EXPECT_EQ(form.app.ToText(), "android:org.example.app");
  EXPECT_EQ(form.app_name, "Example");
  EXPECT_EQ(form.signers.size(), 1u);
  EXPECT_EQ(form.version_from, "100");
  EXPECT_EQ(form.version_to, "199");
  EXPECT_EQ(form.scheme, "CNCA-App-001 2019");
  EXPECT_EQ(form.ToJson(), kForm);
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
          R"("versions":{"from":"7.12.1"},"name":"X","scheme":"s 1","privacy_policy":"https://x.example"})")
          .value();
  EXPECT_EQ(ios.version_from, "7.12.1");
  const ApplicationForm mini =
      ApplicationForm::Parse(R"({"platform":"miniprogram","package":"wx0123456789abcdef","versions":{"from":"1"},)"
                             R"("name":"X","scheme":"s 1","privacy_policy":"https://x.example"})")
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
      {"no policy", "\"privacy_policy\"", "\"privacy\""},
      {"a member twice", "{\"platform\"", "{\"name\":\"Other\",\"platform\""},
      {"something after it", "privacy\"}", "privacy\"}{}"},
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

// ---- The state machine of SCHEME §2, every state times every event; what is not written here is refused.

constexpr Event kAllEvents[] = {Event::kSubmit,       Event::kReturn,          Event::kAccept,
                                Event::kAssign,       Event::kReportConform,   Event::kReportNonconform,
                                Event::kAuditConform, Event::kAuditNonconform, Event::kGrant,
                                Event::kRefuse,       Event::kWithdraw,        Event::kLapse};
constexpr State kAllStates[] = {State::kDraft,        State::kSubmitted, State::kReturned,   State::kAccepted,
                                State::kVerification, State::kAudit,     State::kRectifying, State::kReview,
                                State::kGranted,      State::kRefused,   State::kWithdrawn,  State::kLapsed};

using Table = std::map<std::pair<State, Event>, State>;
const Table& WithAudit() {
  static const Table table = {
      {{State::kDraft, Event::kSubmit}, State::kSubmitted},
      {{State::kDraft, Event::kWithdraw}, State::kWithdrawn},
      {{State::kSubmitted, Event::kReturn}, State::kReturned},
      {{State::kSubmitted, Event::kAccept}, State::kAccepted},
      {{State::kSubmitted, Event::kRefuse}, State::kRefused},
      {{State::kSubmitted, Event::kWithdraw}, State::kWithdrawn},
      {{State::kReturned, Event::kSubmit}, State::kSubmitted},
      {{State::kReturned, Event::kWithdraw}, State::kWithdrawn},
      {{State::kReturned, Event::kLapse}, State::kLapsed},
      {{State::kAccepted, Event::kAssign}, State::kVerification},
      {{State::kAccepted, Event::kWithdraw}, State::kWithdrawn},
      {{State::kVerification, Event::kReportConform}, State::kAudit},
      {{State::kVerification, Event::kReportNonconform}, State::kRectifying},
      {{State::kVerification, Event::kWithdraw}, State::kWithdrawn},
      {{State::kAudit, Event::kAuditConform}, State::kReview},
      {{State::kAudit, Event::kAuditNonconform}, State::kRectifying},
      {{State::kAudit, Event::kWithdraw}, State::kWithdrawn},
      {{State::kRectifying, Event::kReportConform}, State::kAudit},
      {{State::kRectifying, Event::kReportNonconform}, State::kRectifying},
      {{State::kRectifying, Event::kWithdraw}, State::kWithdrawn},
      {{State::kRectifying, Event::kLapse}, State::kLapsed},
      {{State::kReview, Event::kGrant}, State::kGranted},
      {{State::kReview, Event::kRefuse}, State::kRefused},
      {{State::kReview, Event::kWithdraw}, State::kWithdrawn},
  };
  return table;
}
Table WithoutAudit() {
  Table table = WithAudit();
  table[{State::kVerification, Event::kReportConform}] = State::kReview;
  table[{State::kRectifying, Event::kReportConform}] = State::kReview;
  return table;
}

void ExpectTable(const Table& table, bool audit_waived) {
  for (const State state : kAllStates) {
    for (const Event event : kAllEvents) {
      const auto next = Next(state, event, audit_waived);
      const auto expected = table.find({state, event});
      const std::string what = std::string(Name(state)) + " and event " + std::to_string(static_cast<int>(event));
      if (expected != table.end()) {
        ASSERT_TRUE(next) << what;
        EXPECT_EQ(*next, expected->second) << what;
      } else {
        ASSERT_FALSE(next) << what;
        EXPECT_EQ(next.error().code, ErrorCode::kFailedPrecondition) << what;
      }
    }
  }
}

TEST(Application, TakesExactlyTheStepsOfTheScheme) {
  ExpectTable(WithAudit(), false);
}

TEST(Application, PassesTheAuditWhereTheSchemeWaivesIt) {
  ExpectTable(WithoutAudit(), true);
}

TEST(Application, NamesStateAndEventOfAStepThatDoesNotExist) {
  EXPECT_EQ(Next(State::kGranted, Event::kGrant, true).error().message, "an application in GRANTED takes no grant");
}

Application Example() {
  Application application;
  application.id = "a1";
  application.operator_party = "p1";
  application.state = State::kRectifying;
  application.form_json = kForm;
  application.submitted_at = certmark::testing::kNow;
  application.accepted_by = "p2";
  application.laboratory = "p3";
  application.reports = {{"p3", "a.b.c", {Bytes{1, 2}, Bytes{3}}, certmark::testing::kNow, "not revoked"}};
  application.rectification_rounds = 1;
  application.deadline = certmark::testing::kNow;
  application.decision = application.reports[0];
  application.certification = "CM-2026-7K3Q9X2M4T4";
  return application;
}

TEST(Application, IsReadBackAsItWasWritten) {
  const Application read = Application::FromJson(Example().ToJson()).value();
  EXPECT_EQ(read.ToJson(), Example().ToJson());
  EXPECT_EQ(read.form_json, kForm) << "verbatim";
  ASSERT_EQ(read.reports.size(), 1u);
  EXPECT_EQ(read.reports[0].chain, Example().reports[0].chain);
  EXPECT_EQ(read.deadline, Example().deadline);
  Application young;
  young.id = "a2";
  EXPECT_EQ(Application::FromJson(young.ToJson()).value().ToJson(), young.ToJson());
}

TEST(Application, MissesMembersItNeeds) {
  for (const char* member :
       {"id", "operator_party", "state", "form", "submitted_at", "accepted_by", "laboratory", "reports",
        "rectification_rounds", "certification", "author", "jws", "chain", "received_at", "revocation"}) {
    const std::string quoted = "\"" + std::string(member) + "\":";
    EXPECT_FALSE(Application::FromJson(Replaced(Example().ToJson(), quoted, "\"other\":"))) << member;
  }
}

}  // namespace
}  // namespace certmark::ca
