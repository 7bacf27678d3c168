#include "api/http_connection.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <limits>

#include "api/caller.h"
#include "api/client_network.h"
#include "api/errors.h"
#include "api/http_wire.h"
#include "api/request_id.h"
#include "api/tls_context.h"
#include "verifier-sdk/core/decimal.h"

namespace certmark::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using TlsStream = asio::ssl::stream<HttpSocket>;
using Parser = http::request_parser<http::string_body>;

constexpr unsigned kTimeoutTicks = HttpServer::kRequestTicks;  // for a handshake, a request, an answer to leave
constexpr unsigned kFarewellTicks = 5;
// For a door's own workers to come back, without an end: they are not ours to interrupt, and take as long as they take.
constexpr unsigned kAnswerTicks = std::numeric_limits<unsigned>::max();
constexpr std::uint32_t kMaxHeaderBytes = 8 * 1024;
constexpr std::size_t kMaxBufferBytes = 16 * 1024;
constexpr std::size_t kReadBytes = 4 * 1024;
constexpr std::size_t kMaxDropped = 1024 * 1024;
// A body up to this size is copied behind its head: one write, and one TLS record, cost more than the copy.
constexpr std::size_t kMaxCopied = 15 * 1024;
// A body that comes or goes in pieces has so long in all, as a gRPC connection has.
constexpr std::chrono::minutes kLongestCarried{10};

// Why a request that could not be read is refused; nothing where the other side has merely gone.
std::optional<HttpResponse> RefusalOf(const beast::error_code& error) {
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error == http::error::header_limit)
    return ProblemResponse(431, "header fields too large", "at most 8 KiB of header");
  if (error.category() != http::make_error_code(http::error::bad_method).category()) return std::nullopt;
  return ProblemResponse(400, "bad request", "malformed HTTP: " + error.message());
}

// What a door does with the body that a request announces.
enum class BodyPlan { kNone, kRead, kCarried, kRefused };

// What became of a body that came in pieces: its answer, unless the other side has gone.
struct Carried {
  std::optional<HttpResponse> answer;
  bool is_read = false;  ///< to its end
};

HttpResponse ComeAgain(std::string_view why) {
  HttpResponse response = ProblemResponse(503, "busy", why);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

// BodyPlace is a body's place among all those of its door.
class BodyPlace {
 public:
  BodyPlace(std::atomic<std::size_t>& all, std::size_t bytes)
      : all_(all), bytes_(bytes), with_it_(all.fetch_add(bytes) + bytes) {}
  ~BodyPlace() { all_ -= bytes_; }
  BodyPlace(const BodyPlace&) = delete;
  BodyPlace& operator=(const BodyPlace&) = delete;

  // with_it is how many bytes there were when this had come.
  std::size_t with_it() const { return with_it_; }

 private:
  std::atomic<std::size_t>& all_;
  const std::size_t bytes_, with_it_;
};

// A header that goes on in the next line is read in two ways by those who pass a request on (RFC 9112 §5.2): refused.
bool HasFolding(std::string_view header) {
  return header.find("\r\n ") != header.npos || header.find("\r\n\t") != header.npos;
}

// Connection is a template on the stream alone: TLS or the bare socket.
template <class Stream>
class Connection {
 public:
  Connection(OpenDoor& door, HttpShard& shard, Stream stream)
      : door_(door), shard_(shard), stream_(std::move(stream)), seat_(shard, socket()) {
    nobody_ = std::make_shared<const Caller>(Caller{.party = {}, .network = Network()});
  }

  HttpTask<> Serve() {
    seat_.Busy(kTimeoutTicks);
    // Written out: g++ 12 takes a co_await inside a condition apart wrongly, and the frame's place is lost.
    bool open = co_await ShakeHands();
    if (!open) co_return;
    while (open && !shard_.stopping()) open = co_await ServeOne();
    seat_.Busy(kFarewellTicks);
    co_await SayGoodbye();
  }

 private:
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

  HttpSocket& socket() {
    if constexpr (kTls) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  // Network is whence the other side calls.
  std::string Network() {
    beast::error_code gone;
    const auto peer = socket().remote_endpoint(gone);
    return gone ? std::string() : NetworkOfAddress(peer.address().to_string());
  }

  HttpTask<bool> ShakeHands() {
    if constexpr (kTls) {
      const auto [failed] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kHttpAwait);
      co_return !failed;
    }
    co_return true;
  }

  // Closing a socket with unread bytes in it resets the connection, and may take the answer from the other side: so
  // what still comes is read and dropped, a while.
  HttpTask<> SayGoodbye() {
    if constexpr (kTls) co_await stream_.async_shutdown(kHttpAwait);
    beast::error_code error;
    socket().shutdown(asio::socket_base::shutdown_send, error);
    std::array<char, kReadBytes> dropped;
    for (std::size_t total = 0; !error && !shard_.stopping() && total < kMaxDropped;) {
      const auto [failed, size] = co_await socket().async_read_some(asio::buffer(dropped), kHttpAwait);
      error = failed;
      total += size;
    }
  }

  // Reads a request and answers it. False: the connection is to be closed.
  HttpTask<bool> ServeOne() {
    Parser parser;
    parser.header_limit(kMaxHeaderBytes);
    parser.body_limit(boost::none);  // PlanFor says which body is read
    seat_.Idle(kTimeoutTicks);
    beast::error_code failed = co_await ReadUntil([&] { return parser.is_header_done(); }, parser);
    seat_.Busy(kTimeoutTicks);
    request_id_ = NewRequestId();
    arrived_ = std::chrono::steady_clock::now();
    if (failed) co_return co_await Refuse(failed);
    auto [plan, refusal] = PlanFor(parser);
    const std::size_t brings = plan == BodyPlan::kRead ? static_cast<std::size_t>(*parser.content_length()) : 0;
    const BodyPlace place(*door_.body_bytes, brings);
    if (brings > 0 && place.with_it() > door_.door.max_bodies) {
      plan = BodyPlan::kRefused;
      refusal = ComeAgain("too many requests with a body are under way");
    }
    if (plan == BodyPlan::kRead) {
      failed = co_await ReadBody(parser);
      if (failed) co_return co_await Refuse(failed);
    }
    Carried carried{.answer = std::move(refusal)};
    if (plan == BodyPlan::kCarried) carried = co_await Carry(parser);
    if (!carried.answer) co_return false;
    // What follows an unread body cannot be told from the next request: such a connection ends.
    const bool is_read = plan == BodyPlan::kNone || plan == BodyPlan::kRead || carried.is_read;
    const bool keep_alive = parser.get().keep_alive() && is_read;
    HttpResponse response = std::move(*carried.answer);
    if (plan == BodyPlan::kNone || plan == BodyPlan::kRead) response = co_await Answer(parser);
    seat_.Busy(kTimeoutTicks);
    co_return co_await Write(parser, std::move(response), keep_alive);
  }

  void Count(int status) const {
    DoorFigures* const figures = door_.door.figures;
    if (!figures) return;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - arrived_;
    figures->answered[static_cast<std::size_t>(status / 100)].fetch_add(1, std::memory_order_relaxed);
    figures->seconds.Observe(took.count());
  }

  // Feeds the parser until `done`, reading where the buffer has too little.
  template <class Done>
  HttpTask<beast::error_code> ReadUntil(Done done, Parser& parser) {
    beast::error_code error;
    while (!done()) {
      if (buffer_.size() > 0) {
        const bool in_header = !parser.is_header_done();
        const std::size_t taken = parser.put(buffer_.data(), error);
        const std::string_view text(static_cast<const char*>(buffer_.data().data()), taken);
        if (in_header && HasFolding(text)) error = http::error::bad_value;
        buffer_.consume(taken);
        if (error && error != http::error::need_more) co_return error;
        if (!error) continue;
      }
      const auto [failed, size] = co_await stream_.async_read_some(
          buffer_.prepare(std::min(kReadBytes, buffer_.max_size() - buffer_.size())), kHttpAwait);
      if (failed) co_return failed;
      buffer_.commit(size);
    }
    co_return beast::error_code{};
  }

  // Answers a request that waits for leave to send its body.
  HttpTask<beast::error_code> Continue(const Parser& parser) {
    if (!beast::iequals(parser.get()[http::field::expect], "100-continue")) co_return beast::error_code{};
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [failed, written] = co_await asio::async_write(stream_, asio::buffer(kContinue), kHttpAwait);
    (void)written;
    co_return failed;
  }

  HttpTask<beast::error_code> ReadBody(Parser& parser) {
    const beast::error_code failed = co_await Continue(parser);
    if (failed) co_return failed;
    co_return co_await ReadUntil([&] { return parser.is_done(); }, parser);
  }

  // Carries a body to who takes it: no piece is read before the one before it was taken.
  HttpTask<Carried> Carry(Parser& parser) {
    WorkerPool* const pool = door_.workers.get();
    HttpStep<HttpIntake> begun = co_await OnWorker<HttpStep<HttpIntake>>(pool, [&] { return BeginIntake(parser); });
    if (auto* const answer = std::get_if<HttpResponse>(&begun)) co_return Carried{.answer = std::move(*answer)};
    seat_.Busy(kTimeoutTicks);
    beast::error_code failed = co_await Continue(parser);
    std::string piece;
    for (std::uint64_t left = *parser.content_length(); left > 0 && !failed; left -= piece.size()) {
      piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, HttpIntake::kPieceBytes)));
      seat_.Busy(kTimeoutTicks);
      failed = co_await ReadPiece(piece);
      if (shard_.stopping()) failed = asio::error::operation_aborted;  // piece after piece, it might take minutes
      if (failed) break;
      const auto taken = co_await OnWorker<HttpStep<std::monostate>>(pool, [&] { return Take(begun, piece); });
      if (const auto* const answer = std::get_if<HttpResponse>(&taken)) co_return Carried{.answer = *answer};
    }
    // What was not finished goes here, on a worker, not on the shard's thread: there are files in it.
    HttpResponse answer = co_await OnWorker<HttpResponse>(pool, [&] { return Finish(begun, failed); });
    if (failed) co_return Carried{};
    co_return Carried{.answer = std::move(answer), .is_read = true};
  }

  // Fills a piece: what was read behind the head comes first.
  HttpTask<beast::error_code> ReadPiece(std::string& piece) {
    const std::size_t has = asio::buffer_copy(asio::buffer(piece), buffer_.data());
    buffer_.consume(has);
    if (has == piece.size()) co_return beast::error_code{};
    const auto [failed, size] = co_await asio::async_read(stream_, asio::buffer(piece) + has, kHttpAwait);
    (void)size;
    co_return failed;
  }

  HttpStep<HttpIntake> BeginIntake(Parser& parser) {
    HttpStep<HttpRequest> asked = Asked(parser);
    if (auto* const answer = std::get_if<HttpResponse>(&asked)) return std::move(*answer);
    return door_.door.begin_intake(std::get<HttpRequest>(asked));
  }

  HttpStep<std::monostate> Take(const HttpStep<HttpIntake>& begun, std::string_view piece) {
    if (IsTooLong()) return ProblemResponse(408, "request timeout", "a body has ten minutes to arrive");
    const auto caller = WhoAsks();
    if (!caller) return ProblemResponse(caller.error());
    return std::get<HttpIntake>(begun).take(**caller, piece);
  }

  HttpResponse Finish(HttpStep<HttpIntake>& begun, beast::error_code failed) {
    const HttpIntake intake = std::get<HttpIntake>(std::exchange(begun, HttpResponse{}));
    if (failed) return {};
    const auto caller = WhoAsks();
    return caller ? intake.finish(**caller) : ProblemResponse(caller.error());
  }

  bool IsTooLong() const { return std::chrono::steady_clock::now() - arrived_ > kLongestCarried; }

  // More than one length, or one that is not written plainly, is read in several ways (RFC 9112 §6.3).
  static bool HasPlainLength(const Parser& parser) {
    const auto written = parser.get()[http::field::content_length];
    const std::size_t count = parser.get().count(http::field::content_length);
    return count == 0 || (count == 1 && IsDecimal({written.data(), written.size()}));
  }

  std::pair<BodyPlan, HttpResponse> PlanFor(const Parser& parser) const {
    const auto refuse = [](int status, std::string_view title, std::string_view detail) {
      return std::pair(BodyPlan::kRefused, ProblemResponse(status, title, detail));
    };
    if (!HasPlainLength(parser)) return refuse(400, "bad request", "a Content-Length that is no plain number");
    const bool coded = parser.get().count(http::field::transfer_encoding) > 0;
    if (parser.is_done() && !coded) return {BodyPlan::kNone, {}};
    const bool is_carried = IsCarried(parser);
    if (coded && is_carried) return refuse(411, "length required", "a body needs its Content-Length");
    if (is_carried && parser.content_length()) return {BodyPlan::kCarried, {}};
    if (door_.door.max_body == 0 || parser.get().method() != http::verb::post) {
      return refuse(400, "bad request", "a request with a body");
    }
    if (coded || !parser.content_length()) return refuse(411, "length required", "a body needs its Content-Length");
    if (*parser.content_length() > door_.door.max_body) {
      return refuse(413, "content too large", "at most " + std::to_string(door_.door.max_body) + " bytes of body");
    }
    return {BodyPlan::kRead, {}};
  }

  bool IsCarried(const Parser& parser) const {
    if (!door_.door.takes_pieces || parser.get().method() != http::verb::post) return false;
    const auto target = parser.get().target();
    const auto read = ParseHttpTarget({target.data(), target.size()});
    return read && door_.door.takes_pieces(read->path);
  }

  HttpTask<bool> Refuse(beast::error_code why) {
    auto refusal = RefusalOf(why);
    if (!refusal) co_return false;
    const Parser nothing_read;
    co_return co_await Write(nothing_read, std::move(*refusal), false);
  }

  HttpTask<HttpResponse> Answer(Parser& parser) {
    return OnWorker<HttpResponse>(door_.PoolFor(parser.get().method()), [this, &parser] { return AnswerTo(parser); });
  }

  // Works on one of the pool's threads, or, without a pool, on this one. `work` may end with an answer of the
  // transport's own: Outcome can hold an HttpResponse.
  template <class Outcome, class Work>
  HttpTask<Outcome> OnWorker(WorkerPool* pool, Work work) {
    if (pool == nullptr) co_return Guarded<Outcome>(work);
    seat_.Busy(kAnswerTicks);
    auto initiate = [this, pool, &work](auto handler) {
      auto shared = std::make_shared<decltype(handler)>(std::move(handler));
      const bool queued = pool->TryRun([this, &work, shared, guard = asio::make_work_guard(shard_.io)] {
        asio::post(shard_.io, [shared, outcome = Guarded<Outcome>(work)]() mutable { (*shared)(std::move(outcome)); });
      });
      if (queued) return;
      asio::post(shard_.io, [shared] { (*shared)(Outcome(ComeAgain("too many requests are waiting"))); });
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<HttpExecutor>&, void(Outcome)>(
        std::move(initiate), asio::use_awaitable_t<HttpExecutor>{});
  }

  // The transport boundary: no exception passes it.
  template <class Outcome, class Work>
  Outcome Guarded(Work& work) {
    const RequestScope scope(request_id_);
    try {
      return work();
    } catch (const std::exception& exception) {
      spdlog::error("http: exception: {}", exception.what());
    } catch (...) {
      spdlog::error("http: exception of an unknown type");
    }
    return Outcome(ProblemResponse(500, "internal error", "internal error"));
  }

  HttpResponse AnswerTo(Parser& parser) {
    HttpStep<HttpRequest> asked = Asked(parser);
    if (auto* const answer = std::get_if<HttpResponse>(&asked)) return std::move(*answer);
    return door_.door.answer(std::get<HttpRequest>(asked));
  }

  // What is asked, and by whom; or the answer to what cannot be.
  HttpStep<HttpRequest> Asked(Parser& parser) {
    auto& request = parser.get();
    if (request.version() != 11 && request.version() != 10) {
      return ProblemResponse(505, "HTTP version not supported", "HTTP/1.1 is spoken here");
    }
    if (request.version() == 11 && request.count(http::field::host) != 1) {
      return ProblemResponse(400, "bad request", "exactly one Host header is needed");
    }
    auto caller = WhoAsks();
    if (!caller) return ProblemResponse(caller.error());
    HttpRequest asked{.method = std::string(request.method_string()),
                      .path = std::string(request.target()),
                      .if_none_match = std::string(request[http::field::if_none_match]),
                      .host = std::string(request[http::field::host]),
                      .accept_language = std::string(request[http::field::accept_language]),
                      .authorization = std::string(request[http::field::authorization]),
                      .body = std::move(request.body()),
                      .content_type = std::string(request[http::field::content_type]),
                      .content_digest = std::string(request["Content-Digest"]),
                      .caller = *std::move(caller)};
    auto target = ParseHttpTarget(asked.path);
    if (!target) return Unreadable(std::move(asked), target.error());
    asked.path = std::move(target->path);
    asked.query = std::move(target->query);
    return asked;
  }

  HttpResponse Unreadable(HttpRequest request, const Error& why) const {
    if (!door_.door.unreadable) return ProblemResponse(why);
    request.path.resize(std::min(request.path.find('?'), request.path.size()));
    return door_.door.unreadable(request, why);
  }

  // Who asks, as the registry knows them now; an error: somebody who may not come in here.
  Result<std::shared_ptr<const Caller>> WhoAsks() {
    if constexpr (kTls) {
      if (door_.door.client_certificates == ClientCertificates::kNeverAsked) return nobody_;
      Bytes certificate = CM_TRY(PeerCertificate(stream_.native_handle()));
      auto party = door_.door.authenticate(certificate);
      if (!party && IsOwnFault(party.error()))
        spdlog::error("http: a party is not looked up: {}", party.error().message);
      if (!party) return std::move(party).error();
      return std::make_shared<const Caller>(
          Caller{.party = *std::move(party), .certificate = std::move(certificate), .network = nobody_->network});
    }
    return nobody_;
  }

  HttpTask<bool> Write(const Parser& parser, HttpResponse response, bool keep_alive) {
    Count(response.status);
    keep_alive = keep_alive && !shard_.stopping();
    out_.clear();
    WriteHead(out_, response,
              {.door_headers = door_.headers,
               .date = shard_.date(),
               .request_id = request_id_,
               .cross_site = CrossSite(parser, response),
               .version = parser.get().version() == 10 ? 10u : 11u,
               .keep_alive = keep_alive});
    std::string_view body = response.content();
    if (!HasBody(response.status) || parser.get().method() == http::verb::head) body = {};
    if (body.size() <= kMaxCopied) out_.append(std::exchange(body, {}));
    const std::array<asio::const_buffer, 2> both = {asio::buffer(out_), asio::buffer(body)};
    const auto [failed, written] = co_await asio::async_write(stream_, both, kHttpAwait);
    (void)written;
    if (failed) co_return false;
    if (response.pieces && parser.get().method() != http::verb::head) {
      const bool sent = co_await WritePieces(*response.pieces, parser);
      if (!sent) co_return false;
    }
    co_return keep_alive;
  }

  // False: it was cut off, and the connection is to be closed, by which the other side knows.
  HttpTask<bool> WritePieces(const HttpPieces& pieces, const Parser& parser) {
    WorkerPool* const pool = door_.PoolFor(parser.get().method());
    std::uint64_t left = pieces.size;
    while (left > 0 && !shard_.stopping()) {
      const auto next = co_await OnWorker<HttpStep<std::string_view>>(pool, [&] { return Next(pieces); });
      const auto* const piece = std::get_if<std::string_view>(&next);
      if (piece == nullptr || piece->empty() || piece->size() > left) co_return false;
      seat_.Busy(kTimeoutTicks);
      const auto [failed, written] = co_await asio::async_write(stream_, asio::buffer(*piece), kHttpAwait);
      (void)written;
      if (failed) co_return false;
      left -= piece->size();
    }
    co_return left == 0;
  }

  HttpStep<std::string_view> Next(const HttpPieces& pieces) {
    if (IsTooLong()) return HttpResponse{};
    const auto caller = WhoAsks();
    if (!caller) return HttpResponse{};
    const auto piece = pieces.next(**caller);
    if (!piece && IsOwnFault(piece.error())) spdlog::error("http: an answer is cut off: {}", piece.error().message);
    if (!piece) return HttpResponse{};
    return *piece;
  }

  std::string_view CrossSite(const Parser& parser, const HttpResponse& response) const {
    if (door_.door.browsers != HttpDoor::Browsers::kAnySite) return {};
    const auto method = parser.get().method_string();
    return CrossSiteHeaders({method.data(), method.size()}, response);
  }

  OpenDoor& door_;
  HttpShard& shard_;
  Stream stream_;
  HttpShard::Seat seat_;
  std::shared_ptr<const Caller> nobody_;  // in particular: all that is known of who has no certificate to show
  beast::flat_buffer buffer_{kMaxBufferBytes};
  std::string request_id_;  // of the request that is answered
  std::chrono::steady_clock::time_point arrived_;
  std::string out_;  // kept from answer to answer for its capacity
};

}  // namespace

HttpTask<> ServeConnection(OpenDoor& door, HttpShard& shard, Visitor visitor) {
  beast::error_code ignored;
  visitor.socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (visitor.tls) {
    Connection<TlsStream> connection(door, shard, TlsStream(std::move(visitor.socket), *visitor.tls));
    co_await connection.Serve();
  } else {
    Connection<HttpSocket> connection(door, shard, std::move(visitor.socket));
    co_await connection.Serve();
  }
}

}  // namespace certmark::api
