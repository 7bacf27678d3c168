// The C interface says of APKs what the C++ library says; and certmark/apk.hpp over it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "certmark/apk.hpp"
#include "tests/abi/owned.h"
#include "tests/support/axml_writer.h"
#include "tests/support/signed_apk.h"
#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/apk/verify_apk.h"

namespace certmark::testing {
namespace {

std::vector<std::string> Texts(const char* const* texts, std::size_t count) {
  return {texts, texts + count};
}

std::vector<std::string> Texts(const std::vector<Hash>& hashes) {
  std::vector<std::string> out;
  for (const Hash& hash : hashes) out.push_back(hash.Hex());
  return out;
}

// What C says of an error of the C++ library.
int ApkNumberOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotFound:
      return CERTMARK_APK_UNSIGNED;
    case ErrorCode::kInvalidArgument:
      return CERTMARK_APK_MALFORMED;
    case ErrorCode::kCorruption:
      return CERTMARK_APK_BAD_SIGNATURE;
    case ErrorCode::kFailedPrecondition:
      return CERTMARK_APK_NOT_ACCEPTED;
    case ErrorCode::kResourceExhausted:
      return CERTMARK_APK_TOO_MUCH;
    default:
      return CERTMARK_E_INTERNAL;
  }
}

void ExpectSame(const certmark_apk_facts& told, const apk::SignedApk& apk) {
  EXPECT_EQ(told.package, apk.manifest.package);
  EXPECT_EQ(told.app, "android:" + apk.manifest.package);
  EXPECT_EQ(told.build, apk.Build());
  EXPECT_EQ(told.version_code, apk.manifest.version_code);
  EXPECT_EQ(told.min_sdk, apk.manifest.min_sdk.value_or(1));
  EXPECT_EQ(told.target_sdk, apk.manifest.target_sdk.value_or(told.min_sdk));
  EXPECT_EQ(Texts(told.signers, told.signers_count), apk.Signers());
  ASSERT_EQ(told.platforms_count, apk.platforms.size());
  for (std::size_t i = 0; i < told.platforms_count; ++i) {
    const certmark_apk_platform& one = *told.platforms[i];
    const apk::PlatformSigners& other = apk.platforms[i];
    EXPECT_EQ((apk::SdkRange{one.first, one.last}), other.platforms);
    EXPECT_EQ(one.scheme, static_cast<std::uint32_t>(other.scheme));
    EXPECT_EQ(Texts(one.signers, one.signers_count), Texts(other.signers));
    EXPECT_EQ(Texts(one.lineage, one.lineage_count), Texts(other.lineage));
  }
}

// A file of v1, whose manifest says of platforms what it is told; nothing at all, if that is empty.
Bytes SignedByV1(const std::vector<const ApkKey*>& keys, const std::vector<WrittenAttribute>& uses_sdk) {
  AxmlWriter xml(AxmlWriter::Encoding::kUtf8);
  xml.Start("manifest", {NumberOf(kVersionCodeId, 7), Plain("package", "org.example.old")});
  if (!uses_sdk.empty()) xml.Start("uses-sdk", uses_sdk).End();
  ZipWriter zip;
  AddJarSigned(zip, {{{"AndroidManifest.xml", xml.End().Finish()}}, ""}, keys);
  return zip.Finish().File();
}

class ApkInC : public ::testing::Test {
 protected:
  std::string Write(const Bytes& bytes) const {
    std::ofstream(path_, std::ios::binary) << AsText(bytes);
    return path_;
  }
  // Read asks both ways, and holds C to what C++ says.
  int Read(const Bytes& bytes) const {
    certmark_message why = CERTMARK_MESSAGE_INIT;
    certmark_apk* made = nullptr;
    const int number = certmark_apk_verify(Write(bytes).c_str(), nullptr, &made, &why);
    const Owned<certmark_apk> owner(made);
    const auto apk = apk::VerifyApk(apk::ApkFile::FromBytes(bytes), {});
    EXPECT_EQ(number, apk ? CERTMARK_OK : ApkNumberOf(apk.error().code)) << why.text;
    EXPECT_EQ(why.text, apk ? "" : apk.error().message);
    EXPECT_EQ(made != nullptr, number == CERTMARK_OK);
    if (!apk || made == nullptr) return number;
    certmark_apk_facts facts = CERTMARK_APK_FACTS_INIT;
    EXPECT_EQ(certmark_apk_look(made, &facts), CERTMARK_OK);
    ExpectSame(facts, *apk);
    return number;
  }

  const ApkKey a_ = ApkKey::Ec(), b_ = ApkKey::Ec();
  TempDir directory_;
  const std::string path_ = (directory_ / "app.apk").string();
};

TEST_F(ApkInC, SaysOfEverySchemeWhatTheLibrarySays) {
  EXPECT_EQ(Read(SignedByV1({&a_, &b_}, {NumberOf(kMinSdkId, 16), NumberOf(kTargetSdkId, 23)})), CERTMARK_OK);
  EXPECT_EQ(Read(SignApk({.v2 = {SignerOf(a_)}}).File()), CERTMARK_OK);
  EXPECT_EQ(Read(SignApk({.v2 = {SignerOf(a_), SignerOf(b_)}}).File()), CERTMARK_OK) << "two who sign together";
  EXPECT_EQ(Read(SignApk({.v3 = {SignerOf(a_, 28)}, .min_sdk = 28}).File()), CERTMARK_OK);
  EXPECT_EQ(Read(SignApk(RotatedApk(a_, b_)).File()), CERTMARK_OK)
      << "other signers on other platforms, with a lineage";
}

TEST_F(ApkInC, TakesPlatformsThatTheManifestDoesNotNameAsAndroidDoes) {
  const auto platforms = [&](const std::vector<WrittenAttribute>& uses_sdk) {
    certmark_apk* made = nullptr;
    certmark_apk_facts facts = CERTMARK_APK_FACTS_INIT;
    EXPECT_EQ(certmark_apk_verify(Write(SignedByV1({&a_}, uses_sdk)).c_str(), nullptr, &made, nullptr), CERTMARK_OK);
    const Owned<certmark_apk> owner(made);
    EXPECT_EQ(certmark_apk_look(made, &facts), CERTMARK_OK);
    return std::pair(facts.min_sdk, facts.target_sdk);
  };
  EXPECT_EQ(platforms({}), std::pair(1u, 1u));
  EXPECT_EQ(platforms({NumberOf(kMinSdkId, 16)}), std::pair(16u, 16u));
  EXPECT_EQ(platforms({NumberOf(kTargetSdkId, 23)}), std::pair(1u, 23u));
}

TEST_F(ApkInC, RefusesEachFileForTheReasonThatTheLibraryHas) {
  EXPECT_EQ(Read(UnsignedApk().File()), CERTMARK_APK_UNSIGNED);
  EXPECT_EQ(Read(SignApk({.v2 = {SignerOf(a_)}, .v3 = {SignerOf(b_, 28)}}).File()), CERTMARK_APK_BAD_SIGNATURE);
  SignerParts forged = SignerOf(a_);
  forged.signs = &b_;
  EXPECT_EQ(Read(SignApk({.v2 = {forged}}).File()), CERTMARK_APK_BAD_SIGNATURE);
  EXPECT_EQ(Read(SignApk({.v2 = std::vector<SignerParts>(17, SignerOf(a_))}).File()), CERTMARK_APK_TOO_MUCH);
  EXPECT_EQ(Read(Bytes()), CERTMARK_APK_MALFORMED);
  WrittenZip in_front = SignApk({.v2 = {SignerOf(a_)}});
  in_front.entries.insert(in_front.entries.begin(), 8, 'd');
  EXPECT_EQ(Read(in_front.File()), CERTMARK_APK_MALFORMED);
}

TEST_F(ApkInC, RefusesAFileWhosePackageIsNoAppsName) {
  const std::string path = Write(SignApk({.v2 = {SignerOf(a_)}, .package = "no/app"}).File());
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_apk* made = nullptr;
  EXPECT_EQ(certmark_apk_verify(path.c_str(), nullptr, &made, &why), CERTMARK_APK_MALFORMED);
  EXPECT_EQ(made, nullptr);
  EXPECT_STREQ(why.text, "not a package name: \"no/app\"");
}

TEST_F(ApkInC, SaysOfAFileThatIsCutOffOrChangedAnywhereWhatTheLibrarySays) {
  const Bytes whole = SignApk(RotatedApk(a_, b_)).File();
  for (std::size_t size = 0; size < whole.size(); size += whole.size() / 23)
    EXPECT_LT(Read(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), 0) << size;
  // The last kilobytes are the signing block, the directory and the end record.
  for (std::size_t at = whole.size() - 3'000; at < whole.size(); at += 101) {
    Bytes changed = whole;
    changed[at] ^= 0x20;
    Read(changed);
  }
}

TEST_F(ApkInC, ShowsAFirstLookTheSignersAndTakesItForNoVerdict) {
  Bytes file = SignApk({.v2 = {SignerOf(a_)}}).File();
  file[1'000'000] ^= 1;
  EXPECT_EQ(Read(file), CERTMARK_APK_BAD_SIGNATURE);
  certmark_apk_unchecked* made = nullptr;
  ASSERT_EQ(certmark_apk_read_contents_unchecked(path_.c_str(), nullptr, &made, nullptr), CERTMARK_OK);
  const Owned<certmark_apk_unchecked> owner(made);
  certmark_apk_facts facts = CERTMARK_APK_FACTS_INIT;
  ASSERT_EQ(certmark_apk_unchecked_look(made, &facts), CERTMARK_OK);
  ExpectSame(facts, apk::ReadApkContentsUnchecked(apk::ApkFile::FromBytes(file), {}).value());
}

TEST_F(ApkInC, MayBeReadByManyThreads) {
  const std::string path = Write(SignApk({.v2 = {SignerOf(a_)}}).File());
  certmark_apk* made = nullptr;
  ASSERT_EQ(certmark_apk_verify(path.c_str(), nullptr, &made, nullptr), CERTMARK_OK);
  const Owned<certmark_apk> owner(made);
  std::vector<int> wrong(3, 0);
  std::vector<std::thread> threads;
  for (int& count : wrong) {
    threads.emplace_back([&] {
      certmark_query query = CERTMARK_QUERY_INIT;
      certmark_apk* own = nullptr;
      count += certmark_apk_to_query(made, &query) == CERTMARK_OK && a_.digest().Hex() == query.signers[0] ? 0 : 1;
      count += certmark_apk_verify(path.c_str(), nullptr, &own, nullptr) == CERTMARK_OK ? 0 : 1;
      certmark_apk_free(own);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(3, 0));
}

// --- certmark/apk.hpp

class ApkSdk : public ApkInC {
 protected:
  template <class Call>
  static int Thrown(Call call) {
    try {
      call();
    } catch (const sdk::Error& error) {
      EXPECT_NE(std::string(error.what()).find(certmark_name(error.number())), std::string::npos);
      return error.number();
    }
    return CERTMARK_OK;
  }
};

TEST_F(ApkSdk, ReadsAFileByItsPathOrItsDescriptor) {
  const std::string path = Write(SignApk(RotatedApk(a_, b_)).File());
  const sdk::VerifiedApk apk = sdk::VerifyApk(path);
  EXPECT_EQ(apk.app, "android:org.example.app");
  EXPECT_EQ(apk.version_code, 120u);
  EXPECT_EQ(apk.signers.size(), 2u);
  ASSERT_EQ(apk.platforms.size(), 3u);
  EXPECT_EQ(apk.platforms[2].scheme, sdk::ApkScheme::kV31);
  EXPECT_EQ(apk.platforms[2].first, 33u);
  EXPECT_EQ(apk.platforms[2].signers, std::vector{b_.digest().Hex()});
  EXPECT_EQ(apk.platforms[2].lineage, std::vector{a_.digest().Hex()});
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(sdk::VerifyApk(fd).signers, apk.signers);
  EXPECT_EQ(sdk::ReadApkContentsUnchecked(fd).signers, apk.signers);
  EXPECT_EQ(sdk::ReadApkContentsUnchecked(path).package, "org.example.app");
  ::close(fd);
}

TEST_F(ApkSdk, ReadsWhatLiesInMemoryAndIsSealed) {
  const Bytes file = SignApk({.v2 = {SignerOf(a_)}}).File();
  const int fd = ::memfd_create("app.apk", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  ASSERT_EQ(::write(fd, file.data(), file.size()), static_cast<ssize_t>(file.size()));
  ASSERT_EQ(::fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW), 0);
  EXPECT_LT(::pwrite(fd, "x", 1, 0), 0);
  EXPECT_LT(::ftruncate(fd, 1), 0);
  EXPECT_LT(::ftruncate(fd, static_cast<off_t>(file.size()) + 1), 0);
  EXPECT_EQ(sdk::VerifyApk(fd).signers, std::vector{a_.digest().Hex()});
  ::close(fd);
}

TEST_F(ApkSdk, AsksAboutTheFileAndNothingElse) {
  const sdk::Query query = sdk::VerifyApk(Write(SignApk({.v2 = {SignerOf(a_)}}).File())).Ask("bundle", 7);
  EXPECT_EQ(query.bundle, "bundle");
  EXPECT_EQ(query.app, "android:org.example.app");
  EXPECT_EQ(query.signers, std::vector{a_.digest().Hex()});
  EXPECT_EQ(query.build, "120");
  EXPECT_EQ(query.now, 7);
}

TEST_F(ApkSdk, ThrowsWhyAFileIsNotTaken) {
  const std::string path = Write(SignApk(RotatedApk(a_, b_)).File());
  sdk::ApkPolicy policy;
  policy.only_signer = b_.digest().Hex();
  EXPECT_EQ(Thrown([&] { sdk::VerifyApk(path, policy); }), CERTMARK_APK_NOT_ACCEPTED);
  policy.min_sdk = 33;
  EXPECT_EQ(Thrown([&] { sdk::VerifyApk(path, policy); }), CERTMARK_OK);
  *policy.only_signer += std::string("\0evil", 5);
  EXPECT_EQ(Thrown([&] { sdk::VerifyApk(path, policy); }), CERTMARK_E_ARGUMENT);
  policy.only_signer = "";
  EXPECT_EQ(Thrown([&] { sdk::VerifyApk(path, policy); }), CERTMARK_E_ARGUMENT) << "a pin that is not there";
  EXPECT_EQ(Thrown([&] { sdk::VerifyApk(path + std::string("\0evil", 5)); }), CERTMARK_E_ARGUMENT);
  EXPECT_EQ(Thrown([&] { sdk::VerifyApk(path + ".not"); }), CERTMARK_APK_UNREADABLE);
  EXPECT_EQ(Thrown([&] { sdk::ReadApkContentsUnchecked(Write(UnsignedApk().File())); }), CERTMARK_APK_UNSIGNED);
}

}  // namespace
}  // namespace certmark::testing
