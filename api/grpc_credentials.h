// The TLS of one gRPC listener, whose certificate can be exchanged while it listens.
#pragma once

#include <grpc/grpc_security.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <mutex>

#include "api/server_identity.h"

namespace certmark::api {

/// GrpcCredentials outlive the server that they are given to. Of gRPC's ways to exchange a certificate this is the one
/// that takes a key from memory: the others read it from a file, unencrypted.
class GrpcCredentials final : public grpc::ServerCredentials {
 public:
  GrpcCredentials(const ServerIdentity& identity, ClientCertificates client_certificates);
  ~GrpcCredentials() override;

  /// Renew has every handshake that begins from now on use `identity`; connections go on with what they began with.
  /// Safe on any thread.
  void Renew(const ServerIdentity& identity);

  /// SetAuthMetadataProcessor does nothing: callers are known by their certificates alone.
  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>& processor) override;

 private:
  struct Destroy {
    void operator()(grpc_ssl_server_certificate_config* config) const {
      grpc_ssl_server_certificate_config_destroy(config);
    }
  };
  int AddPortToServer(const std::string& address, grpc_server* server) override;
  static grpc_ssl_certificate_config_reload_status Fetch(void* self, grpc_ssl_server_certificate_config** next);

  std::mutex mutex_;                                                   // guards what follows
  std::unique_ptr<grpc_ssl_server_certificate_config, Destroy> next_;  // what the next handshake takes; null: no other
  grpc_server_credentials* const credentials_;
};

}  // namespace certmark::api
