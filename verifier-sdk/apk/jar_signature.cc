#include "verifier-sdk/apk/jar_signature.h"

#include <algorithm>
#include <array>
#include <map>

#include "verifier-sdk/apk/entry_content.h"
#include "verifier-sdk/apk/jar_block.h"
#include "verifier-sdk/apk/parallel.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::apk {
namespace {

constexpr std::string_view kFolder = "META-INF/", kManifest = "META-INF/MANIFEST.MF";
constexpr std::size_t kMaxSigners = 8, kMaxFileBytes = 8 * 1024 * 1024, kMaxBlockBytes = 256 * 1024;
constexpr std::uint64_t kMaxContentBytes = 4ull * 1024 * 1024 * 1024;

struct NamedDigest {
  std::string_view name;
  DigestAlgorithm algorithm;
};
constexpr NamedDigest kDigests[] = {{"SHA1-Digest", DigestAlgorithm::kSha1},
                                    {"SHA-256-Digest", DigestAlgorithm::kSha256},
                                    {"SHA-384-Digest", DigestAlgorithm::kSha384},
                                    {"SHA-512-Digest", DigestAlgorithm::kSha512}};

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "apk: " + std::move(message)};
}
Error Corrupt(std::string message) {
  return {ErrorCode::kCorruption, "apk: " + std::move(message)};
}

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  return out;
}

// --- which files sign ---

// Signing says whether an entry is the manifest, a signature file or a block to any reader: some take every case, and
// Android takes those in folders of META-INF too.
bool Signing(std::string_view name) {
  const std::string upper = Upper(name);
  if (!upper.starts_with(kFolder)) return false;
  return upper == kManifest || upper.ends_with(".SF") || upper.ends_with(".RSA") || upper.ends_with(".DSA") ||
         upper.ends_with(".EC");
}

std::string_view StemOf(std::string_view name) {
  return name.substr(0, name.rfind('.'));
}

// SignerFiles are a signature file and its block; their names differ in the end alone.
struct SignerFiles {
  const Entry* file = nullptr;
  const Entry* block = nullptr;
};

Result<std::vector<SignerFiles>> FindSigners(const Archive& archive) {
  std::map<std::string, SignerFiles> by_stem;
  for (const Entry& entry : archive.entries) {
    if (!Signing(entry.name) || entry.name == kManifest) continue;
    const std::string_view end = entry.name.substr(entry.name.rfind('.'));
    const std::string stem = Upper(StemOf(entry.name));
    // A name that one reader takes for a signature's and another does not hides a signer from the other.
    if (!entry.name.starts_with(kFolder) || entry.name.find('/', kFolder.size()) != entry.name.npos ||
        end != Upper(end) || stem == Upper(StemOf(kManifest)))
      return Invalid("the name " + Quote(entry.name) + " is not written as a signature's is");
    const Entry*& place = end == ".SF" ? by_stem[stem].file : by_stem[stem].block;
    if (place != nullptr) return Invalid("two signature files or blocks of one name: " + Quote(entry.name));
    place = &entry;
  }
  std::vector<SignerFiles> out;
  for (const auto& [stem, files] : by_stem) {
    if (!files.file || !files.block)
      return Invalid("a signature file without a block, or a block without: " + Quote(stem));
    // Android takes them for a pair by their very names, and passes over a block that is alone.
    if (StemOf(files.file->name) != StemOf(files.block->name))
      return Invalid("a signature file and a block of two spellings: " + Quote(stem));
    out.push_back(files);
  }
  if (out.size() > kMaxSigners) return Error{ErrorCode::kResourceExhausted, "apk: over 8 JAR signers"};
  return out;
}

// --- digests in text ---

struct Expected {
  DigestAlgorithm algorithm;
  Bytes bytes;
};

// Digests reads those of a section that end so; of an algorithm that is not accepted, none.
Result<std::vector<Expected>> Digests(const JarSection& section, std::string_view suffix) {
  std::vector<Expected> out;
  for (const NamedDigest& digest : kDigests) {
    const std::string* text = section.Find(std::string(digest.name) + std::string(suffix));
    if (!text) continue;
    Bytes bytes = CM_TRY(Base64Decode(*text));
    out.push_back({digest.algorithm, std::move(bytes)});
  }
  return out;
}

// Expectations are digests of which there must be one.
Result<std::vector<Expected>> Expectations(const JarSection& section, std::string_view suffix) {
  std::vector<Expected> out = CM_TRY(Digests(section, suffix));
  if (!out.empty()) return out;
  return Error{ErrorCode::kFailedPrecondition,
               "apk: no digest that is accepted in a JAR signature" +
                   (section.entry.empty() ? std::string() : ", of " + Quote(section.entry))};
}

// --- a signer ---

// What Android passes over, or reads by older rules, signs nothing there.
Result<void> CheckSpeaksForAndroid(const JarSection& main) {
  if (!main.Find("Signature-Version")) return Invalid("a JAR signature file without its version");
  const std::string* maker = main.Find("Created-By");
  if (maker && maker->find("signtool") != maker->npos) return Invalid("a JAR signature file by signtool");
  return {};
}

Result<void> CheckSigned(const std::vector<Expected>& expected, ByteView manifest) {
  for (const Expected& one : expected) {
    Digest digest(one.algorithm);
    digest.Add(manifest);
    if (digest.Finish() != one.bytes) return Corrupt("the JAR manifest is another than was signed");
  }
  return {};
}

// A digest of the first section may stand besides that of the whole: Android refuses a file where it does not fit.
Result<void> CheckManifestDigests(const JarSection& main, ByteView manifest, std::size_t main_bytes) {
  const std::vector<Expected> whole = CM_TRY(Expectations(main, "-Manifest"));
  const std::vector<Expected> first = CM_TRY(Digests(main, "-Manifest-Main-Attributes"));
  CM_TRY(CheckSigned(whole, manifest));
  return CheckSigned(first, manifest.first(main_bytes));
}

// Who signs names every entry: Android takes an entry for signed by those alone who name it.
Result<void> CheckNamesAll(const JarManifest& signature_file, const JarManifest& manifest) {
  if (std::ranges::equal(signature_file.entries, manifest.entries, {}, &JarSection::entry, &JarSection::entry))
    return {};
  return Corrupt("a JAR signer names other entries than the manifest");
}

// `X-Android-APK-Signed: 2, 3` says which schemes the file is signed by as well.
Result<void> TakeAlsoSchemes(const JarManifest& signature_file, std::set<std::uint32_t>& out) {
  const std::string* list = signature_file.main.Find("X-Android-APK-Signed");
  if (!list) return {};
  for (std::size_t at = 0; at <= list->size();) {
    const std::size_t comma = std::min(list->find(',', at), list->size());
    std::string_view item = std::string_view(*list).substr(at, comma - at);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    const auto number = ParseDecimal(item, 0xffff);
    if (!number) return Invalid("X-Android-APK-Signed is no list of schemes");
    out.insert(static_cast<std::uint32_t>(*number));
    at = comma + 1;
  }
  return {};
}

Result<void> TakeSigner(ApkFile& file, const SignerFiles& files, ByteView manifest_bytes, JarSignature& out) {
  const Bytes text = CM_TRY(UnpackKept(file, *files.file, kMaxFileBytes));
  const Bytes block = CM_TRY(UnpackKept(file, *files.block, kMaxBlockBytes));
  const SigningCertificate certificate = CM_TRY(VerifyJarBlock(block, text));
  const JarManifest signature_file = CM_TRY(ParseJarManifest(text));
  CM_TRY(CheckSpeaksForAndroid(signature_file.main));
  CM_TRY(CheckManifestDigests(signature_file.main, manifest_bytes, out.manifest.main_bytes));
  CM_TRY(CheckNamesAll(signature_file, out.manifest));
  CM_TRY(TakeAlsoSchemes(signature_file, out.also_schemes));
  out.signers.push_back(certificate.digest());
  return {};
}

// --- contents ---

// EntryDigests is an entry and what its digests must be.
struct EntryDigests {
  const Entry* entry = nullptr;
  std::vector<Expected> expected;
};

Result<std::vector<EntryDigests>> Match(const Archive& archive, const JarManifest& manifest) {
  std::map<std::string_view, const Entry*> unnamed;
  std::uint64_t bytes = 0;
  for (const Entry& entry : archive.entries) {
    bytes += entry.size;
    if (!Signing(entry.name)) unnamed.emplace(entry.name, &entry);
  }
  if (bytes > kMaxContentBytes) return Error{ErrorCode::kResourceExhausted, "apk: entries of over 4 GiB"};
  std::vector<EntryDigests> out;
  for (const JarSection& section : manifest.entries) {
    const auto found = unnamed.find(section.entry);
    if (found == unnamed.end()) return Corrupt("an entry that was signed is not there: " + Quote(section.entry));
    std::vector<Expected> expected = CM_TRY(Expectations(section, ""));
    out.push_back({found->second, std::move(expected)});
    unnamed.erase(found);
  }
  for (const auto& [name, entry] : unnamed) {
    if (!entry->is_directory()) return Corrupt("an entry that nobody signed: " + Quote(name));
  }
  return out;
}

Result<void> CheckEntry(const ApkFile& file, const EntryDigests& digests) {
  std::vector<Digest> running;
  for (const Expected& one : digests.expected) running.emplace_back(one.algorithm);
  CM_TRY(Unpack(file, *digests.entry, [&](ByteView part) {
    for (Digest& digest : running) digest.Add(part);
  }));
  for (std::size_t i = 0; i < running.size(); ++i) {
    if (running[i].Finish() != digests.expected[i].bytes)
      return Corrupt("an entry that was changed after it was signed: " + Quote(digests.entry->name));
  }
  return {};
}

}  // namespace

Result<JarSignature> CheckJarSignature(ApkFile& file, const Archive& archive) {
  const std::vector<SignerFiles> signers = CM_TRY(FindSigners(archive));
  const Entry* manifest = archive.Find(kManifest);
  if (signers.empty() || !manifest) return Error{ErrorCode::kNotFound, "apk: it is unsigned"};
  const Bytes manifest_bytes = CM_TRY(UnpackKept(file, *manifest, kMaxFileBytes));
  JarSignature out;
  out.manifest = CM_TRY(ParseJarManifest(manifest_bytes));
  for (const SignerFiles& files : signers) CM_TRY(TakeSigner(file, files, manifest_bytes, out));
  std::ranges::sort(out.signers);
  if (std::ranges::adjacent_find(out.signers) != out.signers.end())
    return Invalid("two JAR signers with one certificate");
  return out;
}

Result<void> CheckJarContents(const ApkFile& file, const Archive& archive, const JarManifest& manifest,
                              unsigned threads) {
  const std::vector<EntryDigests> entries = CM_TRY(Match(archive, manifest));
  return ForEach(entries.size(), threads, [&](std::size_t i) { return CheckEntry(file, entries[i]); });
}

}  // namespace certmark::apk
