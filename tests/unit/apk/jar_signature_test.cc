// Scheme v1, made line by line.
#include "verifier-sdk/apk/jar_signature.h"

#include <gtest/gtest.h>
#include <openssl/objects.h>

#include "tests/support/apk_writer.h"
#include "tests/support/axml_writer.h"
#include "verifier-sdk/apk/jar_block.h"
#include "verifier-sdk/apk/verify_apk.h"

namespace certmark::apk {
namespace {

using namespace certmark::testing;

const ApkKey& KeyA() {
  static const ApkKey key = ApkKey::Ec();
  return key;
}
const ApkKey& KeyB() {
  static const ApkKey key = ApkKey::Rsa();
  return key;
}

JarParts Parts() {
  AxmlWriter xml(AxmlWriter::Encoding::kUtf8);
  xml.Start("manifest", {NumberOf(kVersionCodeId, 7), Plain("package", "org.example.old")});
  xml.Start("uses-sdk", {NumberOf(kMinSdkId, 16), NumberOf(kTargetSdkId, 23)}).End();
  return {{{"AndroidManifest.xml", xml.End().Finish()}, {"classes.dex", Bytes(300'000, 'd')}}, ""};
}

std::string Refusal(const WrittenZip& zip) {
  const auto apk = VerifyApk(ApkFile::FromBytes(zip.File()), {});
  return apk ? "accepted" : std::string(Name(apk.error().code)) + " " + apk.error().message;
}

WrittenZip SignedBy(const std::vector<const ApkKey*>& keys, const JarParts& parts = Parts()) {
  ZipWriter zip;
  AddJarSigned(zip, parts, keys);
  return zip.Finish();
}

// A signature in its files, of which a test changes one before it is put into an archive.
struct JarFiles {
  JarParts parts = Parts();
  std::string manifest = JarManifestOf(parts);
  std::string signature_file = SignatureFileOf(parts, manifest);
  Bytes block = KeyA().SignJar(AsBytes(signature_file));
  std::string file_name = "META-INF/CERT.SF", block_name = "META-INF/CERT.EC", manifest_name = "META-INF/MANIFEST.MF";
  std::vector<std::pair<std::string, Bytes>> more;
  Bytes signing_block;

  void SignAgain() { block = KeyA().SignJar(AsBytes(signature_file)); }
  void NewManifest(std::string text) {
    manifest = std::move(text);
    signature_file = SignatureFileOf(parts, manifest);
    SignAgain();
  }
  void AddFirstDigest(std::string_view section) {
    const std::string digest = Sha256(AsBytes(section)).Base64();
    signature_file.insert(signature_file.find("SHA-256"),
                          "SHA-256-Digest-Manifest-Main-Attributes: " + digest + "\r\n");
    SignAgain();
  }
  WrittenZip Zip() const {
    ZipWriter zip;
    for (const auto& entry : parts.entries) zip.Add(entry.first, entry.second, ZipWriter::Method::kDescribed);
    zip.Add(manifest_name, AsBytes(manifest)).Add(file_name, AsBytes(signature_file)).Add(block_name, block);
    for (const auto& entry : more) zip.Add(entry.first, entry.second);
    WrittenZip out = zip.Finish();
    out.block = signing_block;
    return out;
  }
};

void ReplaceIn(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  ASSERT_NE(at, text.npos);
  text.replace(at, from.size(), to);
}

TEST(AnApkOfV1, SaysWhichAppItIsAndWhoSignedIt) {
  const auto apk = VerifyApk(ApkFile::FromBytes(SignedBy({&KeyA()}).File()), {}).value();
  EXPECT_EQ(apk.manifest.package, "org.example.old");
  EXPECT_EQ(apk.Build(), "7");
  EXPECT_EQ(apk.Signers(), std::vector{KeyA().digest().Hex()});
  EXPECT_EQ(apk.schemes, std::vector{Scheme::kV1});
  EXPECT_EQ(apk.platforms.front().platforms, (SdkRange{16, kLastSdk}));
}

TEST(AnApkOfV1, MayHaveSeveralSignersWhoEachSignEverything) {
  const auto apk = VerifyApk(ApkFile::FromBytes(SignedBy({&KeyA(), &KeyB()}).File()), {}).value();
  EXPECT_EQ(apk.Signers().size(), 2u);
}

TEST(AnApkOfV1, IsRefusedWhereAnythingIsNotSigned) {
  struct Row {
    const char* mutation;
    void (*change)(JarFiles& jar);
    const char* refusal;
  };
  const Row rows[] = {
      {"as it is", [](JarFiles&) {}, "accepted"},
      {"an entry changed", [](JarFiles& j) { j.parts.entries[1].second[7] ^= 1; },
       "CORRUPTION apk: an entry that was changed after it was signed: \"classes.dex\""},
      {"an entry added", [](JarFiles& j) { j.more.emplace_back("classes2.dex", Bytes(5, 'e')); },
       "CORRUPTION apk: an entry that nobody signed: \"classes2.dex\""},
      {"a channel added", [](JarFiles& j) { j.more.emplace_back("META-INF/channel_7", Bytes()); },
       "CORRUPTION apk: an entry that nobody signed: \"META-INF/channel_7\""},
      {"a file below META-INF that is named as a signature's",
       [](JarFiles& j) { j.more.emplace_back("META-INF/a/CERT.SF", Bytes(1)); },
       "INVALID_ARGUMENT apk: the name \"META-INF/a/CERT.SF\" is not written as a signature's is"},
      {"the same, and it is signed",
       [](JarFiles& j) {
         j.parts.entries.emplace_back("META-INF/a/cert.Rsa", Bytes(1));
         j.NewManifest(JarManifestOf(j.parts));
       },
       "INVALID_ARGUMENT apk: the name \"META-INF/a/cert.Rsa\" is not written as a signature's is"},
      {"a block that Android does not find a file for", [](JarFiles& j) { j.file_name = "META-INF/cert.SF"; },
       "INVALID_ARGUMENT apk: a signature file and a block of two spellings: \"META-INF/CERT\""},
      {"a signature file without its version",
       [](JarFiles& j) {
         ReplaceIn(j.signature_file, "Signature-Version", "Signature-Edition");
         j.SignAgain();
       },
       "INVALID_ARGUMENT apk: a JAR signature file without its version"},
      {"a signature file by older rules",
       [](JarFiles& j) {
         ReplaceIn(j.signature_file, "1.0\r\n", "1.0\r\nCreated-By: 1 (signtool)\r\n");
         j.SignAgain();
       },
       "INVALID_ARGUMENT apk: a JAR signature file by signtool"},
      {"a digest of the manifest's first section",
       [](JarFiles& j) { j.AddFirstDigest("Manifest-Version: 1.0\r\n\r\n"); }, "accepted"},
      {"a digest of another first section", [](JarFiles& j) { j.AddFirstDigest("Manifest-Version: 1.0\r\n"); },
       "CORRUPTION apk: the JAR manifest is another than was signed"},
      {"a signing block in which nobody signs",
       [](JarFiles& j) {
         j.signing_block = SigningBlockOf({{0x71777777, ToBytes("anything")}});
       },
       "INVALID_ARGUMENT apk: a signing block in which nobody signs"},
      {"a directory added", [](JarFiles& j) { j.more.emplace_back("assets/", Bytes()); }, "accepted"},
      {"an entry taken away", [](JarFiles& j) { j.parts.entries.pop_back(); },
       "CORRUPTION apk: an entry that was signed is not there: \"classes.dex\""},
      {"the manifest changed", [](JarFiles& j) { ReplaceIn(j.manifest, "1.0", "1.1"); },
       "CORRUPTION apk: the JAR manifest is another than was signed"},
      {"the signature file changed", [](JarFiles& j) { ReplaceIn(j.signature_file, "1.0", "1.1"); },
       "CORRUPTION apk: a JAR signature that does not verify"},
      {"another's signature", [](JarFiles& j) { j.block = KeyA().SignJar(AsBytes("something else")); },
       "CORRUPTION apk: a JAR signature that does not verify"},
      {"an entry that the signature file does not name",
       [](JarFiles& j) {
         JarParts fewer = j.parts;
         fewer.entries.pop_back();
         j.signature_file = SignatureFileOf(fewer, j.manifest);
         j.SignAgain();
       },
       "CORRUPTION apk: a JAR signer names other entries than the manifest"},
      {"v2 that was stripped",
       [](JarFiles& j) {
         j.parts.also_signed = "2, 3";
         j.NewManifest(j.manifest);
       },
       "CORRUPTION apk: it was stripped of a newer signature: v1 says that it is signed by v2"},
      {"a scheme that is not known here",
       [](JarFiles& j) {
         j.parts.also_signed = "99";
         j.NewManifest(j.manifest);
       },
       "accepted"},
      {"no list of schemes",
       [](JarFiles& j) {
         j.parts.also_signed = "2;3";
         j.NewManifest(j.manifest);
       },
       "INVALID_ARGUMENT apk: X-Android-APK-Signed is no list of schemes"},
      {"a digest of MD5 alone",
       [](JarFiles& j) {
         std::string text = j.manifest;
         ReplaceIn(text, "SHA-256-Digest", "MD5-Digest");
         j.NewManifest(text);
       },
       "FAILED_PRECONDITION apk: no digest that is accepted in a JAR signature, of \"AndroidManifest.xml\""},
      {"two sections of one entry",
       [](JarFiles& j) { j.NewManifest(j.manifest + "Name: classes.dex\r\nA: b\r\n\r\n"); },
       "INVALID_ARGUMENT apk: a JAR signature's file with two sections of one entry"},
      {"a digest twice",
       [](JarFiles& j) {
         std::string text = j.manifest;
         ReplaceIn(text, "SHA-256-Digest", "sha-256-digest: AAAA\r\nSHA-256-Digest");
         j.NewManifest(text);
       },
       "INVALID_ARGUMENT apk: a JAR signature's file with an attribute twice in a section"},
      {"several certificates",
       [](JarFiles& j) { j.block = KeyA().SignJar(AsBytes(j.signature_file), {.others = {&KeyB()}}); },
       "INVALID_ARGUMENT apk: a JAR signature with several certificates, or none"},
      {"something behind the block", [](JarFiles& j) { j.block.push_back(0); },
       "INVALID_ARGUMENT apk: a JAR signature that cannot be read"},
      {"a block cut off", [](JarFiles& j) { j.block.pop_back(); },
       "INVALID_ARGUMENT apk: a JAR signature that cannot be read"},
      {"a block without a signature file", [](JarFiles& j) { j.more.emplace_back("META-INF/B.RSA", j.block); },
       "INVALID_ARGUMENT apk: a signature file without a block, or a block without: \"META-INF/B\""},
      {"two blocks for one signature file", [](JarFiles& j) { j.more.emplace_back("META-INF/CERT.RSA", j.block); },
       "INVALID_ARGUMENT apk: two signature files or blocks of one name: \"META-INF/CERT.RSA\""},
      {"a signer whom only some readers see",
       [](JarFiles& j) {
         j.more.emplace_back("META-INF/b.sf", Bytes(1));
         j.more.emplace_back("META-INF/b.ec", Bytes(1));
       },
       "INVALID_ARGUMENT apk: the name \"META-INF/b.sf\" is not written as a signature's is"},
      {"a second manifest in another case", [](JarFiles& j) { j.more.emplace_back("META-INF/manifest.mf", Bytes(1)); },
       "INVALID_ARGUMENT apk: the name \"META-INF/manifest.mf\" is not written as a signature's is"},
      {"one certificate twice",
       [](JarFiles& j) {
         j.more.emplace_back("META-INF/B.SF", ToBytes(j.signature_file));
         j.more.emplace_back("META-INF/B.EC", j.block);
       },
       "INVALID_ARGUMENT apk: two JAR signers with one certificate"},
      {"no manifest", [](JarFiles& j) { j.manifest_name = "META-INF/OTHER.MF"; }, "NOT_FOUND apk: it is unsigned"},
      {"no signature", [](JarFiles& j) { j.file_name = "A", j.block_name = "B"; }, "NOT_FOUND apk: it is unsigned"},
  };
  for (const Row& row : rows) {
    JarFiles jar;
    row.change(jar);
    EXPECT_EQ(Refusal(jar.Zip()), row.refusal) << row.mutation;
  }
}

TEST(AnApkOfV1, OfNineSignersIsRefused) {
  std::vector<const ApkKey*> keys(9, &KeyA());
  EXPECT_EQ(Refusal(SignedBy(keys)), "RESOURCE_EXHAUSTED apk: over 8 JAR signers");
}

TEST(AnApkOfV1, IsTakenFromAnAppForNewPlatformsNoMore) {
  AxmlWriter xml(AxmlWriter::Encoding::kUtf8);
  xml.Start("manifest", {Plain("package", "a.b")}).Start("uses-sdk", {NumberOf(kTargetSdkId, 30)}).End();
  JarParts parts = Parts();
  parts.entries[0].second = xml.End().Finish();
  EXPECT_EQ(Refusal(SignedBy({&KeyA()}, parts)),
            "NOT_FOUND apk: it is signed by v1 alone, which is not enough for an app that targets platform 30");
  ApkPolicy old;
  old.max_sdk = 29;
  EXPECT_TRUE(VerifyApk(ApkFile::FromBytes(SignedBy({&KeyA()}, parts).File()), old));
}

// A file of v1 and v2, which v1 knows of.
WrittenZip OfBoth(const ApkKey& v1, const ApkKey& v2, std::uint32_t algorithm) {
  JarParts parts = Parts();
  parts.also_signed = "2";
  WrittenZip zip = SignedBy({&v1}, parts);
  SignerParts signer;
  signer.key = &v2;
  signer.algorithms = {algorithm};
  zip.block = SigningBlockOf({{kV2Block, SignersValue({SignerBytes(zip, signer)})}});
  return zip;
}

TEST(AnApkOfV1AndV2, HasBothOfOneSigner) {
  const WrittenZip zip = OfBoth(KeyA(), KeyA(), kEcSha256);
  const auto apk = VerifyApk(ApkFile::FromBytes(zip.File()), {}).value();
  ASSERT_EQ(apk.platforms.size(), 2u);
  EXPECT_EQ(apk.platforms[0].platforms, (SdkRange{16, 23}));
  EXPECT_EQ(apk.platforms[1].platforms, (SdkRange{24, kLastSdk}));
  EXPECT_EQ(apk.Signers(), std::vector{KeyA().digest().Hex()});
  EXPECT_EQ(Refusal(OfBoth(KeyB(), KeyA(), kEcSha256)), "CORRUPTION apk: v1 and v2 have different signers");
}

TEST(AnApkOfV1AndV2, StrippedOfV2IsRefusedHoweverItIsStripped) {
  WrittenZip zip = OfBoth(KeyA(), KeyA(), kEcSha256);
  ASSERT_EQ(Refusal(zip), "accepted");
  WrittenZip without = zip;
  without.block.clear();
  EXPECT_EQ(Refusal(without).substr(0, 39), "CORRUPTION apk: it was stripped of a ne");
  WrittenZip renamed = zip;
  renamed.block[16] ^= 1;  // the pair's id
  EXPECT_EQ(Refusal(renamed).substr(0, 39), "CORRUPTION apk: it was stripped of a ne");
}

TEST(AnApkOfV1, IsReadWithoutItsContentsByTheQuickLook) {
  JarFiles jar;
  jar.parts.entries[1].second[7] ^= 1;
  EXPECT_TRUE(ReadApkContentsUnchecked(ApkFile::FromBytes(jar.Zip().File()), {}));
  jar.signature_file += "A: b\r\n";
  EXPECT_FALSE(ReadApkContentsUnchecked(ApkFile::FromBytes(jar.Zip().File()), {}));
}

TEST(AJarManifest, IsReadAcrossFoldedLinesAndAllLineEnds) {
  for (const std::string_view end : {"\r\n", "\n", "\r"}) {
    std::string text = "Manifest-Version: 1.0|X: a: b||Name: very/lo| ng/na| me|Digest: c|||Name: b|D: |";
    for (std::size_t at; (at = text.find('|')) != text.npos;) text.replace(at, 1, end);
    const JarManifest manifest = ParseJarManifest(AsBytes(text)).value();
    EXPECT_EQ(*manifest.main.Find("x"), "a: b");
    ASSERT_EQ(manifest.entries.size(), 2u);
    EXPECT_EQ(manifest.entries[0].entry, "b");
    EXPECT_EQ(manifest.entries[1].entry, "very/long/name");
    EXPECT_EQ(*manifest.entries[1].Find("DIGEST"), "c");
  }
}

TEST(AJarManifest, IsRefusedWhereItIsNone) {
  for (const std::string_view text :
       {"", "A: b", "A: b\n\nB: c\n", "A: b\n\nName: \n", "A\n", ": b\n", "A:b\n", "A B: c\n", "A.B: c\n", "A\n : b\n",
        "A:\n  b\n", " A: b\n", "A: b\nA: c\n", "A: b\nB: c"})
    EXPECT_FALSE(ParseJarManifest(AsBytes(text))) << text;
  EXPECT_FALSE(ParseJarManifest(AsBytes(std::string_view("A: \0\n", 5))));
  EXPECT_TRUE(ParseJarManifest(AsBytes(std::string(70, 'a') + ": b\n")));
  EXPECT_FALSE(ParseJarManifest(AsBytes(std::string(71, 'a') + ": b\n")));
}

TEST(AJarManifest, SaysHowLongItsFirstSectionIs) {
  EXPECT_EQ(ParseJarManifest(AsBytes(std::string_view("A: b\r\n\r\nName: c\r\n")))->main_bytes, 8u);
  EXPECT_EQ(ParseJarManifest(AsBytes(std::string_view("A: b\n\n\nName: c\n")))->main_bytes, 7u);
  EXPECT_EQ(ParseJarManifest(AsBytes(std::string_view("A: b\n")))->main_bytes, 5u);
}

TEST(AJarManifest, OfMoreSectionsThanAnArchiveHasEntriesIsRefused) {
  std::string text = "A: b\n";
  for (int i = 0; i < 65'534; ++i) text += "\nName: " + std::to_string(i) + "\n";
  EXPECT_EQ(ParseJarManifest(AsBytes(text)).value().entries.size(), 65'534u);
  text += "\nName: z\n";
  EXPECT_EQ(ParseJarManifest(AsBytes(text)).error().code, ErrorCode::kResourceExhausted);
}

TEST(AJarManifest, OfTooManyAttributesIsRefused) {
  std::string text;
  for (int i = 0; i < 262'136; ++i) text += std::to_string(i) + ": \n";
  EXPECT_EQ(ParseJarManifest(AsBytes(text)).value().main.attributes.size(), 262'136u);
  EXPECT_EQ(ParseJarManifest(AsBytes(text + "a: \n")).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(ParseJarManifest(AsBytes(text + "\nName: a\n")).error().code, ErrorCode::kResourceExhausted);
}

TEST(AnApkOfV1, OfEntriesOver4GiBIsRefusedBeforeOneIsUnpacked) {
  const ApkFile file = ApkFile::FromBytes({});
  Archive archive;
  archive.entries = {{.name = "a", .size = 0xf000'0000}, {.name = "b", .size = 0x1000'0000}};
  EXPECT_EQ(CheckJarContents(file, archive, {}, 1).error().code, ErrorCode::kCorruption) << "nobody signed them";
  archive.entries.push_back({.name = "c", .size = 1});
  EXPECT_EQ(CheckJarContents(file, archive, {}, 1).error().code, ErrorCode::kResourceExhausted);
}

TEST(AJarBlock, ThatAndroidWouldNotReadIsRefused) {
  JarFiles jar;
  const auto refusal = [&](const JarBlockParts& parts) {
    const auto done = VerifyJarBlock(KeyA().SignJar(AsBytes(jar.signature_file), parts), AsBytes(jar.signature_file));
    return done ? "accepted" : done.error().message;
  };
  EXPECT_EQ(refusal({.by_key_identifier = true}),
            "apk: a JAR signature whose signer is not known by issuer and number");
  EXPECT_EQ(refusal({.unsigned_attribute = NID_friendlyName}),
            "apk: a JAR signature with something in it that nobody signed");
  EXPECT_EQ(refusal({.unsigned_attribute = NID_id_smime_aa_timeStampToken}), "accepted");
}

TEST(AJarBlock, ThatIsNoneIsRefused) {
  JarFiles jar;
  EXPECT_TRUE(VerifyJarBlock(jar.block, AsBytes(jar.signature_file)));
  EXPECT_EQ(VerifyJarBlock({}, AsBytes(jar.signature_file)).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(VerifyJarBlock(KeyA().certificate(), AsBytes(jar.signature_file)).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace certmark::apk
