// The extensions of a certificate, as OpenSSL holds them.
#pragma once

#include <openssl/x509v3.h>

#include "ca/x509_builder.h"

namespace certmark::ca {

/// AddExtensions writes every extension that `draft` asks for; `issuer` is the key that will sign. InvalidArgument: a
/// host that is neither a DNS name nor an address. Internal: OpenSSL failed.
Result<void> AddExtensions(X509* certificate, const CertificateDraft& draft, const PublicKey& issuer);

/// IsHost is true for a DNS name without wildcard and for an IPv4 or IPv6 address: what a server certificate can name.
bool IsHost(const std::string& text);

}  // namespace certmark::ca
