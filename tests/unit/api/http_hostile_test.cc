// What a door does with bytes that are no honest request: it refuses or closes, and serves the next one.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "api/http_server.h"
#include "tests/unit/api/plain_client.h"

namespace certmark::api {
namespace {

using testing::BodyAfter;
using testing::HeaderValue;
using testing::PlainClient;
using testing::StatusIn;

constexpr std::string_view kGood = "GET /good HTTP/1.1\r\nHost: x\r\n\r\n";

class HostileHttp : public ::testing::Test {
 protected:
  std::unique_ptr<HttpServer> Open(std::size_t max_connections, std::chrono::milliseconds tick) const {
    HttpDoor door;
    door.name = "d";
    door.listener = {"127.0.0.1", 0};
    door.answer = [](const HttpRequest& request) {
      return HttpResponse{.status = 200, .content_type = "text/plain", .body = request.method + " " + request.path};
    };
    door.max_body = 64;
    door.max_connections = max_connections;
    std::vector<HttpDoor> doors;
    doors.push_back(std::move(door));
    return HttpServer::Start({.doors = std::move(doors), .tick = tick}).value();
  }
  static std::string Exchange(const HttpServer& server, std::string_view bytes) {
    PlainClient client(server.port("d"));
    client.Send(bytes);
    return client.ReadResponse();
  }
};

TEST_F(HostileHttp, RefusesEveryMalformedRequestAndServesTheNext) {
  const std::string nul(1, '\0');
  const struct {
    const char* mutation;
    std::string bytes;
    int status;  // 0: closed without a word
  } kRows[] = {
      // Where one request ends and the next begins must be the same for everybody who reads it.
      {"a length and a coding",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"a coding and a length",
       "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400},
      {"chunks", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 411},
      {"bad chunks", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 411},
      {"a coding with a space", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400},
      {"a coding of nobody's", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n", 411},
      {"two codings", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
       400},
      {"two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {"a length twice", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400},
      {"a list of lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na", 400},
      {"a length with a sign", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", 400},
      {"a length in hex", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\na", 400},
      {"a folded header", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400},
      {"a folded coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400},
      {"a header folded by a tab", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n", 400},
      {"lines that end in a line feed", "GET / HTTP/1.1\nHost: x\n\n", 400},
      {"one line that ends in a line feed", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", 400},
      {"one line that ends in a carriage return", "GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n", 400},
      {"a NUL in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: " + nul + "\r\n\r\n", 400},
      {"a NUL in a name", "GET / HTTP/1.1\r\nHost: x\r\nA" + nul + ": b\r\n\r\n", 400},
      {"a NUL in the target", "GET /" + nul + " HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a header without a name", "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n", 400},
      {"a space before a colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
      {"a space before the first header", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
      // What is asked for, and of whom.
      {"an absolute target", "GET http://x/good HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"an authority as the target", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"an asterisk as the target", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"no target", "GET  HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a target with a space", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a parent", "GET /../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"an encoded parent", "GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a parent behind an encoded slash", "GET /a%2f..%2fb HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"an encoded NUL", "GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"half an escape", "GET /a%2 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"bad UTF-8", "GET /%c3%28 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"UTF-8 that is too long", "GET /%c0%af HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"bytes above ASCII", "GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"bad UTF-8 in a query", "GET /a?b=%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400},
      // What is no HTTP/1.1, or too much of it.
      {"a body too large", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65\r\n\r\n" + std::string(65, 'a'), 413},
      {"a header too large", "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(9'000, 'a') + "\r\n\r\n", 431},
      {"a target without an end", "GET /" + std::string(20'000, 'a'), 431},
      {"another version", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400},
      {"HTTP/2 from the start", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"HTTP/0.9", "GET /\r\n\r\n", 400},
      {"a TLS greeting", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(64, '\x7f'),
       400},
      {"nothing but line ends", "\r\n\r\n\r\n\r\n", 400},
  };
  const auto server = Open(1024, std::chrono::milliseconds(1000));
  for (const auto& row : kRows) {
    PlainClient client(server->port("d"));
    client.Send(row.bytes);
    const std::string response = client.ReadResponse();
    EXPECT_EQ(StatusIn(response), row.status) << row.mutation << ": " << response;
    EXPECT_EQ(response.find("GET /good"), response.npos) << row.mutation;
    EXPECT_EQ(BodyAfter(Exchange(*server, kGood)), "GET /good") << "after " << row.mutation;
  }
}

TEST_F(HostileHttp, AnswersNothingThatIsHiddenInABodyItDoesNotTake) {
  const auto server = Open(1024, std::chrono::milliseconds(1000));
  for (const char* framing :
       {"Transfer-Encoding: chunked\r\n", "Content-Length: 5000\r\n",
        "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n"}) {
    PlainClient client(server->port("d"));
    client.Send("POST / HTTP/1.1\r\nHost: x\r\n" + std::string(framing) + "\r\n0\r\n\r\n" + std::string(kGood));
    const std::string all = client.ReadAll();  // to the end: it closes
    EXPECT_GE(StatusIn(all), 400) << framing;
    EXPECT_EQ(all.find("GET /good"), all.npos) << framing;
  }
}

TEST_F(HostileHttp, AnswersAHundredRequestsSentAtOnceInTheirOrder) {
  const auto server = Open(1024, std::chrono::milliseconds(1000));
  constexpr int kRequests = 100;
  std::string bytes;
  for (int i = 0; i < kRequests; ++i) bytes += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  PlainClient client(server->port("d"));
  client.Send(bytes);
  for (int i = 0; i < kRequests; ++i) EXPECT_EQ(BodyAfter(client.ReadResponse()), "GET /" + std::to_string(i));
}

// Each holds a connection with a request that it never ends. Time is counted in short ticks here; by the clock such a
// connection lasts half a minute.
TEST_F(HostileHttp, ServesOthersWhileManyAreSlowAndCutsThoseOff) {
  constexpr std::size_t kSlow = 200;
  const auto server = Open(kSlow + 20, std::chrono::milliseconds(100));
  std::vector<std::unique_ptr<PlainClient>> slow;
  for (std::size_t i = 0; i < kSlow; ++i) {
    slow.push_back(std::make_unique<PlainClient>(server->port("d")));
    slow.back()->Send(i % 2 == 0 ? "GET /slow HTTP/1.1\r\nHost: x\r\nA: "
                                 : "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na");
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(BodyAfter(Exchange(*server, kGood)), "GET /good");
  // What comes meanwhile, a byte at a time, buys none of them more of it.
  for (auto& client : slow) client->Send("b");
  for (auto& client : slow) EXPECT_EQ(client->ReadAll(), "") << "cut off, and nothing was answered";
  EXPECT_EQ(BodyAfter(Exchange(*server, kGood)), "GET /good");
}

TEST_F(HostileHttp, HoldsNoMoreConnectionsThanADoorMayHaveHoweverSlowTheyAre) {
  constexpr std::size_t kPlaces = 50;
  const auto server = Open(kPlaces, std::chrono::milliseconds(100));
  std::vector<std::unique_ptr<PlainClient>> slow;
  for (std::size_t i = 0; i < 4 * kPlaces; ++i) {
    slow.push_back(std::make_unique<PlainClient>(server->port("d")));
    slow.back()->Send("GET /slow HTTP/1.1\r\nHost: x\r\n");
  }
  EXPECT_EQ(Exchange(*server, kGood), "") << "the door is full";
  for (auto& client : slow) EXPECT_EQ(client->ReadAll(), "");
  // Places are free again once the server has seen that they are gone.
  std::string response;
  while ((response = Exchange(*server, kGood)).empty()) {
  }
  EXPECT_EQ(BodyAfter(response), "GET /good");
}

TEST_F(HostileHttp, LetsBodiesInNoFurtherThanTheyFitTogether) {
  HttpDoor door;
  door.name = "d";
  door.listener = {"127.0.0.1", 0};
  door.answer = [](const HttpRequest&) { return HttpResponse{.status = 200, .body = "done"}; };
  door.max_body = 64;
  door.max_bodies = 100;
  std::vector<HttpDoor> doors;
  doors.push_back(std::move(door));
  const auto server = HttpServer::Start({.doors = std::move(doors)}).value();
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 64\r\nExpect: 100-continue\r\n\r\n";
  PlainClient first(server->port("d")), second(server->port("d"));
  first.Send(head);
  ASSERT_EQ(first.ReadResponse(), "HTTP/1.1 100 Continue\r\n\r\n") << "its place is taken";
  second.Send(head);
  const std::string refused = second.ReadAll();
  EXPECT_EQ(StatusIn(refused), 503);
  EXPECT_EQ(HeaderValue(refused, "Retry-After"), "1");
  first.Send(std::string(64, 'a'));
  EXPECT_EQ(BodyAfter(first.ReadResponse()), "done");
  first.Send(head);
  EXPECT_EQ(first.ReadResponse(), "HTTP/1.1 100 Continue\r\n\r\n") << "and was free again";
}

}  // namespace
}  // namespace certmark::api
