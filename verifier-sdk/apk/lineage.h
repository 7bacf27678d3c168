// A proof of rotation: which certificates a signer had before, each having signed the next.
#pragma once

#include "verifier-sdk/apk/signing_certificate.h"

namespace certmark::apk {

/// VerifyLineage reads the structure that scheme v3 signs as an attribute: u32 version, then levels of {signed data of
/// {certificate, u32 algorithm of the signature on it}, u32 flags, u32 algorithm for the next one, signature by the one
/// before}. It returns the certificates, the oldest first. InvalidArgument: it cannot be read, a certificate stands
/// twice, or an algorithm differs from what was signed. Corruption: a level is not signed by the one before it.
/// ResourceExhausted: over 64 levels, or over `levels_left`, which all proofs of a file share and each level takes one
/// of, for each costs a certificate and a signature. What a level's flags allow an old certificate is Android's to use,
/// not ours.
Result<std::vector<SigningCertificate>> VerifyLineage(ByteView proof, std::size_t& levels_left);

/// kAllLevels is how many levels the proofs of one file may have in all.
inline constexpr std::size_t kAllLevels = 128;

}  // namespace certmark::apk
