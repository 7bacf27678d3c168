#include "tests/bench/grpc_echo.h"

#include "certmark/v1/public.grpc.pb.h"
#include "tests/bench/grpc_load.h"

// The generated classes name a synchronous method beside each callback one; overriding the second hides the first.
#pragma GCC diagnostic ignored "-Woverloaded-virtual"

namespace certmark::bench {
namespace {

// As our listeners have them (api/grpc_server).
constexpr unsigned kWorkers = 4;
constexpr std::size_t kQueued = 1024;
constexpr std::size_t kMemoryBytes = 128 * 1024 * 1024;
constexpr int kStreamsOfAnybody = 16, kStreamsOfParties = 128;

}  // namespace

class GrpcEcho::Rpc final : public v1::PublicService::WithRawCallbackMethod_LookUpApp<v1::PublicService::Service> {
 public:
  Rpc(api::WorkerPool& workers, const std::string& answer) : workers_(workers), answer_(Packed(answer)) {}

  grpc::ServerUnaryReactor* LookUpApp(grpc::CallbackServerContext* context, const grpc::ByteBuffer*,
                                      grpc::ByteBuffer* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const bool queued = workers_.TryRun([this, reactor, response] {
      *response = answer_;
      reactor->Finish(grpc::Status::OK);
    });
    if (!queued) reactor->Finish({grpc::RESOURCE_EXHAUSTED, "too many calls are waiting"});
    return reactor;
  }

 private:
  api::WorkerPool& workers_;
  const grpc::ByteBuffer answer_;
};

GrpcEcho::GrpcEcho(const api::ServerIdentity& identity, api::ClientCertificates client_certificates,
                   const std::string& answer)
    : workers_(kWorkers, kQueued),
      rpc_(std::make_unique<Rpc>(workers_, answer)),
      tls_(std::make_shared<api::GrpcCredentials>(identity, client_certificates)) {
  const bool parties = client_certificates == api::ClientCertificates::kRequired;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", tls_, &port_);
  builder.RegisterService(rpc_.get());
  builder.SetResourceQuota(grpc::ResourceQuota("echo").Resize(kMemoryBytes));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, parties ? kStreamsOfParties : kStreamsOfAnybody);
  server_ = builder.BuildAndStart();
  if (!server_ || port_ == 0) Die("an echo server has no port");
}

GrpcEcho::~GrpcEcho() {
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
}

}  // namespace certmark::bench
