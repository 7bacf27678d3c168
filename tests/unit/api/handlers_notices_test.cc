// What a party is told without asking, through the handlers; and what it says.
#include <gtest/gtest.h>

#include <algorithm>

#include "api/convert.h"
#include "api/delivery_target.h"
#include "api/handlers.h"
#include "api/notice_text.h"
#include "tests/unit/ca/town.h"
#include "verifier-sdk/core/json.h"

namespace certmark::api {
namespace {

using ca::testing::Person;
using ca::testing::Town;

ErrorCode CodeOf(const auto& result) {
  return result ? ErrorCode{} : result.error().code;
}

class NoticeHandlers : public ::testing::Test {
 protected:
  static Caller By(const Person& person) { return Caller{person.party}; }
  static v1::CreateSubscriptionRequest Wanted(v1::Subscription::Of of, const std::string& target) {
    v1::CreateSubscriptionRequest request;
    request.set_of(of);
    request.set_target(target);
    return request;
  }
  ErrorCode Refusal(v1::Subscription::Of of, const std::string& target) {
    return CodeOf(handlers_.CreateSubscription(By(town_.applicant), Wanted(of, target)));
  }
  v1::Subscription Create() {
    return handlers_
        .CreateSubscription(By(town_.applicant), Wanted(v1::Subscription::NOTICES, "https://store.example/"))
        .value();
  }

  certmark::testing::TempDir directory_;
  Town town_;
  Handlers handlers_{town_.service(), ca::AuthorityFiles(directory_.path()), Register::kOpen, {.mail = true}};
};

TEST_F(NoticeHandlers, ListWhatAPartyWasToldAPageAtATime) {
  v1::ListNoticesRequest request;
  request.set_page_size(2);
  std::vector<std::uint64_t> indices;
  for (v1::ListNoticesResponse page = handlers_.ListNotices(By(town_.applicant), request).value();
       page.notices_size() > 0; page = handlers_.ListNotices(By(town_.applicant), request).value()) {
    EXPECT_LE(page.notices_size(), 2);
    for (const v1::Notice& notice : page.notices()) indices.push_back(notice.index());
    request.set_page_token(page.next_page_token());
  }
  EXPECT_GT(indices.size(), 8u);
  EXPECT_TRUE(std::is_sorted(indices.begin(), indices.end()));
  EXPECT_EQ(std::adjacent_find(indices.begin(), indices.end()), indices.end());
  town_.Act(ca::Proposed::kRevoke, town_.valid, "deception");
  const auto later = handlers_.ListNotices(By(town_.applicant), request).value();
  ASSERT_EQ(later.notices_size(), 1) << "the last token goes on where it ended";
  EXPECT_EQ(later.notices(0).subject(), "certifications/" + town_.valid);
  EXPECT_EQ(later.notices(0).after(), "REVOKED");
}

TEST_F(NoticeHandlers, TellAStrangerNothing) {
  EXPECT_EQ(CodeOf(handlers_.ListNotices({}, {})), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOf(handlers_.CreateSubscription({}, Wanted(v1::Subscription::EVENTS, "https://store.example/"))),
            ErrorCode::kPermissionDenied);
}

TEST_F(NoticeHandlers, MakeShowReplayAndEndASubscription) {
  const v1::Subscription made = Create();
  EXPECT_TRUE(made.secret().starts_with("whsec_"));
  v1::GetSubscriptionRequest get;
  get.set_name(made.name());
  EXPECT_EQ(handlers_.GetSubscription(By(town_.applicant), get).value().SerializeAsString(), made.SerializeAsString());
  EXPECT_EQ(CodeOf(handlers_.GetSubscription(By(town_.other_operator), get)), ErrorCode::kNotFound);
  v1::ReplaySubscriptionRequest replay;
  replay.set_name(made.name());
  replay.set_from(0);
  EXPECT_EQ(handlers_.ReplaySubscription(By(town_.applicant), replay).value().next(), 0u);
  EXPECT_EQ(handlers_.ListSubscriptions(By(town_.applicant), {}).value().subscriptions_size(), 1);
  v1::DeleteSubscriptionRequest end;
  end.set_name(made.name());
  ASSERT_TRUE(handlers_.DeleteSubscription(By(town_.applicant), end));
  EXPECT_EQ(CodeOf(handlers_.DeleteSubscription(By(town_.applicant), end)), ErrorCode::kNotFound);
  end.set_name("applications/" + town_.submitted);
  EXPECT_EQ(CodeOf(handlers_.DeleteSubscription(By(town_.applicant), end)), ErrorCode::kInvalidArgument);
}

TEST_F(NoticeHandlers, LeadNowhereTheyShouldNot) {
  for (const char* const target : {"http://store.example/", "https://127.0.0.1/", "https://localhost/",
                                   "https://[::1]/", "https://u@store.example/", "file:///etc/passwd", "",
                                   "mailto:", "mailto:a@b", "mailto:a@store.example,b@store.example"}) {
    EXPECT_EQ(Refusal(v1::Subscription::NOTICES, target), ErrorCode::kInvalidArgument) << target;
  }
  EXPECT_EQ(Refusal(v1::Subscription::EVENTS, "mailto:desk@store.example"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(Refusal(v1::Subscription::OF_UNSPECIFIED, "https://store.example/"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(Refusal(v1::Subscription::NOTICES, "mailto:desk@store.example"), ErrorCode{});
  EXPECT_EQ(CodeOf(CheckDeliveryTarget(ca::Subscription::Of::kNotices, "mailto:desk@store.example", {})),
            ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(CheckDeliveryTarget(ca::Subscription::Of::kEvents, "https://127.0.0.1/", {.private_addresses = true}));
}

ca::Notice Decided() {
  return {.index = 4711,
          .at = ca::testing::kStart,
          .act = "decide",
          .subject = "application/abcdefghijkmnpqr",
          .reason = "privacy-policy",
          .before = "REVIEW",
          .after = "REFUSED",
          .by = {}};
}

TEST(ANotice, SaysToProgramsWhatRestSays) {
  const auto json = json::Document::Parse(NoticeJson("https://ca.example", Decided()).value(), 4096).value();
  EXPECT_EQ(json.root().String("type").value(), "certmark.notice");
  EXPECT_EQ(json.root().String("authority").value(), "https://ca.example");
  const auto data = json.root().Object("data").value();
  EXPECT_EQ(data.String("subject").value(), "applications/abcdefghijkmnpqr");
  EXPECT_EQ(data.String("index").value(), "4711");
  EXPECT_EQ(data.String("after").value(), "REFUSED");
}

TEST(ANotice, SaysToPeopleWhatHappenedAndByWhenInTwoLanguages) {
  ca::Notice notice = Decided();
  notice.by = ca::testing::kStart + ca::testing::kDay;
  const Mail mail = NoticeMail({.authority = "https://ca.example",
                                .subscription = "subscriptions/abc",
                                .to = "desk@operator.example",
                                .name = "abc-4711",
                                .is_test = true},
                               notice);
  EXPECT_EQ(mail.subject, "[TEST] applications/abcdefghijkmnpqr: REFUSED");
  EXPECT_EQ(mail.id, "abc-4711");
  for (const char* const part :
       {"is now REFUSED", "Reason: privacy-policy.", "It waits for you until 2026-11-04T00:00:00Z", "状态现为 REFUSED",
        "请在 2026-11-04T00:00:00Z 之前处理", "certmark show applications/abcdefghijkmnpqr",
        "certmark subscription end subscriptions/abc"}) {
    EXPECT_NE(mail.text.find(part), std::string::npos) << part << " in " << mail.text;
  }
  EXPECT_TRUE(WriteMail(mail, "desk@ca.example"));
}

TEST(ANotice, OfAReminderSaysWhatWaits) {
  ca::Notice notice = Decided();
  notice.act = "remind";
  notice.reason = notice.before = notice.after = "";
  const Mail mail =
      NoticeMail({.authority = "https://ca.example", .subscription = "s", .to = "a@b.example", .name = "x"}, notice);
  EXPECT_EQ(mail.subject, "applications/abcdefghijkmnpqr: remind");
  EXPECT_TRUE(mail.text.starts_with("applications/abcdefghijkmnpqr: remind.\n")) << mail.text;
}

}  // namespace
}  // namespace certmark::api
