#include "verifier-sdk/core/event.h"

#include <gtest/gtest.h>

#include "tests/support/test_pki.h"

namespace certmark::testing {
namespace {

constexpr EventKind kAll[] = {EventKind::kSuspended, EventKind::kReinstated,   EventKind::kRevoked,
                              EventKind::kWithdrawn, EventKind::kSuperseded,   EventKind::kExposed,
                              EventKind::kRectified, EventKind::kOrderAnnulled};
constexpr const char* kNumber = "CM-2026-7K3Q9X2M4T4";
constexpr const char* kOrder = "CO-2026-7K3Q9X2M4T4";

std::string Payload(std::string_view kind, std::string_view members) {
  return R"({"iss":"https://ca.example","iat":1793664000,"jti":"urn:uuid:0b2f7a54-9c1d-4f6e-8a3b-5d7c9e1f2a4b",)"
         R"("sub":"android:org.torproject.android","toe":1793663000,"events":{"urn:certmark:event:)" +
         std::string(kind) + "\":{" + std::string(members) + "}}}";
}

std::string Suspended() {
  return Payload("suspended", R"("number":"CM-2026-7K3Q9X2M4T4","reason":"C-12","until":1794000000)");
}
std::string Exposed() {
  return Payload("exposed",
                 R"("order":"CO-2026-7K3Q9X2M4T4","number":"CM-2026-7K3Q9X2M4T4","findings":["C-1","C-2"],)"
                 R"("deadline":1794000000,"operator":"Example Operator 07","version":"7.12.1","store":"Example Store",)"
                 R"("body":"Example Test Laboratory","tested":["2026-10-01","2026-10-09"])");
}

Event Full(EventKind kind) {
  Event event;
  event.kind = kind;
  event.iss = kAuthority;
  event.jti = "urn:uuid:0b2f7a54-9c1d-4f6e-8a3b-5d7c9e1f2a4b";
  event.app = App::Parse("ios:org.example.app").value();
  event.iat = kNow;
  event.toe = kNow - kDay;
  const bool of_order =
      kind == EventKind::kExposed || kind == EventKind::kRectified || kind == EventKind::kOrderAnnulled;
  if (of_order) event.order = kOrder;
  if (!of_order || kind == EventKind::kExposed) event.number = kNumber;
  if (kind == EventKind::kSuspended) event.until = kNow + 90 * kDay;
  if (kind == EventKind::kSuperseded) event.by = "CM-2026-0000000000";
  if (kind != EventKind::kSuperseded && kind != EventKind::kExposed && kind != EventKind::kRectified)
    event.reason = "C-3";
  if (kind == EventKind::kExposed) {
    event.findings = {"C-1", "C-2"};
    event.deadline = kNow + 5 * kDay;
    event.operator_name = "Example \"Operator\" 07";
    event.version = "7.12.1";
    event.store = "Example Store";
    event.body = "Example Test Laboratory";
    event.tested_first = "2026-10-01";
    event.tested_last = "2026-10-09";
  }
  return event;
}

void ExpectSame(const Event& a, const Event& b) {
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.iss, b.iss);
  EXPECT_EQ(a.jti, b.jti);
  EXPECT_EQ(a.app, b.app);
  EXPECT_EQ(a.iat, b.iat);
  EXPECT_EQ(a.toe, b.toe);
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.by, b.by);
  EXPECT_EQ(a.order, b.order);
  EXPECT_EQ(a.until, b.until);
  EXPECT_EQ(a.deadline, b.deadline);
  EXPECT_EQ(a.findings, b.findings);
  EXPECT_EQ(a.operator_name, b.operator_name);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.store, b.store);
  EXPECT_EQ(a.body, b.body);
  EXPECT_EQ(a.tested_first, b.tested_first);
  EXPECT_EQ(a.tested_last, b.tested_last);
}

TEST(Event, SurvivesARoundTripOfEveryKind) {
  for (const EventKind kind : kAll) {
    SCOPED_TRACE(Uri(kind));
    Event event = Full(kind);
    if (kind == EventKind::kSuperseded) event.by = "CM-2027-00000000000";
    const auto read = ParseEvent(EventPayload(event));
    ASSERT_TRUE(read) << read.error().message << "\n" << EventPayload(event);
    ExpectSame(*read, event);
  }
}

TEST(Event, MayExposeAnAppThatWasNeverCertified) {
  Event event = Full(EventKind::kExposed);
  event.number.clear();
  EXPECT_EQ(EventPayload(event).find("\"number\""), std::string::npos);
  const auto read = ParseEvent(EventPayload(event));
  ASSERT_TRUE(read) << read.error().message;
  ExpectSame(*read, event);
}

TEST(Event, WritesTheBytesOfTheFormat) {
  Event event = Full(EventKind::kRectified);
  EXPECT_EQ(EventPayload(event),
            R"({"iss":"https://ca.example","iat":1793664000,"jti":"urn:uuid:0b2f7a54-9c1d-4f6e-8a3b-5d7c9e1f2a4b",)"
            R"("sub":"ios:org.example.app","toe":1793577600,)"
            R"("events":{"urn:certmark:event:rectified":{"order":"CO-2026-7K3Q9X2M4T4"}}})");
}

TEST(Event, LeavesMembersOfOtherKindsEmpty) {
  const auto event =
      ParseEvent(Payload("revoked", R"("number":"CM-2026-7K3Q9X2M4T4","reason":"C-12","until":1,"by":2)"));
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->until, std::nullopt);
  EXPECT_EQ(event->by, "");
}

TEST(EventKind, IsNamedByItsUri) {
  for (const EventKind kind : kAll) EXPECT_EQ(ParseEventKind(Uri(kind)), kind);
  EXPECT_EQ(Uri(EventKind::kOrderAnnulled), "urn:certmark:event:order-annulled");
  EXPECT_EQ(ParseEventKind("urn:certmark:event:deleted"), std::nullopt);
  EXPECT_EQ(ParseEventKind("URN:certmark:event:revoked"), std::nullopt);
  EXPECT_EQ(ParseEventKind(""), std::nullopt);
}

struct Change {
  const char* name;
  const char* from;
  const char* to;
};

void ExpectRefused(const std::string& payload, std::initializer_list<Change> changes) {
  ASSERT_TRUE(ParseEvent(payload)) << ParseEvent(payload).error().message;
  for (const Change& change : changes) {
    const auto event = ParseEvent(Replaced(payload, change.from, change.to));
    EXPECT_FALSE(event) << change.name;
    if (event) continue;
    EXPECT_EQ(event.error().code, ErrorCode::kInvalidArgument) << change.name;
  }
}

TEST(Event, RefusesWhatIsMissingOrWrong) {
  ExpectRefused(Suspended(), {
                                 {"not JSON", "{", ""},
                                 {"no iss", "\"iss\"", "\"Iss\""},
                                 {"an iss with a path", "https://ca.example", "https://ca.example/"},
                                 {"a null iss", "\"https://ca.example\"", "null"},
                                 {"no iat", "\"iat\"", "\"Iat\""},
                                 {"iat in a string", "1793664000", "\"1793664000\""},
                                 {"no jti", "\"jti\"", "\"Jti\""},
                                 {"a jti that is no URN", "urn:uuid:0", "0"},
                                 {"a jti in capitals", "0b2f7a54", "0B2F7A54"},
                                 {"a jti that is too short", "2a4b\"", "2a4\""},
                                 {"a jti that is too long", "2a4b\"", "2a4b0\""},
                                 {"a jti without a dash", "54-9c", "5409c"},
                                 {"a jti with a letter beyond hex", "0b2f", "0b2g"},
                                 {"no sub", "\"sub\"", "\"Sub\""},
                                 {"a sub without a platform", "android:", ""},
                                 {"a sub of an unknown platform", "android:", "symbian:"},
                                 {"no toe", "\"toe\"", "\"Toe\""},
                                 {"toe after iat", "1793663000", "1793664001"},
                                 {"no events", "\"events\"", "\"Events\""},
                                 {"events in an array", "\"events\":{", "\"events\":[],\"was\":{"},
                                 {"no event", "\"events\":{", "\"events\":{},\"was\":{"},
                                 {"two events", "\"events\":{", "\"events\":{\"urn:certmark:event:rectified\":{},"},
                                 {"an unknown event", "suspended", "forgotten"},
                                 {"an event that is null", "suspended\":{", "suspended\":null},\"was\":{\"x\":{"},
                                 {"an event that is a string", "suspended\":{", "suspended\":\"\"},\"was\":{\"x\":{"},
                                 {"no number", "\"number\"", "\"Number\""},
                                 {"the number of an order", "\"CM-", "\"CO-"},
                                 {"a wrong check symbol", "T4\"", "T5\""},
                                 {"a null number", "\"CM-2026-7K3Q9X2M4T4\"", "null"},
                                 {"no reason", "\"reason\"", "\"Reason\""},
                                 {"a reason that is a number", "\"C-12\"", "12"},
                                 {"no until", "\"until\"", "\"Until\""},
                                 {"an until that is a date", "1794000000", "\"2026-12-01\""},
                                 {"a duplicate member", "\"reason\"", "\"reason\":\"C-12\",\"reason\""},
                             });
}

TEST(Event, RefusesAnExposedOrderThatIsIncomplete) {
  ExpectRefused(Exposed(), {
                               {"no order", "\"order\"", "\"Order\""},
                               {"the number of a certification as an order", "\"CO-", "\"CM-"},
                               {"a null number", "\"CM-2026-7K3Q9X2M4T4\"", "null"},
                               {"a wrong number", "\"CM-2026-7K3Q9X2M4T4\"", "\"CM-2026-7K3Q9X2M4T5\""},
                               {"no findings", "\"findings\"", "\"Findings\""},
                               {"findings in a string", "[\"C-1\",\"C-2\"]", "\"C-1\""},
                               {"a finding that is a number", "[\"C-1\"", "[1"},
                               {"no deadline", "\"deadline\"", "\"Deadline\""},
                               {"no operator", "\"operator\"", "\"Operator\""},
                               {"an operator that is an object", "\"Example Operator 07\"", "{}"},
                               {"no version", "\"version\"", "\"Version\""},
                               {"a version that is a number", "\"7.12.1\"", "7"},
                               {"no store", "\"store\"", "\"Store\""},
                               {"no body", "\"body\"", "\"Body\""},
                               {"no tested", "\"tested\"", "\"Tested\""},
                               {"tested of one date", "\"2026-10-01\",", ""},
                               {"tested of three dates", "\"2026-10-01\",", "\"2026-10-01\",\"2026-10-02\","},
                               {"tested on no day", "2026-10-01", "2026-10-32"},
                               {"tested in a string", "[\"2026-10-01\",\"2026-10-09\"]", "\"2026-10-01\""},
                           });
}

TEST(Event, RefusesMembersThatTheOtherKindsMiss) {
  ExpectRefused(Payload("superseded", R"("number":"CM-2026-7K3Q9X2M4T4","by":"CM-2026-7K3Q9X2M4T4")"),
                {{"no by", "\"by\"", "\"By\""},
                 {"a wrong by", "\"by\":\"CM-2026-7K3Q9X2M4T4\"", "\"by\":\"CM-2026\""},
                 {"a null by", "\"by\":\"CM-2026-7K3Q9X2M4T4\"", "\"by\":null"}});
  ExpectRefused(Payload("reinstated", R"("number":"CM-2026-7K3Q9X2M4T4","reason":"r")"),
                {{"no number", "\"number\"", "\"n\""}, {"no reason", "\"reason\"", "\"r\""}});
  ExpectRefused(Payload("withdrawn", R"("number":"CM-2026-7K3Q9X2M4T4","reason":"r")"),
                {{"no number", "\"number\"", "\"n\""}, {"no reason", "\"reason\"", "\"r\""}});
  ExpectRefused(Payload("rectified", R"("order":"CO-2026-7K3Q9X2M4T4")"), {{"no order", "\"order\"", "\"o\""}});
  ExpectRefused(Payload("order-annulled", R"("order":"CO-2026-7K3Q9X2M4T4","reason":"r")"),
                {{"no order", "\"order\"", "\"o\""}, {"no reason", "\"reason\"", "\"r\""}});
}

TEST(Event, IgnoresUnknownMembers) {
  std::string payload = Replaced(Suspended(), "{", "{\"x\":null,");
  payload = Replaced(payload, "suspended\":{", "suspended\":{\"x\":[1],");
  EXPECT_TRUE(ParseEvent(payload));
}

TEST(Event, TakesEffectAtTheMomentOfSigningAtTheLatest) {
  EXPECT_TRUE(ParseEvent(Replaced(Suspended(), "1793663000", "1793664000")));
}

TEST(Event, IsNeverReadFromAPartOfIt) {
  const std::string payload = Exposed();
  for (std::size_t size = 0; size < payload.size(); ++size) EXPECT_FALSE(ParseEvent(payload.substr(0, size))) << size;
}

}  // namespace
}  // namespace certmark::testing
