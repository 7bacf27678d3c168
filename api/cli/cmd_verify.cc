// verify: judges a bundle offline, exactly as FORMATS.md §9 says. No daemon, no network.
#include <algorithm>

#include "api/cli/apk_at_hand.h"
#include "api/cli/arguments.h"
#include "api/cli/believed.h"
#include "api/cli/commands.h"
#include "api/cli/files.h"
#include "verifier-sdk/core/bundle.h"
#include "verifier-sdk/core/explain.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::cli {
namespace {

struct VerifyArguments {
  std::string bundle, app, build, apk, min_status_iat, now;
  TrustArguments trust;
  std::vector<std::string> signers, allow, schemes, levels, witnesses;
  std::size_t threshold = 0;
  std::uint64_t status_age = 24 * 3600, skew = 60, min_sdk = 0;
};

Result<Allow> AllowOf(std::string_view name) {
  if (const auto allow = ParseAllow(name)) return *allow;
  return Error{ErrorCode::kInvalidArgument,
               "no such option of a policy; there are AllowTestAuthority, AllowUnboundSigner, AllowUnknownBuild, "
               "AllowUnlogged, AllowUnwitnessed, AllowUnknownStatus"};
}

void Declare(CLI::App& verb, VerifyArguments& a) {
  verb.add_option("BUNDLE", a.bundle, "The bundle's file, or - for stdin")->required()->type_name("FILE");
  auto* apk = verb.add_option("--apk", a.apk, "The app at hand, an APK: its signatures say app, build and signers")
                  ->type_name("FILE");
  Hold(verb.add_option("--app", a.app, "Or which app it is"), AppForm())->excludes(apk);
  verb.add_option("--signer", a.signers, "Its current signing identities, from the file itself")
      ->type_name("HEX")
      ->excludes(apk);
  verb.add_option("--build", a.build, "Its build, from the file itself")->type_name("BUILD")->excludes(apk);
  verb.add_option("--min-sdk", a.min_sdk, "The oldest Android platform that counts (default the APK's own)")
      ->type_name("N")
      ->check(CLI::Range(1, 10000).description(""))
      ->needs(apk);
  DeclareTrust(verb, a.trust);

  const char* policy = "Policy";
  Hold(verb.add_option("--allow", a.allow, "What the policy gives up, by FORMATS.md's name"),
       Form::Of("OPTION", AllowOf))
      ->group(policy);
  verb.add_option("--scheme", a.schemes, "Schemes accepted (default any)")->type_name("ID")->group(policy);
  verb.add_option("--level", a.levels, "Levels accepted (default any)")->type_name("LEVEL")->group(policy);
  auto* witnesses =
      Hold(verb.add_option("--witness", a.witnesses, "Witnesses instead of the list's"), VkeyForm())->group(policy);
  auto* threshold = verb.add_option("--threshold", a.threshold, "How many of those must have signed")
                        ->type_name("K")
                        ->check(CLI::Range(1, 1000).description(""))
                        ->group(policy);
  witnesses->needs(threshold);
  threshold->needs(witnesses);
  HoldSeconds(verb.add_option("--status-age", a.status_age, "How old a status may be (default 86400)"))->group(policy);
  HoldSeconds(verb.add_option("--skew", a.skew, "How far clocks may differ (default 60)"))->group(policy);
  Hold(verb.add_option("--min-status-iat", a.min_status_iat, "Refuse a status older than one seen before"),
       MomentForm())
      ->group(policy);
  Hold(verb.add_option("--now", a.now, "The time to judge by (default the clock's)"), MomentForm())->group(policy);
}

Result<Policy> PolicyOf(const VerifyArguments& a) {
  Policy policy;
  for (const std::string& name : a.allow) policy.allow.insert(CM_TRY(AllowOf(name)));
  policy.schemes = a.schemes;
  policy.levels = a.levels;
  policy.status_age = Seconds{a.status_age};
  policy.skew = Seconds{a.skew};
  if (!a.min_status_iat.empty()) policy.min_status_iat = CM_TRY(ParseMoment(a.min_status_iat));
  if (a.witnesses.empty()) return policy;
  policy.own_witnesses.emplace().threshold = a.threshold;
  for (const std::string& vkey : a.witnesses) policy.own_witnesses->keys.push_back(CM_TRY(NoteKey::Parse(vkey)));
  return policy;
}

Result<Expected> ToldOf(const VerifyArguments& a) {
  if (a.app.empty()) return Unfit("which app is at hand? --apk FILE, or --app");
  Expected expected;
  expected.app = CM_TRY(App::Parse(a.app));
  expected.signers = a.signers;
  if (!a.build.empty()) expected.build = a.build;
  return expected;
}

std::string_view Mark(StepResult result) {
  switch (result) {
    case StepResult::kPassed:
      return "✓";
    case StepResult::kSkipped:
      return "–";
    case StepResult::kFailed:
      return "✗";
    case StepResult::kNotReached:
      return " ";
  }
  return " ";
}

std::string_view WordsOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return "this app is certified.";
    case Verdict::kMalformed:
      return "this is not a well-formed bundle, or its credential contradicts itself.";
    case Verdict::kUntrustedIssuer:
      return "it was not issued by an authority and a key that are trusted here.";
    case Verdict::kBadSignature:
      return "the signature does not fit: the credential was changed or forged.";
    case Verdict::kNotYetValid:
      return "its validity has not begun.";
    case Verdict::kExpired:
      return "its validity has ended.";
    case Verdict::kWrongApp:
      return "it certifies another app.";
    case Verdict::kWrongSigner:
      return "the app at hand is not known to be signed by whom the certified app is.";
    case Verdict::kWrongVersion:
      return "the build at hand is not known to be among the certified ones.";
    case Verdict::kNotAccepted:
      return "its scheme or level is not one that this policy accepts.";
    case Verdict::kNotLogged:
      return "it is not shown to stand in the authority's public log.";
    case Verdict::kNotWitnessed:
      return "too few witnesses saw the log that has it.";
    case Verdict::kStatusUnknown:
      return "whether it still holds cannot be told; fetch the bundle again.";
    case Verdict::kStatusStale:
      return "what is said of its state is too old to go by; fetch the bundle again.";
    case Verdict::kRevoked:
      return "the authority has revoked it.";
    case Verdict::kSuspended:
      return "it is suspended at present.";
    case Verdict::kEnded:
      return "it was withdrawn or superseded.";
    case Verdict::kUndecided:
      break;
  }
  return "nothing was decided.";
}

// Which options of the policy the verdict made use of: the steps name them.
std::string GivenUp(const Outcome& outcome, const Policy& policy) {
  std::string names;
  for (const Allow allow : policy.allow) {
    const bool used = std::ranges::any_of(
        outcome.steps, [&](const Step& step) { return step.detail.find(Name(allow)) != std::string::npos; });
    if (used) names += (names.empty() ? "" : ", ") + std::string(Name(allow));
  }
  return names;
}

// A VALID that gave something up says what, and does not claim what was not compared.
std::string Sentence(const Outcome& outcome, const Policy& policy) {
  const std::string given_up = GivenUp(outcome, policy);
  if (outcome.verdict != Verdict::kValid) return std::string(WordsOf(outcome.verdict));
  if (given_up.empty()) return "this app, signed so, in this build, is certified.";
  return "this app is certified, with what the policy gives up: " + given_up + ".";
}

Exit ExitOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return Exit::kOk;
    case Verdict::kUndecided:
    case Verdict::kStatusUnknown:
    case Verdict::kStatusStale:
      return Exit::kUnknown;
    default:
      return Exit::kRefused;
  }
}

std::string Padded(std::string_view text, std::size_t width) {
  std::string out(text);
  out.resize(std::max(width, out.size()), ' ');
  return out;
}

void ShowSteps(Console& console, const Outcome& outcome, const Policy& policy) {
  for (const Step& step : outcome.steps) {
    const std::string number = (step.number < 10 ? " " : "") + std::to_string(step.number);
    std::string line = "  " + std::string(Mark(step.result)) + " " + number + " ";
    line += step.detail.empty() ? std::string(step.name) : Padded(step.name, 11) + step.detail;
    console.Line(line);
  }
  console.Line(std::string(Name(outcome.verdict)) + ": " + Sentence(outcome, policy));
}

std::string ToJson(const Outcome& outcome, const apk::VerifiedApk* apk) {
  json::Writer w;
  w.Object([&] {
    WriteExplained(w, outcome);
    if (apk) WriteApk(w.Key("apk"), *apk);
  });
  return w.Take();
}

// What lies in an APK that is not what its signers signed, no bundle can vouch for: nothing is asked of one.
Exit RefuseApk(Context& context, const Error& error) {
  Outcome outcome;
  outcome.reason = error.message;
  context.console().Line("UNDECIDED: the file at hand is refused: " + error.message + ".");
  context.console().Object(ToJson(outcome, nullptr));
  return Exit::kRefused;
}

Result<std::optional<apk::VerifiedApk>> ReadApk(const VerifyArguments& a) {
  if (a.apk.empty()) return std::optional<apk::VerifiedApk>();
  apk::ApkPolicy policy;
  if (a.min_sdk != 0) policy.min_sdk = static_cast<std::uint32_t>(a.min_sdk);
  return std::optional(CM_TRY(apk::VerifyApk(a.apk, policy)));
}

Result<Exit> RunVerify(Context& context, const VerifyArguments& a) {
  const Policy policy = CM_TRY(PolicyOf(a));
  const auto read = ReadApk(a);
  if (!read && Refuses(read.error())) return RefuseApk(context, read.error());
  if (!read) return read.error();
  const std::optional<apk::VerifiedApk>& apk = *read;
  const Expected expected = CM_TRY(apk ? ExpectedOf(*apk) : ToldOf(a));
  const Time now = a.now.empty() ? context.Now() : CM_TRY(ParseMoment(a.now));
  const std::vector<TrustList> lists = CM_TRY(BelievedLists(context, a.trust));
  // One byte more than a bundle may have: that it is too long is the verifier's to say, as everywhere else.
  const std::string bundle = CM_TRY(ReadBeginning(context.in(), a.bundle, Bundle::kMaxBytes + 1));

  const Outcome outcome = Verify(bundle, lists, expected, policy, now);
  if (apk) ShowApk(context.console(), *apk);
  ShowSteps(context.console(), outcome, policy);
  context.console().Object(ToJson(outcome, apk ? &*apk : nullptr));
  return ExitOf(outcome.verdict);
}

}  // namespace

void AddVerify(CLI::App& app, Action& chosen) {
  Verb<VerifyArguments>(
      app, "verify",
      "Judge a bundle offline: is the app at hand certified?\n"
      "An --apk says who signed it and what it is, where its signatures verify; without one, what is not told of "
      "signer\n"
      "or build ends in WRONG_SIGNER or WRONG_VERSION unless the policy allows it.",
      "certmark verify orbot.certmark.json --apk orbot.apk --trust 1.jwt --pin https://ca.example#9f86…\n"
      "  certmark verify orbot.certmark.json --app android:org.torproject.android --signer a454… --build 1741004000",
      Declare, RunVerify, chosen)
      ->group("Everybody");
}

}  // namespace certmark::cli
