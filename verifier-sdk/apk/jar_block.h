// The signature of a JAR's signature file: PKCS #7 signed data (RFC 5652) without content.
#pragma once

#include "verifier-sdk/apk/signing_certificate.h"

namespace certmark::apk {

/// VerifyJarBlock verifies `block`'s signature over `signature_file` and returns the certificate whose key made it. The
/// block has exactly one signer and one certificate: with several, readers differ in whose they take. InvalidArgument:
/// it cannot be read, has several or none, has content of its own, a signer by key identifier or an unsigned attribute
/// that is no timestamp, or SigningCertificate refuses the certificate.
/// FailedPrecondition: a digest that is none of SHA-1 and SHA-2, or a certificate that is not for signing. Corruption:
/// the signature does not verify.
Result<SigningCertificate> VerifyJarBlock(ByteView block, ByteView signature_file);

}  // namespace certmark::apk
