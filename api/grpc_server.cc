#include "api/grpc_server.h"

#include <grpc/support/log.h>
#include <grpcpp/grpcpp.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/bind_check.h"
#include "api/grpc_calls.h"
#include "api/grpc_credentials.h"
#include "api/grpc_health.h"
#include "api/grpc_reflection.h"
#include "api/grpc_services.h"
#include "api/grpc_watch.h"
#include "api/worker_pool.h"

namespace certmark::api {
namespace {

// What one listener lets its callers hold. Anybody reaches the public one, so it takes less: a certificate request and
// its names, or the names of a batch. Who has a certificate has the contract at hand, and is told nothing of it.
struct Limits {
  int request_bytes;
  int streams_a_connection;
  int idle_ms;  // a connection without a call
  Reflection reflection;
};
constexpr Limits kPublicLimits{64 * 1024, 16, 60'000, Reflection::kOn};
constexpr Limits kPartyLimits{1024 * 1024, 128, 300'000, Reflection::kOff};
constexpr std::size_t kListenerMemoryBytes = 128 * 1024 * 1024;
constexpr int kMaxMetadataBytes = 16 * 1024;
// Who has connected and not finished the TLS handshake holds a descriptor that no other limit knows of.
constexpr int kHandshakeMs = 20'000;
// A call that never ends keeps its connection from being idle: every connection ends at this age, and its calls soon
// after.
constexpr int kConnectionAgeMs = 600'000;
constexpr int kConnectionAgeGraceMs = 60'000;
constexpr std::chrono::seconds kGrace{5};

// GrpcListener is one server on one port, its workers and its services. Members go in the reverse order of their use.
class GrpcListener {
 public:
  GrpcListener(Audience audience, Dispatch& dispatch, Authenticator authenticate, const GrpcServer::Options& options)
      : workers_{{options.readers, options.queued_calls}, {options.writers, options.queued_calls}},
        desk_(dispatch, std::move(authenticate), workers_, options.stats),
        watches_(desk_, options.watch),
        services_(audience, desk_, watches_),
        tls_(std::make_shared<GrpcCredentials>(options.identity, audience == Audience::kParties
                                                                     ? ClientCertificates::kRequired
                                                                     : ClientCertificates::kNeverAsked)) {}
  ~GrpcListener() { Shutdown(std::chrono::system_clock::now()); }

  Result<void> Start(const Listener& where, std::string_view what, const Limits& limits) {
    CM_TRY(CheckBindable(where, what));
    grpc::ServerBuilder builder;
    builder.AddListeningPort(where.ToText(), tls_, &port_);
    services_.AddTo(builder);
    SetReflection(builder, limits.reflection);
    builder.SetMaxReceiveMessageSize(limits.request_bytes);
    builder.SetMaxSendMessageSize(static_cast<int>(kMaxAnswerBytes));
    builder.SetResourceQuota(
        grpc::ResourceQuota(std::string(what)).Resize(kListenerMemoryBytes).SetMaxThreads(kReflectionThreads));
    // Two daemons must never share a port without knowing.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.streams_a_connection);
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, limits.idle_ms);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGraceMs);
    server_ = builder.BuildAndStart();
    if (!server_ || port_ == 0) {
      return Error{ErrorCode::kUnavailable,
                   "port " + std::to_string(where.port) + " (" + std::string(what) + ") is taken"};
    }
    Declare(served());
    return {};
  }

  // Returns once no call is running; those that still are at `deadline` are cancelled. Subscribers, who would never
  // end, are told at once.
  void Shutdown(std::chrono::system_clock::time_point deadline) {
    if (!server_) return;
    watches_.Quit();
    server_->Shutdown(deadline);
    server_->Wait();
    server_.reset();
  }

  void Renew(const ServerIdentity& identity) { tls_->Renew(identity); }

  std::uint16_t port() const { return static_cast<std::uint16_t>(port_); }
  Served served() const {
    std::vector<std::string> names = services_.Names();
    names.emplace_back();  // the whole
    return {server_.get(), std::move(names)};
  }

 private:
  CallWorkers workers_;
  const CallDesk desk_;
  LogWatches watches_;
  GrpcServices services_;
  std::shared_ptr<GrpcCredentials> tls_;  // shared with the server, as gRPC wants it
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

// gRPC would write what strangers do to a connection to standard error, line by line.
void LogGrpcQuietly() {
  gpr_set_log_function([](gpr_log_func_args* line) { spdlog::debug("grpc: {}", line->message); });
}

}  // namespace

struct GrpcServer::Body {
  Body(Dispatch& dispatch, const Options& options)
      : anybody(Audience::kAnybody, dispatch, {}, options),
        parties(Audience::kParties, dispatch, options.authenticate, options) {}
  GrpcListener anybody, parties;
  std::optional<ServingStatus> serving;
};

GrpcServer::GrpcServer(std::unique_ptr<Body> body) : body_(std::move(body)) {}

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(Dispatch& dispatch, Options options) {
  LogGrpcQuietly();
  // An empty authenticator would let everybody in as nobody: that is the public listener's way alone.
  if (!options.authenticate) return Error{ErrorCode::kInternal, "the party listener has no authenticator"};
  if (!options.ready) return Error{ErrorCode::kInternal, "nothing says whether the authority serves"};
  ServeHealth();
  auto body = std::make_unique<Body>(dispatch, options);
  CM_TRY(body->anybody.Start(options.public_listener, "public gRPC", kPublicLimits));
  CM_TRY(body->parties.Start(options.party_listener, "party gRPC", kPartyLimits));
  body->serving.emplace(std::move(options.ready), std::vector{body->anybody.served(), body->parties.served()});
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(body)));
}

GrpcServer::~GrpcServer() {
  body_->serving.reset();
  const auto deadline = std::chrono::system_clock::now() + kGrace;
  // At once: who holds a call at the one has no part in the time that those at the other are given.
  const std::jthread other([&] { body_->anybody.Shutdown(deadline); });
  body_->parties.Shutdown(deadline);
}

void GrpcServer::Renew(const ServerIdentity& identity) {
  body_->anybody.Renew(identity);
  body_->parties.Renew(identity);
}

std::uint16_t GrpcServer::public_port() const {
  return body_->anybody.port();
}
std::uint16_t GrpcServer::party_port() const {
  return body_->parties.port();
}

}  // namespace certmark::api
