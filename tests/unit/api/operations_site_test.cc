#include "api/operations_site.h"

#include <gtest/gtest.h>

namespace certmark::api {
namespace {

class Operations : public ::testing::Test {
 protected:
  HttpResponse Get(std::string path, std::string method = "GET") const {
    return site_.Answer({.method = std::move(method), .path = std::move(path), .query = {}, .if_none_match = ""});
  }
  Result<void> ready_;
  OperationsSite site_{{.ready = [this] { return ready_; }, .metrics = [] { return std::string("a 1\n"); }}};
};

TEST_F(Operations, AnswerThatTheProcessLives) {
  ready_ = Error{ErrorCode::kUnavailable, "no"};
  EXPECT_EQ(Get("/healthz").status, 200);
  EXPECT_EQ(Get("/healthz").body, "ok\n");
}

TEST_F(Operations, SayWhyTheyAreNotReady) {
  EXPECT_EQ(Get("/readyz").status, 200);
  ready_ = CheckReady(std::nullopt, false);
  EXPECT_EQ(Get("/readyz").status, 503);
  EXPECT_EQ(Get("/readyz").body, "no checkpoint is exposed yet\n");
  ready_ = CheckReady(Error{ErrorCode::kOutcomeUnknown, "the disk is gone"}, true);
  EXPECT_EQ(Get("/readyz").status, 503);
  EXPECT_EQ(Get("/readyz").body, "the log has stopped writing: the disk is gone\n");
}

TEST_F(Operations, ServeFiguresAsPrometheusReadsThem) {
  EXPECT_EQ(Get("/metrics").body, "a 1\n");
  EXPECT_EQ(Get("/metrics").content_type, "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(Operations, AreNeverCached) {
  for (const char* path : {"/healthz", "/readyz", "/metrics", "/"}) {
    EXPECT_EQ(Get(path).cache_control, "no-store") << path;
  }
}

TEST_F(Operations, KnowNothingElse) {
  for (const char* path : {"/", "/trust", "/log/1/checkpoint", "/healthz/x"}) EXPECT_EQ(Get(path).status, 404) << path;
  for (const char* method : {"POST", "PUT", "DELETE"}) EXPECT_EQ(Get("/metrics", method).status, 405) << method;
}

TEST_F(Operations, AnswerNoPageThatWasLedHereByItsOwnName) {
  const auto ask = [&](const char* host) { return site_.Answer({.method = "GET", .path = "/metrics", .host = host}); };
  for (const char* host :
       {"127.0.0.1:7480", "127.0.0.1", "[::1]:7480", "192.0.2.1:80", "localhost:7480", "localhost", ""}) {
    EXPECT_EQ(ask(host).status, 200) << host;
  }
  for (const char* host : {"rebound.example:7480", "rebound.example", "127.0.0.1.rebound.example", "localhost.example",
                           "a@127.0.0.1", "127.0.0.1 ", "::1:7480"}) {
    EXPECT_EQ(ask(host).status, 421) << host;
  }
}

class OperationsBackup : public ::testing::Test {
 protected:
  HttpResponse Post(std::string authorization, std::string body, std::string method = "POST") {
    return site_.Answer({.method = std::move(method),
                         .path = "/backup",
                         .authorization = std::move(authorization),
                         .body = std::move(body)});
  }
  Result<void> copied_;
  std::vector<std::filesystem::path> asked_;
  OperationsSite site_{{.ready = [] { return Result<void>(); },
                        .metrics = [] { return std::string(); },
                        .copy_database =
                            [this](const std::filesystem::path& to) {
                              asked_.push_back(to);
                              return copied_;
                            },
                        .token = ca::Secret("abc")}};
};

TEST_F(OperationsBackup, IsMadeForWhoShowsTheToken) {
  EXPECT_EQ(Post("Bearer abc", R"({"to":"/backup/data"})").status, 200);
  EXPECT_EQ(asked_, std::vector<std::filesystem::path>{"/backup/data"});
}

TEST_F(OperationsBackup, IsRefusedToEverybodyElse) {
  for (const char* shown : {"", "abc", "Bearer ", "Bearer ab", "Bearer abd", "Bearer abcd", "Basic abc"}) {
    const HttpResponse answer = Post(shown, R"({"to":"/backup/data"})");
    EXPECT_EQ(answer.status, 401) << shown;
    ASSERT_EQ(answer.headers.size(), 1u);
    EXPECT_EQ(answer.headers[0].first, "WWW-Authenticate");
  }
  EXPECT_EQ(Post("Bearer abc", "", "GET").status, 405);
  EXPECT_TRUE(asked_.empty());
}

TEST_F(OperationsBackup, GoesToAnAbsolutePathAlone) {
  for (const char* body :
       {"", "{}", R"({"to":1})", R"({"to":""})", R"({"to":"data"})", R"({"to":"/a/../b"})", R"({"to":"/a/"})"}) {
    EXPECT_EQ(Post("Bearer abc", body).status, 400) << body;
  }
  EXPECT_TRUE(asked_.empty());
}

TEST_F(OperationsBackup, SaysWhyThereIsNone) {
  copied_ = Error{ErrorCode::kAlreadyExists, "/backup/data is there"};
  const HttpResponse answer = Post("Bearer abc", R"({"to":"/backup/data"})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.body, "/backup/data is there\n");
  copied_ = Error{ErrorCode::kUnavailable, "another copy is being made"};
  EXPECT_EQ(Post("Bearer abc", R"({"to":"/backup/data"})").status, 503);
}

TEST(OperationsWithoutAToken, LetNobodyAsk) {
  const OperationsSite site({.ready = [] { return Result<void>(); },
                             .metrics = [] { return std::string(); },
                             .copy_database = [](const std::filesystem::path&) { return Result<void>(); }});
  EXPECT_EQ(site.Answer({.method = "POST", .path = "/backup", .authorization = "Bearer ", .body = "{}"}).status, 401);
}

TEST(Readiness, NeedsALogThatWritesAndACheckpoint) {
  const Error stopped{ErrorCode::kInternal, "x"};
  EXPECT_TRUE(CheckReady(std::nullopt, true));
  EXPECT_FALSE(CheckReady(std::nullopt, false));
  EXPECT_FALSE(CheckReady(stopped, true));
  EXPECT_FALSE(CheckReady(stopped, false));
}

TEST(Readiness, NeedsACertificateThatIsNotOver) {
  const Time end{Seconds{1'800'000'000}};
  EXPECT_TRUE(CheckCertificateEnd(end, end)) << "the last second counts";
  const auto over = CheckCertificateEnd(end, end + Seconds{1});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(over.error().message, "the listeners' certificate expired at 2027-01-15T08:00:00Z");
}

}  // namespace
}  // namespace certmark::api
