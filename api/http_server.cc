#include "api/http_server.h"

#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "api/bind_check.h"
#include "api/errors.h"
#include "api/tls_context.h"

namespace certmark::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Stream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::chrono::seconds kTimeout{30};  // for a handshake, a request to arrive, an answer to leave
constexpr std::chrono::seconds kGrace{5};
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::uint32_t kMaxHeaderBytes = 8 * 1024;
constexpr std::size_t kMaxBufferBytes = 16 * 1024;

// An awaited operation yields (error, result...) and does not throw.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// Gauge counts what is going on, and lets the destructor wait for it to end.
class Gauge {
 public:
  class Held {
   public:
    explicit Held(Gauge& gauge) : gauge_(gauge) { gauge_.Add(1); }
    ~Held() { gauge_.Add(-1); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    Gauge& gauge_;
  };

  void WaitForNone(std::chrono::seconds at_most) {
    std::unique_lock lock(mutex_);
    none_.wait_for(lock, at_most, [this] { return count_ == 0; });
  }
  long count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  void Add(long change) {
    const std::lock_guard lock(mutex_);
    count_ += change;
    if (count_ == 0) none_.notify_all();
  }
  mutable std::mutex mutex_;
  std::condition_variable none_;
  long count_ = 0;
};

using Answer = http::response<http::string_body>;

// What every answer says beside its content.
template <class Body>
void PutHeaders(http::response<Body>& out, const HttpResponse& response, bool for_browsers) {
  out.set(http::field::server, "certmark");
  out.set("X-Content-Type-Options", "nosniff");
  out.set(http::field::strict_transport_security, "max-age=31536000");
  if (for_browsers) out.set(http::field::access_control_allow_origin, "*");
  if (!response.content_type.empty()) out.set(http::field::content_type, response.content_type);
  if (!response.cache_control.empty()) out.set(http::field::cache_control, response.cache_control);
  if (!response.etag.empty()) out.set(http::field::etag, response.etag);
  if (response.status == 405) out.set(http::field::allow, "GET, HEAD");
}

}  // namespace

struct HttpServer::Body {
  // One listener. `party` requires a client certificate and asks who it is before every answer.
  struct Door {
    bool party = false;
    asio::ssl::context tls;
    tcp::acceptor acceptor;
  };

  explicit Body(Options from) : options(std::move(from)) {}

  Result<void> Open(std::unique_ptr<Door>& door, const Listener& where, std::string_view what,
                    ClientCertificates client_certificates);
  asio::awaitable<void> Accept(Door& door);
  asio::awaitable<void> Serve(Door& door, tcp::socket socket);
  asio::awaitable<bool> ServeOne(Door& door, Stream& stream, beast::flat_buffer& buffer);
  HttpResponse AnswerTo(const Door& door, Stream& stream, const http::request<http::empty_body>& request) const;
  HttpResponse AnswerGuarded(const Door& door, Stream& stream, const http::request<http::empty_body>& request) const;
  asio::awaitable<bool> Write(const Door& door, Stream& stream, const http::request<http::empty_body>& request,
                              HttpResponse response, bool keep_alive);

  Options options;
  std::atomic<bool> stopping = false;
  Gauge connections, answers;
  // The context takes the connections in it along when it goes: it stands after what they count in, before the
  // acceptors.
  asio::io_context io;
  std::unique_ptr<Door> anybody, parties;
  std::vector<std::thread> threads;
};

namespace {

// Why a request that could not be read is refused; nothing where the other side has merely gone.
std::optional<HttpResponse> RefusalOf(const beast::error_code& error) {
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error == http::error::header_limit)
    return ProblemResponse(431, "header fields too large", "at most 8 KiB of header");
  if (error.category() != http::make_error_code(http::error::bad_method).category()) return std::nullopt;
  return ProblemResponse(400, "bad request", "malformed HTTP: " + error.message());
}

// A handler that throws ends its own connection; the thread goes on with the others.
void RunGuarded(asio::io_context& io) {
  for (;;) {
    try {
      io.run();
      return;
    } catch (const std::exception& exception) {
      spdlog::error("http: exception: {}", exception.what());
    } catch (...) {
      spdlog::error("http: exception of an unknown type");
    }
  }
}

}  // namespace

Result<void> HttpServer::Body::Open(std::unique_ptr<Door>& door, const Listener& where, std::string_view what,
                                    ClientCertificates client_certificates) {
  CM_TRY(CheckBindable(where, what));
  auto tls = CM_TRY(MakeTlsContext(options.identity, client_certificates));
  door.reset(new Door{client_certificates == ClientCertificates::kRequired, std::move(tls),
                      tcp::acceptor(asio::make_strand(io))});
  const tcp::endpoint endpoint(asio::ip::make_address(where.address), where.port);
  beast::error_code error;
  door->acceptor.open(endpoint.protocol(), error);
  if (!error) door->acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) door->acceptor.bind(endpoint, error);
  if (!error) door->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return Error{ErrorCode::kUnavailable, "port " + std::to_string(where.port) + " (" + std::string(what) +
                                              ") cannot be opened: " + error.message()};
  }
  asio::co_spawn(door->acceptor.get_executor(), Accept(*door), asio::detached);
  return {};
}

asio::awaitable<void> HttpServer::Body::Accept(Door& door) {
  asio::steady_timer pause(door.acceptor.get_executor());
  while (!stopping) {
    auto [error, socket] = co_await door.acceptor.async_accept(asio::make_strand(io), kAwait);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of descriptors, most likely: they come back when connections go.
      spdlog::warn("http: accept: {}", error.message());
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kAwait);
      continue;
    }
    if (connections.count() >= static_cast<long>(options.max_connections)) continue;
    const auto executor = socket.get_executor();
    asio::co_spawn(executor, Serve(door, std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> HttpServer::Body::Serve(Door& door, tcp::socket socket) {
  const Gauge::Held counted(connections);
  Stream stream(beast::tcp_stream(std::move(socket)), door.tls);
  beast::get_lowest_layer(stream).expires_after(kTimeout);
  const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::server, kAwait);
  if (failed) co_return;
  beast::flat_buffer buffer(kMaxBufferBytes);
  while (!stopping && co_await ServeOne(door, stream, buffer)) {
  }
  beast::get_lowest_layer(stream).expires_after(kGrace);
  co_await stream.async_shutdown(kAwait);
}

// Reads a request and answers it. False: the connection is to be closed.
asio::awaitable<bool> HttpServer::Body::ServeOne(Door& door, Stream& stream, beast::flat_buffer& buffer) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(kMaxHeaderBytes);
  beast::get_lowest_layer(stream).expires_after(kTimeout);
  const auto [failed, size] = co_await http::async_read_header(stream, buffer, parser, kAwait);
  (void)size;
  const Gauge::Held answering(answers);
  if (failed) {
    auto refusal = RefusalOf(failed);
    if (!refusal) co_return false;
    co_return co_await Write(door, stream, parser.get(), std::move(*refusal), false);
  }
  // What follows an unread body cannot be told from the next request: such a connection ends.
  const bool bodiless = parser.is_done() && !parser.get().count(http::field::transfer_encoding);
  const bool keep_alive = parser.get().keep_alive() && bodiless;
  HttpResponse response = bodiless ? AnswerGuarded(door, stream, parser.get())
                                   : ProblemResponse(400, "bad request", "a request with a body");
  co_return co_await Write(door, stream, parser.get(), std::move(response), keep_alive);
}

HttpResponse HttpServer::Body::AnswerTo(const Door& door, Stream& stream,
                                        const http::request<http::empty_body>& request) const {
  if (request.version() != 11 && request.version() != 10) {
    return ProblemResponse(505, "HTTP version not supported", "HTTP/1.1 is spoken here");
  }
  if (request.version() == 11 && request.count(http::field::host) != 1) {
    return ProblemResponse(400, "bad request", "exactly one Host header is needed");
  }
  if (door.party) {
    // Asked anew each time: an enrolment may end while its connection is open.
    const auto certificate = PeerCertificate(stream.native_handle());
    if (!certificate) return ProblemResponse(certificate.error());
    const auto party = options.authenticate(*certificate);
    if (!party) {
      if (IsOwnFault(party.error())) spdlog::error("http: a party is not looked up: {}", party.error().message);
      return ProblemResponse(party.error());
    }
  }
  const auto target = ParseHttpTarget({request.target().data(), request.target().size()});
  if (!target) return ProblemResponse(target.error());
  const auto none_match = request[http::field::if_none_match];
  return options.answer({.method = std::string(request.method_string()),
                         .path = target->path,
                         .query = target->query,
                         .if_none_match = std::string(none_match)});
}

// The transport boundary: no exception passes it.
HttpResponse HttpServer::Body::AnswerGuarded(const Door& door, Stream& stream,
                                             const http::request<http::empty_body>& request) const {
  try {
    return AnswerTo(door, stream, request);
  } catch (const std::exception& exception) {
    spdlog::error("http: exception: {}", exception.what());
  } catch (...) {
    spdlog::error("http: exception of an unknown type");
  }
  return ProblemResponse(500, "internal error", "internal error");
}

asio::awaitable<bool> HttpServer::Body::Write(const Door& door, Stream& stream,
                                              const http::request<http::empty_body>& request, HttpResponse response,
                                              bool keep_alive) {
  const auto status = static_cast<http::status>(response.status);
  const std::size_t body_size = response.body.size();
  keep_alive = keep_alive && !stopping;
  Answer answer(status, request.version() == 10 ? 10 : 11);
  PutHeaders(answer, response, !door.party);
  answer.keep_alive(keep_alive);
  const bool has_body = status != http::status::not_modified;
  if (has_body) answer.content_length(body_size);
  if (has_body && request.method() != http::verb::head) answer.body() = std::move(response.body);
  beast::get_lowest_layer(stream).expires_after(kTimeout);
  http::response_serializer<http::string_body> serializer(answer);
  const auto [failed, written] = co_await http::async_write(stream, serializer, kAwait);
  (void)written;
  co_return !failed && keep_alive;
}

HttpServer::HttpServer(std::unique_ptr<Body> body) : body_(std::move(body)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::Start(Options options) {
  if (!options.authenticate) return Error{ErrorCode::kInternal, "the party listener has no authenticator"};
  const unsigned threads = options.threads;
  const Listener anybody = options.public_listener, parties = options.party_listener;
  auto body = std::make_unique<Body>(std::move(options));
  CM_TRY(body->Open(body->anybody, anybody, "public HTTP", ClientCertificates::kNeverAsked));
  CM_TRY(body->Open(body->parties, parties, "party HTTP", ClientCertificates::kRequired));
  for (unsigned i = 0; i < threads; ++i) {
    body->threads.emplace_back([&io = body->io] { RunGuarded(io); });
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(body)));
}

HttpServer::~HttpServer() {
  body_->stopping = true;
  for (Body::Door* door : {body_->anybody.get(), body_->parties.get()}) {
    asio::post(door->acceptor.get_executor(), [door] {
      beast::error_code ignored;
      door->acceptor.close(ignored);
    });
  }
  body_->answers.WaitForNone(kGrace);
  body_->io.stop();
  for (std::thread& thread : body_->threads) thread.join();
}

std::uint16_t HttpServer::public_port() const {
  return body_->anybody->acceptor.local_endpoint().port();
}
std::uint16_t HttpServer::party_port() const {
  return body_->parties->acceptor.local_endpoint().port();
}

}  // namespace certmark::api
