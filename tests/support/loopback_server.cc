#include "tests/support/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "verifier-sdk/core/result.h"

namespace certmark::testing {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

// ReadSome appends what has come; false at the connection's end.
bool ReadSome(int fd, std::string& buffer) {
  std::array<char, 16 * 1024> bytes;
  const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  buffer.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

std::size_t ContentLength(std::string_view head) {
  constexpr std::string_view kName = "Content-Length: ";
  const std::size_t at = head.find(kName);
  return at == head.npos ? 0 : static_cast<std::size_t>(std::stoul(std::string(head.substr(at + kName.size()))));
}

// TakeRequest takes one request out of the connection and leaves in `buffer` what came after it.
std::optional<LoopbackRequest> TakeRequest(int fd, std::string& buffer) {
  std::size_t end;
  while ((end = buffer.find(kHeadEnd)) == buffer.npos) {
    if (!ReadSome(fd, buffer)) return std::nullopt;
  }
  LoopbackRequest request;
  request.head = buffer.substr(0, end);
  const std::size_t body = end + kHeadEnd.size(), length = ContentLength(request.head);
  while (buffer.size() < body + length) {
    if (!ReadSome(fd, buffer)) return std::nullopt;
  }
  request.body = buffer.substr(body, length);
  buffer.erase(0, body + length);
  const std::size_t method = request.head.find(' '), target = request.head.find(' ', method + 1);
  request.method = request.head.substr(0, method);
  request.target = request.head.substr(method + 1, target - method - 1);
  return request;
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// BindLoopback returns a socket that is bound to a free port.
int BindLoopback(std::uint16_t& port) {
  // A machine behind a proxy must not send its loopback there.
  ::setenv("no_proxy", "127.0.0.1", 1);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    Die("no loopback port");
  }
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

ClosedPort::ClosedPort() : fd_(BindLoopback(port_)) {}
ClosedPort::~ClosedPort() {
  ::close(fd_);
}

void Gate::Open() {
  {
    const std::lock_guard lock(mutex_);
    open_ = true;
  }
  opened_.notify_all();
}

void Gate::Wait() {
  std::unique_lock lock(mutex_);
  opened_.wait(lock, [&] { return open_; });
}

std::string HttpAnswer(int status, std::string_view content_type, std::string_view body) {
  std::string answer = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\n";
  if (!content_type.empty()) answer += "Content-Type: " + std::string(content_type) + "\r\n";
  return answer + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

LoopbackServer::LoopbackServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = BindLoopback(port_);
  if (::listen(listener_, 64) != 0) Die("the loopback server cannot listen");
  acceptor_ = std::thread([this] { Accept(); });
}

LoopbackServer::~LoopbackServer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (const Connection& connection : open_) ::shutdown(connection.fd, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (Connection& connection : open_) {
    connection.thread.join();
    ::close(connection.fd);
  }
}

void LoopbackServer::Accept() {
  for (;;) {
    const int fd = ::accept(listener_, nullptr, nullptr);
    const std::lock_guard lock(mutex_);
    if (closing_ || fd < 0) {
      if (fd >= 0) ::close(fd);
      return;
    }
    ++connections_;
    open_.push_back({fd, std::thread([this, fd] { Serve(fd); })});
  }
}

void LoopbackServer::Serve(int fd) {
  std::string buffer;
  while (const auto request = TakeRequest(fd, buffer)) {
    const std::string answer = handler_(*request);
    if (answer.empty() || !WriteAll(fd, answer)) break;
  }
  ::shutdown(fd, SHUT_RDWR);
}

}  // namespace certmark::testing
