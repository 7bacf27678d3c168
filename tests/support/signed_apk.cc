#include "tests/support/signed_apk.h"

#include "tests/support/axml_writer.h"

namespace certmark::testing {
Bytes ManifestOf(const ApkParts& parts) {
  AxmlWriter xml(AxmlWriter::Encoding::kUtf8);
  xml.Start("manifest", {NumberOf(kVersionCodeId, parts.build), Plain("package", parts.package)});
  xml.Start("uses-sdk", {NumberOf(kMinSdkId, parts.min_sdk), NumberOf(kTargetSdkId, 34)}).End();
  return xml.End().Finish();
}

WrittenZip UnsignedApk(const ApkParts& parts) {
  return ZipWriter()
      .Add("AndroidManifest.xml", ManifestOf(parts), ZipWriter::Method::kDeflated)
      .Add("classes.dex", Bytes(2'500'000, 'd'))
      .Finish();
}

WrittenZip SignApk(const ApkParts& parts) {
  WrittenZip zip = UnsignedApk(parts);
  std::vector<std::pair<std::uint32_t, Bytes>> pairs;
  if (!parts.v2.empty()) pairs.emplace_back(kV2Block, SignersOf(zip, parts.v2));
  if (!parts.v3.empty()) pairs.emplace_back(kV3Block, SignersOf(zip, parts.v3));
  if (!parts.v31.empty()) pairs.emplace_back(kV31Block, SignersOf(zip, parts.v31));
  zip.block = SigningBlockOf(pairs);
  return zip;
}

Bytes SignersOf(const WrittenZip& zip, const std::vector<SignerParts>& signers) {
  std::vector<Bytes> out;
  for (const SignerParts& parts : signers) out.push_back(SignerBytes(zip, parts));
  return SignersValue(out);
}

SignerParts SignerOf(const ApkKey& key) {
  SignerParts parts;
  parts.key = &key;
  return parts;
}

SignerParts SignerOf(const ApkKey& key, std::uint32_t first, std::uint32_t last) {
  SignerParts parts = SignerOf(key);
  parts.platforms = {first, last};
  return parts;
}

SignerParts RotatedSigner(const std::vector<const ApkKey*>& keys, std::uint32_t first, std::uint32_t last) {
  SignerParts parts = SignerOf(*keys.back(), first, last);
  parts.attributes.emplace_back(kRotationAttribute, LineageOf(keys));
  return parts;
}

SignerParts WithAttribute(SignerParts parts, std::uint32_t attribute, std::uint32_t number) {
  parts.attributes.emplace_back(attribute, Number32(number));
  return parts;
}

ApkParts RotatedApk(const ApkKey& old_key, const ApkKey& new_key) {
  return {.v2 = {SignerOf(old_key)},
          .v3 = {WithAttribute(SignerOf(old_key, 28, 32), kRotatedFromAttribute, 33)},
          .v31 = {RotatedSigner({&old_key, &new_key}, 33)}};
}

}  // namespace certmark::testing
