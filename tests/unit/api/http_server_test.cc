// Doors without TLS, as bytes on a loopback socket; those with TLS are under tests/integration/server.
#include "api/http_server.h"

#include <gtest/gtest.h>

#include <future>
#include <numeric>
#include <set>
#include <thread>

#include "api/caller.h"
#include "tests/unit/api/plain_client.h"

namespace certmark::api {
namespace {

using testing::BodyAfter;
using testing::HeaderValue;
using testing::PlainClient;
using testing::StatusIn;

HttpResponse Say(std::string text) {
  return {.status = 200, .content_type = "text/plain", .cache_control = "", .etag = "\"e\"", .body = std::move(text)};
}

// What a handler was given, as a line.
HttpResponse Echo(const HttpRequest& request) {
  return Say(request.method + " " + request.path + " [" + request.host + "] [" + request.authorization + "] " +
             request.body);
}

HttpDoor Door(std::string name, std::function<HttpResponse(const HttpRequest&)> answer) {
  HttpDoor door;
  door.name = std::move(name);
  door.listener = {"127.0.0.1", 0};
  door.answer = std::move(answer);
  return door;
}

std::unique_ptr<HttpServer> Open(HttpDoor door) {
  std::vector<HttpDoor> doors;
  doors.push_back(std::move(door));
  return HttpServer::Start({.doors = std::move(doors)}).value();
}

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

std::string Post(std::string_view body, std::string_view headers = "") {
  return "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

std::string Exchange(const HttpServer& server, std::string_view name, std::string_view bytes) {
  PlainClient client(server.port(name));
  client.Send(bytes);
  return client.ReadResponse();
}

TEST(HttpServer, OpensAnyNumberOfDoorsWithAnswersOfTheirOwn) {
  std::vector<HttpDoor> doors;
  for (const char* name : {"first", "second", "third"}) {
    doors.push_back(Door(name, [name](const HttpRequest&) { return Say(name); }));
  }
  const auto server = HttpServer::Start({.doors = std::move(doors)}).value();
  for (const char* name : {"first", "second", "third"}) {
    EXPECT_EQ(BodyAfter(Exchange(*server, name, kGet)), name);
  }
}

TEST(HttpServer, NamesEachAnswerAndCountsIt) {
  DoorFigures figures;
  HttpDoor door = Door("d", [](const HttpRequest& request) {
    return request.path == "/a" ? Say("a") : ProblemResponse({ErrorCode::kNotFound, "no"});
  });
  door.figures = &figures;
  const auto server = Open(std::move(door));
  std::set<std::string> ids;
  const std::string_view requests[] = {kGet, "GET /b HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n",
                                       "no HTTP at all\r\n\r\n"};
  for (const std::string_view request : requests)
    ids.insert(HeaderValue(Exchange(*server, "d", request), "X-Request-Id"));
  EXPECT_EQ(ids.size(), 3u);
  EXPECT_FALSE(ids.contains(""));
  EXPECT_FALSE(ids.contains("mine")) << "a name is ours, not the caller's";
  EXPECT_EQ(figures.answered[2], 1u);
  EXPECT_EQ(figures.answered[4], 2u);
  EXPECT_EQ(figures.answered[5], 0u);
  const auto seconds = figures.seconds.Read();
  EXPECT_EQ(std::accumulate(seconds.counts.begin(), seconds.counts.end(), std::uint64_t{0}), 3u);
}

TEST(HttpServer, ServesManyConnectionsAtOnce) {
  const auto server = Open(Door("d", Echo));
  std::vector<std::unique_ptr<PlainClient>> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(std::make_unique<PlainClient>(server->port("d")));
  for (int round = 0; round < 3; ++round) {
    for (auto& client : clients) client->Send(kGet);
    for (auto& client : clients) EXPECT_EQ(BodyAfter(client->ReadResponse()), "GET /a [x] [] ");
  }
}

TEST(HttpServer, HandsAPostOverWithWhatItSaysOfItself) {
  HttpDoor door = Door("d", Echo);
  door.max_body = 100;
  const auto server = Open(std::move(door));
  PlainClient client(server->port("d"));
  client.Send(Post("hello", "Authorization: Bearer t\r\n") + Post("") + std::string(kGet));
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "POST /p [x] [Bearer t] hello");
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "POST /p [x] [] ");
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "GET /a [x] [] ");
}

TEST(HttpServer, ReadsABodyThatComesInPieces) {
  HttpDoor door = Door("d", Echo);
  door.max_body = 100'000;
  const auto server = Open(std::move(door));
  const std::string body(100'000, 'b');
  PlainClient client(server->port("d"));
  const std::string bytes = Post(body);
  for (std::size_t at = 0; at < bytes.size(); at += 7001) client.Send(bytes.substr(at, 7001));
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "POST /p [x] [] " + body);
}

TEST(HttpServer, AsksForTheBodyOfAClientThatWaitsToBeAsked) {
  HttpDoor door = Door("d", Echo);
  door.max_body = 100;
  const auto server = Open(std::move(door));
  PlainClient client(server->port("d"));
  client.Send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.ReadResponse(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("ok");
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "POST /p [x] [] ok");
}

TEST(HttpServer, RefusesBodiesItDoesNotTakeAndCloses) {
  HttpDoor taking = Door("taking", Echo);
  taking.max_body = 10;
  std::vector<HttpDoor> doors;
  doors.push_back(std::move(taking));
  doors.push_back(Door("bodiless", Echo));
  const auto server = HttpServer::Start({.doors = std::move(doors)}).value();
  const std::string chunked = "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
  const struct {
    const char* mutation;
    std::string_view door;
    std::string bytes;
    int status;
  } kRows[] = {
      {"a byte too long", "taking", Post("12345678901"), 413},
      {"far too long", "taking", Post(std::string(300'000, 'x')), 413},
      {"a length beyond every number", "taking",
       "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
      {"chunked", "taking", chunked, 411},
      {"a GET with a body", "taking", "GET /p HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na", 400},
      {"a body where none is taken", "bodiless", Post("1"), 400},
      {"chunked where none is taken", "bodiless", chunked, 400},
  };
  for (const auto& row : kRows) {
    PlainClient client(server->port(row.door));
    client.Send(row.bytes + std::string(kGet));
    const std::string response = client.ReadAll();
    EXPECT_EQ(StatusIn(response), row.status) << row.mutation << ": " << response;
    EXPECT_EQ(HeaderValue(response, "Connection"), "close") << row.mutation;
    EXPECT_EQ(response.find("HTTP/1.1", 1), response.npos) << row.mutation << ": what followed was answered";
  }
}

TEST(HttpServer, SaysOnADoorOnlyWhatIsTrueOfIt) {
  HttpDoor open = Door("open", Echo);
  open.browsers = HttpDoor::Browsers::kAnySite;
  std::vector<HttpDoor> doors;
  doors.push_back(std::move(open));
  doors.push_back(Door("own", Echo));
  const auto server = HttpServer::Start({.doors = std::move(doors)}).value();
  const std::string any = Exchange(*server, "open", kGet), own = Exchange(*server, "own", kGet);
  EXPECT_EQ(HeaderValue(any, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(HeaderValue(own, "Access-Control-Allow-Origin"), "");
  for (const std::string& response : {any, own}) {
    EXPECT_EQ(HeaderValue(response, "Server"), "certmark");
    EXPECT_EQ(HeaderValue(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(HeaderValue(response, "Strict-Transport-Security"), "");  // there is no TLS to insist on
    EXPECT_EQ(HeaderValue(response, "ETag"), "\"e\"");
    EXPECT_EQ(HeaderValue(response, "Date").size(), 29u);
  }
}

TEST(HttpServer, LetsOtherSitesReadAndNothingElse) {
  HttpDoor open = Door("open", [](const HttpRequest& request) {
    if (request.method != "OPTIONS") return Say("x");
    return AllowedMethods(request.path == "/read" ? "GET, HEAD, OPTIONS" : "POST, OPTIONS");
  });
  open.browsers = HttpDoor::Browsers::kAnySite;
  open.max_body = 10;
  const auto server = Open(std::move(open));
  const auto origin = [&](std::string_view bytes) {
    return HeaderValue(Exchange(*server, "open", bytes), "Access-Control-Allow-Origin");
  };
  EXPECT_EQ(origin(kGet), "*");
  EXPECT_EQ(origin(Post("a")), "");
  EXPECT_EQ(origin("OPTIONS /write HTTP/1.1\r\nHost: x\r\n\r\n"), "");
  PlainClient client(server->port("open"));
  client.Send("OPTIONS /read HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string asked = client.ReadResponse(PlainClient::Expect::kNoBody);
  EXPECT_EQ(StatusIn(asked), 204);
  EXPECT_EQ(HeaderValue(asked, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(HeaderValue(asked, "Access-Control-Allow-Methods"), "GET, HEAD");
  EXPECT_EQ(HeaderValue(asked, "Access-Control-Allow-Headers"), "If-None-Match");
}

TEST(HttpServer, AnswersThoseWhoReadWhileThoseWhoWriteWait) {
  std::promise<void> begun, gate;
  const auto opened = gate.get_future().share();
  HttpDoor door = Door("d", [&begun, opened](const HttpRequest& request) {
    if (request.method == "POST") begun.set_value(), opened.wait();
    return Say("done");
  });
  door.max_body = 10;
  door.workers = 1;
  door.readers = 1;
  const auto server = Open(std::move(door));
  PlainClient writer(server->port("d"));
  writer.Send(Post("a"));
  begun.get_future().wait();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(BodyAfter(Exchange(*server, "d", kGet)), "done");
  gate.set_value();
  EXPECT_EQ(BodyAfter(writer.ReadResponse()), "done");
}

TEST(HttpServer, SaysWhenceSomebodyCallsWhoIsNobodyInParticular) {
  const auto server = Open(Door("d", [](const HttpRequest& request) {
    const bool is_known = request.caller && !request.caller->party && request.caller->certificate.empty();
    return Say(is_known ? HexEncode(AsBytes(request.caller->network)) : "nobody said");
  }));
  EXPECT_EQ(BodyAfter(Exchange(*server, "d", kGet)), "7f000001");
}

TEST(HttpServer, LetsADoorAnswerWhatItCannotRead) {
  const auto bad = [](std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nAccept-Language: zh\r\n\r\n";
  };
  HttpDoor door = Door("own words", Echo);
  door.unreadable = [](const HttpRequest& request, const Error& why) {
    return Say(request.path + " [" + request.accept_language + "] " + std::string(Name(why.code)));
  };
  std::vector<HttpDoor> doors;
  doors.push_back(std::move(door));
  doors.push_back(Door("none", Echo));
  const auto server = HttpServer::Start({.doors = std::move(doors)}).value();
  EXPECT_EQ(BodyAfter(Exchange(*server, "own words", bad("/a%zz?b=1"))), "/a%zz [zh] INVALID_ARGUMENT");
  EXPECT_EQ(BodyAfter(Exchange(*server, "own words", bad("/a?b=%00"))), "/a [zh] INVALID_ARGUMENT");
  EXPECT_EQ(StatusIn(Exchange(*server, "none", bad("/a%zz?b=1"))), 400);
}

TEST(HttpServer, LeavesTheBodyOfAHeadOutAndItsLengthIn) {
  const auto server = Open(Door("d", [](const HttpRequest&) { return Say("hello"); }));
  PlainClient client(server->port("d"));
  client.Send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(kGet));
  const std::string head = client.ReadResponse(PlainClient::Expect::kNoBody);
  EXPECT_EQ(HeaderValue(head, "Content-Length"), "5");
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "hello");
}

TEST(HttpServer, SendsSharedBytesOfEverySize) {
  for (const std::size_t size : {0u, 1u, 15u * 1024, 15u * 1024 + 1, 3'000'000u}) {
    const auto bytes = std::make_shared<const std::string>(size, 's');
    const auto server = Open(Door("d", [&](const HttpRequest&) {
      HttpResponse response = Say("");
      response.shared_body = bytes;
      return response;
    }));
    EXPECT_EQ(BodyAfter(Exchange(*server, "d", kGet)), *bytes) << size;
  }
}

TEST(HttpServer, LetsNoHandlerWriteASecondHeader) {
  const auto server = Open(Door("d", [](const HttpRequest&) {
    HttpResponse response = Say("x");
    response.headers = {{"X-Good", "yes"}, {"X-Bad", "a\r\nSet-Cookie: b"}};
    return response;
  }));
  const std::string response = Exchange(*server, "d", kGet);
  EXPECT_EQ(HeaderValue(response, "X-Good"), "yes");
  EXPECT_EQ(response.find("Set-Cookie"), response.npos);
}

TEST(HttpServer, AnswersWhatThrowsWithAnErrorAndGoesOn) {
  const auto server = Open(Door("d", [](const HttpRequest& request) -> HttpResponse {
    if (request.path == "/throw") throw std::runtime_error("defect");
    return Say("fine");
  }));
  PlainClient client(server->port("d"));
  client.Send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(kGet));
  const std::string response = client.ReadResponse();
  EXPECT_EQ(StatusIn(response), 500);
  EXPECT_EQ(response.find("defect"), response.npos);
  EXPECT_EQ(BodyAfter(client.ReadResponse()), "fine");
}

TEST(HttpServer, AnswersOtherConnectionsWhileADoorsWorkersAreBusy) {
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  HttpDoor slow = Door("slow", [opened](const HttpRequest& request) {
    if (request.path == "/wait") opened.wait();
    return Say("done");
  });
  slow.workers = 2;
  const auto server = Open(std::move(slow));
  PlainClient waiting(server->port("slow"));
  waiting.Send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(BodyAfter(Exchange(*server, "slow", kGet)), "done");
  gate.set_value();
  EXPECT_EQ(BodyAfter(waiting.ReadResponse()), "done");
}

TEST(HttpServer, TurnsAwayMoreRequestsThanMayWaitForADoorsWorkers) {
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  HttpDoor slow = Door("slow", [opened](const HttpRequest&) {
    opened.wait();
    return Say("done");
  });
  slow.workers = 1;
  const auto server = Open(std::move(slow));
  std::vector<std::unique_ptr<PlainClient>> clients;
  for (std::size_t i = 0; i < HttpDoor::kWaiting + 2; ++i) {
    clients.push_back(std::make_unique<PlainClient>(server->port("slow")));
    clients.back()->Send(kGet);
  }
  // One is being answered and kWaiting wait: somebody is told so before any of them is done.
  std::vector<std::future<int>> statuses;
  std::promise<void> refused;
  std::atomic<bool> told = false;
  for (auto& client : clients) {
    statuses.push_back(std::async(std::launch::async, [&] {
      const int status = StatusIn(client->ReadResponse());
      if (status == 503 && !told.exchange(true)) refused.set_value();
      return status;
    }));
  }
  refused.get_future().wait();
  gate.set_value();
  std::size_t done = 0;
  for (auto& status : statuses) done += status.get() == 200;
  EXPECT_GE(done, HttpDoor::kWaiting);
  EXPECT_LT(done, clients.size());
}

TEST(HttpServer, ClosesConnectionsBeyondADoorsLimit) {
  HttpDoor door = Door("d", Echo);
  door.max_connections = 1;
  const auto server = Open(std::move(door));
  {
    PlainClient first(server->port("d"));
    first.Send(kGet);
    ASSERT_EQ(StatusIn(first.ReadResponse()), 200);
    PlainClient second(server->port("d"));
    second.Send(kGet);
    EXPECT_EQ(second.ReadAll(), "");
    first.Send(kGet);
    EXPECT_EQ(StatusIn(first.ReadResponse()), 200);
  }
  std::string response;  // the place is free once the server has seen that the first is gone
  while ((response = Exchange(*server, "d", kGet)).empty()) std::this_thread::yield();
  EXPECT_EQ(StatusIn(response), 200);
}

TEST(HttpServer, AFloodAtOneDoorLeavesTheOthersAsTheyWere) {
  std::vector<HttpDoor> doors;
  for (const char* name : {"public", "party", "operations"}) {
    doors.push_back(Door(name, Echo));
    doors.back().max_connections = 4;
  }
  const auto server = HttpServer::Start({.doors = std::move(doors), .threads = 1}).value();
  std::vector<std::unique_ptr<PlainClient>> flood;
  for (int i = 0; i < 4; ++i) {
    flood.push_back(std::make_unique<PlainClient>(server->port("public")));
    flood.back()->Send(kGet);
    ASSERT_EQ(StatusIn(flood.back()->ReadResponse()), 200);  // and stays open
  }
  for (int i = 0; i < 50; ++i) flood.push_back(std::make_unique<PlainClient>(server->port("public")));
  EXPECT_EQ(Exchange(*server, "public", kGet), "");
  for (const char* name : {"party", "operations"}) EXPECT_EQ(StatusIn(Exchange(*server, name, kGet)), 200) << name;
}

TEST(HttpServer, FinishesTheAnswerUnderWayWhenItStops) {
  std::promise<void> begun, gate;
  const auto opened = gate.get_future().share();
  HttpDoor slow = Door("d", [&begun, opened](const HttpRequest&) {
    begun.set_value();
    opened.wait();
    return Say("done");
  });
  slow.workers = 1;
  std::vector<HttpDoor> doors;
  doors.push_back(std::move(slow));
  // One thread: it closes what is idle in the moment in which it learns that it stops.
  auto server = HttpServer::Start({.doors = std::move(doors), .threads = 1}).value();
  PlainClient idle(server->port("d")), busy(server->port("d"));
  busy.Send(kGet);
  begun.get_future().wait();
  std::thread stopping([&] { server.reset(); });
  EXPECT_EQ(idle.ReadAll(), "");  // closed at once: now the server is stopping
  gate.set_value();
  const std::string response = busy.ReadAll();
  EXPECT_EQ(BodyAfter(response), "done");
  EXPECT_EQ(HeaderValue(response, "Connection"), "close");
  stopping.join();
}

TEST(HttpServer, RefusesADoorThatCannotBe) {
  HttpDoor no_tls = Door("d", Echo);
  no_tls.client_certificates = ClientCertificates::kRequired;
  HttpDoor no_answer = Door("d", nullptr);
  for (HttpDoor& door : std::vector<HttpDoor>{no_tls, no_answer}) {
    std::vector<HttpDoor> doors;
    doors.push_back(std::move(door));
    EXPECT_EQ(HttpServer::Start({.doors = std::move(doors)}).error().code, ErrorCode::kInternal);
  }
}

TEST(HttpServer, NamesTheDoorWhosePortIsTaken) {
  const auto server = Open(Door("d", Echo));
  HttpDoor second = Door("operations HTTP", Echo);
  second.listener.port = server->port("d");
  std::vector<HttpDoor> doors;
  doors.push_back(std::move(second));
  const auto refused = HttpServer::Start({.doors = std::move(doors)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "port " + std::to_string(server->port("d")) + " (operations HTTP) is taken");
}

}  // namespace
}  // namespace certmark::api
