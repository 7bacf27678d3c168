// A scripted HTTP server on 127.0.0.1, for clients that must be shown every kind of answer.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace certmark::testing {

/// Gate holds whoever waits at it until it is opened; it stays open.
class Gate {
 public:
  void Open();
  void Wait();

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

/// LoopbackRequest is what a client sent.
struct LoopbackRequest {
  std::string method, target, head, body;
};

/// HttpAnswer writes a whole answer with its length; an empty content type leaves that header out.
std::string HttpAnswer(int status, std::string_view content_type, std::string_view body);

/// LoopbackServer answers each request with the bytes its handler returns; none: it closes the connection. Handlers run
/// on a thread for each connection, and must have been let go when the server is destroyed.
class LoopbackServer {
 public:
  using Handler = std::function<std::string(const LoopbackRequest& request)>;

  /// LoopbackServer listens at a free port. Aborts if it cannot.
  explicit LoopbackServer(Handler handler);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }  ///< accepted so far

 private:
  struct Connection {
    int fd;
    std::thread thread;
  };
  void Accept();
  void Serve(int fd);

  Handler handler_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;  // guards open_ and closing_
  std::list<Connection> open_;
  bool closing_ = false;
  std::thread acceptor_;
};

/// ClosedPort holds a port of 127.0.0.1 at which nobody listens: connections are refused for as long as it lives.
class ClosedPort {
 public:
  ClosedPort();
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;
  ~ClosedPort();
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int fd_;
  std::uint16_t port_;
};

}  // namespace certmark::testing
