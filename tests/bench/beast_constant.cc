#include "tests/bench/beast_constant.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <thread>
#include <utility>

#include "api/http_shard.h"
#include "api/tls_context.h"

namespace certmark::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using api::HttpAcceptor;
using api::HttpSocket;
using api::HttpTask;
using api::kHttpAwait;

HttpTask<> Serve(HttpSocket socket, asio::ssl::context& tls, const std::string& answer) {
  socket.set_option(asio::ip::tcp::no_delay(true));
  asio::ssl::stream<HttpSocket> stream(std::move(socket), tls);
  const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::server, kHttpAwait);
  if (failed) co_return;
  beast::flat_buffer buffer;
  for (;;) {
    beast::http::request<beast::http::empty_body> request;
    const auto [unread, read] = co_await beast::http::async_read(stream, buffer, request, kHttpAwait);
    if (unread) co_return;
    const auto [unsent, sent] = co_await asio::async_write(stream, asio::buffer(answer), kHttpAwait);
    if (unsent) co_return;
  }
}

}  // namespace

struct BeastConstant::Body {
  Body(const api::ServerIdentity& identity, std::string an_answer)
      : answer(std::move(an_answer)),
        tls(api::MakeTlsContext(identity, api::ClientCertificates::kNeverAsked).value()),
        acceptor(shards[0], {asio::ip::address_v4::loopback(), 0}) {
    asio::co_spawn(shards[0], Accept(), asio::detached);
    for (asio::io_context& shard : shards) threads.emplace_back([&shard] { shard.run(); });
  }
  ~Body() {
    for (asio::io_context& shard : shards) shard.stop();
    for (std::thread& thread : threads) thread.join();
  }

  // Connections are the shards' in turn, as at our own server.
  HttpTask<> Accept() {
    for (std::size_t next = 0;; next = (next + 1) % shards.size()) {
      asio::io_context& shard = shards[next];
      HttpSocket socket(shard);
      const auto [failed] = co_await acceptor.async_accept(socket, kHttpAwait);
      if (failed) co_return;
      asio::co_spawn(shard, Serve(std::move(socket), tls, answer), asio::detached);
    }
  }

  const std::string answer;
  asio::ssl::context tls;
  std::array<asio::io_context, 2> shards{asio::io_context{1}, asio::io_context{1}};
  std::array<asio::executor_work_guard<asio::io_context::executor_type>, 2> kept{asio::make_work_guard(shards[0]),
                                                                                 asio::make_work_guard(shards[1])};
  HttpAcceptor acceptor;
  std::vector<std::thread> threads;
};

BeastConstant::BeastConstant(const api::ServerIdentity& identity, std::string answer)
    : body_(std::make_unique<Body>(identity, std::move(answer))) {}
BeastConstant::~BeastConstant() = default;

std::uint16_t BeastConstant::port() const {
  return body_->acceptor.local_endpoint().port();
}

}  // namespace certmark::bench
