// A small TLS client that sees what tests ask about: whether the server wanted a certificate, and the very bytes it
// answered.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "verifier-sdk/core/bytes.h"

namespace certmark::testing {

/// Credentials is who a client says it is; empty for nobody.
struct Credentials {
  std::string certificate_chain_pem, private_key_pem;
};

/// TlsClient is one connection to a port of this machine.
class TlsClient {
 public:
  struct Options {
    std::string roots_pem;
    Credentials credentials;
    int max_version = 0;  ///< of OpenSSL's constants; 0 for the newest
    std::string alpn;     ///< one protocol, or none
  };
  /// TlsClient connects and shakes hands; whether that worked, connected() says.
  TlsClient(std::uint16_t port, const Options& options);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  bool connected() const { return connected_; }
  bool was_asked_for_a_certificate() const { return asked_; }
  /// server_certificate is the one that the server showed, in DER. REQUIRES: connected().
  Bytes server_certificate() const;

  void Send(std::string_view bytes);
  /// ReadAll reads until the server closes.
  std::string ReadAll();
  /// ReadResponse reads one HTTP response: its header, and as much body as Content-Length says, unless `head`.
  enum class Expect { kBody, kNoBody };
  std::string ReadResponse(Expect expect = Expect::kBody);

 private:
  struct Body;
  bool ReadSome();
  std::unique_ptr<Body> body_;
  std::string unread_;
  bool connected_ = false, asked_ = false;
};

/// HeaderOf is the value of a response's header, or empty. StatusOf its status. BodyOf what follows the header.
std::string HeaderOf(const std::string& response, std::string_view name);
int StatusOf(const std::string& response);
std::string BodyOf(const std::string& response);

}  // namespace certmark::testing
