#include "ledger/log_reader.h"

#include <gtest/gtest.h>

#include "tests/support/rfc_tree.h"
#include "tests/unit/ledger/ledger_fixture.h"

namespace certmark::ledger {
namespace {

using testing::RfcTree;

constexpr std::uint64_t kSize = 600;

class LogReaderTest : public LedgerFixture {
 protected:
  void SetUp() override {
    Open();
    Change change;
    for (std::uint64_t i = 0; i < kSize; ++i) change.entries.push_back(Public("leaf " + std::to_string(i)));
    ASSERT_TRUE(log_->Append(std::move(change), Ack::kPublished));
  }
  ErrorCode TileFails(std::string_view path, std::uint64_t size = kSize) {
    const auto tile = reader_.Tile(TileName::Parse(path).value(), size);
    return tile ? ErrorCode{} : tile.error().code;
  }

  RfcTree tree_ = RfcTree::OfSize(kSize);
  LogReader reader_{*memory_, kPublic};
};

TEST_F(LogReaderTest, ReadsAnEntryWithinTheSizeItMayLookAt) {
  EXPECT_EQ(AsText(reader_.Entry(599, kSize).value()), "leaf 599");
  EXPECT_EQ(reader_.Entry(599, 599).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(reader_.Entry(0, 0).error().code, ErrorCode::kNotFound);
}

TEST_F(LogReaderTest, ReadsEntriesInRunsThatFitAndFollowOneAnother) {
  for (const std::size_t max_bytes : {std::size_t{0}, std::size_t{1}, std::size_t{20}, std::size_t{1'000'000}}) {
    std::uint64_t next = 0;
    while (next < kSize) {
      const auto run = reader_.Entries({next, 50, max_bytes}, kSize).value();
      ASSERT_FALSE(run.empty());
      ASSERT_LE(run.size(), 50u);
      std::size_t bytes = 0;
      for (const Bytes& entry : run) {
        EXPECT_EQ(AsText(entry), "leaf " + std::to_string(next++));
        bytes += entry.size();
      }
      EXPECT_TRUE(run.size() == 1 || bytes <= max_bytes) << max_bytes;
    }
    EXPECT_EQ(next, kSize);
  }
}

TEST_F(LogReaderTest, ReadsNoRunBeyondTheSizeItMayLookAt) {
  EXPECT_EQ(reader_.Entries({8, 50, 1000}, 10).value().size(), 2u);
  EXPECT_TRUE(reader_.Entries({10, 50, 1000}, 10).value().empty());
  EXPECT_EQ(reader_.Entries({11, 50, 1000}, 10).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(reader_.Entries({590, 50, 1000}, kSize + 1).error().code, ErrorCode::kCorruption);
}

TEST_F(LogReaderTest, KnowsTheLeafHashOfEveryEntry) {
  for (const std::uint64_t index : {0, 255, 256, 599}) {
    EXPECT_EQ(reader_.LeafHashOf(index, kSize).value(), tree_.leaves()[index]);
  }
  EXPECT_EQ(reader_.LeafHashOf(599, 599).error().code, ErrorCode::kNotFound);
}

TEST_F(LogReaderTest, FindsAnEntryByItsLeafHash) {
  EXPECT_EQ(reader_.IndexOf(tree_.leaves()[300], kSize).value(), 300u);
  EXPECT_EQ(reader_.IndexOf(tree_.leaves()[300], 300).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(reader_.IndexOf(LeafHash(AsBytes("none")), kSize).error().code, ErrorCode::kNotFound);
}

TEST_F(LogReaderTest, ServesHashTilesCutToTheWidthAskedFor) {
  const auto row = [&](std::size_t begin, std::size_t end, unsigned height) {
    Bytes bytes;
    for (std::size_t i = begin; i < end; ++i) {
      const Hash hash = tree_.Root(i << height, (i + 1) << height);
      bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.end());
    }
    return bytes;
  };
  EXPECT_EQ(reader_.Tile({0, 0, 256}, kSize).value(), row(0, 256, 0));
  EXPECT_EQ(reader_.Tile({0, 2, 88}, kSize).value(), row(512, 600, 0));
  EXPECT_EQ(reader_.Tile({0, 2, 5}, kSize).value(), row(512, 517, 0));
  EXPECT_EQ(reader_.Tile({0, 0, 7}, kSize).value(), row(0, 7, 0));
  EXPECT_EQ(reader_.Tile({1, 0, 2}, kSize).value(), row(0, 2, 8));
}

TEST_F(LogReaderTest, ServesEntryBundlesWithLengths) {
  const Bytes bundle = reader_.Tile({std::nullopt, 2, 3}, kSize).value();
  EXPECT_EQ(AsText(bundle), std::string_view("\0\x08leaf 512\0\x08leaf 513\0\x08leaf 514", 30));
  const Bytes full = reader_.Tile({std::nullopt, 1, 256}, kSize).value();
  EXPECT_EQ(full.size(), 256u * 10);
}

TEST_F(LogReaderTest, HasNoTileThatTheSizeHasNotReached) {
  const char* paths[] = {"0/002",     "0/002.p/89", "0/003.p/1",   "1/000",
                         "1/000.p/3", "2/000.p/1",  "entries/002", "entries/002.p/89"};
  for (const char* path : paths) EXPECT_EQ(TileFails(path), ErrorCode::kNotFound) << path;
  EXPECT_EQ(TileFails("0/000", 255), ErrorCode::kNotFound);
  EXPECT_EQ(TileFails("0/000", 256), ErrorCode{});
  EXPECT_EQ(reader_.Tile({0, 0, 0}, kSize).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(reader_.Tile({0, 0, 257}, kSize).error().code, ErrorCode::kNotFound);
}

TEST_F(LogReaderTest, ProvesInclusionAndConsistency) {
  for (std::uint64_t size : {1, 255, 256, 257, 512, 599, 600}) {
    EXPECT_TRUE(VerifyInclusion(size - 1, size, tree_.leaves()[size - 1], reader_.Inclusion(size - 1, size).value(),
                                tree_.Root(size)));
    EXPECT_TRUE(
        VerifyConsistency(size, tree_.Root(size), kSize, tree_.Root(kSize), reader_.Consistency(size, kSize).value()));
  }
  EXPECT_EQ(reader_.Inclusion(5, 5).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(reader_.Consistency(6, 5).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(LogReaderTest, WritesAnOfflineProofThatAStrangerVerifies) {
  const auto signed_checkpoint = log_->Exposed();
  const std::string text = reader_.ProveEntry(321, *signed_checkpoint).value().ToText();
  const TlogProof proof = TlogProof::Parse(text).value();
  EXPECT_EQ(proof.index, 321u);
  const Note note = Note::Parse(proof.checkpoint_note).value();
  EXPECT_EQ(note.Check(key_.key()).state, Note::State::kGood);
  const Checkpoint checkpoint = Checkpoint::Parse(note.text()).value();
  EXPECT_TRUE(VerifyInclusion(321, checkpoint.size, LeafHash(AsBytes("leaf 321")), proof.path, checkpoint.root));
  EXPECT_EQ(reader_.ProveEntry(kSize, *signed_checkpoint).error().code, ErrorCode::kNotFound);
}

TEST_F(LogReaderTest, ReportsRowsThatMustBeThere) {
  Damage({Column::kEntry, EntryKey(kPublic, 514), std::nullopt});
  EXPECT_EQ(reader_.Entry(514, kSize).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(TileFails("entries/002.p/3"), ErrorCode::kCorruption);
  EXPECT_EQ(TileFails("entries/002.p/2"), ErrorCode{});
  Damage({Column::kTile, TileKey(kPublic, 0, 0), Bytes(32)});
  EXPECT_EQ(TileFails("0/000"), ErrorCode::kCorruption);
  EXPECT_EQ(TileFails("0/000.p/2"), ErrorCode::kCorruption);
  EXPECT_EQ(reader_.LeafHashOf(5, kSize).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(reader_.Inclusion(5, kSize).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(reader_.Consistency(5, kSize).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(reader_.RootAt(5).error().code, ErrorCode::kCorruption);
}

TEST_F(LogReaderTest, KeepsLogsApart) {
  const LogReader other(*memory_, kPublic + 1);
  EXPECT_EQ(other.IndexOf(tree_.leaves()[0], kSize).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(other.Entry(0, kSize));
}

}  // namespace
}  // namespace certmark::ledger
