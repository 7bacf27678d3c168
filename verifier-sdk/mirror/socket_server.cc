#include "verifier-sdk/mirror/socket_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "verifier-sdk/io/posix_file.h"
#include "verifier-sdk/mirror/answer.h"

namespace certmark::mirror {
namespace {

using Clock = std::chrono::steady_clock;

// Questions that came together are answered together, until there is this much to be sent first. One answer may be
// longer.
constexpr std::size_t kEnoughUnsent = 64 * 1024;

Result<sockaddr_un> AddressOf(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.empty() || text.size() >= sizeof address.sun_path) {
    return Error{ErrorCode::kInvalidArgument, "a socket's path has at most 107 characters: " + text};
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

io::Descriptor NewSocket() {
  return io::Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

// MakeRoom takes away a socket that nobody listens on.
Result<void> MakeRoom(const std::filesystem::path& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) return Error{ErrorCode::kInvalidArgument, path.string() + " is there, and no socket"};
  const io::Descriptor fd = NewSocket();
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EAGAIN) {
    return Error{ErrorCode::kFailedPrecondition, "somebody listens on " + path.string()};
  }
  // Any other reason not to come through leaves it open whether somebody listens.
  if (errno != ECONNREFUSED) return io::FileError("connect to", path);
  ::unlink(path.c_str());
  return {};
}

}  // namespace

struct SocketServer::Connection {
  io::Descriptor fd;
  Clock::time_point heard;
  std::string in, out;
  bool is_done = false;
};

SocketServer::SocketServer(SocketOptions options, io::Descriptor fd, const struct stat& made)
    : options_(std::move(options)),
      fd_(std::move(fd)),
      device_(made.st_dev),
      inode_(made.st_ino),
      reader_(std::make_unique<IndexReader>(options_.index)) {}

SocketServer::~SocketServer() {
  struct stat there {};
  if (!fd_.ok() || ::lstat(options_.socket.c_str(), &there) != 0) return;
  // A server that began when this one did not listen yet took its name.
  if (there.st_dev == device_ && there.st_ino == inode_) ::unlink(options_.socket.c_str());
}

Result<SocketServer> SocketServer::Listen(SocketOptions options) {
  const sockaddr_un address = CM_TRY(AddressOf(options.socket));
  CM_TRY(MakeRoom(options.socket, address));
  io::Descriptor fd = NewSocket();
  if (!fd.ok()) return io::FileError("open a socket at", options.socket);
  // Nobody may come in before the mode is the right one, so it is set where the name is made.
  const mode_t before = ::umask(options.for_group ? 0117 : 0177);
  const int bound = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0) return io::FileError("bind", options.socket);
  struct stat made {};
  if (::lstat(options.socket.c_str(), &made) != 0) return io::FileError("find", options.socket);
  if (::listen(fd.get(), kMaxConnections) != 0) return io::FileError("listen at", options.socket);
  return SocketServer(std::move(options), std::move(fd), made);
}

void SocketServer::Accept(std::vector<Connection>& connections) const {
  io::Descriptor fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (fd.ok() && connections.size() < kMaxConnections) {
    connections.push_back({.fd = std::move(fd), .heard = Clock::now(), .in = {}, .out = {}});
  }
}

void SocketServer::Answer(Connection& connection, std::string_view question) {
  const auto index = reader_->Newest();
  connection.out += index ? AnswerLine(**index, question, options_.policy, options_.clock())
                          : "{\"error\":\"the index cannot be read\"}";
  connection.out += '\n';
}

// AnswerLines answers the whole lines of what was read; those that are left wait until the answers are sent.
void SocketServer::AnswerLines(Connection& connection) {
  std::size_t begin = 0;
  while (connection.out.size() < kEnoughUnsent) {
    const std::size_t end = connection.in.find('\n', begin);
    if (end == std::string::npos) break;
    Answer(connection, std::string_view(connection.in).substr(begin, end - begin));
    begin = end + 1;
  }
  connection.in.erase(0, begin);
}

// Read takes what there is. False: this connection is over.
bool SocketServer::Read(Connection& connection) {
  char buffer[kMaxQuestion];
  const ssize_t size = ::recv(connection.fd.get(), buffer, sizeof buffer, 0);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size == 0) return false;
  connection.heard = Clock::now();
  connection.in.append(buffer, static_cast<std::size_t>(size));
  return true;
}

Result<void> SocketServer::Serve(int stop) {
  std::vector<Connection> connections;
  for (;;) {
    std::vector<pollfd> waited = {{stop, POLLIN, 0}, {fd_.get(), POLLIN, 0}};
    for (const Connection& connection : connections) {
      // Who has answers to take is asked nothing more meanwhile.
      waited.push_back({connection.fd.get(), static_cast<short>(connection.out.empty() ? POLLIN : POLLOUT), 0});
    }
    if (::poll(waited.data(), waited.size(), 1000) < 0 && errno != EINTR) return io::FileError("poll", options_.socket);
    if (waited[0].revents != 0) return {};
    for (std::size_t i = 0; i < connections.size(); ++i) {
      Connection& connection = connections[i];
      if ((waited[i + 2].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && connection.out.empty()) {
        connection.is_done = !Read(connection);
      }
      if (!connection.out.empty()) {
        const ssize_t sent = ::send(connection.fd.get(), connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
        if (sent > 0) connection.out.erase(0, static_cast<std::size_t>(sent));
        if (sent > 0) connection.heard = Clock::now();
        if (sent < 0 && errno != EAGAIN && errno != EINTR) connection.is_done = true;
      }
      if (connection.out.empty()) AnswerLines(connection);
      // What is left then without an answer on its way is a question without an end.
      connection.is_done = connection.is_done || (connection.out.empty() && connection.in.size() > kMaxQuestion);
      const bool is_idle = Clock::now() - connection.heard > std::chrono::seconds(kIdleSeconds);
      connection.is_done = connection.is_done || is_idle;
    }
    std::erase_if(connections, [](const Connection& connection) { return connection.is_done; });
    if (waited[1].revents != 0) Accept(connections);
  }
}

}  // namespace certmark::mirror
