// Filters: what is one, what is none and why, and what each includes.
#include "ca/certification_filter.h"

#include <gtest/gtest.h>

namespace certmark::ca {
namespace {

using State = Certification::State;

constexpr std::string_view kHex = "a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b";
const Time kBegin = ParseDateTime("2026-11-03T00:00:00Z").value(), kEnd = ParseDateTime("2029-11-03T00:00:00Z").value();

Certification Example() {
  Certification out;
  out.id = "CM-2026-7K3Q9X2M4T4";
  out.app = App::Parse("android:org.example.app").value();
  out.signers = {std::string(64, 'b'), std::string(kHex)};
  out.operator_id = "uscc:91440300708461136T";
  out.scheme = "CNCA-App-001";
  out.edition = "2019";
  out.level = "certified";
  out.valid_from = kBegin;
  out.valid_until = kEnd;
  return out;
}

bool Includes(std::string_view text, Time now = kBegin) {
  const auto filter = CertificationFilter::Parse(text);
  EXPECT_TRUE(filter) << text << ": " << filter.error().message;
  return filter && filter->Includes(Example(), now);
}

TEST(CertificationFilter, HoldsEachMemberToItsValue) {
  const std::string signer = "signer = " + std::string(kHex), other = "signer = " + std::string(64, 'c');
  const std::pair<std::string, bool> rows[] = {
      {"", true},
      {"  ", true},
      {"platform = ANDROID", true},
      {"platform = PLATFORM_ANDROID", true},
      {"platform = IOS", false},
      {"state = VALID", true},
      {"state = REVOKED", false},
      {"number = \"CM-2026-7K3Q9X2M4T4\"", true},
      {"package = org.example.app", true},
      {"package = org.example.ap", false},
      {signer, true},
      {other, false},
      {"operator_id = uscc:91440300708461136T", true},
      {"operator_id = \"uscc:91440300708461136t\"", false},
      {"scheme = CNCA-App-001", true},
      {"scheme = CNCA-App-002", false},
      {"edition = \"2019\"", true},
      {"edition = 2020", false},
      {"level = certified", true},
      {"level = enhanced", false},
      {"platform=ANDROID AND state=VALID  AND  level=certified", true},
      {"platform = ANDROID AND state = SUSPENDED", false},
  };
  for (const auto& [text, wanted] : rows) EXPECT_EQ(Includes(text), wanted) << text;
}

TEST(CertificationFilter, ComparesTimesToTheSecondAndDaysFromTheirBeginning) {
  const std::pair<const char*, bool> rows[] = {
      {"valid_until < 2029-11-03", false},
      {"valid_until <= 2029-11-03", true},
      {"valid_until = 2029-11-03", true},
      {"valid_until >= 2029-11-03", true},
      {"valid_until > 2029-11-03", false},
      {"valid_until > \"2029-11-02T23:59:59Z\"", true},
      {"valid_until < \"2029-11-03T00:00:01Z\"", true},
      {"valid_from = 2026-11-03T00:00:00Z", true},
      {"valid_from = 2026-11-03T00:00:01Z", false},
      {"valid_from >= 2026-01-01 AND valid_from < 2027-01-01", true},
      {"valid_from >= 2027-01-01 AND valid_from < 2026-01-01", false},
      {"valid_from < 1960-01-01", false},
      {"valid_from > 1960-01-01", true},
  };
  for (const auto& [text, wanted] : rows) EXPECT_EQ(Includes(text), wanted) << text;
}

TEST(CertificationFilter, KnowsTheStateThatTheClockHasMade) {
  EXPECT_TRUE(Includes("state = VALID", kEnd - Seconds{1}));
  EXPECT_FALSE(Includes("state = VALID", kEnd));
  EXPECT_TRUE(Includes("state = EXPIRED", kEnd));
  EXPECT_FALSE(Includes("state = EXPIRED", kEnd - Seconds{1}));
}

TEST(CertificationFilter, SaysAtWhichByteItIsNoneAndWhy) {
  const std::pair<const char*, const char*> rows[] = {
      {"colour = red", "at byte 1: no member \"colour\"; there are platform, state, number, package, signer, "},
      {"state = VALID AND colour = red", "at byte 19: no member \"colour\""},
      {"State = VALID", "at byte 1: no member \"State\""},
      {"state > VALID", "at byte 7: no operator \">\" of state, which takes ="},
      {"state != VALID", "at byte 7: no operator \"!=\" of state, which takes ="},
      {"app_name = x", "at byte 10: no operator \"=\" of app_name, which takes :"},
      {"valid_from : 2026-01-01", "at byte 12: no operator \":\" of valid_from, which takes = < <= > >="},
      {"state = valid", "at byte 9: no state: \"valid\""},
      {"state = VALID AND state = REVOKED", "at byte 19: state stands there twice"},
      {"platform = android", "at byte 12: no platform: \"android\""},
      {"platform = UNSPECIFIED", "at byte 12: no platform: "},
      {"number = CM-2026-7K3Q9X2M4T5", "at byte 10: no certification's number: "},
      {"signer = abc", "at byte 10: no signing identity: \"abc\""},
      {"package = \"a/b\"", "at byte 11: not a package name: "},
      {"valid_from < 2026-13-01", "at byte 14: "},
      {"valid_from < yesterday", "at byte 14: "},
      {"app_name : \"!\"", "at byte 12: no letter and no digit to look for"},
      {"state", "at byte 6: an operator is expected"},
      {"state =", "at byte 8: a value is expected"},
      {"state = VALID OR state = REVOKED", "at byte 15: AND is expected; there is no OR and no NOT"},
      {"state = VALID AND", "at byte 18: a member is expected"},
      {"state = VALID state = REVOKED", "at byte 15: AND is expected"},
      {"AND state = VALID", "at byte 5: an operator is expected"},
      {"= VALID", "at byte 1: a member is expected"},
      {"(state = VALID)", "at byte 1: a member is expected"},
      {"scheme = \"x", "at byte 10: the quotation does not end"},
      {"scheme = \"x\\", "at byte 10: the quotation does not end"},
      {"scheme = \"\"", "at byte 10: an empty value finds nothing"},
      {"scheme = 'x'", "at byte 10: a value is expected"},
      {"scheme\t= x", "at byte 7: an operator is expected"},
  };
  for (const auto& [text, wanted] : rows) {
    const auto filter = CertificationFilter::Parse(text);
    ASSERT_FALSE(filter) << text;
    EXPECT_EQ(filter.error().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_TRUE(filter.error().message.starts_with(wanted)) << text << ": " << filter.error().message;
  }
}

TEST(CertificationFilter, ReadsWhatStandsInQuotationMarksAsItIs) {
  EXPECT_EQ(CertificationFilter::Parse("scheme = \"a AND b = \\\"c\\\\\"")->scheme, "a AND b = \"c\\");
}

TEST(CertificationFilter, IsBoundedBeforeItIsRead) {
  const std::string text = "scheme = " + std::string(CertificationFilter::kMaxBytes - 9, 'x');
  EXPECT_TRUE(CertificationFilter::Parse(text));
  EXPECT_FALSE(CertificationFilter::Parse(text + "x"));
}

}  // namespace
}  // namespace certmark::ca
