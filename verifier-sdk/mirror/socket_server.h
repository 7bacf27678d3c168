// SocketServer: an index asked over a Unix socket, by programs of this machine in any language. A question is a line,
// an answer is a line, in order (answer.h).
//
// Bounded: 64 connections, 4 KiB a question, 30 seconds without one; who does not read its answers is not waited for.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/verify.h"
#include "verifier-sdk/io/descriptor.h"
#include "verifier-sdk/mirror/index.h"

namespace certmark::mirror {

struct SocketOptions {
  std::filesystem::path index;   ///< the index's directory
  std::filesystem::path socket;  ///< where to listen; a socket that nobody listens on any more is replaced
  bool for_group = false;        ///< mode 0660 instead of 0600
  Policy policy;                 ///< by which verdicts are told
  std::function<Time()> clock;
};

class SocketServer {
 public:
  static constexpr std::size_t kMaxConnections = 64;
  static constexpr int kIdleSeconds = 30;

  /// Listen binds. FailedPrecondition: somebody listens there. InvalidArgument: too long a path, or what is there is no
  /// socket. Unavailable: it cannot be.
  static Result<SocketServer> Listen(SocketOptions options);
  SocketServer(SocketServer&&) noexcept = default;
  SocketServer& operator=(SocketServer&&) = delete;
  ~SocketServer();  ///< takes its socket away, if it is its own still

  /// Serve answers until `stop` is readable: a pipe's end, or an eventfd. Unavailable: it cannot go on.
  Result<void> Serve(int stop);

 private:
  struct Connection;
  SocketServer(SocketOptions options, io::Descriptor fd, const struct stat& made);
  void Accept(std::vector<Connection>& connections) const;
  static bool Read(Connection& connection);
  void AnswerLines(Connection& connection);
  void Answer(Connection& connection, std::string_view question);

  SocketOptions options_;
  io::Descriptor fd_;
  dev_t device_;
  ino_t inode_;  // of the socket's name; nobody else's while fd_ is open
  std::unique_ptr<IndexReader> reader_;
};

}  // namespace certmark::mirror
