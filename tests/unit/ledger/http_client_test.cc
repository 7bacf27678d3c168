#include "verifier-sdk/io/http_client.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "tests/support/loopback_server.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ledger {
namespace {

using testing::Gate;
using testing::HttpAnswer;
using testing::LoopbackRequest;
using testing::LoopbackServer;

std::unique_ptr<io::HttpClient> MakeClient(io::HttpClient::Options options = {}) {
  return io::HttpClient::Create(std::move(options)).value();
}

std::string Reason(const Result<io::HttpResponse>& result) {
  EXPECT_FALSE(result) << "answered";
  if (result) return {};
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(result.error().message.find('\n'), std::string::npos);
  return result.error().message;
}

TEST(HttpClient, ReturnsStatusContentTypeAndBody) {
  const LoopbackServer server([](const LoopbackRequest& request) {
    return HttpAnswer(404, "text/x.tlog.size", request.method + " " + request.target);
  });
  const io::HttpResponse answer = MakeClient()->Get(server.url() + "/tile/0").value();
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.content_type, "text/x.tlog.size");
  EXPECT_EQ(answer.body, "GET /tile/0");
}

TEST(HttpClient, TellsWhatTimeItIsThere) {
  const LoopbackServer server([](const LoopbackRequest& request) {
    const std::string date = request.target == "/said"  ? "Date: Tue, 03 Nov 2026 00:00:07 GMT\r\n"
                             : request.target == "/odd" ? "Date: yesterday\r\n"
                                                        : "";
    return "HTTP/1.1 200 OK\r\n" + date + "Content-Length: 0\r\n\r\n";
  });
  const auto client = MakeClient();
  EXPECT_EQ(client->Get(server.url() + "/said").value().date, ParseDateTime("2026-11-03T00:00:07Z").value());
  EXPECT_EQ(client->Get(server.url() + "/odd").value().date, std::nullopt);
  EXPECT_EQ(client->Get(server.url() + "/unsaid").value().date, std::nullopt) << "not the one before";
}

TEST(HttpClient, PostsItsBodyWithItsContentType) {
  const LoopbackServer server([](const LoopbackRequest& request) {
    const bool typed = request.head.find("\r\nContent-Type: text/plain\r\n") != std::string::npos;
    return HttpAnswer(200, "", request.method + (typed ? " typed " : " untyped ") + request.body);
  });
  const std::string body("a\0b\n", 4);
  const io::HttpResponse answer = MakeClient()->Post(server.url(), "text/plain", body).value();
  EXPECT_EQ(answer.body, "POST typed " + body);
  EXPECT_EQ(answer.content_type, "");
}

TEST(HttpClient, ShowsItsTokenToTheServerItselfAndToNoProxy) {
  const LoopbackServer server([](const LoopbackRequest& request) {
    const bool shown = request.head.find("\r\nAuthorization: Bearer abc\r\n") != std::string::npos;
    return HttpAnswer(200, "", (shown ? "shown " : "hidden ") + request.target);
  });
  const auto client = MakeClient({.bearer = "abc"});
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);  // nobody listens there
  const auto posted = client->Post(server.url() + "/x", "text/plain", "");
  const auto got = client->Get(server.url() + "/x");
  ::unsetenv("http_proxy");
  ASSERT_TRUE(posted) << posted.error().message;
  EXPECT_EQ(posted->body, "shown /x");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "shown /x");
  EXPECT_EQ(MakeClient()->Get(server.url() + "/x").value().body, "hidden /x");
}

TEST(HttpClient, AGetAfterAPostIsAPlainGet) {
  const LoopbackServer server(
      [](const LoopbackRequest& request) { return HttpAnswer(200, "", request.method + " " + request.body); });
  const auto client = MakeClient();
  EXPECT_EQ(client->Post(server.url(), "text/plain", "x").value().body, "POST x");
  EXPECT_EQ(client->Get(server.url()).value().body, "GET ");
}

TEST(HttpClient, KeepsItsConnection) {
  const LoopbackServer server([](const LoopbackRequest&) { return HttpAnswer(200, "", "x"); });
  const auto client = MakeClient();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client->Get(server.url()));
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, TakesABodyOfExactlyTheLimitAndNoByteMore) {
  const LoopbackServer server([](const LoopbackRequest& request) {
    return HttpAnswer(200, "", std::string(request.target == "/fits" ? 100'000 : 100'001, 'x'));
  });
  const auto client = MakeClient({.max_body = 100'000});
  EXPECT_EQ(client->Get(server.url() + "/fits").value().body.size(), 100'000u);
  EXPECT_NE(Reason(client->Get(server.url() + "/longer")).find("longer than 100000 bytes"), std::string::npos);
}

TEST(HttpClient, GivesUpAnEndlessBodyWhileItComes) {
  // No length, and no end for as long as the client listens: only a limit held while receiving ends this.
  const LoopbackServer server([](const LoopbackRequest&) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n" + std::string(1'000'000, 'x');
  });
  EXPECT_NE(Reason(MakeClient({.max_body = 5'000})->Get(server.url())).find("longer than 5000"), std::string::npos);
}

TEST(HttpClient, GivesUpEndlessHeaders) {
  const LoopbackServer server([](const LoopbackRequest&) {
    std::string answer = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 10'000; ++i) answer += "X-Header: " + std::to_string(i) + "\r\n";
    return answer + "Content-Length: 0\r\n\r\n";
  });
  EXPECT_NE(Reason(MakeClient()->Get(server.url())).find("headers are too long"), std::string::npos);
}

TEST(HttpClient, FollowsNoRedirectUnlessTold) {
  const LoopbackServer server([](const LoopbackRequest& request) {
    if (request.target == "/new") return HttpAnswer(200, "", "moved");
    return std::string("HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n");
  });
  EXPECT_EQ(MakeClient()->Get(server.url()).value().status, 302);
  EXPECT_EQ(MakeClient({.redirects = 1})->Get(server.url()).value().body, "moved");
  EXPECT_EQ(MakeClient({.redirects = 1})->Post(server.url(), "text/plain", "x").value().status, 302);
}

TEST(HttpClient, ARedirectNeverLeadsToAFile) {
  const LoopbackServer server([](const LoopbackRequest&) {
    return std::string("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
  });
  Reason(MakeClient({.redirects = 3, .schemes = io::HttpClient::Schemes::kHttpAndFile})->Get(server.url()));
}

TEST(HttpClient, ReadsFilesOnlyWhenAsked) {
  const testing::TempDir dir;
  std::ofstream(dir / "checkpoint") << "hello";
  const std::string url = "file://" + (dir / "checkpoint").string();
  Reason(MakeClient()->Get(url));
  const auto client = MakeClient({.schemes = io::HttpClient::Schemes::kHttpAndFile});
  const io::HttpResponse answer = client->Get(url).value();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(client->Get(url + "-missing").value().status, 404);
}

TEST(HttpClient, NamesWhyThereIsNoAnswer) {
  const testing::ClosedPort down;
  EXPECT_NE(Reason(MakeClient()->Get(down.url())).find(down.url()), std::string::npos);
  for (const char* url : {"", "not a url", "ftp://127.0.0.1/", "http://user@127.0.0.1/", "gopher://x"}) {
    Reason(MakeClient()->Get(url));
  }
}

TEST(HttpClient, AClosedOrCutOrGarbledAnswerIsNone) {
  for (const std::string& bytes : {std::string(), std::string("HTTP/1.1 200 OK\r\nContent-Le"),
                                   std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"),
                                   std::string("\x16\x03\x01 what is this\r\n\r\n")}) {
    int calls = 0;
    const LoopbackServer server([&](const LoopbackRequest&) { return ++calls == 1 ? bytes : std::string(); });
    // The server says its bytes, then closes when it is asked again or destroyed: the time limit ends the wait.
    Reason(MakeClient({.timeout = std::chrono::milliseconds(300)})->Get(server.url()));
  }
}

TEST(HttpClient, ATimeoutEndsAWaitForASilentServer) {
  Gate gate;
  const LoopbackServer server([&](const LoopbackRequest&) { return gate.Wait(), HttpAnswer(200, "", "late"); });
  Reason(MakeClient({.timeout = std::chrono::milliseconds(50)})->Get(server.url()));
  gate.Open();
}

TEST(HttpClient, CancelEndsTheRequestInFlightAndAllLaterOnes) {
  Gate asked, gate;
  const LoopbackServer server(
      [&](const LoopbackRequest&) { return asked.Open(), gate.Wait(), HttpAnswer(200, "", "late"); });
  // Without the cancelling this request would take an hour: the suite's own limit would end it.
  const auto client = MakeClient({.timeout = std::chrono::hours(1)});
  std::thread canceller([&] { asked.Wait(), client->Cancel(); });
  EXPECT_NE(Reason(client->Get(server.url())).find("cancelled"), std::string::npos);
  canceller.join();
  gate.Open();
  EXPECT_NE(Reason(client->Get(server.url())).find("cancelled"), std::string::npos);
}

TEST(HttpClient, PostsTheHeadersItIsGiven) {
  const LoopbackServer server([](const LoopbackRequest& request) { return HttpAnswer(200, "", request.head); });
  const auto client = MakeClient();
  const std::string head =
      client->Post(server.url(), "text/plain", "x", {"Accept: text/csv", "X-Name: 7"})->body + "\r\n";
  EXPECT_NE(head.find("\r\nAccept: text/csv\r\n"), head.npos) << head;
  EXPECT_NE(head.find("\r\nX-Name: 7\r\n"), head.npos) << head;
  EXPECT_NE(head.find("\r\nContent-Type: text/plain\r\n"), head.npos) << head;
  EXPECT_EQ(client->Post(server.url(), "text/plain", "x")->body.find("X-Name"), head.npos) << "not the ones before";
}

TEST(HttpClient, OfThePublicInternetConnectsToNoOtherAddressHoweverItIsNamed) {
  const LoopbackServer server([](const LoopbackRequest&) { return HttpAnswer(200, "", "inside"); });
  const auto client = MakeClient({.reach = io::HttpClient::Reach::kPublic});
  for (const std::string host :
       {"127.0.0.1", "localhost", "other.localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "[::1]"}) {
    const std::string why = Reason(client->Get("http://" + host + ":" + std::to_string(server.port()) + "/"));
    EXPECT_NE(why.find("is not of the public internet"), why.npos) << why;
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, OfThePublicInternetAsksNoProxyToGoThereForIt) {
  const LoopbackServer proxy([](const LoopbackRequest&) { return HttpAnswer(200, "", "by the proxy"); });
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  ::unsetenv("no_proxy");
  const auto by_proxy = MakeClient()->Get("http://10.0.0.1/");
  const auto direct = MakeClient({.reach = io::HttpClient::Reach::kPublic})->Get("http://10.0.0.1/");
  ::unsetenv("http_proxy");
  ::setenv("no_proxy", "127.0.0.1", 1);
  EXPECT_EQ(by_proxy->body, "by the proxy") << "else this test says nothing";
  EXPECT_NE(Reason(direct).find("is not of the public internet"), std::string::npos);
  EXPECT_EQ(proxy.connections(), 1);
}

TEST(HttpClient, OfHttpsCallsNobodyInTheClear) {
  const LoopbackServer server([](const LoopbackRequest&) { return HttpAnswer(200, "", "plain"); });
  Reason(MakeClient({.schemes = io::HttpClient::Schemes::kHttps})->Get(server.url()));
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, KeepsAUrlToItselfWhenTold) {
  const testing::ClosedPort down;
  const auto client = MakeClient({.errors = io::HttpClient::Errors::kNameNoUrl});
  const std::string why = Reason(client->Get(down.url() + "/path-word?query-word"));
  EXPECT_EQ(why.find("-word"), why.npos) << why;
  EXPECT_NE(why.find("127.0.0.1"), why.npos) << why;
}

TEST(HttpClient, HttpsToAServerWithoutTlsIsNoAnswer) {
  const LoopbackServer server([](const LoopbackRequest&) { return HttpAnswer(200, "", "plain"); });
  Reason(MakeClient({.timeout = std::chrono::milliseconds(500)})
             ->Get("https://127.0.0.1:" + std::to_string(server.port())));
}

}  // namespace
}  // namespace certmark::ledger
