#include "api/bind_check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace certmark::api {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress ToSocketAddress(const Listener& listener) {
  SocketAddress out;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
  if (inet_pton(AF_INET, listener.address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(listener.port);
    out.size = sizeof(*v4);
  } else if (inet_pton(AF_INET6, listener.address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(listener.port);
    out.size = sizeof(*v6);
  }
  return out;
}

// Binds and listens on a socket that is closed again at once; returns errno, or 0.
int TryListen(const SocketAddress& address) {
  const int socket_fd = socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return errno;
  // Connections that are closing do not count, nor do they for the servers; another listener does.
  const int on = 1;
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  int failed = 0;
  if (bind(socket_fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 ||
      listen(socket_fd, 1) != 0) {
    failed = errno;
  }
  close(socket_fd);
  return failed;
}

}  // namespace

Result<void> CheckBindable(const Listener& listener, std::string_view what) {
  const std::string port = "port " + std::to_string(listener.port) + " (" + std::string(what) + ") ";
  const SocketAddress address = ToSocketAddress(listener);
  if (address.size == 0) return Error{ErrorCode::kUnavailable, port + "has no IP address: " + listener.address};
  switch (const int failed = TryListen(address)) {
    case 0:
      return {};
    case EADDRINUSE:
      return Error{ErrorCode::kUnavailable, port + "is taken"};
    case EADDRNOTAVAIL:
      return Error{ErrorCode::kUnavailable,
                   port + "cannot be opened: " + listener.address + " is no address of this machine"};
    default:
      return Error{ErrorCode::kUnavailable, port + "cannot be opened: " + std::strerror(failed)};
  }
}

}  // namespace certmark::api
