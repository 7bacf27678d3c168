// Whole APKs, signed as they are told: what apk_writer.h makes byte by byte, put together.
//
//   SignApk({.v2 = {SignerOf(key)}}).File()
//   SignApk({.v2 = {SignerOf(a)}, .v3 = {RotatedSigner({&a, &b}, 28)}, .package = "org.example.app"}).File()
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/apk_writer.h"

namespace certmark::testing {

/// ApkParts is which signers a file has, by scheme, and what its manifest says.
struct ApkParts {
  std::vector<SignerParts> v2 = {}, v3 = {}, v31 = {};
  std::uint32_t min_sdk = 24, build = 120;
  std::string package = "org.example.app";
};

/// ManifestOf is its manifest, in binary XML.
Bytes ManifestOf(const ApkParts& parts = {});
/// UnsignedApk has a manifest, and code of several of the chunks that are hashed.
WrittenZip UnsignedApk(const ApkParts& parts = {});
WrittenZip SignApk(const ApkParts& parts);
/// SignersOf is the value of a scheme in the signing block.
Bytes SignersOf(const WrittenZip& zip, const std::vector<SignerParts>& signers);

SignerParts SignerOf(const ApkKey& key);
SignerParts SignerOf(const ApkKey& key, std::uint32_t first, std::uint32_t last = kEverLater);
/// RotatedSigner signs by the last of `keys`, and proves that the others came before it.
SignerParts RotatedSigner(const std::vector<const ApkKey*>& keys, std::uint32_t first, std::uint32_t last = kEverLater);
SignerParts WithAttribute(SignerParts parts, std::uint32_t attribute, std::uint32_t number);
/// RotatedApk has an old signer for platforms below 33, and another from there on.
ApkParts RotatedApk(const ApkKey& old_key, const ApkKey& new_key);

}  // namespace certmark::testing
