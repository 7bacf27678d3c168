#include "verifier-sdk/core/verify.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/verify_steps.h"

namespace certmark {
namespace steps {
namespace {

// ---- Step 1.
Finding ParseBundle(Case& c) {
  auto bundle = Bundle::Parse(c.bundle_text);
  if (!bundle) return Failed(Verdict::kMalformed, bundle.error().message);
  c.bundle = std::move(*bundle);
  auto jws = ParseCredentialJws(c.bundle.credential);
  if (!jws) return Failed(Verdict::kMalformed, jws.error().message);
  c.jws = std::move(*jws);
  auto credential = ParseCredential(c.jws.payload_text());
  if (!credential) return Failed(Verdict::kMalformed, credential.error().message);
  c.credential = std::move(*credential);
  return Passed(Quote(c.credential.number));
}

// ---- Step 2.
const TrustList* NewestOf(std::span<const TrustList> lists, std::string_view iss) {
  const TrustList* newest = nullptr;
  for (const TrustList& list : lists) {
    if (list.iss() == iss && (!newest || list.seq() > newest->seq())) newest = &list;
  }
  return newest;
}

Finding CheckAuthority(Case& c) {
  c.list = NewestOf(c.lists, c.credential.iss);
  if (!c.list) return Failed(Verdict::kUntrustedIssuer, "no trust list of " + Quote(c.credential.iss));
  if (c.now >= c.list->exp()) return Failed(Verdict::kUntrustedIssuer, "the trust list ended " + Show(c.list->exp()));
  const std::string which = c.credential.iss + ", trust list " + std::to_string(c.list->seq());
  if (c.list->environment() == TrustList::Environment::kProduction) return Passed(which);
  if (c.policy.allows(Allow::kTestAuthority)) return Passed(which + ", a test authority (AllowTestAuthority)");
  return Failed(Verdict::kUntrustedIssuer, c.credential.iss + " is a test authority");
}

// ---- Steps 3 and 4 are in verify_key.cc.

// ---- Step 5.
Finding CheckAgreement(Case& c) {
  auto claims = CheckClaims(c.credential);
  if (!claims) return Failed(Verdict::kMalformed, claims.error().message);
  c.claims = std::move(*claims);
  return Passed(c.claims.app.ToText());
}

// ---- Step 6.
Finding CheckTime(Case& c) {
  const Time latest = Plus(c.now, c.policy.skew);
  if (c.claims.valid_from > latest) return Failed(Verdict::kNotYetValid, "valid from " + Show(c.claims.valid_from));
  if (c.claims.iat > latest) return Failed(Verdict::kNotYetValid, "signed in the future, " + Show(c.claims.iat));
  // now − skew < validUntil, written so that it cannot overflow.
  if (c.now >= Plus(c.claims.valid_until, c.policy.skew)) {
    return Failed(Verdict::kExpired, "expired " + Show(c.claims.valid_until));
  }
  return Passed("valid until " + Show(c.claims.valid_until));
}

// ---- Step 7. Each part adds to `detail` what it gave up.
bool Contains(const std::vector<std::string>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::optional<Finding> CheckSigners(const Case& c, std::string& detail) {
  if (c.expected.signers.empty() && c.claims.app.platform != Platform::kMiniprogram) {
    if (!c.policy.allows(Allow::kUnboundSigner)) return Failed(Verdict::kWrongSigner, "no signer was told to compare");
    detail += ", signer not compared (AllowUnboundSigner)";
  }
  // The certified ones are of the right form since step 5, so an expected one of another form matches none.
  for (const std::string& signer : c.expected.signers) {
    if (!Contains(c.claims.signers, signer))
      return Failed(Verdict::kWrongSigner, "signer is not certified: " + Quote(signer));
  }
  return std::nullopt;
}

std::optional<Finding> CheckBuild(const Case& c, std::string& detail) {
  if (!c.expected.build) {
    if (!c.policy.allows(Allow::kUnknownBuild)) return Failed(Verdict::kWrongVersion, "no build was told to compare");
    detail += ", build not compared (AllowUnknownBuild)";
    return std::nullopt;
  }
  const auto build = Build::Parse(c.claims.app.platform, *c.expected.build);
  if (!build || *build < c.claims.from || (c.claims.to && *build > *c.claims.to)) {
    return Failed(Verdict::kWrongVersion, "build is not certified: " + Quote(*c.expected.build));
  }
  return std::nullopt;
}

Finding CheckSubject(Case& c) {
  if (c.expected.app != c.claims.app) {
    return Failed(Verdict::kWrongApp, "certified is " + c.claims.app.ToText() + ", not " + c.expected.app.ToText());
  }
  std::string detail = c.claims.app.ToText();
  if (auto finding = CheckSigners(c, detail)) return *finding;
  if (auto finding = CheckBuild(c, detail)) return *finding;
  if (!c.policy.schemes.empty() && !Contains(c.policy.schemes, c.credential.scheme)) {
    return Failed(Verdict::kNotAccepted, "scheme is not accepted: " + Quote(c.credential.scheme));
  }
  if (!c.policy.levels.empty() && !Contains(c.policy.levels, c.credential.level)) {
    return Failed(Verdict::kNotAccepted, "level is not accepted: " + Quote(c.credential.level));
  }
  return Passed(std::move(detail));
}

// ---- Step 8 is in verify_log.cc, step 9 in verify_status.cc.

// ---- Step 10.
Finding CheckValue(Case& c) {
  const std::string until = "certified until " + FormatDate(c.claims.valid_until);
  if (!c.status) return Passed(until + ", status not known (AllowUnknownStatus)");
  const std::string of = "status of " + Show(c.status->iat);
  switch (c.status->bits.at(static_cast<std::uint32_t>(c.credential.status_index))) {
    case StatusValue::kValid:
      return Passed(until + ", " + of);
    case StatusValue::kRevoked:
      return Failed(Verdict::kRevoked, "revoked, " + of);
    case StatusValue::kSuspended:
      return Failed(Verdict::kSuspended, "suspended, " + of);
    case StatusValue::kEnded:
      return Failed(Verdict::kEnded, "withdrawn or superseded, " + of);
  }
  return Failed(Verdict::kStatusUnknown, "no such status");
}

struct StepRow {
  std::string_view name;
  Finding (*run)(Case&);
};
constexpr std::array<StepRow, 10> kSteps{{
    {"parse", ParseBundle},
    {"authority", CheckAuthority},
    {"key", CheckKey},
    {"signature", CheckSignature},
    {"claims", CheckAgreement},
    {"time", CheckTime},
    {"subject", CheckSubject},
    {"log", CheckLog},
    {"status", CheckStatus},
    {"value", CheckValue},
}};

// Details quote bytes of a stranger's choosing and end up in logs and terminals: one line, plain ASCII, not endless.
std::string OneLine(std::string text_as_found) {
  constexpr std::size_t kMaxDetail = 300;
  constexpr std::string_view kEllipsis = "\u2026";  // what Quote cuts with
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (text_as_found.size() <= kMaxDetail && std::ranges::all_of(text_as_found, is_plain)) return text_as_found;
  std::string_view text = text_as_found;
  std::string out;
  while (!text.empty() && out.size() < kMaxDetail) {
    const bool cut = text.starts_with(kEllipsis);
    const char c = text.front();
    if (cut) {
      out += "...";
    } else {
      out += is_plain(c) ? c : '?';
    }
    text.remove_prefix(cut ? kEllipsis.size() : 1);
  }
  return text.empty() ? out : out + "...";
}

/// Tell hands out what the steps that passed have shown: the last that ran is outcome.step.
void Tell(Case& c, Outcome& outcome) {
  const auto passed = [&](int step) {
    return outcome.steps[static_cast<std::size_t>(step) - 1].result == StepResult::kPassed;
  };
  if (passed(5)) outcome.valid_until = c.claims.valid_until;
  if (passed(8)) outcome.checkpoint = std::move(c.checkpoint);
  if (passed(9)) outcome.status_iat = c.status->iat;
  if (passed(1)) outcome.credential = std::move(c.credential);
}

std::vector<Step> AllNotReached() {
  std::vector<Step> out;
  out.reserve(kSteps.size());
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    out.push_back({static_cast<int>(i) + 1, kSteps[i].name, StepResult::kNotReached, {}});
  }
  return out;
}

}  // namespace

Time Plus(Time time, Seconds seconds) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(ToEpoch(time), static_cast<std::int64_t>(seconds.count()), &sum)) return FromEpoch(sum);
  using Limits = std::numeric_limits<std::int64_t>;
  return FromEpoch(seconds.count() > 0 ? Limits::max() : Limits::min());
}

std::string Show(Time time) {
  constexpr Time kYear10000{Seconds{253402300800}};
  if (time < Time{} || time >= kYear10000) return std::to_string(ToEpoch(time));
  return FormatDateTime(time);
}

}  // namespace steps

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kUndecided:
      return "UNDECIDED";
    case Verdict::kValid:
      return "VALID";
    case Verdict::kMalformed:
      return "MALFORMED";
    case Verdict::kUntrustedIssuer:
      return "UNTRUSTED_ISSUER";
    case Verdict::kBadSignature:
      return "BAD_SIGNATURE";
    case Verdict::kNotYetValid:
      return "NOT_YET_VALID";
    case Verdict::kExpired:
      return "EXPIRED";
    case Verdict::kWrongApp:
      return "WRONG_APP";
    case Verdict::kWrongSigner:
      return "WRONG_SIGNER";
    case Verdict::kWrongVersion:
      return "WRONG_VERSION";
    case Verdict::kNotAccepted:
      return "NOT_ACCEPTED";
    case Verdict::kNotLogged:
      return "NOT_LOGGED";
    case Verdict::kNotWitnessed:
      return "NOT_WITNESSED";
    case Verdict::kStatusUnknown:
      return "STATUS_UNKNOWN";
    case Verdict::kStatusStale:
      return "STATUS_STALE";
    case Verdict::kRevoked:
      return "REVOKED";
    case Verdict::kSuspended:
      return "SUSPENDED";
    case Verdict::kEnded:
      return "ENDED";
  }
  return "UNDECIDED";
}

std::string_view Name(StepResult result) {
  switch (result) {
    case StepResult::kPassed:
      return "passed";
    case StepResult::kSkipped:
      return "skipped";
    case StepResult::kFailed:
      return "failed";
    case StepResult::kNotReached:
      return "not reached";
  }
  return "not reached";
}

namespace {
constexpr std::array<std::pair<Allow, std::string_view>, 6> kAllows{{
    {Allow::kTestAuthority, "AllowTestAuthority"},
    {Allow::kUnboundSigner, "AllowUnboundSigner"},
    {Allow::kUnknownBuild, "AllowUnknownBuild"},
    {Allow::kUnlogged, "AllowUnlogged"},
    {Allow::kUnwitnessed, "AllowUnwitnessed"},
    {Allow::kUnknownStatus, "AllowUnknownStatus"},
}};
}  // namespace

std::string_view Name(Allow allow) {
  return kAllows[static_cast<std::size_t>(allow)].second;
}

std::optional<Allow> ParseAllow(std::string_view name) {
  for (const auto& [allow, text] : kAllows) {
    if (text == name) return allow;
  }
  return std::nullopt;
}

namespace {

Outcome Judge(steps::Case& c) {
  Outcome outcome;
  outcome.steps = steps::AllNotReached();
  outcome.verdict = Verdict::kValid;
  for (std::size_t i = 0; i < steps::kSteps.size(); ++i) {
    steps::Finding finding = steps::kSteps[i].run(c);
    Step& step = outcome.steps[i];
    step.result = finding.result;
    step.detail = steps::OneLine(std::move(finding.detail));
    outcome.step = step.number;
    if (finding.result != StepResult::kFailed) continue;
    outcome.verdict = finding.verdict;
    break;
  }
  outcome.reason = outcome.steps[static_cast<std::size_t>(outcome.step) - 1].detail;
  steps::Tell(c, outcome);
  return outcome;
}

}  // namespace

Outcome Verify(std::string_view bundle, std::span<const TrustList> lists, const Expected& expected,
               const Policy& policy, Time now) {
  // Within one bundle, too, the same CA issued two signers.
  steps::Memory memory;
  steps::Case c{bundle, lists, expected, policy, now, memory};
  return Judge(c);
}

Verifier::Verifier(std::vector<TrustList> lists, Policy policy)
    : Verifier(std::move(lists), std::move(policy), std::make_shared<steps::Memory>()) {}

Verifier::Verifier(std::vector<TrustList> lists, Policy policy, std::shared_ptr<steps::Memory> memory)
    : lists_(std::move(lists)), policy_(std::move(policy)), memory_(std::move(memory)) {}

Verifier Verifier::With(std::vector<TrustList> lists, Policy policy) const {
  return {std::move(lists), std::move(policy), memory_};
}

Outcome Verifier::Verify(std::string_view bundle, const Expected& expected, Time now) const {
  steps::Case c{bundle, lists_, expected, policy_, now, *memory_};
  return Judge(c);
}

}  // namespace certmark
