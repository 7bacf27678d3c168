// A verifier that remembers says what `Verify` says, of everything, whatever it has seen before.
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/core/verify_rows.h"
#include "verifier-sdk/core/explain.h"
#include "verifier-sdk/core/verify_steps.h"

namespace certmark::testing {
namespace {

// All that an outcome holds, as text.
std::string All(const Outcome& outcome) {
  std::string text = Explain(outcome);
  if (outcome.valid_until) text += " until " + std::to_string(ToEpoch(*outcome.valid_until));
  if (outcome.checkpoint) text += " in " + outcome.checkpoint->ToText();
  if (outcome.status_iat) text += " of " + std::to_string(ToEpoch(*outcome.status_iat));
  return text + (outcome.credential ? outcome.credential->number : "");
}

struct Judged {
  TestCase c;
  Made made;
  std::string outcome;
};

// Every row there is, and what Verify says of it.
std::vector<Judged> EveryCase() {
  std::vector<Judged> out;
  for (const Row& row : AllRows()) {
    TestCase c;
    row.wrong(c);
    Made made = c.Make();
    std::string outcome = All(Verify(made.bundle, made.lists, c.expected, c.policy, c.now));
    out.push_back({std::move(c), std::move(made), std::move(outcome)});
  }
  return out;
}

std::string Ask(const Verifier& memory, const Judged& judged) {
  const auto& [c, made, outcome] = judged;
  return All(memory.With(made.lists, c.policy).Verify(made.bundle, c.expected, c.now));
}

Verifier Empty() {
  return Verifier({}, {});
}

TEST(Verifier, SaysWhatVerifySaysWhateverItHasSeenBefore) {
  const std::vector<Judged> cases = EveryCase();
  const Verifier memory = Empty();
  // Forwards, so that each is seen after the right ones; again, after all of them; and backwards.
  for (int round = 0; round < 2; ++round) {
    for (const Judged& judged : cases) ASSERT_EQ(Ask(memory, judged), judged.outcome);
  }
  for (auto judged = cases.rbegin(); judged != cases.rend(); ++judged) ASSERT_EQ(Ask(memory, *judged), judged->outcome);
}

// One authority's right bundle, and what becomes of it where a single thing differs that memory must not hide.
TEST(Verifier, JudgesAnewWhatDoesNotFollowFromTheBytes) {
  TestCase c;
  const Made made = c.Make();
  const Verifier right(made.lists, c.policy);
  ASSERT_EQ(right.Verify(made.bundle, c.expected, c.now).verdict, Verdict::kValid);

  const auto with = [&](const Wrong& wrong) {
    TestCase other = c;
    wrong(other);
    // The very same bundle; of the other case only what is asked, by whom, and when.
    std::vector<TrustList> lists = other.Make().lists;
    return right.With(std::move(lists), other.policy).Verify(made.bundle, other.expected, other.now).verdict;
  };
  EXPECT_EQ(with(Nothing()), Verdict::kValid);
  EXPECT_EQ(with([](TestCase& o) { o.now += 2 * kDay; }), Verdict::kStatusStale);
  EXPECT_EQ(with([](TestCase& o) { o.now = kNow + 89 * kDay; }), Verdict::kStatusUnknown) << "the status signer ended";
  EXPECT_EQ(with([](TestCase& o) { o.now = o.trust.exp; }), Verdict::kUntrustedIssuer);
  EXPECT_EQ(with([](TestCase& o) { o.expected.signers = {std::string(kOtherSigner)}; }), Verdict::kWrongSigner);
  EXPECT_EQ(with([](TestCase& o) { o.policy.levels = {"another"}; }), Verdict::kNotAccepted);
  EXPECT_EQ(with([](TestCase& o) { o.policy.min_status_iat = o.now; }), Verdict::kStatusStale);
  EXPECT_EQ(with(BlockedFrom(&TestPki::signer_key, 0, kLogOrigin)), Verdict::kUntrustedIssuer);
  EXPECT_EQ(with(BlockedFrom(&TestPki::status_key, 0, kLogOrigin)), Verdict::kStatusUnknown);
  EXPECT_EQ(with([](TestCase& o) { o.trust.quorum = 3; }), Verdict::kNotWitnessed);
  EXPECT_EQ(with([](TestCase& o) { o.trust.logs.front().final_size = 5; }), Verdict::kNotLogged);
  const auto own = [](std::string_view name) {
    return [name](TestCase& o) {
      o.policy.own_witnesses = Policy::WitnessSet{{}, 1};
      o.policy.own_witnesses->keys = {TestNoteKey::Witness(name).key()};
    };
  };
  EXPECT_EQ(with(own("w1.example")), Verdict::kValid);
  EXPECT_EQ(with(own("stranger.example")), Verdict::kNotWitnessed);
  EXPECT_EQ(with([](TestCase& o) { o.root_spec.not_after -= Seconds{1}; }), Verdict::kValid)
      << "a root renewed under its key issued the CA all the same";
}

TEST(Verifier, KeepsNothingOfWhatNoListVouchesFor) {
  TestCase stranger;
  const Made made = stranger.Make();
  TestCase other;
  other.pki = MakeTestPki();
  other.credential_key = other.pki.signer_key, other.status_key = other.pki.status_key;
  // The stranger's bundle under another authority's list: its own CA issued its signer, and that is not kept.
  steps::Memory memory;
  const std::vector<TrustList> lists = other.Make().lists;
  steps::Case c{made.bundle, lists, stranger.expected, stranger.policy, stranger.now, memory};
  c.bundle = Bundle::Parse(made.bundle).value();
  c.jws = ParseCredentialJws(c.bundle.credential).value();
  c.credential = ParseCredential(c.jws.payload_text()).value();
  c.list = &lists.front();
  EXPECT_EQ(steps::CheckKey(c).verdict, Verdict::kUntrustedIssuer);
  EXPECT_TRUE(memory.issuances.values()->empty());
  // Its own list vouches for it.
  c.list = &made.lists.front();
  EXPECT_EQ(steps::CheckKey(c).result, StepResult::kPassed);
  EXPECT_EQ(memory.issuances.values()->size(), 2u);
}

// Opened is a right case past step 3: what the steps that remember are asked with.
struct Opened {
  TestCase c;
  Made made = c.Make();
  steps::Memory memory;
  steps::Case in{made.bundle, made.lists, c.expected, c.policy, c.now, memory};

  Opened() {
    in.bundle = Bundle::Parse(made.bundle).value();
    in.jws = ParseCredentialJws(in.bundle.credential).value();
    in.credential = ParseCredential(in.jws.payload_text()).value();
    in.list = &made.lists.front();
    EXPECT_EQ(steps::CheckKey(in).result, StepResult::kPassed);
  }
};

TEST(Verifier, GivesACheckpointOnePlaceWhateverLinesStrangersAdd) {
  Opened o;
  const std::string proof = *o.in.bundle.tlog_proof;
  for (int i = 0; i < 5; ++i) {
    const TestNoteKey stranger = TestNoteKey::Witness("stranger" + std::to_string(i) + ".example");
    o.in.bundle.tlog_proof = proof + FormatSignatureLine(stranger.key(), Bytes(72, 7));
    EXPECT_EQ(steps::CheckLog(o.in).result, StepResult::kPassed);
    EXPECT_EQ(o.memory.checkpoints.values()->size(), 1u);
    EXPECT_EQ(steps::CheckLog(o.in).result, StepResult::kPassed) << "and again, remembered";
  }
}

TEST(Verifier, RemembersNoStatusListThatDidNotAnswer) {
  Opened o;
  const std::string uri = o.in.credential.status_uri;
  o.in.credential.status_uri += "1";
  EXPECT_EQ(steps::CheckStatus(o.in).verdict, Verdict::kStatusUnknown) << "of another list";
  o.in.credential.status_uri = uri;
  o.in.now += 2 * kDay;
  EXPECT_EQ(steps::CheckStatus(o.in).verdict, Verdict::kStatusStale);
  EXPECT_TRUE(o.memory.status_lists.values()->empty());
  o.in.now = o.c.now;
  EXPECT_EQ(steps::CheckStatus(o.in).result, StepResult::kPassed);
  EXPECT_EQ(o.memory.status_lists.values()->size(), 1u);
}

TEST(Verifier, ForgetsTheOldestBeyondItsLimits) {
  steps::Recent<int> recent(3);
  const auto add = [&](int value) { recent.Add(value, [&](int held) { return held == value; }); };
  const auto before = recent.values();
  for (const int value : {1, 2, 2, 3, 4, 3}) add(value);
  EXPECT_EQ(*recent.values(), (std::vector{2, 3, 4}));
  EXPECT_TRUE(before->empty()) << "what was handed out stays as it was";
  recent.Put(2, [](int held) { return held == 2; });
  EXPECT_EQ(*recent.values(), (std::vector{3, 4, 2})) << "in its own place";
  recent.Put(5, [](int held) { return held == 5; });
  EXPECT_EQ(*recent.values(), (std::vector{4, 2, 5}));
}

TEST(Verifier, SpeaksToManyThreadsAtOnce) {
  std::vector<Judged> cases = EveryCase();
  cases.erase(cases.begin() + 40, cases.end() - 40);
  const Verifier memory = Empty();
  std::vector<std::size_t> wrong(4, 0);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < cases.size(); ++i) {
        const Judged& judged = cases[(i + t * 7) % cases.size()];
        wrong[t] += Ask(memory, judged) == judged.outcome ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<std::size_t>(4, 0));
}

}  // namespace
}  // namespace certmark::testing
