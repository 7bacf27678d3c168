#include "tests/integration/server/raw_call.h"

#include <chrono>
#include <utility>
#include <vector>

namespace certmark::testing {
namespace {

constexpr char kCheck[] = "/grpc.health.v1.Health/Check", kWatch[] = "/grpc.health.v1.Health/Watch";

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  (void)buffer.Dump(&slices);
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

// HealthCheckRequest: its one member is the service's name.
std::string AskOf(const std::string& service) {
  return "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
}

}  // namespace

RawCall::RawCall(std::shared_ptr<grpc::Channel> channel, const std::string& path, const std::string& message)
    : channel_(std::move(channel)), path_(path) {
  context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const grpc::internal::RpcMethod method(path_.c_str(), grpc::internal::RpcMethod::BIDI_STREAMING, channel_);
  stream_.reset(grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
      channel_.get(), method, &context_));
  (void)stream_->Write(ToBuffer(message));
}

RawCall::~RawCall() {
  context_.TryCancel();
  if (!is_over_) (void)stream_->Finish();
}

grpc::Status RawCall::Finish() {
  is_over_ = true;
  return stream_->Finish();
}

std::optional<std::string> RawCall::Next() {
  grpc::ByteBuffer buffer;
  if (!stream_->Read(&buffer)) return std::nullopt;
  return ToBytes(buffer);
}

grpc::Status CallEmpty(const std::shared_ptr<grpc::Channel>& channel, const std::string& path) {
  RawCall call(channel, path, "");
  return call.Next() ? grpc::Status::OK : call.Finish();
}

std::string HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  RawCall call(channel, kCheck, AskOf(service));
  const auto answer = call.Next();
  if (answer) return *answer;
  return std::to_string(call.Finish().error_code());
}

std::unique_ptr<RawCall> WatchHealth(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  return std::make_unique<RawCall>(channel, kWatch, AskOf(service));
}

}  // namespace certmark::testing
