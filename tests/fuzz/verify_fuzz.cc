// Whatever the bundle says: there is one outcome, the same each time; nothing is valid to whom trusts nobody; an option
// of the policy never makes worse what was valid, and a stricter policy never makes valid what was not. Who remembers
// what other inputs made him verify says the same, first and again. The authority is that of the vectors: nobody but
// their generator signed in its name.
#include <algorithm>
#include <span>
#include <utility>
#include <vector>

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

Policy Allowing(std::span<const Allow> options) {
  Policy policy;
  policy.allow = {options.begin(), options.end()};
  return policy;
}

bool Same(const Step& a, const Step& b) {
  return a.number == b.number && a.name == b.name && a.result == b.result && a.detail == b.detail;
}
bool Same(const Outcome& a, const Outcome& b) {
  return a.verdict == b.verdict && a.step == b.step && a.reason == b.reason && a.valid_until == b.valid_until &&
         a.checkpoint == b.checkpoint && a.status_iat == b.status_iat &&
         std::ranges::equal(a.steps, b.steps, [](const Step& one, const Step& other) { return Same(one, other); });
}

/// Remembering are verifiers of several policies with one memory. The same serve thousands of inputs, so that one is
/// judged by who remembers what others brought; then they are made anew.
class Remembering {
 public:
  void Check(std::string_view bundle) {
    if (inputs_++ % kInputs == 0) Renew();
    for (const auto& [policy, verifier] : asked_) {
      const Outcome outcome = Ask(bundle, policy);
      for (const char* time : {"what is remembered changes no outcome", "nor does what this input made it remember"}) {
        fuzz::Require(Same(verifier.Verify(bundle, TheQuestion().expected, TheQuestion().now), outcome), time);
      }
    }
  }

 private:
  static constexpr std::uint64_t kInputs = 4096;

  void Renew() {
    const Verifier first(TheQuestion().lists, {});
    asked_.clear();
    for (const Policy& policy : {Policy{}, Strict(), Allowing(kOptions)}) {
      asked_.emplace_back(policy, first.With(TheQuestion().lists, policy));
    }
  }

  std::uint64_t inputs_ = 0;
  std::vector<std::pair<Policy, Verifier>> asked_;
};

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
  fuzz::Require(Same(Ask(bundle, {}), plain), "one outcome");
  CheckTrustsNobody(bundle, all);
  static Remembering remembering;
  remembering.Check(bundle);
  return 0;
}
