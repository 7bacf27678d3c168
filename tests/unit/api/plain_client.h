// A small HTTP client without TLS that sends the very bytes a test wants and sees those that come back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace certmark::testing {

/// PlainClient is one connection to a port of this machine.
class PlainClient {
 public:
  explicit PlainClient(std::uint16_t port);
  ~PlainClient();
  PlainClient(const PlainClient&) = delete;
  PlainClient& operator=(const PlainClient&) = delete;

  void Send(std::string_view bytes);
  /// ReadAll reads until the server closes.
  std::string ReadAll();
  /// ReadResponse reads one response: its header, and as much body as Content-Length says, or none.
  enum class Expect { kBody, kNoBody };
  std::string ReadResponse(Expect expect = Expect::kBody);

 private:
  bool ReadSome();
  int fd_;
  std::string unread_;
};

/// HeaderValue is the value of a response's header, or empty. BodyAfter is what follows the header.
std::string HeaderValue(const std::string& response, std::string_view name);
std::string BodyAfter(const std::string& response);
/// StatusIn is a response's status, or 0.
int StatusIn(const std::string& response);

}  // namespace certmark::testing
