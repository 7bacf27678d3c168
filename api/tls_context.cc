#include "api/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::api {
namespace {

namespace ssl = boost::asio::ssl;

void RequireClientCertificates(ssl::context& context, const ServerIdentity& identity,
                               boost::system::error_code& error) {
  context.add_certificate_authority(boost::asio::buffer(identity.client_roots_pem), error);
  if (error) return;
  context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  SSL_CTX* native = context.native_handle();
  SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(native, 0);
}

boost::system::error_code SetUp(ssl::context& context, const ServerIdentity& identity,
                                ClientCertificates client_certificates) {
  boost::system::error_code error;
  SSL_CTX* native = context.native_handle();
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Sessions are the client's to keep, in tickets where there are any: a table of them is memory that strangers fill.
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1) {
    return {static_cast<int>(ERR_get_error()), boost::asio::error::get_ssl_category()};
  }
  context.use_certificate_chain(boost::asio::buffer(identity.certificate_chain_pem), error);
  if (error) return error;
  context.use_private_key(boost::asio::buffer(identity.private_key_pem.Reveal()), ssl::context::pem, error);
  if (error) return error;
  if (client_certificates == ClientCertificates::kRequired) RequireClientCertificates(context, identity, error);
  return error;
}

}  // namespace

Result<ssl::context> MakeTlsContext(const ServerIdentity& identity, ClientCertificates client_certificates) {
  const ErrorQueueGuard guard;
  ssl::context context(ssl::context::tls_server);
  const auto error = SetUp(context, identity, client_certificates);
  if (error) return Error{ErrorCode::kInternal, "TLS cannot be set up: " + error.message()};
  return context;
}

Result<Bytes> PeerCertificate(SSL* connection) {
  const ErrorQueueGuard guard;
  const Owned<X509, X509_free> certificate(SSL_get1_peer_certificate(connection));
  if (!certificate) return Error{ErrorCode::kPermissionDenied, "a client certificate is needed"};
  const int size = i2d_X509(certificate.get(), nullptr);
  if (size <= 0) return Error{ErrorCode::kInternal, "a client certificate that cannot be written"};
  Bytes der(static_cast<std::size_t>(size));
  unsigned char* out = der.data();
  i2d_X509(certificate.get(), &out);
  return der;
}

}  // namespace certmark::api
