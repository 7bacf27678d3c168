// A call whose messages are bytes, for services whose messages no header of ours or of Debian's declares; and the
// health of a server by it.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/sync_stream.h>

#include <memory>
#include <optional>
#include <string>

namespace certmark::testing {

/// RawCall sends one message, leaves its side of the call open, and reads the answers. It is cancelled when it goes,
/// and when 20 seconds have passed.
class RawCall {
 public:
  RawCall(std::shared_ptr<grpc::Channel> channel, const std::string& path, const std::string& message);
  ~RawCall();

  /// Next waits for a message; none: the call is over.
  std::optional<std::string> Next();
  /// Finish is how it ended. REQUIRES: Next said that it is over; once.
  grpc::Status Finish();

 private:
  const std::shared_ptr<grpc::Channel> channel_;
  const std::string path_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> stream_;
  bool is_over_ = false;
};

/// CallEmpty calls a method with a message of no members: how it ended, or OK at its first answer.
grpc::Status CallEmpty(const std::shared_ptr<grpc::Channel>& channel, const std::string& path);

/// What grpc.health.v1 answers, as bytes of its message.
inline constexpr char kServing[] = "\x08\x01", kNotServing[] = "\x08\x02", kServiceUnknown[] = "\x08\x03";

/// HealthOf is what Check says of a service, or the name of its error.
std::string HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service);
/// WatchHealth follows it.
std::unique_ptr<RawCall> WatchHealth(const std::shared_ptr<grpc::Channel>& channel, const std::string& service);

}  // namespace certmark::testing
