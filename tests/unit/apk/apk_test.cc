#include "verifier-sdk/apk/apk.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/axml_writer.h"
#include "tests/support/zip_writer.h"
#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/apk/axml.h"

namespace certmark::apk {
namespace {

using certmark::testing::ExampleManifest;

constexpr const char* kEntry = "AndroidManifest.xml";

class AnApk : public ::testing::Test {
 protected:
  void Add(const char* name, const Bytes& bytes, zip_int32_t method = ZIP_CM_DEFLATE) {
    certmark::testing::AddToZip(file(), name, bytes, method);
  }
  std::string Content() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void Write(const std::string& content) const { std::ofstream(file(), std::ios::binary) << content; }
  void ReplaceAll(const std::string& from, const std::string& to) {
    std::string content = Content();
    for (std::size_t at = 0; (at = content.find(from, at)) != content.npos; at += to.size())
      content.replace(at, from.size(), to);
    Write(content);
  }
  Error Refusal() const {
    const auto manifest = ReadManifest(file());
    return manifest ? Error{ErrorCode::kInternal, "accepted"} : manifest.error();
  }
  std::filesystem::path file() const { return directory_ / "app.apk"; }

  certmark::testing::TempDir directory_;
};

TEST_F(AnApk, SaysWhatItsManifestSays) {
  Add("classes.dex", Bytes(1000, 'd'));
  Add(kEntry, ExampleManifest().Finish());
  const Manifest manifest = ReadManifest(file()).value();
  EXPECT_EQ(manifest.package, "org.rides07.app");
  EXPECT_EQ(manifest.permissions.size(), 3u);
}

TEST_F(AnApk, MayStoreItsManifestAsItIs) {
  Add(kEntry, ExampleManifest().Finish(), ZIP_CM_STORE);
  EXPECT_EQ(ReadManifest(file()).value().version_code, 120u);
}

TEST_F(AnApk, WithoutAManifestIsRefused) {
  Add("classes.dex", Bytes(10, 'd'));
  Add("androidmanifest.xml", ExampleManifest().Finish());
  EXPECT_EQ(Refusal().message, "apk: no manifest");
}

TEST_F(AnApk, WithTwoManifestsIsRefused) {
  Add(kEntry, ExampleManifest().Finish());
  Add("AndroidManifest.xmk", ExampleManifest().Finish());
  ReplaceAll("AndroidManifest.xmk", kEntry);
  EXPECT_EQ(Refusal().message, "apk: two manifests");
}

TEST_F(AnApk, WithAManifestThatInflatesWithoutEndIsRefused) {
  Add(kEntry, Bytes(64 * 1024 * 1024, 0));
  ASSERT_LT(std::filesystem::file_size(file()), 128u * 1024);
  EXPECT_EQ(Refusal().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(Refusal().message, "apk: a manifest over 4 MiB");
}

TEST_F(AnApk, WithADamagedManifestIsRefused) {
  const Bytes axml = ExampleManifest().Finish();
  Add(kEntry, axml, ZIP_CM_STORE);
  ReplaceAll("READ_CONTACTS", "READ_CONTACTZ");
  EXPECT_EQ(Refusal().message, "apk: the manifest is damaged");
}

TEST_F(AnApk, ThatIsCutOffIsRefused) {
  Add(kEntry, ExampleManifest().Finish());
  const std::string whole = Content();
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    Write(whole.substr(0, size));
    EXPECT_EQ(Refusal().code, ErrorCode::kInvalidArgument) << size << " " << Refusal().message;
  }
}

TEST_F(AnApk, ThatIsNotThereOrADirectoryIsSaidToBeUnreadable) {
  EXPECT_EQ(Refusal().code, ErrorCode::kUnavailable);
  std::filesystem::create_directory(file());
  EXPECT_EQ(Refusal().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace certmark::apk
