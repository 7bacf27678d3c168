#include "verifier-sdk/core/entry_bundle.h"

#include <gtest/gtest.h>

namespace certmark {
namespace {

Bytes BundleOf(std::initializer_list<std::string_view> entries) {
  Bytes bundle;
  for (const std::string_view entry : entries) AppendToBundle(bundle, AsBytes(entry));
  return bundle;
}

void Refused(ByteView bundle, unsigned width, std::string_view why) {
  const auto parsed = ParseEntryBundle(bundle, width);
  ASSERT_FALSE(parsed) << why;
  EXPECT_NE(parsed.error().message.find(why), std::string::npos) << parsed.error().message;
}

TEST(EntryBundle, HoldsItsEntriesInOrder) {
  const Bytes bundle = BundleOf({"one", "", "three"});
  const auto entries = ParseEntryBundle(bundle, 3).value();
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(AsText(entries[0]), "one");
  EXPECT_EQ(AsText(entries[1]), "");
  EXPECT_EQ(AsText(entries[2]), "three");
}

TEST(EntryBundle, TakesTheLargestEntryWhole) {
  const std::string largest(kMaxEntryBytes, 'x');
  const Bytes bundle = BundleOf({largest});
  EXPECT_EQ(bundle.size(), 2 + kMaxEntryBytes);
  EXPECT_EQ(AsText(ParseEntryBundle(bundle, 1).value().front()), largest);
}

TEST(EntryBundle, RefusesWhatIsNotExactlySoManyEntries) {
  const Bytes bundle = BundleOf({"one", "two"});
  Refused(bundle, 3, "ends after 2 entries");
  Refused(bundle, 1, "5 bytes after the last entry");
  Refused(ByteView(bundle).first(bundle.size() - 1), 2, "ends within entry 1");
  Refused(ByteView(bundle).first(6), 2, "ends after 1 entries");
  Refused({}, 1, "ends after 0 entries");
  Refused(bundle, 0, "no bundle has 0 entries");
  Refused(bundle, 257, "no bundle has 257 entries");
}

}  // namespace
}  // namespace certmark
