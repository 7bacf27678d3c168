// What a listener needs of TLS: its own certificate and key, and whose client certificates count.
#pragma once

#include <functional>
#include <string>

#include "ca/authority.h"
#include "ca/party.h"
#include "ca/secret.h"

namespace certmark::api {

struct ServerIdentity {
  std::string certificate_chain_pem;  ///< the server's certificate, then its issuer's
  ca::Secret private_key_pem;         ///< unencrypted, in memory alone
  std::string client_roots_pem;       ///< Party CA and root: who may be a client on a party listener
  Time not_after{};                   ///< of the server's certificate
};

/// ClientCertificates says whether a listener asks who its clients are.
enum class ClientCertificates { kNeverAsked, kRequired };

/// LoadServerIdentity reads the server certificate and its key from the authority's directory. FailedPrecondition: it
/// has expired, is not valid yet, or is another key's. NotFound: a file is missing. PermissionDenied: a wrong
/// passphrase. All name the file.
Result<ServerIdentity> LoadServerIdentity(const ca::AuthorityFiles& files, const ca::Authority& authority,
                                          const ca::Secret& passphrase, Time now);

/// Authenticator finds the party of a client certificate (DER). PermissionDenied: not enrolled, or not any more.
using Authenticator = std::function<Result<ca::Party>(ByteView certificate_der)>;

}  // namespace certmark::api
