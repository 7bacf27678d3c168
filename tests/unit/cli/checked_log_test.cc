// What the command line believes of an authority's proofs; the calls themselves are tests/integration's.
#include "api/cli/checked_log.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/rfc_tree.h"

namespace certmark::cli {
namespace {

using testing::RfcTree;

constexpr std::uint64_t kSize = 21, kOldSize = 13, kIndex = 8;

class CheckedAnswers : public ::testing::Test {
 protected:
  CheckedAnswers() {
    inclusion_.set_index(kIndex);
    inclusion_.set_size(kSize);
    for (const Hash& hash : tree_.Path(kIndex, kSize)) inclusion_.add_hashes(ToWire(hash));
    consistency_.set_old_size(kOldSize);
    consistency_.set_new_size(kSize);
    for (const Hash& hash : tree_.Consistency(kOldSize, kSize)) consistency_.add_hashes(ToWire(hash));
    consistency_.set_old_root_hash(ToWire(tree_.Root(kOldSize)));
    consistency_.set_new_root_hash(ToWire(tree_.Root(kSize)));
  }
  static std::string ToWire(const Hash& hash) { return std::string(AsText(hash.view())); }
  static std::string Flipped(std::string bytes) {
    bytes[3] ^= 1;
    return bytes;
  }

  const RfcTree tree_ = RfcTree::OfSize(kSize);
  const EntryClaim claim_{kIndex, kSize, tree_.leaves()[kIndex]};
  v1::InclusionProof inclusion_;
  v1::ConsistencyProof consistency_;
};

TEST_F(CheckedAnswers, AreBelievedWhereTheyHold) {
  EXPECT_EQ(CheckInclusion(inclusion_, claim_, tree_.Root(kSize)).value(), tree_.Path(kIndex, kSize));
  const auto roots = CheckConsistency(consistency_, {kOldSize, kSize});
  ASSERT_TRUE(roots) << roots.error().message;
  EXPECT_EQ(roots->old_root, tree_.Root(kOldSize));
  EXPECT_EQ(roots->new_root, tree_.Root(kSize));
  EXPECT_EQ(roots->path, tree_.Consistency(kOldSize, kSize));
}

TEST_F(CheckedAnswers, OfAnEntryAreRefusedForEveryMutation) {
  using Answer = v1::InclusionProof;
  const struct {
    const char* mutation;
    std::function<void(Answer&)> mutate;
  } kRows[] = {
      {"another index", [](Answer& a) { a.set_index(kIndex + 1); }},
      {"another size", [](Answer& a) { a.set_size(kSize - 1); }},
      {"a hash changed", [](Answer& a) { a.set_hashes(1, Flipped(a.hashes(1))); }},
      {"a hash cut short", [](Answer& a) { a.mutable_hashes(1)->pop_back(); }},
      {"a hash missing", [](Answer& a) { a.mutable_hashes()->RemoveLast(); }},
      {"a hash too many", [](Answer& a) { a.add_hashes(std::string(32, 'x')); }},
      {"far too many hashes",
       [](Answer& a) {
         for (int i = 0; i < 1000; ++i) a.add_hashes(a.hashes(0));
       }},
      {"no hashes", [](Answer& a) { a.clear_hashes(); }},
  };
  for (const auto& row : kRows) {
    Answer answer = inclusion_;
    row.mutate(answer);
    const auto checked = CheckInclusion(answer, claim_, tree_.Root(kSize));
    ASSERT_FALSE(checked) << row.mutation;
    EXPECT_EQ(checked.error().code, ErrorCode::kFailedPrecondition) << row.mutation;
  }
  EXPECT_FALSE(CheckInclusion(inclusion_, claim_, tree_.Root(kSize - 1)));
  EXPECT_FALSE(CheckInclusion(inclusion_, {kIndex, kSize, tree_.leaves()[kIndex + 1]}, tree_.Root(kSize)));
}

TEST_F(CheckedAnswers, OfTwoTreesAreRefusedForEveryMutation) {
  using Answer = v1::ConsistencyProof;
  const struct {
    const char* mutation;
    std::function<void(Answer&)> mutate;
  } kRows[] = {
      {"another old size", [](Answer& a) { a.set_old_size(kOldSize - 1); }},
      {"another new size", [](Answer& a) { a.set_new_size(kSize + 1); }},
      {"another old root", [](Answer& a) { a.set_old_root_hash(Flipped(a.old_root_hash())); }},
      {"another new root", [](Answer& a) { a.set_new_root_hash(Flipped(a.new_root_hash())); }},
      {"an old root cut short", [](Answer& a) { a.mutable_old_root_hash()->pop_back(); }},
      {"no new root", [](Answer& a) { a.clear_new_root_hash(); }},
      {"a hash changed", [](Answer& a) { a.set_hashes(0, Flipped(a.hashes(0))); }},
      {"a hash too long", [](Answer& a) { a.mutable_hashes(0)->push_back('x'); }},
      {"a hash missing", [](Answer& a) { a.mutable_hashes()->RemoveLast(); }},
      {"a hash too many", [](Answer& a) { a.add_hashes(a.hashes(0)); }},
      {"far too many hashes",
       [](Answer& a) {
         for (int i = 0; i < 1000; ++i) a.add_hashes(a.hashes(0));
       }},
  };
  for (const auto& row : kRows) {
    Answer answer = consistency_;
    row.mutate(answer);
    const auto checked = CheckConsistency(answer, {kOldSize, kSize});
    ASSERT_FALSE(checked) << row.mutation;
    EXPECT_EQ(checked.error().code, ErrorCode::kFailedPrecondition) << row.mutation;
  }
}

}  // namespace
}  // namespace certmark::cli
