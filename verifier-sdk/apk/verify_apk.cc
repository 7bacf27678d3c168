#include "verifier-sdk/apk/verify_apk.h"

#include <algorithm>
#include <set>

#include "verifier-sdk/apk/archive.h"
#include "verifier-sdk/apk/axml.h"
#include "verifier-sdk/apk/block_signers.h"
#include "verifier-sdk/apk/contents_digest.h"
#include "verifier-sdk/apk/entry_content.h"
#include "verifier-sdk/apk/jar_signature.h"
#include "verifier-sdk/apk/platforms.h"

namespace certmark::apk {
namespace {

constexpr std::string_view kManifestEntry = "AndroidManifest.xml";

enum class Contents : std::uint8_t { kChecked, kUnchecked };

Result<Manifest> ReadKeptManifest(ApkFile& file, const Archive& archive) {
  const Entry* entry = archive.Find(kManifestEntry);
  if (!entry) return Error{ErrorCode::kInvalidArgument, "apk: no manifest"};
  const Bytes axml = CM_TRY(UnpackKept(file, *entry, AxmlLimits::kBytes));
  return ParseManifest(axml);
}

Result<SdkRange> PlatformsThatCount(const Manifest& manifest, const ApkPolicy& policy) {
  const SdkRange range{std::max(1u, policy.min_sdk.value_or(manifest.min_sdk.value_or(1))), policy.max_sdk};
  if (range.first <= range.last) return range;
  return Error{ErrorCode::kFailedPrecondition,
               "apk: it is for platforms from " + std::to_string(range.first) + " on, of which none counts"};
}

// --- contents ---

Result<void> CheckBlockContents(const ApkFile& file, const Archive& archive, const CheckedBlock& block,
                                unsigned threads) {
  std::vector<ContentsDigest> said;
  for (const auto* signers : {&block.v2, &block.v3, &block.v31}) {
    for (const CheckedSigner& signer : *signers) said.insert(said.end(), signer.digests.begin(), signer.digests.end());
  }
  if (said.empty()) return {};
  std::set<DigestAlgorithm> wanted;
  for (const ContentsDigest& digest : said) wanted.insert(digest.algorithm);
  const std::vector<DigestAlgorithm> algorithms(wanted.begin(), wanted.end());
  const std::vector<Bytes> found = CM_TRY(DigestContents(file, archive, algorithms, threads));
  for (const ContentsDigest& digest : said) {
    const auto at = std::ranges::find(algorithms, digest.algorithm) - algorithms.begin();
    if (!Equal(found[static_cast<std::size_t>(at)], digest.bytes))
      return Error{ErrorCode::kCorruption, "apk: its contents are others than were signed"};
  }
  return {};
}

// --- v1 ---

bool Has(const CheckedBlock& block, std::uint32_t scheme) {
  return (scheme == 2 && !block.v2.empty()) || (scheme == 3 && !block.v3.empty());
}

// Of schemes that are not known here v1 may speak as it likes, as to an old Android.
Result<void> CheckNotStripped(const JarSignature& jar, const CheckedBlock& block) {
  for (const std::uint32_t scheme : {2u, 3u}) {
    if (!jar.also_schemes.contains(scheme) || Has(block, scheme)) continue;
    return Error{ErrorCode::kCorruption,
                 "apk: it was stripped of a newer signature: v1 says that it is signed by v" + std::to_string(scheme)};
  }
  return {};
}

Result<JarSignature> CheckJar(ApkFile& file, const Archive& archive, const CheckedBlock& block) {
  JarSignature jar = CM_TRY(CheckJarSignature(file, archive));
  CM_TRY(CheckNotStripped(jar, block));
  // v1 covers nothing in front of the directory but entries: anything could be in such a block.
  if (!archive.block.empty() && block.v2.empty() && block.v3.empty())
    return Error{ErrorCode::kInvalidArgument, "apk: a signing block in which nobody signs"};
  return jar;
}

// --- the whole ---

// From platform 30 on, Android takes v1 for no app that is made for those (its targetSdkVersion).
Result<void> CheckTarget(const SignedApk& apk) {
  constexpr std::uint32_t kFirst = 30;
  const PlatformSigners& newest = apk.platforms.back();
  const std::uint32_t target = apk.manifest.target_sdk.value_or(apk.manifest.min_sdk.value_or(1));
  if (newest.scheme != Scheme::kV1 || newest.platforms.last < kFirst || target < kFirst) return {};
  return Error{
      ErrorCode::kNotFound,
      "apk: it is signed by v1 alone, which is not enough for an app that targets platform " + std::to_string(target)};
}

Result<void> CheckPolicy(const SignedApk& apk, const ApkPolicy& policy) {
  if (!policy.only_signer) return {};
  for (const PlatformSigners& platform : apk.platforms) {
    if (platform.signers == std::vector{*policy.only_signer}) continue;
    return Error{ErrorCode::kFailedPrecondition, "apk: for platforms from " + std::to_string(platform.platforms.first) +
                                                     " on others sign than the one that the policy names"};
  }
  return {};
}

std::vector<Scheme> SchemesOf(const CheckedBlock& block, const JarSignature& jar) {
  std::vector<Scheme> out;
  if (!jar.signers.empty()) out.push_back(Scheme::kV1);
  if (!block.v2.empty()) out.push_back(Scheme::kV2);
  if (!block.v3.empty()) out.push_back(Scheme::kV3);
  if (!block.v31.empty()) out.push_back(Scheme::kV31);
  return out;
}

Result<SignedApk> ReadSigned(ApkFile& file, const ApkPolicy& policy, Contents contents) {
  // 1. The archive, and the manifest, whose bytes stay those that are hashed below.
  Archive archive = CM_TRY(ReadArchive(file));
  if (contents == Contents::kChecked) CM_TRY(CheckLayout(file, archive));
  SignedApk out;
  out.manifest = CM_TRY(ReadKeptManifest(file, archive));
  const SdkRange range = CM_TRY(PlatformsThatCount(out.manifest, policy));

  // 2. Signatures.
  const CheckedBlock block = CM_TRY(CheckBlock(archive.block));
  JarSignature jar;
  if (NeedsJar(block, range)) jar = CM_TRY(CheckJar(file, archive, block));

  // 3. Who signs for whom.
  out.platforms = CM_TRY(AssignPlatforms(block, jar.signers, range));
  out.schemes = SchemesOf(block, jar);
  CM_TRY(CheckTarget(out));
  CM_TRY(CheckPolicy(out, policy));

  // 4. Contents, last, for they cost the most.
  if (contents == Contents::kChecked) {
    CM_TRY(CheckBlockContents(file, archive, block, policy.threads));
    if (!jar.signers.empty()) CM_TRY(CheckJarContents(file, archive, jar.manifest, policy.threads));
  }
  CM_TRY(file.CheckUnchanged());
  return out;
}

}  // namespace

std::vector<std::string> SignedApk::Signers() const {
  std::set<std::string> out;
  for (const PlatformSigners& platform : platforms) {
    for (const Hash& signer : platform.signers) out.insert(signer.Hex());
  }
  return {out.begin(), out.end()};
}

Result<VerifiedApk> VerifyApk(ApkFile file, const ApkPolicy& policy) {
  SignedApk apk = CM_TRY(ReadSigned(file, policy, Contents::kChecked));
  return VerifiedApk{std::move(apk)};
}

Result<VerifiedApk> VerifyApk(const std::filesystem::path& path, const ApkPolicy& policy) {
  return VerifyApk(CM_TRY(ApkFile::Open(path)), policy);
}

Result<ContentsUncheckedApk> ReadApkContentsUnchecked(ApkFile file, const ApkPolicy& policy) {
  SignedApk apk = CM_TRY(ReadSigned(file, policy, Contents::kUnchecked));
  return ContentsUncheckedApk{std::move(apk)};
}

Result<ContentsUncheckedApk> ReadApkContentsUnchecked(const std::filesystem::path& path, const ApkPolicy& policy) {
  return ReadApkContentsUnchecked(CM_TRY(ApkFile::Open(path)), policy);
}

}  // namespace certmark::apk
