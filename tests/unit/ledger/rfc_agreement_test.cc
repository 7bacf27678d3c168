// Roots, proofs and tiles as a reader of stored tiles gives them, against the definition: for every tree of up to 300
// entries, and around every power of two up to 2^20.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "ledger/edge.h"
#include "ledger/log_reader.h"
#include "ledger/memory_store.h"
#include "tests/support/rfc_tree.h"

namespace certmark::ledger {
namespace {

using testing::RfcTree;

// Sanitizers make hashing and maps ten times slower: they get smaller trees, which still cross tiles on two levels.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kEverySizeUpTo = 80;
constexpr unsigned kLargestPower = 16;
constexpr int kRandomPositions = 4;
#else
constexpr std::uint64_t kEverySizeUpTo = 300;
constexpr unsigned kLargestPower = 20;
constexpr int kRandomPositions = 16;
#endif
constexpr LogNumber kLog = 1;

// WatchedStore is a store in memory that knows which tiles were read since it was last asked.
class WatchedStore : public Store {
 public:
  Result<Bytes> Head() const override { return store_->Head(); }
  Result<void> Commit(ByteView expected_head, const Batch& batch) override {
    return store_->Commit(expected_head, batch);
  }
  Result<void> Sync() override { return store_->Sync(); }
  Result<std::optional<Bytes>> Get(Column column, ByteView key) const override {
    if (column == Column::kTile && !read_.insert(Bytes(key.begin(), key.end())).second) read_twice_ = true;
    return store_->Get(column, key);
  }
  Result<void> Scan(Column column, ByteView begin, ByteView end,
                    const std::function<bool(ByteView, ByteView)>& visit) const override {
    return store_->Scan(column, begin, end, visit);
  }

  // ReadEachTileOnce is true if no tile was read twice since the last question.
  bool ReadEachTileOnce() {
    read_.clear();
    return !std::exchange(read_twice_, false);
  }

 private:
  std::unique_ptr<Store> store_ = MakeMemoryStore();
  mutable std::set<Bytes> read_;
  mutable bool read_twice_ = false;
};

// Mutant is `proof` spoiled in one way, another one for each `seed`.
Proof Mutant(Proof proof, std::uint64_t seed) {
  const std::size_t at = proof.empty() ? 0 : seed / 4 % proof.size();
  switch (proof.empty() ? 3 : seed % 4) {
    case 0:
      proof[at].bytes[seed % Hash::kSize] ^= 1;
      break;
    case 1:
      proof.erase(proof.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 2:
      proof.insert(proof.begin() + static_cast<std::ptrdiff_t>(at), proof[at]);
      break;
    default:
      proof.push_back(Hash());
      break;
  }
  return proof;
}

class RfcAgreement : public ::testing::Test {
 protected:
  // GrowTo appends the tree's next leaves and stores the tiles that changed.
  void GrowTo(const RfcTree& tree, std::uint64_t size) {
    std::vector<Write> writes;
    edge_.Append(std::span(tree.leaves()).subspan(edge_.size(), size - edge_.size()), writes);
    const Bytes head = store_.Head().value();
    ASSERT_TRUE(store_.Commit(head, Batch{head, std::move(writes)}));
    ASSERT_EQ(edge_.head(), (TreeHead{size, tree.Root(size)}));
  }

  void CheckRoot(const RfcTree& tree, std::uint64_t size) {
    ASSERT_EQ(reader_.RootAt(size).value(), tree.Root(size)) << size;
    ASSERT_TRUE(store_.ReadEachTileOnce()) << size;
  }

  void CheckInclusion(const RfcTree& tree, std::uint64_t index, std::uint64_t size) {
    const Proof proof = reader_.Inclusion(index, size).value();
    const Hash &leaf = tree.leaves()[index], root = tree.Root(size);
    ASSERT_EQ(proof, tree.Path(index, size)) << index << " in " << size;
    ASSERT_TRUE(store_.ReadEachTileOnce()) << index << " in " << size;
    ASSERT_TRUE(VerifyInclusion(index, size, leaf, proof, root)) << index << " in " << size;
    ASSERT_FALSE(VerifyInclusion(index, size, leaf, Mutant(proof, index + size), root)) << index << " in " << size;
  }

  void CheckConsistency(const RfcTree& tree, std::uint64_t old_size, std::uint64_t size) {
    const Proof proof = reader_.Consistency(old_size, size).value();
    const Hash old_root = tree.Root(old_size), root = tree.Root(size);
    ASSERT_EQ(proof, tree.Consistency(old_size, size)) << old_size << " to " << size;
    ASSERT_TRUE(store_.ReadEachTileOnce()) << old_size << " to " << size;
    ASSERT_TRUE(VerifyConsistency(old_size, old_root, size, root, proof)) << old_size << " to " << size;
    ASSERT_FALSE(VerifyConsistency(old_size, old_root, size, root, Mutant(proof, old_size + size)))
        << old_size << " to " << size;
  }

  // CheckTile compares a tile at the width asked for.
  void CheckTile(const RfcTree& tree, const TileName& name, std::uint64_t size) {
    const Bytes tile = reader_.Tile(name, size).value();
    ASSERT_EQ(tile.size(), name.width * Hash::kSize) << name.ToPath() << " at " << size;
    for (unsigned i = 0; i < name.width; ++i) {
      const Hash hash = tree.TileHash(*name.level, name.number, i);
      ASSERT_TRUE(Equal(hash.view(), ByteView(tile).subspan(i * Hash::kSize, Hash::kSize)))
          << name.ToPath() << " at " << size << ", hash " << i;
    }
  }

  // CheckTiles compares the tiles of every level that a tree of `size` has, from the one over `first_leaf` on, and sees
  // that it has no more. Narrower widths of the last tile of each level are asked for too.
  void CheckTiles(const RfcTree& tree, std::uint64_t size, std::uint64_t first_leaf) {
    for (std::uint8_t level = 0; level < 6; ++level) {
      std::uint64_t number = first_leaf >> (kTileHeight * (level + 1u));
      unsigned width = WidthAt(size, level, number);
      for (; width > 0; width = WidthAt(size, level, ++number)) {
        ASSERT_NO_FATAL_FAILURE(CheckTile(tree, {level, number, width}, size));
        if (width == kTileWidth) continue;
        for (const unsigned narrower : std::set{1u, (width + 1) / 2, std::max(width - 1, 1u)}) {
          ASSERT_NO_FATAL_FAILURE(CheckTile(tree, {level, number, narrower}, size));
        }
        ASSERT_EQ(reader_.Tile({level, number, width + 1}, size).error().code, ErrorCode::kNotFound);
      }
      ASSERT_EQ(reader_.Tile({level, number, 1}, size).error().code, ErrorCode::kNotFound);
    }
    store_.ReadEachTileOnce();
  }

  WatchedStore store_;
  Edge edge_{kLog};
  LogReader reader_{store_, kLog};
};

TEST_F(RfcAgreement, HoldsForEveryRootProofAndTileOfEveryTreeWhileTheLogGrows) {
  const RfcTree tree = RfcTree::OfSize(kEverySizeUpTo);
  for (std::uint64_t size = 0; size <= kEverySizeUpTo; ++size) {
    ASSERT_NO_FATAL_FAILURE(GrowTo(tree, size));
    ASSERT_NO_FATAL_FAILURE(CheckRoot(tree, size));
    ASSERT_NO_FATAL_FAILURE(CheckTiles(tree, size, 0));
    for (std::uint64_t index = 0; index < size; ++index) {
      ASSERT_NO_FATAL_FAILURE(CheckInclusion(tree, index, size));
    }
    for (std::uint64_t old_size = 0; old_size <= size; ++old_size) {
      ASSERT_NO_FATAL_FAILURE(CheckConsistency(tree, old_size, size));
    }
  }
}

TEST_F(RfcAgreement, HoldsForEveryEarlierSizeOnceTheLogHasGrown) {
  const RfcTree tree = RfcTree::OfSize(kEverySizeUpTo);
  ASSERT_NO_FATAL_FAILURE(GrowTo(tree, kEverySizeUpTo));
  for (std::uint64_t size = 0; size <= kEverySizeUpTo; ++size) {
    ASSERT_NO_FATAL_FAILURE(CheckRoot(tree, size));
    ASSERT_NO_FATAL_FAILURE(CheckTiles(tree, size, 0));
    for (std::uint64_t index = 0; index < size; ++index) {
      ASSERT_NO_FATAL_FAILURE(CheckInclusion(tree, index, size));
      ASSERT_NO_FATAL_FAILURE(CheckConsistency(tree, index + 1, size));
    }
  }
}

// Positions are leaves of a tree of `size` where tiles and subtrees begin and end, and some that nobody chose.
std::set<std::uint64_t> Positions(std::uint64_t size, std::mt19937_64& random) {
  std::set<std::uint64_t> positions;
  const auto add = [&](std::uint64_t position) {
    if (position < size) positions.insert(position);
  };
  for (const std::uint64_t fixed : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{256},
                                    std::uint64_t{257}, std::uint64_t{65535}, std::uint64_t{65536}}) {
    add(fixed);
    add(size - 1 - fixed);  // beyond the end where the tree is smaller
  }
  for (const std::uint64_t middle : {size / 2 - 1, size / 2, size / 2 + 1}) add(middle);
  for (int i = 0; i < kRandomPositions; ++i) add(random() % size);
  return positions;
}

TEST_F(RfcAgreement, HoldsAroundEveryPowerOfTwoAsTheLogGrowsAndAfterwards) {
  std::set<std::uint64_t> sizes;
  for (unsigned power = 0; power <= kLargestPower; ++power) {
    const std::uint64_t size = std::uint64_t{1} << power;
    sizes.insert({size - 1, size, size + 1});
  }
  sizes.erase(0);
  const RfcTree tree = RfcTree::OfSize(*sizes.rbegin());
  std::mt19937_64 random(9162);  // NOLINT: the same positions every time
  const auto check = [&](std::uint64_t size) {
    ASSERT_NO_FATAL_FAILURE(CheckRoot(tree, size));
    for (const std::uint64_t position : Positions(size, random)) {
      ASSERT_NO_FATAL_FAILURE(CheckInclusion(tree, position, size));
      ASSERT_NO_FATAL_FAILURE(CheckConsistency(tree, position + 1, size));
    }
    for (auto old_size = sizes.begin(); *old_size < size; ++old_size) {
      ASSERT_NO_FATAL_FAILURE(CheckConsistency(tree, *old_size, size));
    }
  };
  std::uint64_t before = 0;
  for (const std::uint64_t size : sizes) {
    ASSERT_NO_FATAL_FAILURE(GrowTo(tree, size));
    ASSERT_NO_FATAL_FAILURE(check(size));
    ASSERT_NO_FATAL_FAILURE(CheckTiles(tree, size, before));  // what an earlier size had whole is not looked at again
    before = size;
  }
  ASSERT_NO_FATAL_FAILURE(CheckTiles(tree, before, 0));
  for (const std::uint64_t size : sizes) ASSERT_NO_FATAL_FAILURE(check(size));
}

}  // namespace
}  // namespace certmark::ledger
