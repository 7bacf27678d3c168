// A JAR's manifest is read in one way: each section is of one entry, whose names are sorted and stand once, and each
// attribute is found by its name. Its block is libcrypto's to read: nothing is accepted that did not sign.
#include <algorithm>

#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/apk/jar_block.h"
#include "verifier-sdk/apk/jar_manifest.h"

namespace certmark::apk {
namespace {

using fuzz::Require;

void CheckSection(const JarSection& section) {
  for (const JarSection::Attribute& attribute : section.attributes) {
    const std::string* found = section.Find(attribute.name);
    Require(found == &attribute.value, "an attribute stands once");
    Require(attribute.value.find_first_of("\r\n") == std::string::npos, "a value is a line");
  }
}

void CheckManifest(const JarManifest& manifest) {
  CheckSection(manifest.main);
  Require(manifest.main.entry.empty(), "the first section is of no entry");
  for (const JarSection& section : manifest.entries) {
    Require(!section.entry.empty() && section.attributes.front().value == section.entry, "a section names its entry");
    CheckSection(section);
  }
  const auto out_of_order = std::ranges::adjacent_find(
      manifest.entries, [](const JarSection& a, const JarSection& b) { return a.entry >= b.entry; });
  Require(out_of_order == manifest.entries.end(), "each entry has one section");
}

}  // namespace
}  // namespace certmark::apk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark::apk;
  const certmark::ByteView bytes(data, size);
  const auto manifest = ParseJarManifest(bytes);
  if (manifest) CheckManifest(*manifest);
  certmark::fuzz::Require(!VerifyJarBlock(bytes, certmark::AsBytes("nobody signs this")), "nothing signs anything");
  return 0;
}
