// Records that are parsed once: what is read is always what the store holds.
#include "ca/parsed_rows.h"

#include <gtest/gtest.h>

#include "ledger/memory_store.h"

namespace certmark::ca {
namespace {

// Word counts how often one is parsed.
struct Word {
  static constexpr std::string_view kKind = "word";
  static inline int parsed = 0;
  std::string id, text;
  static Result<Word> FromJson(std::string_view json) {
    ++parsed;
    if (json.empty()) return Error{ErrorCode::kInvalidArgument, "no text"};
    return Word{"", std::string(json)};
  }
};

class ParsedRowsTest : public ::testing::Test {
 protected:
  ParsedRowsTest() { Word::parsed = 0; }

  void Write(std::string_view id, std::string_view text) {
    const ledger::Batch batch{ToBytes(std::to_string(++version_)),
                              {{ledger::Column::kRecord, RecordKey(Word::kKind, id), ToBytes(text)}}};
    ASSERT_TRUE(store_->Commit(store_->Head().value(), batch));
  }
  std::string TextOf(std::string_view id) { return rows_.Load(*store_, id).value()->text; }

  std::unique_ptr<ledger::Store> store_ = ledger::MakeMemoryStore();
  int version_ = 0;
  const ParsedRows<Word> rows_;
};

TEST_F(ParsedRowsTest, ParsesARowOnce) {
  Write("a", "one");
  EXPECT_EQ(TextOf("a"), "one");
  EXPECT_EQ(TextOf("a"), "one");
  EXPECT_EQ(Word::parsed, 1);
}

TEST_F(ParsedRowsTest, IsNeverBehindTheStore) {
  Write("a", "one");
  EXPECT_EQ(TextOf("a"), "one");
  Write("a", "two");
  EXPECT_EQ(TextOf("a"), "two");
  Write("a", "one");
  EXPECT_EQ(TextOf("a"), "one");
}

TEST_F(ParsedRowsTest, TellsRecordsApart) {
  Write("a", "same");
  Write("b", "same");
  EXPECT_EQ(TextOf("a"), "same");
  EXPECT_EQ(TextOf("b"), "same");
  EXPECT_EQ(Word::parsed, 2);
}

TEST_F(ParsedRowsTest, NeitherFindsNorKeepsWhatIsNotThereOrDoesNotParse) {
  EXPECT_EQ(rows_.Load(*store_, "a").error().code, ErrorCode::kNotFound);
  Write("a", "");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(rows_.Load(*store_, "a").error().code, ErrorCode::kCorruption);
  Write("a", "one");
  EXPECT_EQ(TextOf("a"), "one");
}

TEST_F(ParsedRowsTest, BeginsAnewRatherThanGrow) {
  constexpr std::size_t kCapacity = ParsedRows<Word>::kCapacity;
  for (std::size_t i = 0; i <= kCapacity; ++i) {
    Write(std::to_string(i), "w");
    EXPECT_EQ(TextOf(std::to_string(i)), "w");
  }
  EXPECT_EQ(TextOf("0"), "w");
  EXPECT_EQ(Word::parsed, static_cast<int>(kCapacity + 2)) << "the first was let go";
}

}  // namespace
}  // namespace certmark::ca
