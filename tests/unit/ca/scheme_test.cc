// Reading a scheme file: what is right is read as it stands, and every mistake of a file is told at once.
#include "ca/scheme.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/support/test_pki.h"
#include "tests/unit/ca/scheme_text.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ca {
namespace {

using certmark::testing::Replaced;
using testing::SchemeText;

std::string Mistakes(const std::string& json) {
  const auto scheme = Scheme::Parse(json);
  if (scheme) return "none";
  EXPECT_EQ(scheme.error().code, ErrorCode::kInvalidArgument);
  return scheme.error().message;
}

TEST(Scheme, IsReadAsItStands) {
  const Scheme scheme = Scheme::Parse(SchemeText()).value();
  EXPECT_EQ(scheme.Name(), "Small 2026");
  EXPECT_EQ(scheme.level, "basic");
  EXPECT_EQ(scheme.name.en, "A small scheme");
  EXPECT_TRUE(scheme.open);
  EXPECT_EQ(scheme.standards, std::vector<std::string>{"GB/T 1"});
  EXPECT_EQ(scheme.scope, (std::vector<std::string>{"collection", "use"}));
  EXPECT_EQ(scheme.roles.size(), 9u);
  EXPECT_EQ(scheme.roles[1].role, Role::kLaboratory);
  ASSERT_NE(scheme.FindDocument("policy"), nullptr);
  EXPECT_EQ(scheme.FindDocument("policy")->required_for, (std::set<std::string>{"initial", "renewal"}));
  EXPECT_EQ(scheme.FindDocument("policy")->max_bytes, 1000u);
  EXPECT_EQ(scheme.FindDocument("policy")->media_types, std::vector<std::string>{"application/pdf"});
  EXPECT_EQ(scheme.FindDocument("other"), nullptr);
  EXPECT_EQ(scheme.calendar.offset, std::chrono::hours(8));
  EXPECT_EQ(scheme.calendar.holidays.size(), 2u);
  EXPECT_EQ(scheme.calendar.worked.size(), 1u);
  ASSERT_TRUE(scheme.necessary);
  EXPECT_EQ(scheme.necessary->FindType("map")->items, std::vector<std::string>{"location"});
  EXPECT_TRUE(scheme.necessary->FindType("camera")->items.empty());
  EXPECT_EQ(scheme.necessary->items.front().name.en, "Location");
  EXPECT_EQ(scheme.necessary->FindType("phone"), nullptr);
}

TEST(Scheme, HasEachParameterInItsPlace) {
  constexpr Seconds kDay{86400};
  const Parameters read = Scheme::Parse(SchemeText()).value().parameters;
  const std::pair<Seconds, int> rows[] = {
      {read.validity, 100},           {read.renewal_from, 21},
      {read.incident_bar, 22},        {read.revocation_bar, 23},
      {read.rectification_limit, 24}, {read.return_limit, 25},
      {read.decision_limit, 26},      {read.proposal_life, 27},
      {read.suspension_limit, 28},    {read.suspension_limit_asked, 29},
      {read.exposed_limit, 30},       {read.appeal_answer, 31},
      {read.report_review, 32},       {read.retention_granted, 33},
      {read.retention_ended, 34},     {read.key_backup_life, 19},
  };
  for (const auto& [parameter, days] : rows) EXPECT_EQ(parameter, days * kDay) << days;
  EXPECT_EQ(read.order_working_days, 11u);
  EXPECT_EQ(read.appeal_working_days, 12u);
  EXPECT_EQ(read.complaint_working_days, 13u);
  EXPECT_EQ(read.rectification_rounds, 3u);
  EXPECT_EQ(read.control_proof, ControlProof::kLaboratory);
  EXPECT_EQ(read.control_criterion, "A/2");
  EXPECT_FALSE(read.audit_waived);
  EXPECT_TRUE(read.open_range);
}

TEST(Scheme, FindsCriteriaAndReasonsByTheirCodes) {
  const Scheme scheme = Scheme::Parse(SchemeText()).value();
  ASSERT_NE(scheme.Find("A/1.1"), nullptr);
  EXPECT_EQ(scheme.Find("A/1.1")->category, "C1");
  EXPECT_FALSE(scheme.Find("A/1.1")->mandatory);
  EXPECT_EQ(scheme.Find("1.1"), nullptr);
  EXPECT_EQ(scheme.Find(""), nullptr);
  EXPECT_TRUE(scheme.HasReason("misuse", ReasonUse::kSuspension));
  EXPECT_FALSE(scheme.HasReason("misuse", ReasonUse::kWithdrawal)) << "not for that";
  EXPECT_FALSE(scheme.HasReason("because", ReasonUse::kSuspension));
  EXPECT_TRUE(scheme.RequireReason("misuse", ReasonUse::kSuspension));
  const Error refused = scheme.RequireReason("misuse", ReasonUse::kWithdrawal).error();
  EXPECT_EQ(refused.code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(refused.message, "no reason of Small 2026 for this: \"misuse\"");
}

TEST(Scheme, AsksOfAPlatformWhatConcernsIt) {
  const Scheme scheme = Scheme::Parse(SchemeText()).value();
  EXPECT_EQ(scheme.CriteriaFor(Platform::kIos).size(), 3u);
  const auto android = scheme.CriteriaFor(Platform::kAndroid);
  ASSERT_EQ(android.size(), 2u) << "B/1 is for ios alone";
  EXPECT_EQ(android[0]->code, "A/1.1");
  EXPECT_EQ(android[1]->code, "A/2");
}

TEST(Scheme, IgnoresMembersItDoesNotKnow) {
  EXPECT_TRUE(Scheme::Parse(Replaced(SchemeText(), "\"edition\"", "\"note\": {\"x\": 1}, \"edition\"")));
}

TEST(Scheme, MayDoWithoutNecessaryInformation) {
  const std::string text = SchemeText();
  const auto from = text.find("  \"necessary_information\""), to = text.find("  \"reasons\"");
  const auto scheme = Scheme::Parse(text.substr(0, from) + text.substr(to));
  ASSERT_TRUE(scheme) << scheme.error().message;
  EXPECT_FALSE(scheme->necessary);
}

struct Row {
  const char *from, *to;
  const char* mistakes;
};

void ExpectMistakes(std::span<const Row> rows) {
  for (const Row& row : rows) EXPECT_EQ(Mistakes(Replaced(SchemeText(), row.from, row.to)), row.mistakes) << row.to;
}

TEST(Scheme, TellsWhatIsWrongWithItsNames) {
  const Row rows[] = {
      {"\"id\": \"Small\",", "", "\"id\" is missing"},
      {"\"Small\"", "\"Sma ll\"", "id is not 1 to 64 printable characters without space and /"},
      {"\"Small\"", "\"Sma/ll\"", "id is not 1 to 64 printable characters without space and /"},
      {"\"2026\"", "\"\"", "edition is not 1 to 64 printable characters without space and /"},
      {"\"2026\"", "2026", "\"edition\" is a number, not a string"},
      {"\"basic\"", "\"Basic\"", "level is no code: \"Basic\""},
      {"\"A small scheme\"", "\"A small\\nscheme\"", "name: en is not one line: \"A small?scheme\""},
      {", \"zh\": \"小方案\"", "", "name: \"zh\" is missing"},
      {"\"open\": true,", "", "\"open\" is missing"},
      {"[\"GB/T 1\"]", "[]", "no standards"},
      {"[\"collection\", \"use\"]", "[\"use\", \"use\"]", "scope twice: \"use\""},
      {"[\"collection\", \"use\"]", "[\"Use\"]", "scope: no code: \"Use\""},
  };
  ExpectMistakes(rows);
}

TEST(Scheme, TellsWhatIsWrongWithItsParameters) {
  const Row rows[] = {
      {"\"validity_days\": 100", "\"validity_days\": 1097", "parameters: validity_days is not 1 to 1096"},
      {"\"validity_days\": 100", "\"validity_days\": 20", "parameters: renewal_from_days is more than validity_days"},
      {"\"rectification_days\": 24", "\"rectification_days\": 0", "parameters: rectification_days is not 1 to 3660"},
      {"\"rectification_rounds\": 3", "\"rectification_rounds\": 11",
       "parameters: rectification_rounds is not 0 to 10"},
      {"\"proposal_days\": 27,", "", "parameters: \"proposal_days\" is missing"},
      {"\"order_working_days\": 11", "\"order_working_days\": 367", "parameters: order_working_days is not 1 to 366"},
      {"\"retention_granted_days\": 33", "\"retention_granted_days\": 36601",
       "parameters: retention_granted_days is not 1 to 36600"},
      {"\"key_backup_days\": 19", "\"key_backup_days\": 31", "parameters: key_backup_days is not 1 to 30"},
      {"\"key_backup_days\": 19", "\"key_backup_days\": 9007199254740991",
       "parameters: key_backup_days is not 1 to 30"},
      {"\"laboratory\", \"control_c", "\"oath\", \"control_c", "parameters: control_proof is none there is: \"oath\""},
      {"\"control_criterion\": \"A/2\"", "\"control_criterion\": \"A/3\"",
       "control_criterion is no criterion: \"A/3\""},
      {"\"control_criterion\": \"A/2\"", "\"control_criterion\": \"\"", "parameters: control_criterion is empty"},
      {"\"control_criterion\": \"A/2\"", "\"control_criterion\": \"A/1.1\"",
       "control_criterion is not mandatory on every platform: \"A/1.1\""},
      {"\"control_criterion\": \"A/2\"", "\"control_criterion\": \"B/1\"",
       "control_criterion is not mandatory on every platform: \"B/1\""},
      {"\"audit_waived\": false", "\"audit_waived\": \"no\"", "parameters: \"audit_waived\" is a string, not a bool"},
      {"\"open_range\": true,", "", "parameters: \"open_range\" is missing"},
  };
  ExpectMistakes(rows);
}

TEST(Scheme, TellsWhatIsWrongWithItsRolesAndDocuments) {
  const Row rows[] = {
      {"\"role\": \"auditor\"", "\"role\": \"laboratory\"", "role twice: \"laboratory\"\nroles lack \"auditor\""},
      {"{\"role\": \"operator\"", "{\"role\": \"\", \"en\": \"E\", \"zh\": \"E\"}, {\"role\": \"operator\"",
       "roles[0] \"\": role is empty"},
      {"\"role\": \"auditor\"", "\"role\": \"king\"",
       "roles[2] \"king\": role is none there is: \"king\"\nroles lack \"auditor\""},
      {"\"code\": \"form\"", "\"code\": \"policy\"", "document twice: \"policy\""},
      {"\"code\": \"form\"", "\"code\": \"Form\"", "documents[0] \"Form\": code is no code: \"Form\""},
      {"\"max_bytes\": 1000", "\"max_bytes\": 0", "documents[1] \"policy\": max_bytes is not 1 to 1073741824"},
      {"\"application/pdf\"", "\"pdf\"", "documents[1] \"policy\": media_types: no media type: \"pdf\""},
      {"[\"application/pdf\"]", "[]", "documents[1] \"policy\": no media_types"},
      {"\"initial\"", "\"First time\"",
       "documents[1] \"policy\": required_for: no path of an application: \"First time\""},
      {"\"initial\"", "\"first\"", "documents[1] \"policy\": required_for: no path of an application: \"first\""},
      {"\"documents\": [", "\"documents\": [7, ", "documents[0] is no object"},
  };
  ExpectMistakes(rows);
}

TEST(Scheme, TellsWhatIsWrongWithItsCriteria) {
  const Row rows[] = {
      {"\"code\": \"B/1\"", "\"code\": \"A/1.1\"",
       "catalogues[1] \"B\": criteria[0] \"A/1.1\": code is not \"B/\" and a number\ncriterion twice: \"A/1.1\""},
      {"\"code\": \"B/1\"", "\"code\": \"B/\"",
       "catalogues[1] \"B\": criteria[0] \"B/\": code is not \"B/\" and a number"},
      {"\"code\": \"B/1\"", "\"code\": \"B/1/1\"",
       "catalogues[1] \"B\": criteria[0] \"B/1/1\": code is not \"B/\" and a number"},
      {"\"code\": \"B/1\"", "\"code\": \"\"", "catalogues[1] \"B\": criteria[0] \"\": code is empty"},
      {"\"code\": \"B/1\"", "\"code\": \"1\"",
       "catalogues[1] \"B\": criteria[0] \"1\": code is not \"B/\" and a number"},
      {"\"category\": \"C1\", ", "", "catalogues[0] \"A\": criteria[0] \"A/1.1\": \"category\" is missing"},
      {"\"ios\"", "\"symbian\"", "catalogues[1] \"B\": criteria[0] \"B/1\": platforms: none there is: \"symbian\""},
      {"[\"ios\"]", "[]", "catalogues[1] \"B\": criteria[0] \"B/1\": platforms is empty: leave it out for all"},
      {"\"id\": \"B\"", "\"id\": \"A\"",
       "catalogues[1] \"A\": criteria[0] \"B/1\": code is not \"A/\" and a number\ncatalogue twice: \"A\""},
  };
  ExpectMistakes(rows);
}

TEST(Scheme, TellsWhatIsWrongWithItsAppTypesReasonsAndCalendar) {
  const Row rows[] = {
      {"\"items\": [\"location\"]", "\"items\": [\"sex\"]", "app type \"map\": no item \"sex\""},
      {"\"number\": 2", "\"number\": 1", "number of an app type twice: \"1\""},
      {"\"number\": 2", "\"number\": 0",
       "necessary_information: types[1] \"camera\": number is not 1 to 999\n"
       "number of an app type twice: \"1\""},
      {"\"code\": \"camera\"", "\"code\": \"map\"", "app type twice: \"map\""},
      {"\"code\": \"origin\"", "\"code\": \"location\"", "item twice: \"location\""},
      {"\"holder-request\"", "\"holder-asks\"",
       "reasons lack \"holder-request\" for suspension\nreasons lack \"holder-request\" for withdrawal"},
      {"[\"suspension\", \"withdrawal\"]", "[\"suspension\"]", "reasons lack \"holder-request\" for withdrawal"},
      {"\"not-corrected\"", "\"uncorrected\"", "reasons lack \"not-corrected\" for revocation"},
      {"\"order-overdue\"", "\"overdue\"", "reasons lack \"order-overdue\" for suspension"},
      {"\"rectification-overdue\"", "\"too-late\"", "reasons lack \"rectification-overdue\" for refusal"},
      {"\"unlawful-operator\"", "\"bad\"", "reasons lack \"unlawful-operator\" for refusal"},
      {"\"major-incident\"", "\"bad\"", "reasons lack \"major-incident\" for refusal"},
      {"\"revocation-impact\"", "\"bad\"", "reasons lack \"revocation-impact\" for refusal"},
      {"\"control-not-proven\"", "\"bad\"", "reasons lack \"control-not-proven\" for refusal"},
      {"\"annulment\", ", "", "reasons lack any for annulment"},
      {"\"order-met\", ", "", "reasons lack any for order-met"},
      {"\"no-finding\"", "\"nothing\"", "reasons lack \"no-finding\" for case-closing"},
      {"\"annulment\", ", "\"fun\", \"annulment\", ", "reasons[9] \"anything\": uses: none there is: \"fun\""},
      {"\"code\": \"anything\"", "\"code\": \"misuse\"", "reason twice: \"misuse\""},
      {"2026-10-01", "2026-02-30", "calendar: holidays: no date: \"2026-02-30\""},
      {"2026-10-01", "2027-01-01", "calendar: until is before a date that is listed"},
      {"2026-10-10", "2026-10-12", "calendar: worked: 2026-10-12 is no weekend day"},
      {"2026-10-10", "2026-10-03", "calendar: worked: 2026-10-03 is a holiday too"},
      {"2026-10-01", "2026-10-03", "calendar: holidays twice: \"2026-10-03\""},
      {"\"+08:00\"", "\"+14:01\"", "calendar: utc_offset is not -12:00 to +14:00: \"+14:01\""},
      {"\"+08:00\"", "\"-12:30\"", "calendar: utc_offset is not -12:00 to +14:00: \"-12:30\""},
      {"\"+08:00\"", "\"+08:60\"", "calendar: utc_offset is not -12:00 to +14:00: \"+08:60\""},
      {"\"+08:00\"", "\"8\"", "calendar: utc_offset is not -12:00 to +14:00: \"8\""},
      {"\"until\": \"2026-12-31\"", "\"until\": \"never\"", "calendar: until: no date: \"never\""},
  };
  ExpectMistakes(rows);
}

TEST(Scheme, KeepsTheLocalTimeOfWhereverItIsRun) {
  const auto offset_of = [](const char* offset) {
    const auto scheme = Scheme::Parse(Replaced(SchemeText(), "+08:00", offset));
    return scheme ? scheme->calendar.offset : Seconds{-1};
  };
  EXPECT_EQ(offset_of("+08:00"), std::chrono::hours(8));
  EXPECT_EQ(offset_of("+05:30"), std::chrono::minutes(330));
  EXPECT_EQ(offset_of("-03:30"), -std::chrono::minutes(210));
  EXPECT_EQ(offset_of("-12:00"), -std::chrono::hours(12));
}

TEST(Scheme, TellsWhichPartIsNotThere) {
  for (const char* name : {"parameters", "roles", "documents", "catalogues", "reasons", "calendar"}) {
    const std::string quoted = "\"" + std::string(name) + "\"";
    const std::string mistakes = Mistakes(Replaced(SchemeText(), quoted + ":", "\"not\":"));
    EXPECT_TRUE(mistakes.starts_with(quoted + " is missing")) << mistakes;
  }
}

TEST(Scheme, TellsEveryMistakeAtOnceALineEach) {
  std::string json = Replaced(SchemeText(), "\"validity_days\": 100", "\"validity_days\": 2000");
  json = Replaced(json, "\"misuse\"", "\"Misuse\"");
  json = Replaced(json, "2026-10-10", "2026-10-12");
  json = Replaced(json, "\"code\": \"origin\"", "\"code\": \"location\"");
  EXPECT_EQ(Mistakes(json),
            "parameters: validity_days is not 1 to 1096\n"
            "reasons[8] \"Misuse\": code is no code: \"Misuse\"\n"
            "calendar: worked: 2026-10-12 is no weekend day\n"
            "item twice: \"location\"");
}

TEST(Scheme, TextInAMistakeStaysOnItsLine) {
  const std::string mistakes = Mistakes(Replaced(SchemeText(), "\"misuse\"", "\"mis\\nuse\""));
  EXPECT_EQ(std::ranges::count(mistakes, '\n'), 0) << mistakes;
}

TEST(Scheme, IsAnObject) {
  EXPECT_EQ(Mistakes("[]"), "scheme is no object");
  EXPECT_FALSE(Scheme::Parse(""));
  EXPECT_NE(Mistakes("{}"), "none");
}

TEST(Scheme, IsLoadedFromAFileThatEveryLineOfAnErrorNames) {
  const certmark::testing::TempDir dir;
  const auto file = dir / "scheme.json";
  EXPECT_EQ(Scheme::Load(file).error().code, ErrorCode::kUnavailable);
  std::ofstream(file) << SchemeText();
  EXPECT_EQ(Scheme::Load(file).value().Name(), "Small 2026");
  std::ofstream(file) << Replaced(Replaced(SchemeText(), "[\"GB/T 1\"]", "[]"), "\"basic\"", "\"\"");
  EXPECT_EQ(Scheme::Load(file).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Scheme::Load(file).error().message,
            file.string() + ": level is no code: \"\"\n" + file.string() + ": no standards");
  std::ofstream(file) << std::string(Scheme::kMaxBytes + 1, ' ');
  EXPECT_EQ(Scheme::Load(file).error().code, ErrorCode::kCorruption);
}

}  // namespace
}  // namespace certmark::ca
