#include "verifier-sdk/apk/manifest.h"

#include <gtest/gtest.h>

#include "tests/support/axml_writer.h"
#include "verifier-sdk/apk/axml.h"

namespace certmark::apk {
namespace {

using namespace certmark::testing;
using Encoding = AxmlWriter::Encoding;

std::string Refusal(const Bytes& bytes) {
  const auto manifest = ParseManifest(bytes);
  return manifest ? "accepted" : std::string(Name(manifest.error().code)) + " " + manifest.error().message;
}

// A manifest of one element more under the root.
Bytes With(std::string_view name, const std::vector<WrittenAttribute>& attributes) {
  AxmlWriter xml(Encoding::kUtf8);
  xml.Start("manifest", {Plain("package", "org.rides07.app")});
  return xml.Start(name, attributes).End().End().Finish();
}

Bytes Root(const std::vector<WrittenAttribute>& attributes) {
  return AxmlWriter(Encoding::kUtf8).Start("manifest", attributes).End().Finish();
}

TEST(Manifest, IsReadInEitherEncoding) {
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kUtf16}) {
    const Manifest manifest = ParseManifest(ExampleManifest(encoding).Finish()).value();
    EXPECT_EQ(manifest.package, "org.rides07.app");
    EXPECT_EQ(manifest.version_code, 120u);
    EXPECT_EQ(manifest.version_name, "1.2.0");
    EXPECT_EQ(manifest.min_sdk, 24u);
    EXPECT_EQ(manifest.target_sdk, 34u) << "hexadecimal";
    EXPECT_FALSE(manifest.debuggable);
    EXPECT_EQ(manifest.permissions,
              (std::vector<std::string>{"android.permission.INTERNET", "android.permission.READ_CONTACTS",
                                        "android.permission.ACCESS_FINE_LOCATION"}));
  }
}

TEST(Manifest, MaySayLittle) {
  const Manifest manifest = ParseManifest(Root({Plain("package", "a.b")})).value();
  EXPECT_EQ(manifest.version_code, 0u);
  EXPECT_FALSE(manifest.version_name);
  EXPECT_FALSE(manifest.min_sdk);
  EXPECT_FALSE(manifest.target_sdk);
  EXPECT_FALSE(manifest.debuggable);
  EXPECT_TRUE(manifest.permissions.empty());
}

TEST(Manifest, HasAVersionCodeOfSixtyFourBits) {
  const Bytes axml =
      Root({NumberOf(kVersionCodeMajorId, 2), NumberOf(kVersionCodeId, 0xffffffff), Plain("package", "a.b")});
  EXPECT_EQ(ParseManifest(axml).value().version_code, 0x2ffffffffu);
}

TEST(Manifest, IsDebuggableWhereItSaysSo) {
  EXPECT_TRUE(ParseManifest(With("application", {NumberOf(kDebuggableId, 0xffffffff, 0x12)})).value().debuggable);
  EXPECT_TRUE(ParseManifest(With("application", {NumberOf(kDebuggableId, 1, 0x12)})).value().debuggable);
}

TEST(Manifest, LeavesAVersionNameOutThatIsAReference) {
  const Bytes axml = Root({NumberOf(kVersionNameId, 0x7f030001, 0x01), Plain("package", "a.b")});
  EXPECT_FALSE(ParseManifest(axml).value().version_name);
}

TEST(Manifest, TakesLongStringsInEitherEncoding) {
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kUtf16}) {
    const std::string name(300, 'n');
    AxmlWriter xml(encoding);
    xml.Start("manifest", {TextOf(kVersionNameId, name), Plain("package", "a.b")}).End();
    EXPECT_EQ(ParseManifest(xml.Finish()).value().version_name, name);
  }
}

TEST(Manifest, IsRefusedWhereItCouldMeanTwoThings) {
  const auto package = Plain("package", "a.b");
  struct Row {
    const char* what;
    Bytes axml;
    const char* refusal;
  };
  const Row rows[] = {
      {"no package", Root({}), "INVALID_ARGUMENT manifest: it names no package"},
      {"an empty package", Root({Plain("package", "")}), "INVALID_ARGUMENT manifest: it names no package"},
      {"two packages", Root({package, Plain("package", "c.d")}),
       "INVALID_ARGUMENT axml: an attribute stands twice in \"manifest\""},
      {"two version codes", Root({package, NumberOf(kVersionCodeId, 1), NumberOf(kVersionCodeId, 2)}),
       "INVALID_ARGUMENT axml: an attribute stands twice in \"manifest\""},
      {"a split", Root({package, Plain("split", "config.de")}),
       "INVALID_ARGUMENT manifest: it is that of a split, not of an app"},
      {"a version code that is text", Root({package, TextOf(kVersionCodeId, "1")}),
       "INVALID_ARGUMENT manifest: a16843291 is no number"},
      {"a minimum that is a reference", With("uses-sdk", {NumberOf(kMinSdkId, 0x7f030001, 0x01)}),
       "INVALID_ARGUMENT manifest: a16843276 is no number"},
      {"debuggable by reference", With("application", {NumberOf(kDebuggableId, 0x7f030001, 0x01)}),
       "INVALID_ARGUMENT manifest: debuggable is neither true nor false"},
      {"a permission without a name", With("uses-permission", {}),
       "INVALID_ARGUMENT manifest: a permission without a name"},
      {"another root", AxmlWriter(Encoding::kUtf8).Start("resources", {package}).End().Finish(),
       "INVALID_ARGUMENT manifest: its root is another element"},
      {"two applications",
       AxmlWriter(Encoding::kUtf8)
           .Start("manifest", {package})
           .Start("application")
           .End()
           .Start("application")
           .End()
           .End()
           .Finish(),
       "INVALID_ARGUMENT manifest: application or uses-sdk stands twice"},
      {"two roots",
       AxmlWriter(Encoding::kUtf8).Start("manifest", {package}).End().Start("manifest", {package}).End().Finish(),
       "INVALID_ARGUMENT axml: a second root"},
      {"an element that does not end", AxmlWriter(Encoding::kUtf8).Start("manifest", {package}).Finish(),
       "INVALID_ARGUMENT axml: its elements do not close"},
      {"an end too many", AxmlWriter(Encoding::kUtf8).Start("manifest", {package}).End().End().Finish(),
       "INVALID_ARGUMENT axml: an element ends that did not begin"},
      {"no element", AxmlWriter(Encoding::kUtf8).Finish(), "INVALID_ARGUMENT axml: its elements do not close"},
      {"text that is no Unicode", Root({package, TextOf(kVersionNameId, "\xff")}),
       "INVALID_ARGUMENT axml: string 11 is no Unicode"},
      {"a second string pool", AxmlWriter(Encoding::kUtf8).Chunk(0x0001, 28, Bytes(20, 0)).Finish(),
       "INVALID_ARGUMENT axml: a second string pool"},
      {"nothing", {}, "INVALID_ARGUMENT apk: something leads outside of its part, at byte 0"},
      {"text instead of binary",
       {'<', '?', 'x', 'm', 'l', ' ', '?', '>'},
       "INVALID_ARGUMENT apk: something leads outside of its part, at byte 0"},
  };
  for (const Row& row : rows) EXPECT_EQ(Refusal(row.axml), row.refusal) << row.what;
}

TEST(Manifest, IsRefusedOverItsLimits) {
  const auto code_of = [](const Bytes& axml) { return ParseManifest(axml).error().code; };
  EXPECT_EQ(code_of(Bytes(AxmlLimits::kBytes + 1, 0)), ErrorCode::kResourceExhausted);
  AxmlWriter deep(Encoding::kUtf8);
  for (int i = 0; i < 65; ++i) deep.Start("manifest", {Plain("package", "a.b")});
  EXPECT_EQ(code_of(deep.Finish()), ErrorCode::kResourceExhausted);
  AxmlWriter wide(Encoding::kUtf8);
  wide.Start("manifest", {Plain("package", "a.b")});
  for (int i = 0; i < 20'000; ++i) wide.Start("e").End();
  EXPECT_EQ(code_of(wide.End().Finish()), ErrorCode::kResourceExhausted);
  AxmlWriter endless(Encoding::kUtf16);
  endless.Start("manifest", {Plain("package", "a.b"), Plain("t", std::string(16'385, 'n'))}).End();
  EXPECT_EQ(code_of(endless.Finish()), ErrorCode::kResourceExhausted);
}

// One long string, named by every attribute, must not be copied without end.
TEST(Manifest, CountsTheTextThatItCopies) {
  AxmlWriter xml(Encoding::kUtf16);
  const std::string text(16'000, 'n');
  xml.Start("manifest", {Plain("package", "a.b")});
  for (int i = 0; i < 1'100; ++i) xml.Start("e", {Plain("t", text)}).End();
  const auto manifest = ParseManifest(xml.End().Finish());
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().message, "axml: names and texts over 16 MiB");
}

// Strings may overlap: each is within its limit and within the file, all of them are not.
TEST(Manifest, CountsStringsThatOverlap) {
  Bytes body, pool;
  constexpr std::uint32_t kCount = 1'000, kUnits = 16'000;
  AxmlWriter::U32(body, kCount), AxmlWriter::U32(body, 0), AxmlWriter::U32(body, 0);
  AxmlWriter::U32(body, 28 + 4 * kCount), AxmlWriter::U32(body, 0);
  for (std::uint32_t i = 0; i < kCount; ++i) AxmlWriter::U32(body, 0);
  AxmlWriter::U16(body, kUnits);
  body.resize(body.size() + 2 * kUnits + 2, 'n');
  AxmlWriter::U16(pool, 0x0003), AxmlWriter::U16(pool, 8),
      AxmlWriter::U32(pool, static_cast<std::uint32_t>(16 + body.size()));
  AxmlWriter::U16(pool, 0x0001), AxmlWriter::U16(pool, 28),
      AxmlWriter::U32(pool, static_cast<std::uint32_t>(8 + body.size()));
  pool.insert(pool.end(), body.begin(), body.end());
  const auto manifest = ParseManifest(pool);
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().message, "axml: strings over 8 MiB");
}

// Every file that is cut off is refused, and whatever byte is changed, nothing is read outside of the file.
TEST(Manifest, IsNeverReadOutsideOfItself) {
  const Bytes good = ExampleManifest().Finish();
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(ParseManifest(ByteView(good).first(size))) << size;
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const std::uint8_t value : {0x00, 0x7f, 0x80, 0xff}) {
      Bytes bad = good;
      bad[at] = value;
      const auto manifest = ParseManifest(bad);
      EXPECT_TRUE(!manifest || !manifest->package.empty());
    }
  }
}

}  // namespace
}  // namespace certmark::apk
