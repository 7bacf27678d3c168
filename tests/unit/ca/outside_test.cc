// Who may vouch for a database, and which notes may be shown.
#include "ca/outside.h"

#include <gtest/gtest.h>

#include <fstream>

#include "ledger/memory_store.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/core/certificate.h"

namespace certmark::ca {
namespace {

using certmark::testing::kNow;
using certmark::testing::TempDir;
using certmark::testing::TestNoteKey;
using certmark::testing::TestPki;
using certmark::testing::TrustSpec;
using ledger::WitnessPolicy;

class AskedOutside : public ::testing::Test {
 protected:
  TrustList List(std::vector<std::string> witnesses, std::uint64_t quorum, const std::string& environment = "test") {
    TrustSpec spec = DefaultTrustSpec(pki_);
    spec.witnesses = std::move(witnesses);
    spec.quorum = quorum;
    spec.environment = environment;
    if (environment == "production") {
      spec.credential_eku = "1.3.6.1.4.1.12345.1.1";
      spec.status_eku = "1.3.6.1.4.1.12345.1.2";
    }
    const Pin pin{spec.iss, Certificate::Parse(pki_.root)->fingerprint()};
    return TrustList::AcceptFirst(MakeTrustList(spec, pki_), pin).value();
  }
  // A note of the log with these lines.
  static Note With(const std::string& lines) {
    return Note::Parse(kText + "\n" + TestNoteKey::Log("ca.example/log/1").SignNote(kText) + lines).value();
  }
  std::string By(const TestNoteKey& witness) const { return witness.Cosign(kText, kNow); }
  Result<WitnessPolicy> LoadPolicy(const std::string& text, const TrustList& trust) {
    const auto file = directory_ / "policy";
    std::ofstream(file) << text;
    return LoadWitnessPolicy(file, trust);
  }

  static inline const std::string kText = "ca.example/log/1\n3\n" + Hash{}.Base64() + "\n";
  const TestPki pki_ = certmark::testing::MakeTestPki();
  const TestNoteKey first_ = TestNoteKey::Witness("witness.example/1"),
                    second_ = TestNoteKey::Witness("witness.example/2");
  TempDir directory_;
};

TEST_F(AskedOutside, ANoteMustMeetTheListAndThePolicy) {
  const TrustList demands_one = List({first_.vkey(), second_.vkey()}, 1), demands_none = List({}, 0);
  const WitnessPolicy none = WitnessPolicy::None();
  const WitnessPolicy second =
      WitnessPolicy::Parse("witness w2 " + second_.vkey() + " https://witness.example\nquorum w2\n").value();
  const Note bare = With(""), by_first = With(By(first_)), by_second = With(By(second_));
  EXPECT_TRUE(MeetsPolicy(bare, none, demands_none));
  EXPECT_FALSE(MeetsPolicy(bare, none, demands_one));
  EXPECT_TRUE(MeetsPolicy(by_first, none, demands_one));
  EXPECT_FALSE(MeetsPolicy(by_first, second, demands_one)) << "enough for verifiers, and not for the policy";
  EXPECT_FALSE(MeetsPolicy(by_first, second, demands_none));
  EXPECT_TRUE(MeetsPolicy(by_second, second, demands_one));
}

TEST_F(AskedOutside, AWrongCosignatureMakesANoteUnacceptable) {
  const std::string wrong = second_.Cosign("another text\n", kNow);
  const Note note = With(By(first_) + wrong);
  EXPECT_FALSE(MeetsPolicy(note, WitnessPolicy::None(), List({first_.vkey(), second_.vkey()}, 1)));
}

TEST_F(AskedOutside, APolicyIsNamedInWhateverIsWrongWithIt) {
  const TrustList demands_one = List({first_.vkey()}, 1), demands_none = List({}, 0);
  EXPECT_TRUE(LoadWitnessPolicy({}, demands_none)->fail_open());
  EXPECT_EQ(LoadWitnessPolicy({}, demands_one).error().message,
            "trust list 1 demands 1 witnesses: name them in a witness policy");
  EXPECT_EQ(LoadPolicy("quorum none\n", demands_one).error().code, ErrorCode::kFailedPrecondition);
  const auto missing = LoadWitnessPolicy(directory_ / "missing", demands_none);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  const auto wrong = LoadPolicy("quorum\n", demands_none);
  EXPECT_EQ(wrong.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(wrong.error().message.find((directory_ / "policy").string()), std::string::npos) << wrong.error().message;
}

TEST_F(AskedOutside, ProductionNeedsAQuorumOrAnAnchorOnAnotherFileSystem) {
  const auto store = ledger::MakeMemoryStore();
  const WitnessPolicy none = WitnessPolicy::None();
  const auto ask = [&](const TrustList& trust, const std::filesystem::path& anchor) {
    return AskOutside(
        {.store = *store, .log = 1, .policy = none, .trust = trust, .database = directory_.path(), .anchor = anchor});
  };
  const TrustList production = List({first_.vkey(), second_.vkey()}, 2, "production");
  std::ofstream(directory_ / "anchor") << "beside it";
  EXPECT_TRUE(ask(List({}, 0), directory_ / "anchor")) << "a test authority may do without";
  EXPECT_EQ(ask(production, directory_ / "anchor").error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(ask(production, directory_ / "missing").error().code, ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(ask(production, "/proc/version")) << "never the file system of a directory for temporary files";
}

}  // namespace
}  // namespace certmark::ca
