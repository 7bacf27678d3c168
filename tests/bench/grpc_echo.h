// GrpcEcho: gRPC and nothing of ours behind it. A server like one of our listeners, with its TLS, its limits and as
// many workers, that answers the same bytes whatever it is asked, and reads none of it.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "api/grpc_credentials.h"
#include "api/server_identity.h"
#include "api/worker_pool.h"

namespace certmark::bench {

class GrpcEcho {
 public:
  /// kMethod is the one that it has.
  static constexpr char kMethod[] = "/certmark.v1.PublicService/LookUpApp";

  GrpcEcho(const api::ServerIdentity& identity, api::ClientCertificates client_certificates, const std::string& answer);
  ~GrpcEcho();
  std::uint16_t port() const { return static_cast<std::uint16_t>(port_); }

 private:
  class Rpc;
  api::WorkerPool workers_;
  std::unique_ptr<Rpc> rpc_;
  std::shared_ptr<api::GrpcCredentials> tls_;  // shared with the server, as gRPC wants it, and outlives it
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace certmark::bench
