// TLS as the HTTP listeners speak it.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include "api/server_identity.h"

namespace certmark::api {

/// MakeTlsContext: TLS 1.2 and 1.3, this server's certificate; where client certificates are required, they must lead
/// to the authority's Party CA, and no session is resumed, so that each connection shows its certificate. Internal:
/// OpenSSL refused.
Result<boost::asio::ssl::context> MakeTlsContext(const ServerIdentity& identity,
                                                 ClientCertificates client_certificates);

/// PeerCertificate is the DER of the client certificate of a connection. PermissionDenied: there is none.
Result<Bytes> PeerCertificate(SSL* connection);

}  // namespace certmark::api
