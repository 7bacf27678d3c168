// TrustChain: forwards alone, and what is held stays held.
#include "verifier-sdk/core/trust_chain.h"

#include <gtest/gtest.h>

#include "tests/support/test_pki.h"

namespace certmark {
namespace {

using namespace certmark::testing;

class TrustChainTest : public ::testing::Test {
 protected:
  TrustChainTest() : spec_(DefaultTrustSpec(pki_)) {
    for (const std::uint64_t seq : {1u, 2u, 3u}) lists_.push_back(MakeTrustList(Of(seq), pki_));
  }
  TrustSpec Of(std::uint64_t seq) const {
    TrustSpec spec = spec_;
    spec.seq = seq;
    return spec;
  }
  TrustChain Walked(std::size_t count) const {
    return ReadChain(pin_, {lists_.begin(), lists_.begin() + Signed(count)}).value();
  }
  static std::ptrdiff_t Signed(std::size_t count) { return static_cast<std::ptrdiff_t>(count); }
  static Result<TrustChain> ReadState(const TrustChain& chain, const std::vector<std::string>& lists) {
    json::Writer w;
    w.Object([&] {
      w.Member("pin", chain.pin().ToText());
      w.Member("seq", chain.newest().seq());
      w.Strings("lists", lists);
    });
    const std::string state = w.Take();
    return TrustChain::Read(json::Document::Parse(state, state.size()).value().root());
  }
  static std::string Refused(const Result<TrustChain::Added>& added) {
    if (added) return "accepted";
    return (added.error().code == ErrorCode::kConflict ? "reported: " : "refused: ") + added.error().message;
  }

  TestPki pki_ = MakeTestPki();
  Pin pin_{std::string(kAuthority), Sha256(pki_.root)};
  TrustSpec spec_;
  std::vector<std::string> lists_;  ///< 1, 2 and 3
};

TEST_F(TrustChainTest, GoesOnAndKnowsWhatItHolds) {
  TrustChain chain = Walked(1);
  EXPECT_EQ(Refused(chain.Add(lists_[2])).substr(0, 8), "refused:") << "one is skipped";
  EXPECT_EQ(chain.Add(lists_[1]).value(), TrustChain::Added::kNew);
  EXPECT_EQ(chain.Add(lists_[2]).value(), TrustChain::Added::kNew);
  for (const std::string& list : lists_) EXPECT_EQ(chain.Add(list).value(), TrustChain::Added::kKnown);
  EXPECT_EQ(chain.lists().size(), 3u);
}

TEST_F(TrustChainTest, ReportsASecondListOfAnyNumberHeld) {
  TrustChain chain = Walked(3);
  for (const std::uint64_t seq : {1u, 2u, 3u}) {
    TrustSpec fork = Of(seq);
    fork.exp -= Seconds{1};
    EXPECT_EQ(Refused(chain.Add(MakeTrustList(fork, pki_))).substr(0, 9), "reported:") << seq;
  }
}

TEST_F(TrustChainTest, AsksWhoSignedBeforeItReadsTheRest) {
  // Each root of a list costs a signature on P-384 to verify: of a stranger's list not even the first is looked at.
  const TestPki stranger = MakeTestPki();
  TrustChain chain = Walked(2);
  for (const std::uint64_t seq : {2u, 3u, 9u}) {
    TrustSpec spec = Of(seq);
    spec.roots = {stranger.root, Bytes{1, 2, 3}};
    const std::string said = Refused(chain.Add(MakeTrustList(spec, stranger)));
    EXPECT_NE(said.find("not signed by a root that is known here"), std::string::npos) << said;
    const auto begun = TrustChain::Begin(pin_, MakeTrustList(spec, stranger));
    ASSERT_FALSE(begun);
    EXPECT_NE(begun.error().message.find("not signed by the pinned root"), std::string::npos) << begun.error().message;
  }
}

TEST_F(TrustChainTest, ReadsAStateInWhichEachListStandsOnce) {
  const TrustChain chain = Walked(2);
  const auto again = ReadState(chain, {lists_[0], lists_[1]});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->newest().seq(), 2u);
  for (const std::vector<std::string>& lists :
       {std::vector{lists_[0], lists_[0], lists_[1]}, std::vector{lists_[0], lists_[1], lists_[1]},
        std::vector{lists_[0], lists_[1], lists_[0]}}) {
    EXPECT_FALSE(ReadState(chain, lists));
  }
}

}  // namespace
}  // namespace certmark
