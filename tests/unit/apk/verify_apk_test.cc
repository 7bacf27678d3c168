// Signatures of v2, v3 and v3.1, made byte by byte: whose they are on which platform, and what is refused.
#include "verifier-sdk/apk/verify_apk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/support/axml_writer.h"
#include "tests/support/signed_apk.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::apk {
namespace {

using namespace certmark::testing;

using Signed = ApkParts;

// Keys are made once: what matters is that they differ.
const ApkKey& KeyA() {
  static const ApkKey key = ApkKey::Ec();
  return key;
}
const ApkKey& KeyB() {
  static const ApkKey key = ApkKey::Ec();
  return key;
}
const ApkKey& KeyC() {
  static const ApkKey key = ApkKey::Ec("P-384");
  return key;
}
const ApkKey& RsaKey() {
  static const ApkKey key = ApkKey::Rsa();
  return key;
}

Result<VerifiedApk> Verified(const Bytes& bytes, const ApkPolicy& policy = {}) {
  return VerifyApk(ApkFile::FromBytes(bytes), policy);
}
std::string Refusal(const Bytes& bytes, const ApkPolicy& policy = {}) {
  const auto apk = Verified(bytes, policy);
  return apk ? "accepted" : std::string(Name(apk.error().code)) + " " + apk.error().message;
}
std::string Refusal(const Signed& by, const ApkPolicy& policy = {}) {
  return Refusal(SignApk(by).File(), policy);
}
// Who signs, in words: `24-27 v2 A, 28- v3 B (A)`.
std::string Said(const SignedApk& apk) {
  const auto letter = [](const Hash& hash) {
    return hash == KeyA().digest() ? "A" : hash == KeyB().digest() ? "B" : hash == KeyC().digest() ? "C" : "?";
  };
  std::string out;
  for (const PlatformSigners& platform : apk.platforms) {
    out += (out.empty() ? "" : ", ") + std::to_string(platform.platforms.first) + "-";
    if (platform.platforms.last != kLastSdk) out += std::to_string(platform.platforms.last);
    out += " " + std::string(Name(platform.scheme)) + " ";
    std::vector<std::string> letters;
    for (const Hash& signer : platform.signers) letters.emplace_back(letter(signer));
    std::ranges::sort(letters);
    for (const std::string& one : letters) out += one;
    if (platform.lineage.empty()) continue;
    out += " after ";
    for (const Hash& before : platform.lineage) out += letter(before);
  }
  return out;
}
std::string Said(const Signed& by, const ApkPolicy& policy = {}) {
  const auto apk = Verified(SignApk(by).File(), policy);
  return apk ? Said(*apk) : apk.error().message;
}

TEST(AnApkOfV2, SaysWhichAppItIsAndWhoSignedIt) {
  const VerifiedApk apk = Verified(SignApk({.v2 = {SignerOf(KeyA())}}).File()).value();
  EXPECT_EQ(apk.manifest.package, "org.example.app");
  EXPECT_EQ(apk.Build(), "120");
  EXPECT_EQ(apk.Signers(), std::vector{KeyA().digest().Hex()});
  EXPECT_EQ(apk.schemes, std::vector{Scheme::kV2});
  EXPECT_EQ(Said(apk), "24- v2 A");
}

TEST(AnApkOfV2, MayBeSignedByEveryAcceptedAlgorithm) {
  for (const std::uint32_t algorithm : {kEcSha256, kEcSha512}) {
    SignerParts parts = SignerOf(KeyA());
    parts.algorithms = {algorithm};
    EXPECT_EQ(Refusal({.v2 = {parts}}), "accepted") << algorithm;
  }
  for (const std::uint32_t algorithm : {kRsaPssSha256, kRsaSha256, kRsaSha512}) {
    SignerParts parts = SignerOf(RsaKey());
    parts.algorithms = {algorithm};
    EXPECT_EQ(Refusal({.v2 = {parts}}), "accepted") << algorithm;
  }
  SignerParts several = SignerOf(RsaKey());
  several.algorithms = {kRsaSha256, kRsaSha512, kRsaPssSha256};
  EXPECT_EQ(Refusal({.v2 = {several}}), "accepted");
}

TEST(AnApkOfV2, MayHaveSeveralSignersWhoAllCount) {
  const VerifiedApk apk = Verified(SignApk({.v2 = {SignerOf(KeyA()), SignerOf(KeyB())}}).File()).value();
  EXPECT_EQ(Said(apk), "24- v2 AB");
  EXPECT_EQ(apk.Signers().size(), 2u);
}

TEST(AnApkOfV2, MayBeReadOnOneThreadOrMany) {
  const Bytes file = SignApk({.v2 = {SignerOf(KeyA())}}).File();
  for (const unsigned threads : {0u, 1u, 2u, 16u}) {
    ApkPolicy policy;
    policy.threads = threads;
    EXPECT_EQ(Refusal(file, policy), "accepted") << threads;
  }
}

TEST(AnApkOfV2, IsRefusedWhereAnyByteOfItWasChanged) {
  WrittenZip zip = ZipWriter().Add("AndroidManifest.xml", ManifestOf()).Finish();
  zip.comment = ToBytes("a comment");
  zip.block = SigningBlockOf({{kV2Block, SignersOf(zip, {SignerOf(KeyA())})}});
  const Bytes file = zip.File();
  ASSERT_EQ(Refusal(file), "accepted");
  for (std::size_t at = 0; at < file.size(); ++at) {
    Bytes changed = file;
    changed[at] ^= 0x10;
    EXPECT_NE(Refusal(changed), "accepted") << at;
  }
}

TEST(AnApkOfV2, ThatIsCutOffAnywhereIsRefused) {
  WrittenZip zip = ZipWriter().Add("AndroidManifest.xml", ManifestOf()).Finish();
  zip.block = SigningBlockOf({{kV2Block, SignersOf(zip, {SignerOf(KeyA())})}});
  const Bytes file = zip.File();
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_NE(Refusal(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size))), "accepted") << size;
}

TEST(ASignedApk, WhoseContentsWereChangedIsRefusedInEachSection) {
  const char* refusal = "CORRUPTION apk: its contents are others than were signed";
  WrittenZip zip = SignApk({.v2 = {SignerOf(KeyA())}});
  zip.entries.back() ^= 1;
  EXPECT_EQ(Refusal(zip.File()), refusal);
  zip = SignApk({.v2 = {SignerOf(KeyA())}});
  zip.directory[12] ^= 1;  // a time, which nobody compares
  EXPECT_EQ(Refusal(zip.File()), refusal);
  zip = SignApk({.v2 = {SignerOf(KeyA())}});
  zip.comment = ToBytes("mine");
  EXPECT_EQ(Refusal(zip.File()), refusal);
  EXPECT_TRUE(ReadApkContentsUnchecked(ApkFile::FromBytes(zip.File()), {})) << "whose name says so";
}

TEST(ASignedApk, WithoutASignatureIsRefused) {
  EXPECT_EQ(Refusal(UnsignedApk().File()), "NOT_FOUND apk: it is unsigned");
  WrittenZip other = UnsignedApk();
  other.block = SigningBlockOf({{0x71777777, ToBytes("a channel")}});
  EXPECT_EQ(Refusal(other.File()), "NOT_FOUND apk: it is unsigned");
}

TEST(ASignedApk, IsRefusedOnPlatformsThatFindNoSignature) {
  EXPECT_EQ(Refusal({.v2 = {SignerOf(KeyA())}, .min_sdk = 21}), "NOT_FOUND apk: it is unsigned");
  ApkPolicy newer;
  newer.min_sdk = 24;
  EXPECT_EQ(Said({.v2 = {SignerOf(KeyA())}, .min_sdk = 21}, newer), "24- v2 A")
      << "the policy's word goes before its own";
  EXPECT_EQ(Refusal({.v3 = {SignerOf(KeyA(), 28)}}), "NOT_FOUND apk: it is unsigned");
  EXPECT_EQ(Said({.v3 = {SignerOf(KeyA(), 24)}, .min_sdk = 28}), "28- v3 A");
  EXPECT_EQ(Refusal({.v3 = {SignerOf(KeyA(), 28, 29)}, .min_sdk = 28}),
            "CORRUPTION apk: no signer of v3 for platform 30");
  EXPECT_EQ(Refusal({.v3 = {SignerOf(KeyA(), 30)}, .min_sdk = 28}), "CORRUPTION apk: no signer of v3 for platform 28");
}

TEST(ASignedApk, ThatNoPlatformOfThePolicyTakesIsRefused) {
  ApkPolicy old;
  old.max_sdk = 23;
  EXPECT_EQ(Refusal({.v2 = {SignerOf(KeyA())}}, old).substr(0, 19), "FAILED_PRECONDITION");
}

TEST(ASigner, WhoseSignatureIsNotGoodIsRefused) {
  struct Row {
    const char* mutation;
    SignerParts parts;
    const char* refusal;
  };
  SignerParts forged = SignerOf(KeyA()), other_certificate = SignerOf(KeyA()), none = SignerOf(KeyA()),
              unknown = SignerOf(KeyA()), twice = SignerOf(KeyA()), wrong_kind = SignerOf(KeyA()),
              several = SignerOf(KeyA()), dsa = SignerOf(RsaKey()), verity_dsa = SignerOf(RsaKey());
  forged.signs = &KeyB();
  other_certificate.certificates = {&KeyB()};
  none.algorithms = {};
  unknown.algorithms = {0x0f01};
  dsa.algorithms = {kDsaSha256, kRsaSha256};
  verity_dsa.algorithms = {kRsaSha512, kVerityDsaSha256};
  twice.algorithms = {kEcSha256, kEcSha256};
  wrong_kind.algorithms = {kRsaSha256};
  wrong_kind.signs = &RsaKey();
  several.certificates = {&KeyA(), &KeyB()};
  const Row rows[] = {
      {"another key's signature", forged, "CORRUPTION apk: a signature that does not verify of a signer of v2"},
      {"another's certificate in front", other_certificate,
       "CORRUPTION apk: another public key than in the certificate of a signer of v2"},
      {"no signature", none,
       "FAILED_PRECONDITION apk: no signature by an algorithm that is accepted of a signer of v2"},
      {"an unknown algorithm alone", unknown,
       "FAILED_PRECONDITION apk: no signature by an algorithm that is accepted of a signer of v2"},
      {"DSA in front of what is accepted", dsa, "FAILED_PRECONDITION apk: a signature by DSA of a signer of v2"},
      {"DSA with fs-verity behind it", verity_dsa, "FAILED_PRECONDITION apk: a signature by DSA of a signer of v2"},
      {"one algorithm twice", twice, "INVALID_ARGUMENT apk: two signatures by one algorithm of a signer of v2"},
      {"an algorithm of another key", wrong_kind, "CORRUPTION apk: a signature that does not verify of a signer of v2"},
      {"a chain behind its own certificate", several, "accepted"},
  };
  for (const Row& row : rows) EXPECT_EQ(Refusal({.v2 = {row.parts}}), row.refusal) << row.mutation;
}

// A signer of an unsigned archive whose signed data was changed before it was signed.
std::string RefusalOfSignedData(void (*change)(Bytes& signed_data)) {
  WrittenZip zip = UnsignedApk();
  Bytes signed_data = SignedDataOf(zip, SignerOf(KeyA()));
  change(signed_data);
  zip.block = SigningBlockOf({{kV2Block, SignersValue({SignerAround(signed_data, SignerOf(KeyA()))})}});
  return Refusal(zip.File());
}

TEST(ASigner, MaySignNothingButWhatIsRead) {
  EXPECT_EQ(RefusalOfSignedData([](Bytes&) {}), "accepted");
  EXPECT_EQ(RefusalOfSignedData([](Bytes& data) { U32(data, 0); }), "accepted") << "Android's own tool writes that";
  EXPECT_EQ(RefusalOfSignedData([](Bytes& data) { U32(data, 1); }),
            "INVALID_ARGUMENT apk: something is left over in what its signer signed");
  EXPECT_EQ(RefusalOfSignedData([](Bytes& data) { data[8] = 2; }),
            "INVALID_ARGUMENT apk: other algorithms at signatures than at digests of a signer of v2");
  EXPECT_EQ(RefusalOfSignedData([](Bytes& data) { data.resize(data.size() - 1); }).substr(0, 16), "INVALID_ARGUMENT");
}

TEST(ASigningBlock, IsRefusedWhereItCouldNameOtherSigners) {
  const WrittenZip zip = UnsignedApk();
  const Bytes a = SignersOf(zip, {SignerOf(KeyA())}), b = SignersOf(zip, {SignerOf(KeyB())});
  struct Row {
    const char* mutation;
    Bytes block;
    const char* refusal;
  };
  Bytes longer = a, signer = SignerBytes(zip, SignerOf(KeyA()));
  longer.push_back(0);
  signer.push_back(0);
  Bytes short_pair = SigningBlockOf({{kV2Block, a}});
  short_pair[8] = 3;
  std::fill_n(short_pair.begin() + 9, 7, 0);
  Bytes long_pair = SigningBlockOf({{kV2Block, a}});
  long_pair[8 + 7] = 1;
  const Row rows[] = {
      {"as it is", SigningBlockOf({{kV2Block, a}, {0x42726577, Bytes(100)}}), "accepted"},
      {"two of one scheme", SigningBlockOf({{kV2Block, a}, {kV2Block, b}}),
       "INVALID_ARGUMENT apk: two values of one kind in its signing block"},
      {"a scheme of the future", SigningBlockOf({{kV2Block, a}, {0x70e1c89f, b}}),
       "INVALID_ARGUMENT apk: signers of scheme v3.2, which is not known here"},
      {"a scheme without signers", SigningBlockOf({{kV2Block, SignersValue({})}}),
       "INVALID_ARGUMENT apk: a scheme without a signer"},
      {"something behind the signers", SigningBlockOf({{kV2Block, longer}}),
       "INVALID_ARGUMENT apk: something is left over in its signing block"},
      {"something behind a signer", SigningBlockOf({{kV2Block, SignersValue({signer})}}),
       "INVALID_ARGUMENT apk: something is left over in its signing block"},
      {"a signer twice", SigningBlockOf({{kV2Block, SignersOf(zip, {SignerOf(KeyA()), SignerOf(KeyA())})}}),
       "INVALID_ARGUMENT apk: two signers of v2 with one certificate"},
      {"a second signer who did not sign",
       SigningBlockOf({{kV2Block, SignersValue({SignerBytes(zip, SignerOf(KeyA())), Bytes()})}}),
       "INVALID_ARGUMENT apk: something leads outside of its part, at byte 0"},
      {"seventeen signers", SigningBlockOf({{kV2Block, SignersValue(std::vector<Bytes>(17))}}),
       "RESOURCE_EXHAUSTED apk: over 16 elements in a list of its signing block"},
      {"a pair without room for its id", short_pair, "INVALID_ARGUMENT apk: a pair of its signing block leads outside"},
      {"a pair that is larger than the block", long_pair,
       "INVALID_ARGUMENT apk: a pair of its signing block leads outside"},
  };
  for (const Row& row : rows) {
    WrittenZip whole = zip;
    whole.block = row.block;
    EXPECT_EQ(Refusal(whole.File()), row.refusal) << row.mutation;
  }
}

TEST(AnApkOfV3, HasTheSignerOfEachPlatform) {
  EXPECT_EQ(Said({.v2 = {SignerOf(KeyA())}, .v3 = {SignerOf(KeyA(), 28)}}), "24-27 v2 A, 28- v3 A");
  EXPECT_EQ(Said({.v2 = {SignerOf(KeyA())}, .v3 = {RotatedSigner({&KeyA(), &KeyB()}, 28)}}),
            "24-27 v2 A, 28- v3 B after A");
  EXPECT_EQ(Said({.v3 = {SignerOf(KeyA(), 28, 30), RotatedSigner({&KeyA(), &KeyB()}, 31)}, .min_sdk = 28}),
            "28-30 v3 A, 31- v3 B after A");
}

TEST(AnApkOfV3, NamesEverySignerThatAPlatformTakesForCurrent) {
  const Signed rotated = {.v2 = {SignerOf(KeyA())}, .v3 = {RotatedSigner({&KeyA(), &KeyB()}, 28)}};
  EXPECT_EQ(Verified(SignApk(rotated).File())->Signers().size(), 2u);
  ApkPolicy newer;
  newer.min_sdk = 28;
  EXPECT_EQ(Verified(SignApk(rotated).File(), newer)->Signers(), std::vector{KeyB().digest().Hex()});
}

TEST(ASignedApk, WhoseSignersDifferIsRefusedByAPolicyThatNamesOne) {
  ApkPolicy only_a, only_b;
  only_a.only_signer = KeyA().digest();
  only_b.only_signer = KeyB().digest();
  only_b.min_sdk = 28;
  const Signed rotated = {.v2 = {SignerOf(KeyA())}, .v3 = {RotatedSigner({&KeyA(), &KeyB()}, 28)}};
  EXPECT_EQ(Refusal(rotated, only_a),
            "FAILED_PRECONDITION apk: for platforms from 28 on others sign than the one that the policy names");
  EXPECT_EQ(Refusal(rotated, only_b), "accepted");
  EXPECT_EQ(Refusal({.v2 = {SignerOf(KeyA())}}, only_a), "accepted");
  EXPECT_EQ(Refusal({.v2 = {SignerOf(KeyA()), SignerOf(KeyB())}}, only_a).substr(0, 19), "FAILED_PRECONDITION");
}

TEST(AnApkOfV3, IsRefusedWhereItsSignersAreNotOfOneLineage) {
  EXPECT_EQ(Refusal({.v2 = {SignerOf(KeyA())}, .v3 = {SignerOf(KeyB(), 28)}}),
            "CORRUPTION apk: its signers of v3 do not descend from those of older schemes");
  EXPECT_EQ(Refusal({.v2 = {SignerOf(KeyB())}, .v3 = {RotatedSigner({&KeyA(), &KeyB()}, 28)}}),
            "CORRUPTION apk: its signers of v3 do not descend from those of older schemes")
      << "older platforms know the oldest";
  EXPECT_EQ(Refusal({.v2 = {SignerOf(KeyA()), SignerOf(KeyB())}, .v3 = {SignerOf(KeyA(), 28)}}),
            "CORRUPTION apk: its signers of v3 do not descend from those of older schemes");
  EXPECT_EQ(Refusal({.v3 = {SignerOf(KeyA(), 28, 30), SignerOf(KeyB(), 31)}, .min_sdk = 28}),
            "CORRUPTION apk: its signers of v3 and v3.1 are not of one lineage");
}

// Android finds no minimum behind a larger id, or one that the app's resources make larger, and asks v1 on platforms
// that v3 does not cover.
TEST(AnApkOfV3, IsRefusedWhereItsMinimumIsNotFoundByAndroid) {
  constexpr std::uint32_t kOfNoPackage = 0x00010001;
  const auto refusal = [](const std::vector<WrittenAttribute>& sdk) {
    AxmlWriter xml(AxmlWriter::Encoding::kUtf8, {{kOfNoPackage, "z"}});
    xml.Start("manifest", {NumberOf(kVersionCodeId, 7), Plain("package", "org.example.app")});
    xml.Start("uses-sdk", sdk).End();
    ZipWriter writer;
    AddJarSigned(writer, {{{"AndroidManifest.xml", xml.End().Finish()}}, "3"}, {&KeyB()});
    WrittenZip zip = writer.Finish();
    zip.block = SigningBlockOf({{kV3Block, SignersOf(zip, {SignerOf(KeyA(), 28)})}});
    return Refusal(zip.File());
  };
  EXPECT_EQ(refusal({NumberOf(kMinSdkId, 28), NumberOf(kTargetSdkId, 33)}), "accepted");
  EXPECT_EQ(refusal({NumberOf(kTargetSdkId, 33), NumberOf(kMinSdkId, 28)}),
            "INVALID_ARGUMENT manifest: the attributes of \"uses-sdk\" are not in the order of their ids");
  EXPECT_EQ(refusal({NumberOf(kOfNoPackage, 1), NumberOf(kMinSdkId, 28), NumberOf(kTargetSdkId, 33)}),
            "INVALID_ARGUMENT manifest: an attribute of \"uses-sdk\" has an id of another package");
}

TEST(AnApkOfV3, IsRefusedWhereItsPlatformsAreTwofold) {
  EXPECT_EQ(Refusal({.v3 = {SignerOf(KeyA(), 28), RotatedSigner({&KeyA(), &KeyB()}, 31)}, .min_sdk = 28}),
            "CORRUPTION apk: two signers of one scheme for platform 31");
  EXPECT_EQ(Refusal({.v3 = {SignerOf(KeyA(), 30, 28)}, .min_sdk = 28}),
            "INVALID_ARGUMENT apk: a signer for no platform");
  EXPECT_EQ(Refusal({.v3 = {SignerOf(KeyA(), 28, 0x80000000)}, .min_sdk = 28}),
            "INVALID_ARGUMENT apk: a signer for no platform")
      << "below zero on Android";
  WrittenZip zip = UnsignedApk({.min_sdk = 28});
  SignerParts said = SignerOf(KeyA(), 28);
  const Bytes signed_data = SignedDataOf(zip, said);
  said.platforms = {28, 30};
  zip.block = SigningBlockOf({{kV3Block, SignersValue({SignerAround(signed_data, said)})}});
  EXPECT_EQ(Refusal(zip.File()), "INVALID_ARGUMENT apk: a signer's platforms are others than those it signed");
}

TEST(AProofOfRotation, LeadsFromTheFirstCertificateToTheSigners) {
  EXPECT_EQ(Said({.v3 = {RotatedSigner({&KeyA(), &KeyB(), &KeyC()}, 28)}, .min_sdk = 28}), "28- v3 C after AB");
}

TEST(AProofOfRotation, IsRefusedWhereItDoesNotHold) {
  struct Row {
    const char* mutation;
    Bytes proof;
    const char* refusal;
  };
  Bytes good = LineageOf({&KeyA(), &KeyB()}), version = good, forged = good, cut = good, longer = good;
  version[0] = 2;
  forged.back() ^= 1;
  cut.pop_back();
  longer.push_back(0);
  // The algorithm that the first level names for the next one lies behind its certificate, its own algorithm and flags.
  Bytes mixed = good;
  mixed[4 + 4 + 4 + 4 + KeyA().certificate().size() + 4 + 4] = 2;
  const Row rows[] = {
      {"as it is", good, "accepted"},
      {"of another version", version, "INVALID_ARGUMENT apk: the proof of rotation has an unknown version"},
      {"a level not signed by the one before", forged,
       "CORRUPTION apk: the proof of rotation has a certificate that the one before did not sign"},
      {"a level by the same key twice", LineageOf({&KeyB(), &KeyB()}),
       "INVALID_ARGUMENT apk: the proof of rotation has a certificate twice"},
      {"that ends with another", LineageOf({&KeyB(), &KeyA()}),
       "CORRUPTION apk: the proof of rotation ends with another certificate than its signer's"},
      {"two algorithms for one signature", mixed,
       "INVALID_ARGUMENT apk: the proof of rotation names two algorithms for one signature"},
      {"without a level", Number32(1), "INVALID_ARGUMENT apk: the proof of rotation has no level"},
      {"cut off", cut, "INVALID_ARGUMENT apk: something leads outside of its part"},
      {"with a byte more", longer, "INVALID_ARGUMENT apk: something leads outside of its part"},
  };
  for (const Row& row : rows) {
    SignerParts parts = SignerOf(KeyB(), 28);
    parts.attributes.emplace_back(kRotationAttribute, row.proof);
    const std::string refusal = Refusal({.v3 = {parts}, .min_sdk = 28});
    EXPECT_EQ(refusal.substr(0, std::string_view(row.refusal).size()), row.refusal) << row.mutation;
  }
}

TEST(AProofOfRotation, OfSixtyFiveLevelsIsRefused) {
  std::vector<ApkKey> keys;
  for (int i = 0; i < 65; ++i) keys.push_back(ApkKey::Ec());
  std::vector<const ApkKey*> all;
  for (const ApkKey& key : keys) all.push_back(&key);
  EXPECT_EQ(Refusal({.v3 = {RotatedSigner(all, 28)}, .min_sdk = 28}),
            "RESOURCE_EXHAUSTED apk: the proof of rotation has over 64 levels");
  all.pop_back();
  EXPECT_EQ(Refusal({.v3 = {RotatedSigner(all, 28)}, .min_sdk = 28}), "accepted");
  // Each is within its limit; all of them are not.
  const SignerParts first = RotatedSigner(all, 28, 28), second = RotatedSigner(all, 29, 29);
  EXPECT_EQ(Refusal({.v3 = {first, RotatedSigner(all, 29)}, .min_sdk = 28}), "accepted");
  EXPECT_EQ(Refusal({.v3 = {first, second, RotatedSigner(all, 30)}, .min_sdk = 28}),
            "RESOURCE_EXHAUSTED apk: its proofs of rotation have over 128 levels in all");
}

Signed OfV31() {
  return RotatedApk(KeyA(), KeyB());
}

TEST(AnApkOfV31, HasItsNewSignerOnNewPlatformsAlone) {
  EXPECT_EQ(Said(OfV31()), "24-27 v2 A, 28-32 v3 A, 33- v3.1 B after A");
  EXPECT_EQ(Verified(SignApk(OfV31()).File())->schemes, (std::vector{Scheme::kV2, Scheme::kV3, Scheme::kV31}));
}

TEST(AnApkOfV31, FallsBackToV3WhereItHasNoSigner) {
  Signed later = OfV31();
  later.v3 = {WithAttribute(SignerOf(KeyA(), 28), kRotatedFromAttribute, 35)};
  later.v31 = {RotatedSigner({&KeyA(), &KeyB()}, 35)};
  EXPECT_EQ(Said(later), "24-27 v2 A, 28-34 v3 A, 35- v3.1 B after A");
}

TEST(AnApkOfV31, IsNothingToPlatformsBelow33) {
  Signed early = OfV31();
  early.v3 = {WithAttribute(SignerOf(KeyA(), 28, 32), kRotatedFromAttribute, 30)};
  early.v31 = {RotatedSigner({&KeyA(), &KeyB()}, 30)};
  EXPECT_EQ(Said(early), "24-27 v2 A, 28-32 v3 A, 33- v3.1 B after A");
}

TEST(AnApkOfV31, IsRefusedWhereV3DoesNotKnowOfItOrOfAnother) {
  struct Row {
    const char* mutation;
    void (*change)(Signed& by);
    const char* refusal;
  };
  const Row rows[] = {
      {"without v3", [](Signed& by) { by.v3 = {}; }, "CORRUPTION apk: it was stripped of v3: there is v3.1 alone"},
      {"without v3.1", [](Signed& by) { by.v31 = {}; },
       "CORRUPTION apk: it was stripped of v3.1: v3 says that another signs newer platforms"},
      {"v3 that does not know of it", [](Signed& by) { by.v3 = {SignerOf(KeyA(), 28, 32)}; },
       "CORRUPTION apk: v3 and v3.1 differ in where v3.1 begins"},
      {"v3 that knows of another",
       [](Signed& by) {
         by.v31 = {RotatedSigner({&KeyA(), &KeyB()}, 34)};
       },
       "CORRUPTION apk: v3 and v3.1 differ in where v3.1 begins"},
      {"a signer who does not descend", [](Signed& by) { by.v31 = {SignerOf(KeyB(), 33)}; },
       "CORRUPTION apk: its signers of v3 and v3.1 are not of one lineage"},
      {"for a development release", [](Signed& by) { by.v31.front().attributes.emplace_back(0xc2a6b3ba, Bytes()); },
       "FAILED_PRECONDITION apk: a signer for a development release of Android"},
      {"an attribute twice", [](Signed& by) { by.v3 = {WithAttribute(by.v3.front(), kRotatedFromAttribute, 34)}; },
       "INVALID_ARGUMENT apk: two attributes of one kind of a signer of v3"},
      {"an attribute without its number",
       [](Signed& by) {
         by.v3.front().attributes = {{kRotatedFromAttribute, Bytes(3)}};
       },
       "INVALID_ARGUMENT apk: something leads outside of its part, at byte 0"},
  };
  for (const Row& row : rows) {
    Signed by = OfV31();
    row.change(by);
    EXPECT_EQ(Refusal(by), row.refusal) << row.mutation;
  }
}

TEST(ASignedApk, StrippedOfV3IsRefused) {
  const SignerParts knows = WithAttribute(SignerOf(KeyA()), kAlsoSignedAttribute, 3);
  EXPECT_EQ(Refusal({.v2 = {knows}, .v3 = {SignerOf(KeyA(), 28)}}), "accepted");
  EXPECT_EQ(Refusal({.v2 = {knows}}).substr(0, 48), "CORRUPTION apk: it was stripped of a newer signa");
}

TEST(ASignedApk, StrippedOfV32IsRefused) {
  for (const std::uint32_t attribute : {kHybridFirstAttribute, kHybridLastAttribute}) {
    EXPECT_EQ(Refusal({.v3 = {WithAttribute(SignerOf(KeyA(), 28), attribute, 37)}, .min_sdk = 28}),
              "CORRUPTION apk: it was stripped of v3.2, of which there is word of a signer of v3");
    Signed by = OfV31();
    by.v31 = {WithAttribute(by.v31.front(), attribute, 37)};
    EXPECT_EQ(Refusal(by), "CORRUPTION apk: it was stripped of v3.2, of which there is word of a signer of v3.1");
  }
}

TEST(ASignedApk, InAFileIsReadFromItAndNotTakenWhereItBecameShorter) {
  const certmark::testing::TempDir directory;
  const std::filesystem::path path = directory / "app.apk";
  const WrittenZip zip = SignApk({.v2 = {SignerOf(KeyA())}});
  const Bytes whole = zip.File();
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(whole.data()), static_cast<std::streamsize>(whole.size()));
  EXPECT_EQ(VerifyApk(path, {}).value().manifest.package, "org.example.app");
  ApkFile file = ApkFile::Open(path).value();
  std::filesystem::resize_file(path, whole.size() - 1);
  EXPECT_EQ(VerifyApk(std::move(file), {}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(VerifyApk(directory / "none", {}).error().code, ErrorCode::kUnavailable);
}

TEST(ASignedApk, WithoutAManifestOrWithOneThatIsNoneIsRefused) {
  WrittenZip zip = ZipWriter().Add("classes.dex", Bytes(10, 'd')).Finish();
  zip.block = SigningBlockOf({{kV2Block, SignersOf(zip, {SignerOf(KeyA())})}});
  EXPECT_EQ(Refusal(zip.File()), "INVALID_ARGUMENT apk: no manifest");
  zip = ZipWriter().Add("AndroidManifest.xml", Bytes(10)).Finish();
  zip.block = SigningBlockOf({{kV2Block, SignersOf(zip, {SignerOf(KeyA())})}});
  EXPECT_EQ(Refusal(zip.File()), "INVALID_ARGUMENT axml: a chunk smaller than its header at byte 0");
}

}  // namespace
}  // namespace certmark::apk
