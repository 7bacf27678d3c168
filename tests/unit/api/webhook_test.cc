#include "api/webhook.h"

#include <gtest/gtest.h>

#include "api/webhook_signature.h"

namespace certmark::api {
namespace {

std::string WhyNot(std::string_view url, bool private_addresses = false) {
  const auto fit = CheckTarget(url, private_addresses);
  if (fit) return "fits";
  EXPECT_EQ(fit.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(fit.error().message.find("word"), std::string::npos) << "an error tells no URL further";
  return fit.error().message;
}

TEST(Target, IsAnHttpsUrlOfThePublicInternet) {
  for (const char* url : {"https://hooks.example", "https://hooks.example:8443/in?box=1", "https://8.8.8.8/",
                          "https://[2a00::1]/", "https://localhost.example/"}) {
    EXPECT_EQ(WhyNot(url), "fits") << url;
  }
}

TEST(Target, SaysWhichOfTheRulesItBreaks) {
  const struct {
    const char* url;
    const char* why;
  } kRows[] = {
      {"http://hooks.example/word", "is not of https"},
      {"ftp://hooks.example/word", "is not of https"},
      {"hooks.example/word", "cannot be read"},
      {"https://", "cannot be read"},
      {"https://hooks.example/word\nx", "cannot be read"},
      {"https://hooks.example/w\xc3\xb6rd", "cannot be read"},
      {"https://word@hooks.example/", "has a user name"},
      {"https://:word@hooks.example/", "has a user name"},
      {"https://hooks.example/#word", "has a fragment"},
      {"https://localhost/", "leads to no address"},
      {"https://LOCALHOST./", "leads to no address"},
      {"https://a.localhost/", "leads to no address"},
      {"https://127.0.0.1/", "leads to no address"},
      {"https://127.1/", "leads to no address"},
      {"https://0x7f000001/", "leads to no address"},
      {"https://2130706433/", "leads to no address"},
      {"https://10.0.0.1:8443/", "leads to no address"},
      {"https://169.254.169.254/word", "leads to no address"},
      {"https://[::1]/", "leads to no address"},
      {"https://[::ffff:10.0.0.1]/", "leads to no address"},
      {"https://[64:ff9b::a00:1]/", "leads to no address"},
      {"https://[fe80::1%25eth0]/", "leads to no address"},
  };
  for (const auto& row : kRows)
    EXPECT_NE(WhyNot(row.url).find(row.why), std::string::npos) << row.url << WhyNot(row.url);
  EXPECT_NE(WhyNot("https://hooks.example:0/"), "fits");
  const std::string begin = "https://hooks.example/";
  EXPECT_EQ(WhyNot(begin + std::string(2048 - begin.size(), 'x')), "fits");
  EXPECT_NE(WhyNot(begin + std::string(2049 - begin.size(), 'x')).find("longer than 2,048"), std::string::npos);
}

TEST(Target, MayBeInANetworkOfOursWhereThatIsAllowed) {
  for (const char* url : {"https://localhost:8443/", "https://127.0.0.1/", "https://[fd00::1]/"}) {
    EXPECT_EQ(WhyNot(url, true), "fits") << url;
  }
  EXPECT_NE(WhyNot("http://127.0.0.1/", true), "fits");
}

TEST(Webhook, CallsNoTargetThatWouldNotBeRegistered) {
  const auto webhook = Webhook::Create({}).value();
  for (const char* url : {"https://127.0.0.1:1/", "http://hooks.example/", ""}) {
    const Attempt attempt = webhook->PushEvent(url, "x");
    EXPECT_EQ(attempt.outcome, Outcome::kNotNow);
    EXPECT_NE(attempt.why.find("the target's URL"), std::string::npos) << attempt.why;
  }
}

TEST(Webhook, SendsNothingThatItCannotSign) {
  const auto webhook = Webhook::Create({}).value();
  const ca::Secret secret = WebhookSecret(Bytes(32, 7)), short_one = WebhookSecret(Bytes(23, 7));
  const auto push = [&](std::string_view id, const ca::Secret& with) {
    return webhook->PushNotice("https://hooks.example/", {.id = id, .body = "{}", .at = Time{}, .secret = with})
        .outcome;
  };
  EXPECT_EQ(push("a\r\nX-Header: b", secret), Outcome::kRefused);
  EXPECT_EQ(push("a.b", secret), Outcome::kRefused);
  EXPECT_EQ(push("", secret), Outcome::kRefused);
  EXPECT_EQ(push("a", short_one), Outcome::kRefused);
  EXPECT_EQ(push("a", ca::Secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")), Outcome::kRefused) << "without its prefix";
}

TEST(Webhook, CarriesNothingOnceItIsCancelled) {
  const auto webhook = Webhook::Create({.private_addresses = true}).value();
  webhook->Cancel();
  const Attempt attempt = webhook->PushEvent("https://127.0.0.1:1/", "x");
  EXPECT_EQ(attempt.outcome, Outcome::kNotNow);
  EXPECT_EQ(attempt.why, "cancelled");
}

TEST(WebhookSignature, IsThatOfTheExampleOfStandardWebhooks) {
  const ca::Secret secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  const auto headers =
      SignWebhook(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", FromEpoch(1614265330), R"({"test": 2432232314})").value();
  EXPECT_EQ(headers.id, "msg_p5jXN8AQM9LWM0D4loKWxJek");
  EXPECT_EQ(headers.timestamp, "1614265330");
  EXPECT_EQ(headers.signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, HasASecretThatIsReadBackAsItWasWritten) {
  const ca::Secret secret = WebhookSecret(Bytes(24, 0));
  EXPECT_EQ(secret.Reveal(), "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  EXPECT_TRUE(SignWebhook(secret, "a", Time{}, ""));
  EXPECT_TRUE(SignWebhook(WebhookSecret(Bytes(64, 1)), "a", Time{}, ""));
  EXPECT_FALSE(SignWebhook(WebhookSecret(Bytes(65, 1)), "a", Time{}, ""));
}

TEST(Attempt, TellsWhyInOneBoundedPrintableLine) {
  const Attempt attempt = Attempt::Of(Outcome::kRefused, "no\r\nX: \x1b[2J\xe4\xb8\xad" + std::string(500, 'x'));
  EXPECT_EQ(attempt.outcome, Outcome::kRefused);
  EXPECT_TRUE(attempt.why.starts_with("no??X: ?[2J???xxx")) << attempt.why;
  EXPECT_EQ(attempt.why.size(), Attempt::kMaxWhy);
}

}  // namespace
}  // namespace certmark::api
