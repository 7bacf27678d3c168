// The feed of an app as the public site shows it, from one state of it to the next.
#include "api/feed_site.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "api/public_site.h"
#include "tests/unit/ca/order_office.h"

namespace certmark::api {
namespace {

class FeedAtSite : public ::testing::Test {
 protected:
  static constexpr std::string_view kFeed = "/feed/android/org.example.app.atom";

  HttpResponse Ask(std::string_view target, std::string accept_language = "") const {
    HttpTarget read = ParseHttpTarget(target).value();
    return site_.Answer({.method = "GET",
                         .path = std::move(read.path),
                         .query = std::move(read.query),
                         .accept_language = std::move(accept_language)});
  }
  std::string Feed(std::string_view more = "") const {
    const HttpResponse response = Ask(std::string(kFeed) + std::string(more));
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.content_type, "application/atom+xml; charset=utf-8");
    return response.body;
  }
  // The texts or attribute values between two marks, in order.
  static std::vector<std::string> Between(const std::string& text, const std::string& before,
                                          const std::string& after) {
    std::vector<std::string> found;
    for (std::size_t at = text.find(before); at != text.npos; at = text.find(before, at)) {
      at += before.size();
      found.push_back(text.substr(at, text.find(after, at) - at));
    }
    return found;
  }
  std::vector<std::string> Terms() const { return Between(Feed(), "<category term=\"", "\""); }
  static std::vector<std::string> Ids(const std::string& feed) { return Between(feed, "<id>", "</id>"); }
  static std::string Header(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return {};
  }
  void Take(ca::Proposed act, std::string_view reason, const std::string& number) {
    const auto proposal = office_.Propose(office_.officer, act, number, reason).value();
    ASSERT_TRUE(office_.Confirm(office_.second_officer, proposal.id));
  }

  certmark::testing::TempDir directory_;
  ca::testing::OrderOffice office_;
  ca::AuthorityFiles files_{directory_.path()};
  Handlers handlers_{office_.service(), files_};
  CallLimits limits_{{}, {}};
  Dispatch dispatch_{handlers_, limits_};
  PublicSite site_{dispatch_, office_.service(), files_, {.contact = ""}};
};

using Strings = std::vector<std::string>;

TEST_F(FeedAtSite, IsEmptyOfAnAppThatNothingHappenedTo) {
  const std::string feed = Feed();
  EXPECT_TRUE(Terms().empty());
  EXPECT_EQ(Ids(feed), Strings{"https://ca.example/feed/android/org.example.app.atom"});
  EXPECT_NE(feed.find("<updated>1970-01-01T00:00:00Z</updated>"), std::string::npos);
}

TEST_F(FeedAtSite, FollowsACertificationThroughItsLife) {
  const std::string number = office_.Certified().id;
  EXPECT_EQ(Terms(), Strings{"issued"});
  office_.Advance(Seconds{60});
  Take(ca::Proposed::kSuspend, "misuse", number);
  EXPECT_EQ(Terms(), (Strings{"suspended", "issued"}));
  const Strings before = Ids(Feed());
  office_.Advance(Seconds{60});
  Take(ca::Proposed::kRevoke, "deception", number);
  EXPECT_EQ(Terms(), (Strings{"revoked", "suspended", "issued"}));
  // What was told keeps its name, so that nobody is told twice.
  const Strings after = Ids(Feed());
  const std::string url = "https://ca.example/v1/certifications/" + number;
  EXPECT_EQ(after, (Strings{before[0], url + "#2", url + "#1", url + "#issued"}));
  for (const std::string& id : before) EXPECT_EQ(std::ranges::count(after, id), 1) << id;
  EXPECT_EQ(Between(Feed(), "<updated>", "</updated>").front(), FormatDateTime(office_.now()));
}

TEST_F(FeedAtSite, TellsOfItsEndFromTheSecondThatItIsOver) {
  const ca::Certification certification = office_.Certified();
  office_.AdvanceTo(certification.valid_until - Seconds{1});
  EXPECT_EQ(Terms(), Strings{"issued"});
  EXPECT_EQ(Ask(kFeed).cache_control, "public, max-age=1, must-revalidate");
  office_.Advance(Seconds{1});
  EXPECT_EQ(Terms(), (Strings{"expired", "issued"}));
}

TEST_F(FeedAtSite, TellsOfAnOrderOnceItIsExposedAndNotBefore) {
  office_.Certified();
  office_.Advance(Seconds{60});
  ca::Order order = office_.MakeOrder(office_.Draft());
  EXPECT_EQ(Terms(), Strings{"issued"});
  EXPECT_EQ(Feed().find(order.id), std::string::npos);
  office_.Turn(ca::Proposed::kExposeOrder, order.id, "unlawful-collection").value();
  EXPECT_EQ(Terms(), (Strings{"exposed", "issued"}));
  office_.Advance(Seconds{60});
  office_.service().orders().Close(office_.officer.party, order.id, "cause-corrected").value();
  EXPECT_EQ(Terms(), (Strings{"rectified", "exposed", "issued"}));
  EXPECT_NE(Feed().find("https://ca.example/v1/orders/" + order.id + "#rectified"), std::string::npos);
}

TEST_F(FeedAtSite, NamesNobodyOfTheStaffAndNoPartyByItsId) {
  const std::string number = office_.Certified().id;
  Take(ca::Proposed::kSuspend, "misuse", number);
  const std::string feed = Feed();
  for (const ca::testing::Person* person :
       {&office_.officer, &office_.second_officer, &office_.decider, &office_.applicant})
    EXPECT_EQ(feed.find(person->party.id), std::string::npos);
  EXPECT_EQ(feed.find("parties/"), std::string::npos);
}

TEST_F(FeedAtSite, EscapesTheNameOfAnApp) {
  ca::ApplicationForm form = office_.Form();
  form.app_name = "<Example> & \"名\"";
  ASSERT_TRUE(office_.Decide(office_.InReview(form)));
  EXPECT_NE(Feed().find("&lt;Example&gt; &amp; &quot;名&quot; (org.example.app)"), std::string::npos);
  EXPECT_EQ(Feed().find("<Example>"), std::string::npos);
}

TEST_F(FeedAtSite, WritesAPackageAsOneSegmentOfItsAddress) {
  const HttpResponse response = Ask("/feed/android/a%3Fb%22%3C%25.atom");
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(Ids(response.body), Strings{"https://ca.example/feed/android/a%3Fb%22%3C%25.atom"});
  EXPECT_NE(response.body.find("a?b&quot;&lt;%</title>"), std::string::npos);
}

TEST_F(FeedAtSite, SpeaksTheLanguageThatIsAskedFor) {
  office_.Certified();
  EXPECT_NE(Feed().find("For testing only: Certified – "), std::string::npos);
  EXPECT_NE(Feed("?lang=zh").find("仅供测试：已认证 – "), std::string::npos);
  EXPECT_NE(Feed("?lang=zh").find("xml:lang=\"zh-Hans\""), std::string::npos);
  EXPECT_NE(Ask(kFeed, "zh-CN").body.find("已认证"), std::string::npos);
  EXPECT_EQ(Header(Ask(kFeed), "Vary"), "Accept-Language");
  EXPECT_EQ(Header(Ask(std::string(kFeed) + "?lang=zh"), "Vary"), "");
  EXPECT_EQ(Ids(Feed("?lang=zh")), Ids(Feed())) << "one feed in two languages";
}

TEST_F(FeedAtSite, IsKeptAMinuteAndSentAgainOnlyIfItChanged) {
  const std::string number = office_.Certified().id;
  const HttpResponse first = Ask(kFeed);
  EXPECT_EQ(first.cache_control, "public, max-age=60, must-revalidate");
  const HttpRequest again{.method = "GET", .path = std::string(kFeed), .if_none_match = first.etag};
  EXPECT_EQ(site_.Answer(again).status, 304);
  Take(ca::Proposed::kSuspend, "misuse", number);
  EXPECT_EQ(site_.Answer(again).status, 200);
}

TEST_F(FeedAtSite, IsNothingElse) {
  for (const char* target :
       {"/feed", "/feed/android/org.example.app", "/feed/android/org.example.app.ATOM", "/feed/.atom",
        "/feed/windows/org.example.app.atom", "/feed/android/.atom", "/feed/android/a/b.atom",
        "/feed/android/a%20b.atom", "/feed/android/org.example.app.rss"}) {
    EXPECT_EQ(Ask(target).status, 404) << target;
    EXPECT_EQ(Ask(target).content_type, "application/problem+json") << target;
  }
  for (const char* query : {"?lang=fr", "?lang=", "?lang=en&lang=en", "?theme=dark", "?signer=a"})
    EXPECT_EQ(Ask(std::string(kFeed) + query).status, 400) << query;
  EXPECT_EQ(site_.Answer({.method = "POST", .path = std::string(kFeed)}).status, 405);
}

TEST_F(FeedAtSite, IsRefusedWhileTheRegisterIsClosed) {
  Handlers closed(office_.service(), files_, Register::kClosed);
  Dispatch dispatch(closed, limits_);
  const PublicSite site(dispatch, office_.service(), files_, {.contact = ""});
  EXPECT_EQ(site.Answer({.method = "GET", .path = std::string(kFeed)}).status, 503);
}

}  // namespace
}  // namespace certmark::api
