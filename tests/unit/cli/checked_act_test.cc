// What the command line believes of an act of the private record log.
#include "api/cli/checked_act.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/rfc_tree.h"
#include "tests/support/test_authority.h"
#include "tests/support/test_pki.h"
#include "verifier-sdk/core/bundle.h"

namespace certmark::cli {
namespace {

using testing::RfcTree;

constexpr std::uint64_t kSize = 13, kIndex = 6;
constexpr std::string_view kAct = R"({"id":"","at":1793664000,"actor":"abcdefghijkmnpqr","act":"decide",)"
                                  R"("subject":"application/abcdefghijkmnpqr",)"
                                  R"("reason":"","before":"REVIEW","after":"GRANTED","rests_on":"","concerns":[],"records":{}})";

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
  std::string Signed(std::string_view typ, const std::string& payload, const testing::TestKey& key) const {
    return testing::SignJws("ES256", key.kid(), typ, {}, payload, key);
  }
  std::string Entry(const RecordHead& head) const {
    return Signed(kTypRecord, RecordHeadPayload(head), case_.credential_key);
  }
  // Logged: the head stands at 9, and who signed it is announced at 1.
  LoggedHead Logged(const std::string& entry) const {
    const std::string key =
        KeyEntryPayload(list().iss(), testing::kNow, bundle_.certificates[0], bundle_.certificates[1]);
    return {std::string(testing::kLogOrigin), 9, 1, entry, Signed(kTypKey, key, case_.credential_key)};
  }
  ErrorCode CodeOf(const LoggedHead& logged) const {
    const auto head = CheckRecordHead(logged, act_, list());
    return head ? ErrorCode{} : head.error().code;
  }
  const TrustList& list() const { return made_.lists.back(); }

  const testing::TestCase case_;
  const testing::Made made_ = case_.Make();
  const Bundle bundle_ = Bundle::Parse(made_.bundle).value();
  const RecordHead good_{list().iss(), testing::kNow, kSize, tree_.Root(kSize)};
  const CheckedAct act_{{}, kIndex, kSize, tree_.Root(kSize)};
};

TEST_F(HeadsOfTheRecordLog, AreThoseThatAnActWasProvenAgainst) {
  const auto head = CheckRecordHead(Logged(Entry(good_)), act_, list());
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->iat, testing::kNow);
}

TEST_F(HeadsOfTheRecordLog, AreRefusedWhereTheySaySomethingElse) {
  RecordHead other_size = good_, other_root = good_, other_authority = good_;
  ++other_size.size;
  other_root.root.bytes[0] ^= 1;
  other_authority.iss = "https://another.example";
  for (const RecordHead& head : {other_size, other_root, other_authority}) {
    EXPECT_EQ(CodeOf(Logged(Entry(head))), ErrorCode::kFailedPrecondition);
  }
  EXPECT_EQ(CodeOf(Logged("eyJ9.e30.AA")), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Logged("")), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Logged(Signed("secevent+jwt", RecordHeadPayload(good_), case_.credential_key))),
            ErrorCode::kFailedPrecondition);
}

TEST_F(HeadsOfTheRecordLog, AreRefusedUnlessSignedByAKeyThatTheLogAnnouncedBefore) {
  const testing::TestKey stranger = testing::TestKey::P256();
  EXPECT_EQ(CodeOf(Logged(Signed(kTypRecord, RecordHeadPayload(good_), stranger))), ErrorCode::kFailedPrecondition);
  LoggedHead damaged = Logged(Entry(good_));
  damaged.entry.back() = damaged.entry.back() == 'A' ? 'Q' : 'A';
  EXPECT_EQ(CodeOf(damaged), ErrorCode::kFailedPrecondition) << "a signature that does not hold";
  LoggedHead later = Logged(Entry(good_)), no_key = later, elsewhere = later;
  later.key_index = later.index + 1;
  EXPECT_EQ(CodeOf(later), ErrorCode::kFailedPrecondition) << "announced after it";
  no_key.key_entry = no_key.entry;
  EXPECT_EQ(CodeOf(no_key), ErrorCode::kFailedPrecondition) << "announced nowhere";
  elsewhere.origin = "another.example/log/1";
  EXPECT_EQ(CodeOf(elsewhere), ErrorCode::kFailedPrecondition) << "of a log that nobody listed";
}

TEST_F(HeadsOfTheRecordLog, AreRefusedOfAKeyThatTheListBlocksThere) {
  for (const std::uint64_t from : {9, 10}) {
    testing::TestCase blocked = case_;
    blocked.trust.blocked.push_back(
        {case_.credential_key.public_key().spki_hash().Hex(), from, std::string(testing::kLogOrigin)});
    const testing::Made made = blocked.Make();
    EXPECT_EQ(CheckRecordHead(Logged(Entry(good_)), act_, made.lists.back()).has_value(), from > 9) << from;
  }
}

}  // namespace
}  // namespace certmark::cli
