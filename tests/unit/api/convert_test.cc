#include "api/convert.h"

#include <gtest/gtest.h>

#include "tests/unit/ca/authority_fixture.h"

namespace certmark::api {
namespace {

constexpr std::string_view kNumber = "CM-2026-7K3Q9X2M4T4";

// Every value of an enumeration of the wire has one of the domain, and back, save "unspecified".
TEST(Convert, KnowsEveryPlatformOfTheWire) {
  for (int value = v1::Platform_MIN; value <= v1::Platform_MAX; ++value) {
    const auto wire = static_cast<v1::Platform>(value);
    if (value == v1::PLATFORM_UNSPECIFIED) {
      EXPECT_EQ(FromProto(wire).error().code, ErrorCode::kInvalidArgument);
    } else {
      EXPECT_EQ(ToProto(FromProto(wire).value()), wire);
    }
  }
  EXPECT_FALSE(FromProto(static_cast<v1::Platform>(99)));
}

TEST(Convert, KnowsEveryRoleOfTheWire) {
  for (int value = v1::Role_MIN; value <= v1::Role_MAX; ++value) {
    const auto wire = static_cast<v1::Role>(value);
    const auto role = FromProto(wire);
    if (value == v1::ROLE_UNSPECIFIED) {
      EXPECT_EQ(role.error().code, ErrorCode::kInvalidArgument);
      continue;
    }
    ca::Party party;
    party.id = "p";
    party.roles = {role.value()};
    ASSERT_EQ(ToProto(party).roles_size(), 1);
    EXPECT_EQ(ToProto(party).roles(0), wire);
    // The wire's name is the domain's, in the wire's spelling.
    std::string name = "ROLE_" + std::string(ca::Name(*role));
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    EXPECT_EQ(v1::Role_Name(wire), name);
  }
}

TEST(Convert, KnowsEveryActOfTheWire) {
  EXPECT_EQ(FromProto(v1::Proposal::SUSPEND).value(), ca::Proposed::kSuspend);
  EXPECT_EQ(FromProto(v1::Proposal::REVOKE).value(), ca::Proposed::kRevoke);
  EXPECT_FALSE(FromProto(v1::Proposal::ACT_UNSPECIFIED));
  EXPECT_FALSE(FromProto(static_cast<v1::Proposal::Act>(-1)));
}

TEST(Convert, NamesEveryApplicationStateAsTheDomainDoes) {
  for (int value = 0; value <= static_cast<int>(ca::Application::State::kLapsed); ++value) {
    ca::Application application;
    application.state = static_cast<ca::Application::State>(value);
    EXPECT_EQ(v1::Application::State_Name(ToProto(application, {}).state()), ca::Name(application.state));
  }
}

TEST(Convert, ShowsACertificationAsItIsNow) {
  ca::Certification certification;
  certification.id = kNumber;
  certification.app = {Platform::kIos, "org.example"};
  certification.state = ca::Certification::State::kSuspended;
  certification.version_from = "7.1";
  certification.valid_from = ca::testing::kStart;
  certification.valid_until = ca::testing::kStart + ca::testing::kDay;
  certification.history = {{EventKind::kSuspended, ca::testing::kStart, "misuse-of-mark"}};

  const auto now = ToProto(certification, ca::testing::kStart);
  EXPECT_EQ(now.name(), "certifications/" + std::string(kNumber));
  EXPECT_EQ(now.state(), v1::Certification::SUSPENDED);
  EXPECT_EQ(now.platform(), v1::PLATFORM_IOS);
  EXPECT_EQ(now.version_to(), "");
  EXPECT_EQ(now.valid_until().seconds(), ToEpoch(certification.valid_until));
  ASSERT_EQ(now.events_size(), 1);
  EXPECT_EQ(now.events(0).kind(), "suspended");
  EXPECT_EQ(ToProto(certification, certification.valid_until).state(), v1::Certification::EXPIRED);
}

TEST(Convert, SaysOfACertificationByWhatItWasSuperseded) {
  ca::Certification certification;
  certification.edition = "2019";
  certification.supersedes = "CM-2026-7K3Q9X2M4T4";
  certification.superseded_by = "CM-2026-7K3Q9X2M4T5";
  const v1::Certification shown = ToProto(certification, Time{});
  EXPECT_EQ(shown.edition(), "2019");
  EXPECT_EQ(shown.supersedes(), "certifications/CM-2026-7K3Q9X2M4T4");
  EXPECT_EQ(shown.superseded_by(), "certifications/CM-2026-7K3Q9X2M4T5");
}

TEST(Convert, SaysOfAPartyWhoItIsAndWhomItBelongsTo) {
  ca::Party party;
  party.operator_id = "reg:XX:0000007";
  party.url = "https://operator.example";
  party.belongs_to = {"a", "b"};
  const v1::Party shown = ToProto(party);
  EXPECT_EQ(shown.operator_id(), "reg:XX:0000007");
  EXPECT_EQ(shown.url(), "https://operator.example");
  ASSERT_EQ(shown.belongs_to_size(), 2);
  EXPECT_EQ(shown.belongs_to(1), "parties/b");
}

TEST(ResourceName, IsReadBackAsItWasWritten) {
  EXPECT_EQ(ParseResourceName(Collection::kParties, ResourceName(Collection::kParties, "abcdefgh23456789")).value(),
            "abcdefgh23456789");
  EXPECT_EQ(ParseResourceName(Collection::kCertifications, "certifications/" + std::string(kNumber)).value(), kNumber);
  EXPECT_EQ(ResourceName(Collection::kParties, ""), "");
}

TEST(ResourceName, RefusesEveryOtherSpellingAndNamesIt) {
  const struct {
    Collection collection;
    std::string_view name;
  } kRows[] = {
      {Collection::kParties, ""},
      {Collection::kParties, "parties"},
      {Collection::kParties, "parties/"},
      {Collection::kParties, "abcdefgh23456789"},
      {Collection::kParties, "applications/abcdefgh23456789"},
      {Collection::kParties, "/parties/abcdefgh23456789"},
      {Collection::kParties, "parties/abc/def"},
      {Collection::kParties, "parties/../x"},
      {Collection::kParties, "parties/ABC"},
      {Collection::kParties, "parties/abc "},
      {Collection::kCertifications, "certifications/CM-2026-7K3Q9X2M4T5"},
      {Collection::kCertifications, "certifications/cm-2026-7k3q9x2m4t4"},
  };
  for (const auto& row : kRows) {
    const auto id = ParseResourceName(row.collection, row.name);
    ASSERT_FALSE(id) << row.name;
    EXPECT_EQ(id.error().code, ErrorCode::kInvalidArgument) << row.name;
    EXPECT_NE(id.error().message.find("\"" + std::string(row.name) + "\""), std::string::npos) << id.error().message;
  }
}

}  // namespace
}  // namespace certmark::api
