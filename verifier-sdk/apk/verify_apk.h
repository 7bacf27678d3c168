// VerifyApk: which app an APK is, and who signed it, as every version of Android it is for will find.
//
// Android asks the newest scheme that both it and the file know: v1 below platform 24, v2 from 24, v3 from 28, v3.1
// from
// 33. So one file may have other signers on other platforms. All of them are found here, and a certification must name
// all of them (FORMATS.md §9, step 7).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "verifier-sdk/apk/apk_file.h"
#include "verifier-sdk/apk/manifest.h"
#include "verifier-sdk/apk/signing_block.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::apk {

/// kLastSdk stands for every later platform.
inline constexpr std::uint32_t kLastSdk = 0x7fffffff;

/// PlatformSigners is who signs an APK for a range of platforms.
struct PlatformSigners {
  SdkRange platforms;
  Scheme scheme = Scheme::kV1;
  std::vector<Hash> signers;  ///< SHA-256 of their certificates, sorted; several of v1 and v2 alone, which all signed
  std::vector<Hash> lineage;  ///< v3, v3.1: the certificates before, the oldest first; the signer's is not among them
};

/// SignedApk is an app and its signers.
struct SignedApk {
  Manifest manifest;
  std::vector<PlatformSigners> platforms;  ///< from the lowest on, without a gap
  std::vector<Scheme> schemes;             ///< those that are there and verify; v1 only where a platform needs it

  /// Signers are those of all platforms, each once, as FORMATS.md §1 writes them: `Expected::signers` of Verify. Of a
  /// lineage they are those alone that a platform takes for current.
  std::vector<std::string> Signers() const;
  /// Build is the version code as FORMATS.md §1 writes it.
  std::string Build() const { return std::to_string(manifest.version_code); }
};

/// VerifiedApk is one whose signatures verify and cover what it holds: by v2 and later every byte outside of the
/// signing block, by v1 the name and content of every entry. Nobody signs the block's other pairs, nor by v1 comments,
/// extra fields, times and directories.
struct VerifiedApk : SignedApk {};

/// ContentsUncheckedApk is one whose signatures verify, of contents that nobody looked at: what it holds, the manifest
/// too, may be anybody's.
struct ContentsUncheckedApk : SignedApk {};

/// ApkPolicy is what an APK must be good for.
struct ApkPolicy {
  std::optional<std::uint32_t> min_sdk;  ///< the lowest platform that counts; nothing: the manifest's own, else 1
  std::uint32_t max_sdk = kLastSdk;      ///< the highest
  std::optional<Hash> only_signer;       ///< on every platform this one signs, and nobody else
  unsigned threads = 2;                  ///< that read and hash; 1 or more
};

/// VerifyApk verifies an APK for every platform that counts. It reads the file in bounded pieces, and the answer is of
/// the bytes that were hashed, whoever writes to the file meanwhile: all that says which app it is and who signed it is
/// kept as it was read. Two exceptions. That the other entries lie as the directory says is found by local headers that
/// are read again to be hashed. Of a digest of fs-verity besides another the signature is checked, and the digest not
/// computed; Android goes by it where the other is SHA-256, and so refuses a file that is taken here where its signer
/// wrote a wrong one.
///
/// NotFound: unsigned, or so on a platform that counts. InvalidArgument: no APK, or one that two readers could read in
/// two ways (archive.h, signing_block.h, jar_signature.h), or a manifest that ParseManifest refuses. Corruption: a
/// signature or a digest that does not fit, a signature that was stripped, signers of different schemes that no lineage
/// joins. FailedPrecondition: the policy does not take these signers, or they use what is not accepted.
/// ResourceExhausted: over a limit. Unavailable: the file cannot be read or was changed meanwhile: ask again if it is
/// there.
Result<VerifiedApk> VerifyApk(const std::filesystem::path& path, const ApkPolicy& policy);
Result<VerifiedApk> VerifyApk(ApkFile file, const ApkPolicy& policy);

/// ReadApkContentsUnchecked verifies the signatures of an APK, and not that the contents are what was signed: for a
/// first look at an upload, never for a verdict. Of entries only the directory is read. Errors as VerifyApk's.
Result<ContentsUncheckedApk> ReadApkContentsUnchecked(const std::filesystem::path& path, const ApkPolicy& policy);
Result<ContentsUncheckedApk> ReadApkContentsUnchecked(ApkFile file, const ApkPolicy& policy);

}  // namespace certmark::apk
