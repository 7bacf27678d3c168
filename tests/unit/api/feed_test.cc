// What a feed tells: of certifications and orders as anybody may read them.
#include "api/feed.h"

#include <gtest/gtest.h>

#include <set>

#include "api/feed_words.h"
#include "api/mark_words.h"

namespace certmark::api {
namespace {

using Kind = Happening::Kind;

constexpr Kind kKinds[] = {Kind::kIssued,    Kind::kSuspended,    Kind::kReinstated, Kind::kRevoked,
                           Kind::kWithdrawn, Kind::kSuperseded,   Kind::kExpired,    Kind::kExposed,
                           Kind::kRectified, Kind::kOrderAnnulled};

v1::Certification Certified(const std::string& number, std::int64_t from) {
  v1::Certification certification;
  certification.set_name("certifications/" + number);
  certification.set_number(number);
  certification.set_app_name("Example");
  certification.set_state(v1::Certification::VALID);
  certification.mutable_valid_from()->set_seconds(from);
  certification.mutable_valid_until()->set_seconds(from + 1000);
  return certification;
}

void Add(v1::Certification& certification, const char* kind, std::int64_t at, const char* reason) {
  v1::Certification::Event& event = *certification.add_events();
  event.set_kind(kind);
  event.mutable_time()->set_seconds(at);
  event.set_reason(reason);
}

std::vector<std::string> Told(const std::vector<Happening>& all) {
  std::vector<std::string> told;
  for (const Happening& each : all)
    told.push_back(each.resource + "#" + each.place + " " + std::string(Name(each.kind)) + " " + each.detail);
  return told;
}

TEST(Feed, TellsEachEventOfACertificationTheNewestFirst) {
  v1::Certification one = Certified("CM-1", 100);
  Add(one, "suspended", 110, "misuse");
  Add(one, "reinstated", 120, "cause-corrected");
  Add(one, "superseded", 130, "");
  one.set_state(v1::Certification::SUPERSEDED);
  one.set_superseded_by("certifications/CM-2");
  v1::Certification two = Certified("CM-2", 130);
  two.set_supersedes("certifications/CM-1");
  const std::vector<std::string> told = {
      "certifications/CM-2#issued issued CM-1", "certifications/CM-1#3 superseded CM-2",
      "certifications/CM-1#2 reinstated cause-corrected", "certifications/CM-1#1 suspended misuse",
      "certifications/CM-1#issued issued "};
  EXPECT_EQ(Told(HappeningsOf(std::vector{one, two}, {})), told);
}

TEST(Feed, TellsOfAnEndThatNoEventSays) {
  v1::Certification one = Certified("CM-1", 100);
  one.set_state(v1::Certification::EXPIRED);
  const auto all = HappeningsOf(std::vector{one}, {});
  EXPECT_EQ(Told(all).front(), "certifications/CM-1#expired expired ");
  EXPECT_EQ(all.front().at, FromEpoch(1100));
}

TEST(Feed, TellsWhatBecameOfAnExposedOrder) {
  v1::ExposedOrder order;
  order.set_name("orders/CO-1");
  order.set_state(v1::Order::EXPOSED);
  order.add_findings("APP-2019/1.1");
  order.add_findings("APP-2019/3.1");
  order.mutable_expose_time()->set_seconds(5);
  const std::string exposed = "orders/CO-1#exposed exposed APP-2019/1.1, APP-2019/3.1";
  EXPECT_EQ(Told(HappeningsOf({}, std::vector{order})), std::vector{exposed});
  order.mutable_close_time()->set_seconds(9);
  order.set_state(v1::Order::RECTIFIED);
  EXPECT_EQ(Told(HappeningsOf({}, std::vector{order})),
            (std::vector<std::string>{"orders/CO-1#rectified rectified ", exposed}));
  order.set_state(v1::Order::ANNULLED);
  order.set_annul_reason("order-in-error");
  EXPECT_EQ(Told(HappeningsOf({}, std::vector{order})),
            (std::vector<std::string>{"orders/CO-1#order-annulled order-annulled order-in-error", exposed}));
}

TEST(Feed, ShowsTheNewestHundredAndKeepsTheirPlaces) {
  v1::Certification one = Certified("CM-1", 0);
  for (int i = 1; i <= 150; ++i) Add(one, i % 2 == 1 ? "suspended" : "reinstated", i, "misuse");
  const auto all = HappeningsOf(std::vector{one}, {});
  ASSERT_EQ(all.size(), kMaxHappenings);
  EXPECT_EQ(all.front().place, "150");
  EXPECT_EQ(all.back().place, "51");
}

TEST(FeedWords, AreThoseOfTheMarkWhereTheMarkHasThem) {
  const auto title = [](Kind kind, Language language) {
    return HappeningTitle(
        {.kind = kind, .at = {}, .resource = "certifications/CM-1", .place = "1", .app_name = "Example"}, "org.example",
        false, language);
  };
  const std::pair<Kind, Mark::State> kSame[] = {{Kind::kIssued, Mark::State::kCertified},
                                                {Kind::kSuspended, Mark::State::kSuspended},
                                                {Kind::kRevoked, Mark::State::kRevoked}};
  for (const Language language : {Language::kEnglish, Language::kChinese}) {
    for (const auto& [kind, state] : kSame)
      EXPECT_EQ(title(kind, language), MarkTitle(state, {.app = "Example (org.example)"}, language));
  }
}

TEST(FeedWords, SayEachKindInBothLanguagesAndNoTwoAlike) {
  for (const Language language : {Language::kEnglish, Language::kChinese}) {
    std::set<std::string> titles, sentences;
    for (const Kind kind : kKinds) {
      const Happening happening{.kind = kind, .at = {}, .resource = "orders/CO-1", .place = "1", .detail = "code"};
      titles.insert(HappeningTitle(happening, "org.example", true, language));
      sentences.insert(HappeningSentence(happening, language));
      EXPECT_NE(sentences.rbegin()->find("CO-1"), std::string::npos);
    }
    EXPECT_EQ(titles.size(), std::size(kKinds));
    EXPECT_EQ(sentences.size(), std::size(kKinds));
  }
}

TEST(FeedWords, GiveNumberAndReason) {
  const Happening happening{
      .kind = Kind::kRevoked, .at = {}, .resource = "certifications/CM-1", .place = "1", .detail = "deception"};
  EXPECT_EQ(HappeningSentence(happening, Language::kEnglish), "Certification CM-1 was revoked: deception.");
  EXPECT_EQ(HappeningSentence(happening, Language::kChinese), "认证 CM-1 已被撤销，原因：deception。");
}

}  // namespace
}  // namespace certmark::api
