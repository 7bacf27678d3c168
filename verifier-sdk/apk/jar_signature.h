// Scheme v1: an APK signed as a JAR file is.
//
// META-INF/MANIFEST.MF has a digest of every entry. Each signer has a signature file, META-INF/*.SF, which has a digest
// of the manifest and names every entry, and beside it a block, *.RSA or *.EC, which signs that file.
#pragma once

#include <set>

#include "verifier-sdk/apk/archive.h"
#include "verifier-sdk/apk/jar_manifest.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::apk {

/// JarSignature is the signers of the manifest, and the manifest.
struct JarSignature {
  std::vector<Hash> signers;             ///< SHA-256 of their certificates, sorted; at least one
  std::set<std::uint32_t> also_schemes;  ///< the schemes that they say the file is signed by too
  JarManifest manifest;
};

/// CheckJarSignature verifies every signer's block and that each signed this whole manifest; entries' digests are
/// CheckJarContents' subject. NotFound: there is no manifest or no signer: it is unsigned. InvalidArgument: a signature
/// file without a block or the other way round, names that Android pairs otherwise or some readers alone take for a
/// signature's (another case, a folder of META-INF), one that Android passes over (without its version, or by
/// signtool), or what ParseJarManifest and VerifyJarBlock refuse. Corruption, FailedPrecondition: as VerifyJarBlock,
/// and where the manifest is another than was signed. ResourceExhausted: over 8 signers, or a file over 8 MiB.
Result<JarSignature> CheckJarSignature(ApkFile& file, const Archive& archive);

/// CheckJarContents holds every entry against its digests in the manifest. No entry is without, in META-INF neither,
/// but directories and what signs; the manifest names no other. Corruption: an entry is missing, was added or was
/// changed. InvalidArgument: one cannot be unpacked. FailedPrecondition: none of an entry's digests is one of SHA-1 and
/// SHA-2. ResourceExhausted: entries of over 4 GiB. REQUIRES: CheckLayout passed.
Result<void> CheckJarContents(const ApkFile& file, const Archive& archive, const JarManifest& manifest,
                              unsigned threads);

}  // namespace certmark::apk
