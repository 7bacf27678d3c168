// The two HTTP listeners, HTTP/1.1 over TLS on Beast: public without client certificates, party with.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "api/config.h"
#include "api/http_message.h"
#include "api/server_identity.h"

namespace certmark::api {

class HttpServer {
 public:
  struct Options {
    Listener public_listener, party_listener;
    const ServerIdentity& identity;  ///< read by Start alone
    Authenticator authenticate;
    /// answer is called on the server's threads, on several at once; it may read the disk and must not wait for a
    /// write.
    std::function<HttpResponse(const HttpRequest&)> answer;
    unsigned threads = 2;
    std::size_t max_connections = 4096;  ///< of both listeners; one more is closed at once
  };
  /// Start listens. Unavailable: a port is taken, named.
  static Result<std::unique_ptr<HttpServer>> Start(Options options);
  /// ~HttpServer stops accepting, lets answers being written finish for at most five seconds, and closes every
  /// connection.
  ~HttpServer();

  std::uint16_t public_port() const;
  std::uint16_t party_port() const;

 private:
  struct Body;
  explicit HttpServer(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace certmark::api
