// HTTP/1.1 on Beast: a server of any number of doors, each a listener with its own lock and its own answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call_stats.h"
#include "api/config.h"
#include "api/http_message.h"
#include "api/server_identity.h"

namespace certmark::api {

/// HttpDoor is one listener.
///
///   HttpDoor{.name = "operations HTTP", .listener = config.operations, .answer = …}   // plain, GET and HEAD
struct HttpDoor {
  std::string name;  ///< in errors and log lines: "public HTTP"
  Listener listener;
  /// identity is read by Start alone, and exchanged by Renew; without one the door speaks plain HTTP.
  const ServerIdentity* identity = nullptr;
  /// kRequired needs an identity and `authenticate`, which is asked before every answer: an enrolment may end while its
  /// connection is open.
  ClientCertificates client_certificates = ClientCertificates::kNeverAsked;
  Authenticator authenticate = {};
  /// answer is called on several threads at once, for HEAD like for GET: the transport leaves the body out.
  std::function<HttpResponse(const HttpRequest&)> answer;
  /// unreadable answers a request whose target cannot be read: its path is what came before a `?`, not decoded, and its
  /// query is empty. Without one: a problem document.
  std::function<HttpResponse(const HttpRequest&, const Error&)> unreadable = {};
  /// max_body is how many bytes a POST may bring, its Content-Length said first; more is a 413. 0: a request with a
  /// body is refused.
  std::size_t max_body = 0;
  /// takes_pieces says of a POST's path that its body, however long, is not held: `begin_intake` is asked who takes it,
  /// by workers, before a byte of it is read. None: every body is held.
  std::function<bool(std::string_view path)> takes_pieces = {};
  std::function<HttpStep<HttpIntake>(const HttpRequest&)> begin_intake = {};
  /// max_bodies is how many bytes of bodies all its connections may bring at once; whoever would bring more is told to
  /// come again shortly, by a 503.
  std::size_t max_bodies = 64 * 1024 * 1024;
  /// workers is on how many threads of the door's own `answer` runs. 0: on the server's, where it may read the disk and
  /// must not wait for a write. More requests than kWaiting behind the busy ones are a 503.
  unsigned workers = 0;
  static constexpr std::size_t kWaiting = 64;
  /// readers, where set, is the same for all requests but POST, with a queue of its own: who reads does not wait for
  /// who writes.
  std::optional<unsigned> readers = std::nullopt;
  /// max_connections is how many may be open at this door; one more is closed at once. Each door has its own, so that a
  /// flood at one leaves the others as they were.
  std::size_t max_connections = 1024;
  /// browsers says whether pages of other sites may read the answers (CORS): to GET and HEAD, never to a POST.
  enum class Browsers { kOwnSite, kAnySite };
  Browsers browsers = Browsers::kOwnSite;
  DoorFigures* figures = nullptr;  ///< counts the answers, and outlives the server; none: nobody counts
};

class HttpServer {
 public:
  struct Options {
    std::vector<HttpDoor> doors;
    unsigned threads = 2;
    /// tick is by what time is counted: a request has kRequestTicks to arrive, and its answer to leave.
    std::chrono::milliseconds tick{1000};
  };
  static constexpr unsigned kRequestTicks = 30;
  /// Start listens at every door. Unavailable: a port is taken, named. Internal: a door that cannot be, such as one
  /// that requires client certificates and has no authenticator.
  static Result<std::unique_ptr<HttpServer>> Start(Options options);
  /// ~HttpServer stops accepting, closes idle connections, and lets answers under way finish for at most five seconds,
  /// but for those in pieces, which are cut off; a door's own workers finish what they have begun.
  ~HttpServer();

  /// Renew has every door with TLS use `identity` for each connection from now on; those that are open go on as they
  /// are. Internal: OpenSSL refused it, and no door has changed. Safe on any thread.
  Result<void> Renew(const ServerIdentity& identity);

  /// port is where the door of that name listens. REQUIRES: there is one.
  std::uint16_t port(std::string_view name) const;

 private:
  struct Body;
  explicit HttpServer(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace certmark::api
