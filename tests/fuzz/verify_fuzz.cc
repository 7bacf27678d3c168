// Whatever the bundle says: there is one outcome, the same each time; nothing is valid to whom trusts nobody; an option
// of the policy never makes worse what was valid, and a stricter policy never makes valid what was not. The authority
// is that of the vectors: nobody but their generator signed in its name.
#include "tests/fuzz/fuzz.h"
#include "tests/vectors/kept.h"
#include "verifier-sdk/core/verify.h"

namespace certmark {
namespace {

constexpr Allow kOptions[] = {Allow::kTestAuthority, Allow::kUnboundSigner, Allow::kUnknownBuild,
                              Allow::kUnlogged,      Allow::kUnwitnessed,   Allow::kUnknownStatus};

// Question is what the vector without a fault is asked.
struct Question {
  std::vector<TrustList> lists;
  Expected expected;
  Time now;
};
const Question& TheQuestion() {
  static const Question question = [] {
    const json::Document document = testing::ReadJson("bundles/bundle/nothing-wrong.json");
    const json::Value vector = document.root();
    Question out;
    out.lists.push_back(testing::AcceptWalk(vector.Array("trust").value().Elements().front()));
    out.expected = {App::Parse(testing::TextOf(vector, "app")).value(), testing::TextsOf(vector, "signers"),
                    testing::TextOf(vector, "build")};
    out.now = testing::TimeOf(vector, "now");
    return out;
  }();
  return question;
}

Outcome Ask(std::string_view bundle, const Policy& policy) {
  const Question& question = TheQuestion();
  return Verify(bundle, question.lists, question.expected, policy, question.now);
}

void CheckShape(const Outcome& outcome) {
  fuzz::Require(outcome.verdict != Verdict::kUndecided && outcome.steps.size() == 10 && !outcome.reason.empty(),
                "an outcome is whole");
  fuzz::Require(outcome.step >= 1 && outcome.step <= 10, "a step gave it");
  fuzz::Require(outcome.verdict != Verdict::kValid || outcome.step == 10, "valid is said by the last step");
}

void CheckTrustsNobody(std::string_view bundle, const Policy& policy) {
  const Outcome outcome = Verify(bundle, {}, Expected{}, policy, TheQuestion().now);
  const bool untrusted = outcome.verdict == Verdict::kUntrustedIssuer && outcome.step == 2;
  const bool malformed = outcome.verdict == Verdict::kMalformed && outcome.step == 1;
  fuzz::Require(untrusted || malformed, "without a trust list nothing goes beyond step 2");
}

Policy Strict() {
  Policy policy;
  policy.skew = Seconds{0};
  policy.status_age = Seconds{3600};
  policy.levels = {"certified"};
  policy.min_status_iat = TheQuestion().now - Seconds{3600};
  return policy;
}

}  // namespace
}  // namespace certmark

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view bundle = fuzz::Text(data, size);
  const Outcome plain = Ask(bundle, {});
  CheckShape(plain);
  const auto is_valid = [&](const Policy& policy) { return Ask(bundle, policy).verdict == Verdict::kValid; };
  const bool valid = plain.verdict == Verdict::kValid;
  fuzz::Require(valid || !is_valid(Strict()), "what is stricter makes nothing valid");
  Policy all;
  for (const Allow option : kOptions) {
    Policy one;
    one.allow = {option};
    const bool is_allowed = is_valid(one);
    fuzz::Require(is_allowed || !valid, "an option makes nothing worse");
    all.allow.insert(option);
    fuzz::Require(is_valid(all) || !is_allowed, "nor do more of them");
  }
  const Outcome again = Ask(bundle, {});
  fuzz::Require(again.verdict == plain.verdict && again.step == plain.step && again.reason == plain.reason,
                "one outcome");
  CheckTrustsNobody(bundle, all);
  return 0;
}
