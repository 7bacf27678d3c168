// Bodies that are too large to be held, at a door without TLS: what comes and goes in pieces.
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "api/caller.h"
#include "api/http_server.h"
#include "tests/unit/api/plain_client.h"

namespace certmark::api {
namespace {

using testing::BodyAfter;
using testing::HeaderValue;
using testing::PlainClient;
using testing::StatusIn;

// What has arrived at a door, and what becomes of it.
struct Taken {
  std::string text;
  std::size_t largest = 0;
  std::size_t refuse_at = SIZE_MAX;
  std::promise<void> gone;
};

HttpResponse Say(std::string text) {
  return {.content_type = "text/plain", .body = std::move(text)};
}

// TheTaker goes when nobody can finish any more.
struct TheTaker {
  explicit TheTaker(Taken& all) : taken(all) {}
  ~TheTaker() { taken.gone.set_value(); }
  Taken& taken;
};

HttpDoor Door(Taken& taken) {
  HttpDoor door;
  door.name = "d";
  door.listener = {"127.0.0.1", 0};
  door.answer = [](const HttpRequest& request) { return Say("whole " + request.body); };
  door.max_body = 10;
  door.workers = 2;
  door.takes_pieces = [](std::string_view path) { return path == "/large"; };
  door.begin_intake = [&taken](const HttpRequest& request) -> HttpStep<HttpIntake> {
    if (!request.query.empty()) return ProblemResponse(409, "conflict", "not that one");
    const auto taker = std::make_shared<TheTaker>(taken);
    return HttpIntake{.take = [taker](const Caller&, std::string_view piece) -> HttpStep<std::monostate> {
                        Taken& all = taker->taken;
                        if (all.text.size() >= all.refuse_at) return ProblemResponse(429, "too much", "enough");
                        all.text += piece;
                        all.largest = std::max(all.largest, piece.size());
                        return std::monostate{};
                      },
                      .finish = [taker](const Caller&) { return Say(std::to_string(taker->taken.text.size())); }};
  };
  return door;
}

std::unique_ptr<HttpServer> Open(HttpDoor door, std::chrono::milliseconds tick = std::chrono::milliseconds(1000)) {
  std::vector<HttpDoor> doors;
  doors.push_back(std::move(door));
  return HttpServer::Start({.doors = std::move(doors), .tick = tick}).value();
}

std::string Head(std::string_view target, std::size_t size, std::string_view more = "") {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) + "\r\n" +
         std::string(more) + "\r\n";
}

std::string Numbers(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + " ";
  text.resize(size);
  return text;
}

TEST(HttpPieces, CarryABodyThatIsLargerThanAnyOtherAndTheConnectionGoesOn) {
  Taken taken;
  const auto server = Open(Door(taken));
  PlainClient client(server->port("d"));
  const std::string body = Numbers(1'000'003);
  client.Send(Head("/large", body.size()) + body + Head("/small", 2) + "ok");
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "1000003");
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "whole ok");
  EXPECT_EQ(taken.text, body);
  EXPECT_EQ(taken.largest, HttpIntake::kPieceBytes);
}

TEST(HttpPieces, ComeHoweverTheirBytesArrive) {
  Taken taken;
  const auto server = Open(Door(taken));
  PlainClient client(server->port("d"));
  const std::string body = Numbers(200'000), bytes = Head("/large", body.size()) + body;
  for (std::size_t at = 0; at < bytes.size(); at += 7001) client.Send(bytes.substr(at, 7001));
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "200000");
  EXPECT_EQ(taken.text, body);
}

TEST(HttpPieces, AreAskedForOnceSomebodyTakesThem) {
  Taken taken;
  const auto server = Open(Door(taken));
  PlainClient client(server->port("d"));
  client.Send(Head("/large", 2, "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.ReadResponse(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("ok");
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "2");
}

TEST(HttpPieces, AreNotReadWhereTheyAreRefusedBeforehand) {
  Taken taken;
  const auto server = Open(Door(taken));
  PlainClient client(server->port("d"));
  client.Send(Head("/large?x=y", 1'000'000'000, "Expect: 100-continue\r\n"));
  const std::string all = client.ReadAll();
  EXPECT_EQ(StatusIn(all), 409);
  EXPECT_EQ(HeaderValue(all, "Connection"), "close");
}

TEST(HttpPieces, EndTheConnectionWhereTheyAreRefusedInTheMiddle) {
  Taken taken;
  taken.refuse_at = 3 * HttpIntake::kPieceBytes;
  const auto server = Open(Door(taken));
  PlainClient client(server->port("d"));
  client.Send(Head("/large", 400'000) + Numbers(400'000));
  EXPECT_EQ(StatusIn(client.ReadResponse()), 429);
  taken.gone.get_future().wait();
  EXPECT_EQ(taken.text.size(), taken.refuse_at);
}

TEST(HttpPieces, LeaveNothingWhereTheirSenderGoes) {
  Taken taken;
  const auto server = Open(Door(taken));
  {
    PlainClient client(server->port("d"));
    client.Send(Head("/large", 400'000) + Numbers(100'000));
  }
  taken.gone.get_future().wait();
}

TEST(HttpPieces, AreCutOffWhereTheyComeTooSlowly) {
  Taken taken;
  const auto server = Open(Door(taken), std::chrono::milliseconds(30));
  PlainClient client(server->port("d"));
  client.Send(Head("/large", 400'000) + Numbers(100'000));
  client.ReadAll();
  taken.gone.get_future().wait();
}

TEST(HttpPieces, NeedALengthThatIsSaidFirst) {
  Taken taken;
  const auto server = Open(Door(taken));
  PlainClient client(server->port("d"));
  client.Send("POST /large HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
  EXPECT_EQ(StatusIn(client.ReadAll()), 411);
}

TEST(HttpPieces, OfNothingAreARequestLikeAnother) {
  Taken taken;
  const auto server = Open(Door(taken));
  PlainClient client(server->port("d"));
  client.Send(Head("/large", 0));
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "whole ");
}

// An answer of `said` bytes of which `given` are there.
HttpDoor Giving(std::uint64_t said, std::size_t given) {
  HttpDoor door;
  door.name = "d";
  door.listener = {"127.0.0.1", 0};
  door.readers = 2;
  door.workers = 1;
  door.answer = [=](const HttpRequest&) {
    const auto text = std::make_shared<std::string>(Numbers(given));
    const auto at = std::make_shared<std::size_t>(0);
    HttpPieces pieces;
    pieces.size = said;
    pieces.next = [=](const Caller&) -> Result<std::string_view> {
      if (*at == given) return Error{ErrorCode::kUnavailable, "no more"};
      const auto piece = std::string_view(*text).substr(*at, 100'000);
      *at += piece.size();
      return piece;
    };
    HttpResponse response{.content_type = "text/plain"};
    response.pieces = std::make_shared<const HttpPieces>(std::move(pieces));
    return response;
  };
  return door;
}

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", kHead = "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(HttpPieces, AreAnAnswerAndTheConnectionGoesOn) {
  const auto server = Open(Giving(1'000'003, 1'000'003));
  PlainClient client(server->port("d"));
  client.Send(std::string(kGet) + std::string(kHead) + std::string(kGet));
  EXPECT_EQ(BodyAfter(client.ReadResponse()), Numbers(1'000'003));
  EXPECT_EQ(HeaderValue(client.ReadResponse(PlainClient::Expect::kNoBody), "Content-Length"), "1000003");
  EXPECT_EQ(BodyAfter(client.ReadResponse()), Numbers(1'000'003));
}

TEST(HttpPieces, CutAnAnswerOffThatTheyDoNotFill) {
  const auto server = Open(Giving(300'000, 200'000));
  PlainClient client(server->port("d"));
  client.Send(kGet);
  const std::string all = client.ReadAll();
  EXPECT_EQ(HeaderValue(all, "Content-Length"), "300000");
  EXPECT_EQ(BodyAfter(all), Numbers(200'000));
}

}  // namespace
}  // namespace certmark::api
