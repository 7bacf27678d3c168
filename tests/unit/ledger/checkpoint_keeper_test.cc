#include "ledger/checkpoint_keeper.h"

#include "ledger/memory_store.h"
#include "tests/unit/ledger/ledger_fixture.h"

namespace certmark::ledger {
namespace {

constexpr Seconds kHour{3600}, kDay{24 * 3600};
using Sizes = std::vector<std::uint64_t>;

// KeeperTest stores notes at chosen times, each put a commit of its own.
class KeeperTest : public ::testing::Test {
 protected:
  static SignedCheckpoint NoteOf(std::uint64_t size) {
    const Checkpoint checkpoint{std::string(kOrigin), size, LeafHash(EncodeU64(size))};
    return {checkpoint, checkpoint.ToText() + "\n" + Key().SignNote(checkpoint.ToText())};
  }
  static const testing::TestNoteKey& Key() {
    static const testing::TestNoteKey key = testing::TestNoteKey::Log(kOrigin);
    return key;
  }
  Result<SignedCheckpoint> Put(std::uint64_t size, Time now, const std::vector<std::string>& cosignatures = {}) {
    std::vector<Write> writes;
    head_.tree.size = std::max(head_.tree.size, size);
    auto put = keeper_.Put(NoteOf(size), cosignatures, now, head_, writes);
    if (put) {
      ++version_;
      const Bytes before = store_->Head().value();
      store_->Commit(before, Batch{EncodeU64(version_), std::move(writes), {}}).value();
    }
    return put;
  }
  Sizes Stored() const {
    Sizes sizes;
    store_
        ->Scan(Column::kCheckpoint, {}, {},
               [&](ByteView key, ByteView) {
                 sizes.push_back(DecodeU64(key.last(8)).value());
                 return true;
               })
        .value();
    return sizes;
  }
  std::string Cosignature(std::uint64_t size, Time time, const char* name = "w.example") const {
    return testing::TestNoteKey::Witness(name).Cosign(NoteOf(size).checkpoint.ToText(), time);
  }

  std::unique_ptr<Store> store_ = MakeMemoryStore();
  bool witnessed_needed_ = false;
  CheckpointKeeper keeper_{*store_, kPublic,
                           [this](const Note& note) { return !witnessed_needed_ || note.signatures().size() > 1; }};
  LogHead head_;
  std::uint64_t version_ = 0;
  const Time start_ = FromEpoch(1'793'664'000);  // at a full hour
};

TEST_F(KeeperTest, KeepsOneCheckpointASecondAndAlwaysTheNewest) {
  for (std::uint64_t size = 1; size <= 9; ++size) {
    ASSERT_TRUE(Put(size, start_ + Seconds((size - 1) / 3)));
    EXPECT_EQ(Stored().back(), size);
    EXPECT_EQ(head_.published, size);
    EXPECT_EQ(head_.exposed, size);
  }
  EXPECT_EQ(Stored(), (Sizes{3, 6, 9}));
}

TEST_F(KeeperTest, KeepsTheExposedOneWhileWitnessesAreBehind) {
  ASSERT_TRUE(Put(1, start_));
  witnessed_needed_ = true;
  for (std::uint64_t size = 2; size <= 5; ++size) ASSERT_TRUE(Put(size, start_));
  EXPECT_EQ(head_.exposed, 1u);
  EXPECT_EQ(Stored(), (Sizes{1, 5}));
  ASSERT_TRUE(Put(5, start_, {Cosignature(5, start_)}));
  EXPECT_EQ(head_.exposed, 5u);
  EXPECT_EQ(Stored(), Sizes{5});
}

TEST_F(KeeperTest, StoresAgainWhatWasThinnedWhenItsWitnessesComeLate) {
  witnessed_needed_ = true;
  for (std::uint64_t size = 1; size <= 3; ++size) ASSERT_TRUE(Put(size, start_));
  ASSERT_EQ(Stored(), Sizes{3});
  ASSERT_TRUE(Put(2, start_, {Cosignature(2, start_)}));
  EXPECT_EQ(head_.exposed, 2u);
  EXPECT_EQ(head_.published, 3u);
  EXPECT_EQ(Stored(), (Sizes{2, 3}));
}

TEST_F(KeeperTest, ThinsToOneAnHourAfterSevenDays) {
  std::uint64_t size = 0;
  for (int minute = 0; minute < 180; minute += 20) ASSERT_TRUE(Put(++size, start_ + Seconds(60 * minute)));
  ASSERT_EQ(Stored().size(), 9u);
  ASSERT_TRUE(Put(++size, start_ + kHour + 7 * kDay));
  EXPECT_EQ(Stored(), (Sizes{3, 4, 5, 6, 7, 8, 9, 10}));  // of the first hour the last; the others are too young
  ASSERT_TRUE(Put(++size, start_ + 3 * kHour + 7 * kDay));
  EXPECT_EQ(Stored(), (Sizes{3, 6, 9, 10, 11}));
}

TEST_F(KeeperTest, NeverThinsAnOldOneThatIsStillExposed) {
  ASSERT_TRUE(Put(1, start_));
  witnessed_needed_ = true;
  ASSERT_TRUE(Put(2, start_ + Seconds(60)));
  ASSERT_TRUE(Put(3, start_ + 8 * kDay));
  EXPECT_EQ(Stored(), (Sizes{1, 2, 3}));
}

TEST_F(KeeperTest, PutsANewerCosignatureInPlaceOfTheSameWitnesss) {
  ASSERT_TRUE(Put(1, start_, {Cosignature(1, start_, "a.example"), Cosignature(1, start_, "b.example")}));
  const auto put = Put(1, start_ + kHour, {Cosignature(1, start_ + kHour, "a.example")});
  ASSERT_TRUE(put);
  const Note note = Note::Parse(put->note).value();
  EXPECT_EQ(note.signatures().size(), 3u);
  EXPECT_EQ(note.Check(testing::TestNoteKey::Witness("a.example").key()).time, start_ + kHour);
  EXPECT_EQ(note.Check(testing::TestNoteKey::Witness("b.example").key()).time, start_);
  EXPECT_EQ(note.Check(Key().key()).state, Note::State::kGood);
  EXPECT_EQ(note.text(), NoteOf(1).checkpoint.ToText());
}

TEST_F(KeeperTest, RefusesWhatIsNoSignatureLine) {
  for (const std::string& line : {std::string(), std::string("text\n"), Cosignature(1, start_) + Cosignature(1, start_),
                                  std::string("— a.example AAAA\n\n")}) {
    EXPECT_EQ(Put(1, start_, {line}).error().code, ErrorCode::kInvalidArgument) << line;
  }
  EXPECT_EQ(head_.published, 0u);
}

TEST_F(KeeperTest, RefusesAnotherCheckpointOfASizeThatIsStored) {
  ASSERT_TRUE(Put(1, start_));
  SignedCheckpoint other = NoteOf(1);
  other.checkpoint.root = LeafHash(AsBytes("other"));
  std::vector<Write> writes;
  EXPECT_EQ(keeper_.Put(other, {}, start_, head_, writes).error().code, ErrorCode::kCorruption);
}

}  // namespace
}  // namespace certmark::ledger
