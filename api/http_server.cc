#include "api/http_server.h"

#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <deque>

#include "api/bind_check.h"
#include "api/http_connection.h"
#include "api/tls_context.h"

namespace certmark::api {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kAcceptPause{100};

// What every answer of a door says beside its content.
std::string HeadersOf(const HttpDoor& door) {
  std::string out = "Server: certmark\r\nX-Content-Type-Options: nosniff\r\n";
  if (door.identity) out += "Strict-Transport-Security: max-age=31536000\r\n";
  return out;
}

std::unique_ptr<WorkerPool> PoolOf(unsigned threads) {
  return threads > 0 ? std::make_unique<WorkerPool>(threads, HttpDoor::kWaiting) : nullptr;
}

Result<void> CheckDoor(const HttpDoor& door) {
  const auto refuse = [&](std::string_view why) {
    return Error{ErrorCode::kInternal, door.name + " " + std::string(why)};
  };
  if (!door.answer) return refuse("has nobody to answer");
  if (door.client_certificates == ClientCertificates::kNeverAsked) return {};
  if (!door.identity) return refuse("requires client certificates without TLS");
  if (!door.authenticate) return refuse("requires client certificates and has no authenticator");
  return {};
}

// Counted is one of a door's connections, from before it is accepted for good until it is gone.
class Counted {
 public:
  explicit Counted(std::shared_ptr<std::atomic<std::size_t>> count) : count_(std::move(count)) { ++*count_; }
  ~Counted() {
    if (count_) --*count_;
  }
  Counted(Counted&& other) noexcept = default;  // leaves none there
  Counted& operator=(Counted&&) = delete;

 private:
  std::shared_ptr<std::atomic<std::size_t>> count_;
};

HttpTask<> ServeCounted(OpenDoor& door, HttpShard& shard, Visitor visitor, Counted counted) {
  if (shard.stopping()) co_return;
  co_await ServeConnection(door, shard, std::move(visitor));
  (void)counted;
}

Result<std::shared_ptr<asio::ssl::context>> SharedTlsContext(const ServerIdentity& identity,
                                                             ClientCertificates client_certificates) {
  return std::make_shared<asio::ssl::context>(CM_TRY(MakeTlsContext(identity, client_certificates)));
}

}  // namespace

// Members stand in the order in which they are made. Connections use the doors, and end with their shard's thread; one
// that this thread was handed and did not begin goes with the shard, after the doors, and touches none.
struct HttpServer::Body {
  explicit Body(const Options& options) {
    for (unsigned i = 0; i < std::max(options.threads, 1u); ++i) shards.emplace_back(options.tick);
  }

  Result<void> Open(HttpDoor door);
  HttpTask<> Accept(OpenDoor& door);
  HttpShard& NextShard() { return shards[next_shard++ % shards.size()]; }

  std::deque<HttpShard> shards;
  std::deque<OpenDoor> doors;  // their acceptors belong to the first shard
  std::size_t next_shard = 0;
};

Result<void> HttpServer::Body::Open(HttpDoor door) {
  CM_TRY(CheckDoor(door));
  CM_TRY(CheckBindable(door.listener, door.name));
  std::shared_ptr<asio::ssl::context> tls;
  if (door.identity) tls = CM_TRY(SharedTlsContext(*door.identity, door.client_certificates));
  HttpAcceptor acceptor(shards.front().io);
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(door.listener.address), door.listener.port);
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return Error{ErrorCode::kUnavailable, "port " + std::to_string(door.listener.port) + " (" + door.name +
                                              ") cannot be opened: " + error.message()};
  }
  auto workers = PoolOf(door.workers), readers = PoolOf(door.readers.value_or(0));
  std::string headers = HeadersOf(door);
  door.identity = nullptr;  // the caller's, and not needed any more
  const bool has_tls = tls != nullptr;
  doors.push_back({std::move(door), has_tls, std::move(tls), std::move(acceptor), std::move(headers),
                   std::move(workers), std::move(readers), std::make_shared<std::atomic<std::size_t>>(0),
                   std::make_unique<std::atomic<std::size_t>>(0)});
  asio::co_spawn(shards.front().io, Accept(doors.back()), asio::detached);
  return {};
}

// Connections go to the shards in turn: a socket each would leave the kernel to balance them by chance.
HttpTask<> HttpServer::Body::Accept(OpenDoor& door) {
  HttpTimer pause(door.acceptor.get_executor());
  while (!shards.front().stopping()) {
    HttpShard& shard = NextShard();
    auto [error, socket] = co_await door.acceptor.async_accept(shard.io.get_executor(), kHttpAwait);
    if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
    if (error) {
      // Out of descriptors, most likely: they come back when connections go.
      spdlog::warn("http: accept: {}", error.message());
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kHttpAwait);
      continue;
    }
    if (*door.connections >= door.door.max_connections) continue;
    asio::co_spawn(shard.io, ServeCounted(door, shard, {std::move(socket), door.tls}, Counted(door.connections)),
                   asio::detached);
  }
}

HttpServer::HttpServer(std::unique_ptr<Body> body) : body_(std::move(body)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::Start(Options options) {
  auto body = std::make_unique<Body>(options);
  for (HttpDoor& door : options.doors) CM_TRY(body->Open(std::move(door)));
  for (HttpShard& shard : body->shards) shard.Start();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(body)));
}

HttpServer::~HttpServer() {
  asio::post(body_->shards.front().io, [this] {
    for (OpenDoor& open : body_->doors) {
      boost::system::error_code ignored;
      open.acceptor.close(ignored);
    }
  });
  for (HttpShard& shard : body_->shards) shard.Stop();
  for (HttpShard& shard : body_->shards) shard.Join();
}

Result<void> HttpServer::Renew(const ServerIdentity& identity) {
  std::vector<std::pair<OpenDoor*, std::shared_ptr<asio::ssl::context>>> renewed;
  for (OpenDoor& open : body_->doors) {
    if (!open.has_tls) continue;
    renewed.emplace_back(&open, CM_TRY(SharedTlsContext(identity, open.door.client_certificates)));
  }
  // Where connections are accepted: whoever connects after this finds the new ones.
  asio::post(body_->shards.front().io, [renewed = std::move(renewed)]() mutable {
    for (auto& [open, tls] : renewed) open->tls = std::move(tls);
  });
  return {};
}

std::uint16_t HttpServer::port(std::string_view name) const {
  for (const OpenDoor& open : body_->doors) {
    if (open.door.name == name) return open.acceptor.local_endpoint().port();
  }
  Die("HttpServer::port of a door that there is not");
}

}  // namespace certmark::api
