#include "api/cli/trust_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "ledger/posix_file.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::cli {
namespace {

using namespace certmark::testing;

class TrustStoreTest : public ::testing::Test {
 protected:
  std::string List(std::uint64_t seq, Time iat = kNow) const {
    TrustSpec spec = DefaultTrustSpec(pki, iat);
    spec.seq = seq;
    return MakeTrustList(spec, pki);
  }
  Pin PinOf(const TestPki& of) const { return {std::string(kAuthority), Sha256(of.root)}; }
  ErrorCode CodeOfAdding(const std::string& list, const std::optional<Pin>& pin = {}) const {
    const auto added = store.Add(list, pin);
    return added ? ErrorCode{} : added.error().code;
  }
  std::uint64_t Seq() const { return store.Find(kAuthority).value()->newest().seq(); }

  TestPki pki = MakeTestPki();
  TempDir directory;
  TrustStore store{directory / "trust"};
};

TEST_F(TrustStoreTest, AcceptsTheFirstListByItsPinAndSuccessorsWithoutIt) {
  EXPECT_EQ(store.Add(List(1), PinOf(pki)).value().added, TrustChain::Added::kNew);
  EXPECT_EQ(store.Add(List(2), std::nullopt).value().added, TrustChain::Added::kNew);
  EXPECT_EQ(Seq(), 2u);
}

TEST_F(TrustStoreTest, BelievesNobodyWithoutAPin) {
  EXPECT_EQ(CodeOfAdding(List(1)), ErrorCode::kInvalidArgument);
  EXPECT_FALSE(store.Find(kAuthority).value());
}

TEST_F(TrustStoreTest, RefusesAListThatThePinDoesNotAccept) {
  EXPECT_EQ(CodeOfAdding(List(1), PinOf(MakeTestPki())), ErrorCode::kFailedPrecondition);
  EXPECT_FALSE(store.Find(kAuthority).value());
}

TEST_F(TrustStoreTest, KnowsListsThatItHolds) {
  const std::string first = List(1), second = List(2);
  store.Add(first, PinOf(pki)).value();
  store.Add(second, {}).value();
  EXPECT_EQ(store.Add(first, {}).value().added, TrustChain::Added::kKnown);
  EXPECT_EQ(store.Add(second, {}).value().added, TrustChain::Added::kKnown);
  EXPECT_EQ(Seq(), 2u);
}

TEST_F(TrustStoreTest, NeverSkipsAndNeverGoesBack) {
  store.Add(List(2), PinOf(pki)).value();
  EXPECT_EQ(CodeOfAdding(List(4)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOfAdding(List(1)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOfAdding(List(1), PinOf(pki)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Seq(), 2u);
}

TEST_F(TrustStoreTest, TellsAForkOfAnyListHeld) {
  store.Add(List(1), PinOf(pki)).value();
  store.Add(List(2), {}).value();
  EXPECT_EQ(CodeOfAdding(List(2, kNow + kDay)), ErrorCode::kConflict);
  EXPECT_EQ(CodeOfAdding(List(1, kNow + kDay)), ErrorCode::kConflict);
  EXPECT_EQ(Seq(), 2u);
}

TEST_F(TrustStoreTest, FollowsARootThatReplacesThePinnedOne) {
  const TestPki next = MakeTestPki();
  TrustSpec second = DefaultTrustSpec(pki), third = DefaultTrustSpec(next);
  second.seq = 2;
  second.roots = {pki.root, next.root};
  third.seq = 3;
  store.Add(List(1), PinOf(pki)).value();
  store.Add(MakeTrustList(second, pki), {}).value();
  store.Add(MakeTrustList(third, next), {}).value();
  EXPECT_EQ(Seq(), 3u) << "read back from the file, where the pin accepts the first list alone";
}

TEST_F(TrustStoreTest, RefusesAnotherPinForAKnownAuthority) {
  store.Add(List(1), PinOf(pki)).value();
  const TestPki other = MakeTestPki();
  EXPECT_EQ(CodeOfAdding(MakeTrustList(DefaultTrustSpec(other), other), PinOf(other)), ErrorCode::kInvalidArgument);
}

TEST_F(TrustStoreTest, KeepsItsFileForTheOwnerAlone) {
  store.Add(List(1), PinOf(pki)).value();
  const auto file = store.File(kAuthority);
  EXPECT_EQ(file.filename(), "ca.example.json");
  EXPECT_EQ(store.File("https://ca.example:8443").filename(), "ca.example_8443.json");
  struct stat status = {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(TrustStoreTest, DoesNotBelieveAFileThatWasChanged) {
  const std::string first = List(1), second = List(2);
  store.Add(first, PinOf(pki)).value();
  store.Add(second, {}).value();
  const auto file = store.File(kAuthority);
  const std::string text = *ledger::ReadSmallFile(file, 1 << 20).value();
  const std::pair<const char*, std::string> changes[] = {
      {"gone back", Replaced(text, ",\"" + second + "\"", "")},
      {"another seq", Replaced(text, "\"seq\":2", "\"seq\":3")},
      {"another pin", Replaced(text, PinOf(pki).root.Hex(), std::string(64, '0'))},
      {"cut", text.substr(0, text.size() / 2)},
      {"no lists", Replaced(text, "\"lists\":[\"" + first + "\",\"" + second + "\"]", "\"lists\":[]")},
  };
  for (const auto& [what, changed] : changes) {
    ledger::ReplaceFile(file, changed).value();
    const auto found = store.Find(kAuthority);
    ASSERT_FALSE(found) << what;
    EXPECT_EQ(found.error().code, ErrorCode::kCorruption) << what;
  }
}

TEST_F(TrustStoreTest, RefusesWhatIsNoTrustList) {
  for (const char* text : {"", "a.b.c", "{}"}) {
    EXPECT_EQ(CodeOfAdding(text, PinOf(pki)), ErrorCode::kFailedPrecondition) << text;
  }
}

}  // namespace
}  // namespace certmark::cli
