// bar: operators that may not apply, by two of the staff.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/proposing.h"
#include "ca/bars.h"

namespace certmark::cli {
namespace {

using api::Collection;

struct ImposeArguments {
  std::string party, cause, at, reason;
};

Result<ca::Bar::Cause> ParseCause(std::string_view text) {
  for (const ca::Bar::Cause cause : {ca::Bar::Cause::kUnlawfulOperator, ca::Bar::Cause::kMajorIncident}) {
    if (text == ca::Name(cause)) return cause;
  }
  return Error{ErrorCode::kInvalidArgument, "no cause to bar an operator"};
}

void DeclareImpose(CLI::App& verb, ImposeArguments& a) {
  Hold(verb.add_option("PARTY", a.party, "The operator"), NameForm(Collection::kParties))->required();
  Hold(verb.add_option("--cause", a.cause, "Why it may not apply"),
       Form::Of("unlawful-operator|major-incident", ParseCause))
      ->required();
  Hold(verb.add_option("--at", a.at, "When that was: a day, at its beginning in UTC, or a time"), DayOrMomentForm())
      ->required();
  verb.add_option("--reason", a.reason, "A code that refuses an application (default: the cause's)")->type_name("CODE");
}

Result<Exit> RunImpose(Context& context, const ImposeArguments& a) {
  ca::Bars::Cause cause;
  cause.kind = CM_TRY(ParseCause(a.cause));
  cause.at = CM_TRY(ParseDayOrMoment(a.at));
  const std::string& reason = a.reason.empty() ? a.cause : a.reason;
  return Propose(context, {v1::Proposal::BAR, FullName(Collection::kParties, a.party), reason, cause.ToJson()});
}

struct LiftArguments {
  std::string bar, reason;
};

void DeclareLift(CLI::App& verb, LiftArguments& a) {
  Hold(verb.add_option("BAR", a.bar, "The bar, as a refused application names it"), NameForm(Collection::kBars))
      ->required();
  verb.add_option("--reason", a.reason, "A code of the scheme that reinstates")->required()->type_name("CODE");
}

Result<Exit> RunLift(Context& context, const LiftArguments& a) {
  return Propose(context, {v1::Proposal::LIFT_BAR, FullName(Collection::kBars, a.bar), a.reason});
}

}  // namespace

void AddBar(CLI::App& app, Action& chosen) {
  CLI::App* group = app.add_subcommand("bar", "Bar an operator from applying: one proposes, another confirms.");
  group->group("Laboratories and staff");
  group->require_subcommand(1);
  Verb<ImposeArguments>(*group, "impose", "Propose to bar an operator.",
                        "certmark bar impose parties/7d3k… --cause major-incident --at 2026-10-31", DeclareImpose,
                        RunImpose, chosen);
  Verb<LiftArguments>(*group, "lift", "Propose to lift a bar.", "certmark bar lift bars/9m2q… --reason cause-corrected",
                      DeclareLift, RunLift, chosen);
}

}  // namespace certmark::cli
