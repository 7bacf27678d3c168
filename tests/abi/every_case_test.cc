// The C interface says of every case of the verifier's tests what the core says, word for word.
#include <gtest/gtest.h>

#include <thread>

#include "tests/abi/owned.h"
#include "tests/unit/core/verify_rows.h"
#include "verifier-sdk/core/explain.h"
#include "verifier-sdk/core/jws.h"

namespace certmark::testing {
namespace {

using Trust = Owned<certmark_trust>;
using AbiVerifier = Owned<certmark_verifier>;

std::string PinOf(const TrustList& list) {
  const Jws jws = ParseJws(list.text(), kTypTrust, X5c::kRequired, TrustList::kMaxBytes).value();
  return Pin{list.iss(), Sha256(jws.x5c.at(0))}.ToText();
}

// TrustOf is null where the lists are no walk: a store takes one list of an authority after the other.
Trust TrustOf(const std::vector<TrustList>& lists) {
  certmark_trust* made = nullptr;
  EXPECT_EQ(certmark_trust_new(nullptr, 0, &made, nullptr), CERTMARK_OK);
  Trust trust(made);
  for (const TrustList& list : lists) {
    const int number = certmark_trust_add(made, list.text().data(), list.text().size(), PinOf(list).c_str(), nullptr);
    if (number != CERTMARK_OK) return nullptr;
  }
  return trust;
}

std::vector<const char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> out;
  for (const std::string& text : texts) out.push_back(text.c_str());
  return out;
}

constexpr std::pair<Allow, std::uint32_t> kAllows[] = {
    {Allow::kTestAuthority, CERTMARK_ALLOW_TEST_AUTHORITY}, {Allow::kUnboundSigner, CERTMARK_ALLOW_UNBOUND_SIGNER},
    {Allow::kUnknownBuild, CERTMARK_ALLOW_UNKNOWN_BUILD},   {Allow::kUnlogged, CERTMARK_ALLOW_UNLOGGED},
    {Allow::kUnwitnessed, CERTMARK_ALLOW_UNWITNESSED},      {Allow::kUnknownStatus, CERTMARK_ALLOW_UNKNOWN_STATUS},
};

// VerifierOf is null where C's policy is stricter than the core's: a threshold that nobody can meet is refused, not
// asked.
AbiVerifier VerifierOf(const Trust& trust, const Policy& policy, const certmark_verifier* like) {
  if (policy.own_witnesses && policy.own_witnesses->keys.empty())
    return nullptr;  // in C it has a name, AllowUnwitnessed
  const auto schemes = Pointers(policy.schemes), levels = Pointers(policy.levels);
  std::vector<std::string> vkeys;
  if (policy.own_witnesses) {
    for (const NoteKey& key : policy.own_witnesses->keys) vkeys.push_back(key.ToVkey());
  }
  const auto witnesses = Pointers(vkeys);
  certmark_policy told = CERTMARK_POLICY_INIT;
  for (const auto& [allow, bit] : kAllows) told.allow |= policy.allows(allow) ? bit : 0;
  told.any = (schemes.empty() ? CERTMARK_ANY_SCHEME : 0) | (levels.empty() ? CERTMARK_ANY_LEVEL : 0);
  told.status_age = policy.status_age.count();
  told.skew = policy.skew.count();
  told.schemes = schemes.data(), told.schemes_count = schemes.size();
  told.levels = levels.data(), told.levels_count = levels.size();
  told.witnesses = witnesses.data(), told.witnesses_count = witnesses.size();
  if (policy.own_witnesses) told.witness_threshold = policy.own_witnesses->threshold;
  if (policy.min_status_iat) told.min_status_iat = ToEpoch(*policy.min_status_iat);
  if (policy.min_checkpoint) {
    told.min_checkpoint_origin = policy.min_checkpoint->origin.c_str();
    told.min_checkpoint_size = policy.min_checkpoint->size;
  }
  certmark_verifier* made = nullptr;
  if (certmark_verifier_new(trust.get(), &told, like, &made, nullptr) != CERTMARK_OK) return nullptr;
  return AbiVerifier(made);
}

// Asked is one case as C takes it.
struct Asked {
  TestCase c;
  Made made;
  std::string app;
  std::vector<const char*> signers;
  AbiVerifier verifier;

  certmark_query Query() const {
    certmark_query query = CERTMARK_QUERY_INIT;
    query.bundle = made.bundle.data(), query.bundle_size = made.bundle.size();
    query.app = app.c_str();
    query.signers = signers.data(), query.signers_count = signers.size();
    query.build = c.expected.build ? c.expected.build->c_str() : nullptr;
    query.now = ToEpoch(c.now);
    return query;
  }
};

std::unique_ptr<Asked> Ask(const Row& row, const certmark_verifier* like) {
  auto asked = std::make_unique<Asked>();
  row.wrong(asked->c);
  asked->made = asked->c.Make();
  const Trust trust = TrustOf(asked->made.lists);
  if (!trust) return nullptr;
  asked->app = asked->c.expected.app.ToText();
  asked->signers = Pointers(asked->c.expected.signers);
  asked->verifier = VerifierOf(trust, asked->c.policy, like);
  return asked->verifier ? std::move(asked) : nullptr;
}

// NumberOf is the certification number as a result has room for it: nothing that has another form.
std::string NumberOf(const Outcome& outcome) {
  if (!outcome.credential || !IsCertificationNumber(outcome.credential->number)) return {};
  return outcome.credential->number;
}

void ExpectSame(const Asked& asked) {
  const TestCase& c = asked.c;
  const Outcome outcome = Verify(asked.made.bundle, asked.made.lists, c.expected, c.policy, c.now);
  const certmark_query query = asked.Query();
  certmark_result result = CERTMARK_RESULT_INIT;
  ASSERT_EQ(certmark_verify(asked.verifier.get(), &query, &result), static_cast<int>(outcome.verdict));
  EXPECT_EQ(result.verdict, static_cast<int>(outcome.verdict));
  EXPECT_EQ(result.step, outcome.step);
  EXPECT_EQ(std::string(result.line), outcome.reason);
  EXPECT_EQ(result.valid_until, outcome.valid_until ? ToEpoch(*outcome.valid_until) : 0);
  EXPECT_EQ(result.status_iat, outcome.status_iat ? ToEpoch(*outcome.status_iat) : 0);
  EXPECT_EQ(result.log_size, outcome.checkpoint ? outcome.checkpoint->size : 0);
  EXPECT_EQ(std::string(result.log_origin), outcome.checkpoint ? outcome.checkpoint->origin : "");
  EXPECT_EQ(std::string(result.number), NumberOf(outcome));
  EXPECT_EQ(std::string(certmark_name(result.verdict)), Name(outcome.verdict));

  char json[16 * 1024];
  std::size_t size = sizeof json;
  ASSERT_EQ(certmark_explain(asked.verifier.get(), &query, json, &size), CERTMARK_OK);
  EXPECT_EQ(std::string(json), Explain(outcome));
}

TEST(CInterface, SaysOfEveryCaseWhatTheCoreSays) {
  // All of them share one memory, and each is asked twice.
  const auto like = Ask({"right", Nothing()}, nullptr);
  ASSERT_TRUE(like);
  int asked = 0, not_asked = 0;
  for (const Row& row : AllRows()) {
    SCOPED_TRACE(row.name);
    const auto question = Ask(row, like->verifier.get());
    question ? ++asked : ++not_asked;
    if (question) ExpectSame(*question);
  }
  EXPECT_GT(asked, 650);
  EXPECT_LT(not_asked, 20) << "policies and walks that C refuses to make";
}

TEST(CInterface, AnswersManyThreadsFromOneVerifier) {
  const auto right = Ask({"right", Nothing()}, nullptr);
  ASSERT_TRUE(right);
  certmark_query good = right->Query(), bad = good;
  bad.app = "android:org.example.other";
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const certmark_query queries[] = {good, bad, good};
        certmark_result results[3] = {CERTMARK_RESULT_INIT, CERTMARK_RESULT_INIT, CERTMARK_RESULT_INIT};
        const int number = certmark_verify_batch(right->verifier.get(), queries, 3, results);
        const bool is_right = number == CERTMARK_OK && results[0].verdict == CERTMARK_VALID &&
                              results[1].verdict == CERTMARK_WRONG_APP && results[2].verdict == CERTMARK_VALID;
        count += is_right ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(CInterface, HoldsOwnWitnessesToWhatCanBeMet) {
  TestCase c;
  const Made made = c.Make();
  const Trust trust = TrustOf(made.lists);
  const auto with = [&](std::vector<std::string> names, std::size_t threshold) {
    Policy::WitnessSet own;
    own.threshold = threshold;
    for (const std::string& name : names) own.keys.push_back(TestNoteKey::Witness(name).key());
    Policy policy;
    policy.own_witnesses = std::move(own);
    return VerifierOf(trust, policy, nullptr) != nullptr;
  };
  EXPECT_TRUE(with({"w1.example"}, 1));
  EXPECT_TRUE(with({"w1.example", "mine.example"}, 2));
  EXPECT_FALSE(with({"w1.example"}, 0));
  EXPECT_FALSE(with({"w1.example"}, 2));
  EXPECT_FALSE(with({"w1.example", "w1.example"}, 1));
  Policy::WitnessSet logs;
  logs.threshold = 1;
  logs.keys = {TestNoteKey::Log("w1.example").key()};
  Policy policy;
  policy.own_witnesses = std::move(logs);
  EXPECT_EQ(VerifierOf(trust, policy, nullptr), nullptr) << "a log's key is no witness's";
}

}  // namespace
}  // namespace certmark::testing
