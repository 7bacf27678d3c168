// The last step of every certificate and CRL: what OpenSSL has built is signed through the Signer seam.
//
// OpenSSL 3.0 signs only with keys it holds, and has no way to put a signature made elsewhere into a certificate. So it
// signs once with a key made for that moment and thrown away, which fixes the algorithm identifiers; the bytes to be
// signed are taken out, signed by the Signer, and put together with that signature (RFC 5280 §4.1, §5.1: SEQUENCE {
// tbs, algorithm, BIT STRING }).
#pragma once

#include <openssl/x509.h>

#include "ca/signer.h"

namespace certmark::ca {

/// SignX509 and SignX509Crl return the signed DER. Internal: OpenSSL failed. Else the signer's own error.
Result<Bytes> SignX509(X509* certificate, const Signer& signer);
Result<Bytes> SignX509Crl(X509_CRL* crl, const Signer& signer);

}  // namespace certmark::ca
