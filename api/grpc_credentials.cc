#include "api/grpc_credentials.h"

#include <grpc/grpc.h>
#include <string.h>  // explicit_bzero is not the standard library's

#include <string>

namespace certmark::api {
namespace {

grpc_ssl_client_certificate_request_type RequestType(ClientCertificates client_certificates) {
  return client_certificates == ClientCertificates::kRequired
             ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
             : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
}

}  // namespace

GrpcCredentials::GrpcCredentials(const ServerIdentity& identity, ClientCertificates client_certificates)
    : credentials_(grpc_ssl_server_credentials_create_with_options(
          grpc_ssl_server_credentials_create_options_using_config_fetcher(RequestType(client_certificates), Fetch,
                                                                          this))) {
  Renew(identity);
}

GrpcCredentials::~GrpcCredentials() {
  grpc_server_credentials_release(credentials_);
}

void GrpcCredentials::Renew(const ServerIdentity& identity) {
  std::string key(identity.private_key_pem.Reveal());
  const grpc_ssl_pem_key_cert_pair pair{key.c_str(), identity.certificate_chain_pem.c_str()};
  {
    const std::lock_guard lock(mutex_);
    // gRPC wants the roots also where no client is asked for a certificate; they are for nothing there.
    next_.reset(grpc_ssl_server_certificate_config_create(identity.client_roots_pem.c_str(), &pair, 1));
  }
  explicit_bzero(key.data(), key.size());
}

void GrpcCredentials::SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) {}

int GrpcCredentials::AddPortToServer(const std::string& address, grpc_server* server) {
  return grpc_server_add_http2_port(server, address.c_str(), credentials_);
}

// Asked at the start, and before every handshake.
grpc_ssl_certificate_config_reload_status GrpcCredentials::Fetch(void* self,
                                                                 grpc_ssl_server_certificate_config** next) {
  auto& credentials = *static_cast<GrpcCredentials*>(self);
  const std::lock_guard lock(credentials.mutex_);
  if (!credentials.next_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  *next = credentials.next_.release();
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

}  // namespace certmark::api
