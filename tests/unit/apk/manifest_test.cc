#include "verifier-sdk/apk/manifest.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/axml_writer.h"
#include "verifier-sdk/apk/axml.h"
#include "verifier-sdk/apk/string_pool.h"

namespace certmark::apk {
namespace {

using namespace certmark::testing;
using Encoding = AxmlWriter::Encoding;
constexpr std::uint32_t kNoString = 0xffffffff;

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
      Root({NumberOf(kVersionCodeId, 0xffffffff), NumberOf(kVersionCodeMajorId, 2), Plain("package", "a.b")});
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

// An attribute that names its namespace by an index of its own.
WrittenAttribute InSpace(WrittenAttribute attribute, std::uint32_t name_space) {
  attribute.name_space = name_space;
  return attribute;
}

WrittenAttribute WrittenAs(WrittenAttribute attribute, std::string text) {
  attribute.written = std::move(text);
  return attribute;
}

WrittenAttribute Unwritten(WrittenAttribute attribute) {
  attribute.has_written = false;
  return attribute;
}

// An element within another under the root.
Bytes Within(std::string_view outer, std::string_view name, const std::vector<WrittenAttribute>& attributes = {}) {
  AxmlWriter xml(Encoding::kUtf8);
  xml.Start("manifest", {Plain("package", "a.b")}).Start(outer).Start("e");
  return xml.Start(name, attributes).End().End().End().End().Finish();
}

TEST(Manifest, HasOneTextWhereverAndroidReadsIt) {
  const std::string twofold = "INVALID_ARGUMENT axml: \"package\" is written as another text than its value";
  EXPECT_EQ(Refusal(Root({WrittenAs(Plain("package", "com.good.app"), "com.evil.app")})), twofold);
  EXPECT_EQ(Refusal(Root({Unwritten(Plain("package", "a.b"))})), "INVALID_ARGUMENT manifest: it names no package");
  EXPECT_EQ(Refusal(Root({Plain("package", "a.b"), WrittenAs(TextOf(kVersionNameId, "1.0"), "2.0")})),
            "INVALID_ARGUMENT axml: \"versionName\" is written as another text than its value");
  const Bytes of_a_value = Root({Plain("package", "a.b"), Unwritten(TextOf(kVersionNameId, "1.0"))});
  EXPECT_EQ(ParseManifest(of_a_value).value().version_name, "1.0") << "values need not be written besides";
}

// To Android these have no namespace, and the first of two counts.
TEST(Manifest, HasNoNamespaceThatIsNoString) {
  for (const std::uint32_t name_space : {0xfffffffeu, 0x80000000u, 1'000u}) {
    const std::string refusal = "INVALID_ARGUMENT axml: there is no string " + std::to_string(name_space);
    EXPECT_EQ(Refusal(Root({InSpace(Plain("package", "com.evil.app"), name_space), Plain("package", "com.good.app")})),
              refusal);
    EXPECT_EQ(Refusal(Root({Plain("package", "a.b"), InSpace(Plain("split", "config.de"), name_space)})), refusal);
  }
  const Bytes other = Root({InSpace(Plain("package", "another.one"), 0), Plain("package", "a.b")});
  EXPECT_EQ(ParseManifest(other).value().package, "a.b") << "in a namespace it is another attribute";
}

TEST(Manifest, IsRefusedWhereItsPartsAreNotWhereAndroidLooks) {
  AxmlWriter xml(Encoding::kUtf8);
  xml.Chunk(0x0100, 16, Bytes(16, 0)).Start("manifest", {NumberOf(kVersionCodeId, 1), Plain("package", "a.b")}).End();
  EXPECT_EQ(Refusal(xml.Finish()), "accepted");
  EXPECT_EQ(Refusal(xml.Finish(AxmlWriter::Layout::kOffsetsTwice)),
            "INVALID_ARGUMENT axml: a string pool with a header of another size");
  EXPECT_EQ(Refusal(xml.Finish(AxmlWriter::Layout::kMapBehindFirst)),
            "INVALID_ARGUMENT axml: a string pool or a resource map behind the first node");
  EXPECT_EQ(Refusal(xml.Chunk(0x0101, 20, Bytes(20, 0)).Finish()),
            "INVALID_ARGUMENT axml: a node with a header of another size");
}

TEST(Manifest, IsRefusedWhereItsAttributesAreNotInTheOrderInWhichAndroidLooks) {
  const auto refusal = [](const char* element) {
    return "INVALID_ARGUMENT manifest: the attributes of \"" + std::string(element) +
           "\" are not in the order of their ids";
  };
  EXPECT_EQ(Refusal(Root({NumberOf(kVersionCodeMajorId, 2), NumberOf(kVersionCodeId, 1), Plain("package", "a.b")})),
            refusal("manifest"));
  EXPECT_EQ(Refusal(With("uses-sdk", {NumberOf(kTargetSdkId, 33), NumberOf(kMinSdkId, 28)})), refusal("uses-sdk"));
  EXPECT_EQ(Refusal(With("application", {NumberOf(kTargetSdkId, 1), NumberOf(kDebuggableId, 1, 0x12)})),
            refusal("application"));
  for (const char* permission : {"uses-permission", "uses-permission-sdk-23", "uses-permission-sdk-m"}) {
    EXPECT_EQ(Refusal(With(permission, {NumberOf(kTargetSdkId, 1), TextOf(kNameId, "a.p")})), refusal(permission));
  }
  const Bytes plain_first = Root({Plain("package", "a.b"), NumberOf(kVersionCodeId, 1), Plain("p", "q")});
  EXPECT_EQ(Refusal(plain_first), "accepted") << "what has no id may stand anywhere";
  EXPECT_EQ(Refusal(With("activity", {NumberOf(kTargetSdkId, 1), NumberOf(kMinSdkId, 1)})), "accepted")
      << "nobody asks it";
}

// What Android makes of such an id, a table in the app's resources says: of 0 the app's own package, which is behind
// all others, of 2 perhaps its own. A zero in the map is no id only to newer platforms.
TEST(Manifest, IsRefusedWhereTheAppsResourcesSayWhichIdAnAttributeHas) {
  for (const std::uint32_t id : {0u, 0x00010001u, 0x0201000fu, 0x7e010001u, 0x80010001u, 0xff010001u}) {
    const auto refusal = [&](std::string_view element, const WrittenAttribute& known) {
      AxmlWriter xml(Encoding::kUtf8, {{id, "z"}});
      xml.Start("manifest", {Plain("package", "a.b")});
      const WrittenAttribute other = NumberOf(id, 1);
      const bool is_behind = id > known.id;
      xml.Start(element, {is_behind ? known : other, is_behind ? other : known}).End().End();
      return Refusal(xml.Finish());
    };
    for (const std::string element : {"uses-permission", "uses-permission-sdk-23", "uses-permission-sdk-m"}) {
      EXPECT_EQ(refusal(element, TextOf(kNameId, "a.p")),
                "INVALID_ARGUMENT manifest: an attribute of \"" + element + "\" has an id of another package");
    }
    EXPECT_EQ(refusal("uses-sdk", NumberOf(kMinSdkId, 28)),
              "INVALID_ARGUMENT manifest: an attribute of \"uses-sdk\" has an id of another package");
    EXPECT_EQ(refusal("application", NumberOf(kDebuggableId, 0, 0x12)),
              "INVALID_ARGUMENT manifest: an attribute of \"application\" has an id of another package");
    EXPECT_EQ(refusal("activity", TextOf(kNameId, "a")), "accepted") << "nobody asks it";

    AxmlWriter root(Encoding::kUtf8, {{id, "z"}});
    root.Start("manifest", {NumberOf(id, 1), Plain("package", "a.b")}).End();
    EXPECT_EQ(Refusal(root.Finish()),
              "INVALID_ARGUMENT manifest: an attribute of \"manifest\" has an id of another package");
  }
  AxmlWriter own(Encoding::kUtf8, {{0x7f010001, "z"}});
  own.Start("manifest", {NumberOf(kVersionCodeId, 7), NumberOf(0x7f010001, 1), Plain("package", "a.b")}).End();
  EXPECT_EQ(ParseManifest(own.Finish()).value().version_code, 7u) << "the app's own ids are as they stand";
}

// What is read of each element, as it should be.
struct Read {
  std::string_view element, name;
  WrittenAttribute attribute;
};
const Read kReads[] = {
    {"manifest", "versionCode", NumberOf(kVersionCodeId, 150)},
    {"manifest", "versionName", TextOf(kVersionNameId, "1.0")},
    {"manifest", "versionCodeMajor", NumberOf(kVersionCodeMajorId, 1)},
    {"uses-sdk", "minSdkVersion", NumberOf(kMinSdkId, 28)},
    {"uses-sdk", "targetSdkVersion", NumberOf(kTargetSdkId, 33)},
    {"application", "debuggable", NumberOf(kDebuggableId, 1, 0x12)},
    {"uses-permission", "name", TextOf(kNameId, "a.p")},
    {"uses-permission-sdk-23", "name", TextOf(kNameId, "a.p")},
    {"uses-permission-sdk-m", "name", TextOf(kNameId, "a.p")},
};

// A manifest whose element has these attributes.
std::string RefusalWith(AxmlWriter& xml, std::string_view element, std::vector<WrittenAttribute> attributes) {
  if (element == "manifest") {
    attributes.push_back(Plain("package", "a.b"));
    return Refusal(xml.Start("manifest", attributes).End().Finish());
  }
  return Refusal(xml.Start("manifest", {Plain("package", "a.b")}).Start(element, attributes).End().End().Finish());
}

// Android reads by id what an app is, and some of it by name where it installs it.
TEST(Manifest, IsTheSameByNameAsById) {
  for (const Read& read : kReads) {
    SCOPED_TRACE(std::string(read.element) + " " + std::string(read.name));
    const std::string refusal =
        "INVALID_ARGUMENT manifest: \"" + std::string(read.name) + "\" is not the same by name as by id";
    AxmlWriter good(Encoding::kUtf8);
    EXPECT_EQ(RefusalWith(good, read.element, {read.attribute}), "accepted");

    for (const char* name : {"z", "", "Name", "versioncode"}) {
      AxmlWriter named(Encoding::kUtf8, {{read.attribute.id, name}});
      EXPECT_EQ(RefusalWith(named, read.element, {read.attribute}), refusal) << "by id alone, named " << name;
    }
    for (const std::uint32_t space : {kNoString, 0u}) {
      AxmlWriter elsewhere(Encoding::kUtf8);
      EXPECT_EQ(RefusalWith(elsewhere, read.element, {InSpace(read.attribute, space)}), refusal) << space;
    }
    AxmlWriter twofold(Encoding::kUtf8);
    for (const std::uint32_t space : {twofold.AndroidSpace(), kNoString, 0u}) {
      AxmlWriter xml = twofold;
      WrittenAttribute by_name = read.attribute;
      by_name.id = 0, by_name.name = read.name, by_name.name_space = space;
      EXPECT_EQ(RefusalWith(xml, read.element, {read.attribute, by_name}), refusal) << "by name too, in " << space;
    }
    AxmlWriter foreign(Encoding::kUtf8, {{0x01010002, std::string(read.name)}});
    EXPECT_EQ(RefusalWith(foreign, read.element, {NumberOf(0x01010002, 1)}), refusal) << "by another id";
  }
}

TEST(Manifest, MayNameWhatIsNotReadAsItLikes) {
  EXPECT_EQ(Refusal(With("application", {NumberOf(kDebuggableId, 0, 0x12), Plain("name", "q")})), "accepted");
  EXPECT_EQ(Refusal(With("activity", {NumberOf(kVersionCodeId, 1), Plain("versionCode", "1")})), "accepted");
}

// Where Android installs an app it takes these as written, if they are.
TEST(Manifest, HasNoNumberThatIsWrittenAsAnother) {
  const auto as = [](const std::string& text, std::uint32_t number, std::uint8_t type = 0x10) {
    return Refusal(With("uses-sdk", {WrittenAs(NumberOf(kMinSdkId, number, type), text)}));
  };
  const std::string refusal =
      "INVALID_ARGUMENT manifest: \"minSdkVersion\" is written as another number than its value";
  EXPECT_EQ(as("28", 28), "accepted");
  EXPECT_EQ(as("28", 28, 0x11), "accepted");
  EXPECT_EQ(as("-1", 0xffffffff), "accepted") << "as Android's numbers are";
  EXPECT_EQ(as("4294967295", 0xffffffff), refusal);
  for (const char* text : {"29", "028", "+28", " 28", "0x1c", "S", ""}) EXPECT_EQ(as(text, 28), refusal) << text;
  EXPECT_EQ(Refusal(With("uses-sdk", {WrittenAs(NumberOf(kTargetSdkId, 33), "21")})),
            "INVALID_ARGUMENT manifest: \"targetSdkVersion\" is written as another number than its value");
  EXPECT_EQ(Refusal(With("activity", {WrittenAs(NumberOf(kMinSdkId, 28), "29")})), "accepted") << "nobody asks it";
}

TEST(Manifest, IsRefusedWhereAnElementThatCountsStandsDeeper) {
  const std::vector<WrittenAttribute> named = {TextOf(kNameId, "a.p")};
  EXPECT_EQ(Refusal(Within("queries", "uses-sdk")),
            "INVALID_ARGUMENT manifest: \"uses-sdk\" stands within \"queries\"");
  EXPECT_EQ(Refusal(Within("application", "uses-sdk")),
            "INVALID_ARGUMENT manifest: \"uses-sdk\" stands within \"application\"");
  EXPECT_EQ(Refusal(Within("application", "application")),
            "INVALID_ARGUMENT manifest: \"application\" stands within \"application\"");
  for (const std::string permission : {"uses-permission", "uses-permission-sdk-23", "uses-permission-sdk-m"}) {
    EXPECT_EQ(Refusal(Within("queries", permission, named)),
              "INVALID_ARGUMENT manifest: \"" + permission + "\" stands within \"queries\"");
    EXPECT_EQ(Refusal(Within("application", permission, named)), "accepted") << "where it is nothing to Android";
  }
}

// A string of which Android would see less, more or nothing.
TEST(Manifest, UsesNoStringThatEndsElsewhere) {
  const std::string refusal = " is no Unicode, or has its end elsewhere";
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kUtf16}) {
    AxmlWriter xml(encoding);
    xml.Start("manifest", {Plain("package", "a.b")}).Start(std::string_view("uses-sdk\0x", 10)).End().End();
    EXPECT_EQ(Refusal(xml.Finish()), "INVALID_ARGUMENT axml: string 10" + refusal) << "a NUL inside";

    const Bytes good = AxmlWriter(encoding).Start("manifest", {Plain("package", "a.b")}).End().Finish();
    const std::string text = encoding == Encoding::kUtf8 ? std::string("a.b\0", 4) : std::string("a\0.\0b\0\0", 7);
    Bytes endless = good;
    const auto at = std::search(endless.begin(), endless.end(), text.begin(), text.end());
    ASSERT_NE(at, endless.end());
    at[static_cast<std::ptrdiff_t>(text.size()) - 1] = 'x';
    EXPECT_EQ(Refusal(endless), "INVALID_ARGUMENT axml: string 9" + refusal) << "no NUL behind";

    Bytes styled = good;
    styled[8 + 12] = 1;
    EXPECT_EQ(Refusal(styled), "INVALID_ARGUMENT axml: a string pool with styles");
  }
}

TEST(AStringPool, OfUtf16HasNoStringAtAnOddByte) {
  for (const std::uint8_t offset : {0, 1}) {
    Bytes chunk;
    AxmlWriter::U16(chunk, 0x0001), AxmlWriter::U16(chunk, 28), AxmlWriter::U32(chunk, 44);
    AxmlWriter::U32(chunk, 1), AxmlWriter::U32(chunk, 0), AxmlWriter::U32(chunk, 0);
    AxmlWriter::U32(chunk, 32), AxmlWriter::U32(chunk, 0), AxmlWriter::U32(chunk, offset);
    if (offset == 1) chunk.push_back(0);
    AxmlWriter::U16(chunk, 1), AxmlWriter::U16(chunk, 'n'), AxmlWriter::U16(chunk, 0);
    chunk.resize(44);
    const StringPool pool = StringPool::Parse(View(chunk)).value();
    EXPECT_EQ(pool.Get(0).has_value(), offset == 0);
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
       "INVALID_ARGUMENT manifest: the attributes of \"manifest\" are not in the order of their ids"},
      {"a split", Root({package, Plain("split", "config.de")}),
       "INVALID_ARGUMENT manifest: it is that of a split, not of an app"},
      {"a version code that is text", Root({package, TextOf(kVersionCodeId, "1")}),
       "INVALID_ARGUMENT manifest: \"versionCode\" is no number"},
      {"a minimum that is a reference", With("uses-sdk", {NumberOf(kMinSdkId, 0x7f030001, 0x01)}),
       "INVALID_ARGUMENT manifest: \"minSdkVersion\" is no number"},
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
       "INVALID_ARGUMENT axml: string 11 is no Unicode, or has its end elsewhere"},
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
  body.resize(body.size() + 2 * kUnits, 'n');
  AxmlWriter::U16(body, 0);
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
