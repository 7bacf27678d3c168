// What the command line believes of an act of the private record log.
#include "api/cli/checked_act.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/rfc_tree.h"
#include "tests/support/test_authority.h"
#include "tests/support/test_pki.h"

namespace certmark::cli {
namespace {

using testing::RfcTree;

constexpr std::uint64_t kSize = 13, kIndex = 6;
constexpr std::string_view kAct = R"({"id":"","at":1793664000,"actor":"abcdefghijkmnpqr","act":"decide",)"
                                  R"("subject":"application/abcdefghijkmnpqr",)"
                                  R"("reason":"","before":"REVIEW","after":"GRANTED","rests_on":"","records":{}})";

class ActProofs : public ::testing::Test {
 protected:
  ActProofs() {
    answer_.mutable_act()->set_index(kIndex);
    answer_.mutable_act()->set_leaf_hash(ToWire(leaf_));
    answer_.mutable_act()->set_entry(std::string(kAct));
    answer_.set_head_size(kSize);
    answer_.set_head_root(ToWire(tree_.Root(kSize)));
    for (const Hash& hash : tree_.Path(kIndex, kSize)) answer_.add_hashes(ToWire(hash));
  }
  static RfcTree Tree() {
    std::vector<Hash> leaves = RfcTree::OfSize(kSize).leaves();
    leaves[kIndex] = RfcTree::Leaf(kAct);
    return RfcTree(std::move(leaves));
  }
  static std::string ToWire(const Hash& hash) { return std::string(AsText(hash.view())); }

  const RfcTree tree_ = Tree();
  const Hash leaf_ = RfcTree::Leaf(kAct);
  v1::ActProof answer_;
};

TEST_F(ActProofs, AreBelievedWhereTheyHold) {
  const auto checked = CheckActProof(answer_, leaf_);
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->recorded.act.act, "decide");
  EXPECT_EQ(checked->index, kIndex);
  EXPECT_EQ(checked->head_size, kSize);
  EXPECT_EQ(checked->head_root, tree_.Root(kSize));
}

TEST_F(ActProofs, AreRefusedForEveryMutation) {
  using Answer = v1::ActProof;
  const struct {
    const char* mutation;
    std::function<void(Answer&)> mutate;
  } kRows[] = {
      {"another act", [](Answer& a) { a.mutable_act()->mutable_entry()->replace(14, 1, "2"); }},
      {"another index", [](Answer& a) { a.mutable_act()->set_index(kIndex + 1); }},
      {"another size", [](Answer& a) { a.set_head_size(kIndex + 1); }},
      {"another root", [](Answer& a) { a.mutable_head_root()->front() ^= 1; }},
      {"no root", [](Answer& a) { a.clear_head_root(); }},
      {"a hash changed", [](Answer& a) { a.mutable_hashes(1)->front() ^= 1; }},
      {"a hash missing", [](Answer& a) { a.mutable_hashes()->RemoveLast(); }},
      {"nothing", [](Answer& a) { a.Clear(); }},
  };
  for (const auto& row : kRows) {
    Answer answer = answer_;
    row.mutate(answer);
    const auto checked = CheckActProof(answer, leaf_);
    ASSERT_FALSE(checked) << row.mutation;
    EXPECT_EQ(checked.error().code, ErrorCode::kFailedPrecondition) << row.mutation;
  }
}

TEST_F(ActProofs, AreOfActsAlone) {
  const Hash leaf = RfcTree::Leaf("leaf 2");
  answer_.mutable_act()->set_index(2);
  answer_.mutable_act()->set_entry("leaf 2");
  answer_.clear_hashes();
  for (const Hash& hash : tree_.Path(2, kSize)) answer_.add_hashes(ToWire(hash));
  EXPECT_EQ(CheckActProof(answer_, leaf).error().code, ErrorCode::kFailedPrecondition);
}

class HeadsOfTheRecordLog : public ActProofs {
 protected:
  std::string Entry(const RecordHead& head) const {
    return testing::SignJws("ES256", key_.kid(), kTypRecord, {}, RecordHeadPayload(head), key_);
  }
  const testing::TestKey key_ = testing::TestKey::P256();
  const std::vector<TrustList> lists_ = testing::TestCase().Make().lists;
  const TrustList& list_ = lists_.back();
  const RecordHead good_{list_.iss(), testing::kNow, kSize, tree_.Root(kSize)};
  const CheckedAct act_{{}, kIndex, kSize, tree_.Root(kSize)};
};

TEST_F(HeadsOfTheRecordLog, AreThoseThatAnActWasProvenAgainst) {
  const auto head = CheckRecordHead(Entry(good_), act_, list_);
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->iat, testing::kNow);
}

TEST_F(HeadsOfTheRecordLog, AreRefusedWhereTheySaySomethingElse) {
  RecordHead other_size = good_, other_root = good_, other_authority = good_;
  ++other_size.size;
  other_root.root.bytes[0] ^= 1;
  other_authority.iss = "https://another.example";
  for (const RecordHead& head : {other_size, other_root, other_authority}) {
    EXPECT_EQ(CheckRecordHead(Entry(head), act_, list_).error().code, ErrorCode::kFailedPrecondition);
  }
  EXPECT_EQ(CheckRecordHead("eyJ9.e30.AA", act_, list_).error().code, ErrorCode::kFailedPrecondition);
  const std::string event = testing::SignJws("ES256", key_.kid(), "secevent+jwt", {}, RecordHeadPayload(good_), key_);
  EXPECT_EQ(CheckRecordHead(event, act_, list_).error().code, ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace certmark::cli
