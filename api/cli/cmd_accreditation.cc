// accreditation: who may evaluate what, given and taken by two registrars; and what to look at again when it is taken.
#include <set>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/eligibility_shown.h"
#include "api/cli/finishing.h"
#include "api/cli/proposing.h"
#include "api/cli/words.h"
#include "ca/accreditation.h"

namespace certmark::cli {
namespace {

using api::Collection;

// ---- accreditation grant

struct GrantArguments {
  std::string party, until;
  std::vector<std::string> schemes, platforms;
};

void DeclareGrant(CLI::App& verb, GrantArguments& a) {
  Hold(verb.add_option("PARTY", a.party, "The laboratory or auditor"), NameForm(Collection::kParties))->required();
  verb.add_option("--scheme", a.schemes, "A scheme's id, of whatever edition; again for each")
      ->required()
      ->type_name("ID");
  Hold(verb.add_option("--platform", a.platforms, "A platform; again for each"),
       Form::Of("android|ios|harmonyos|miniprogram", ParsePlatform))
      ->required();
  Hold(verb.add_option("--until", a.until, "When it ends: a day, at its beginning in UTC, or a time"),
       DayOrMomentForm())
      ->required();
}

Result<ca::AccreditationScope> ScopeOf(const GrantArguments& a) {
  ca::AccreditationScope scope;
  const std::set<std::string> schemes(a.schemes.begin(), a.schemes.end());
  scope.schemes.assign(schemes.begin(), schemes.end());
  std::set<Platform> platforms;
  for (const std::string& platform : a.platforms) platforms.insert(CM_TRY(ParsePlatform(platform)));
  scope.platforms.assign(platforms.begin(), platforms.end());
  scope.until = CM_TRY(ParseDayOrMoment(a.until));
  return scope;
}

Result<Exit> RunGrant(Context& context, const GrantArguments& a) {
  const ca::AccreditationScope scope = CM_TRY(ScopeOf(a));
  return Propose(context, {v1::Proposal::ACCREDIT, FullName(Collection::kParties, a.party), "", scope.ToJson()});
}

// ---- accreditation suspend, restore, end

struct ChangeArguments {
  std::string accreditation, reason;
};

void DeclareName(CLI::App& verb, ChangeArguments& a) {
  Hold(verb.add_option("ACCREDITATION", a.accreditation, "The accreditation; its id is its party's"),
       NameForm(Collection::kAccreditations))
      ->required();
}

void DeclareChange(CLI::App& verb, ChangeArguments& a) {
  DeclareName(verb, a);
  verb.add_option("--reason", a.reason, "A code of one of its schemes")->required()->type_name("CODE");
}

template <v1::Proposal::Act act>
Result<Exit> RunChange(Context& context, const ChangeArguments& a) {
  return Propose(context, {act, FullName(Collection::kAccreditations, a.accreditation), a.reason});
}

// ---- accreditation show, reports

Result<Exit> RunShow(Context& context, const ChangeArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::GetAccreditationRequest request;
  request.set_name(FullName(Collection::kAccreditations, a.accreditation));
  const v1::Accreditation accreditation = CM_TRY(session.client.GetAccreditation(request));
  return Finish(context, accreditation,
                accreditation.party() + " is accredited as " + accreditation.name() + ", " +
                    Lower(v1::Accreditation::State_Name(accreditation.state())) + ", until " +
                    TimeText(accreditation.end_time()) + ".");
}

Result<Exit> RunReports(Context& context, const ChangeArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::ListRecentReportsRequest request;
  request.set_accreditation(FullName(Collection::kAccreditations, a.accreditation));
  const v1::ListRecentReportsResponse reports = CM_TRY(session.client.ListRecentReports(request));
  return Finish(context, reports, "Recent reports to look at again: " + std::to_string(reports.reports_size()) + ".");
}

}  // namespace

void AddAccreditation(CLI::App& app, Action& chosen) {
  CLI::App* group = app.add_subcommand("accreditation", "Say who may evaluate what: one proposes, another confirms.");
  group->group("Laboratories and staff");
  group->require_subcommand(1);
  Verb<GrantArguments>(*group, "grant", "Propose to accredit a laboratory or an auditor.",
                       "certmark accreditation grant parties/2c9x… --scheme CNCA-App-001 --platform android \\\n"
                       "      --until 2028-01-01",
                       DeclareGrant, RunGrant, chosen);
  Verb<ChangeArguments>(*group, "suspend", "Propose to suspend one: nothing new is assigned or reported meanwhile.",
                        "certmark accreditation suspend accreditations/2c9x… --reason laboratory-unreliable",
                        DeclareChange, RunChange<v1::Proposal::SUSPEND_ACCREDITATION>, chosen);
  Verb<ChangeArguments>(*group, "restore", "Propose to restore one that is suspended.",
                        "certmark accreditation restore accreditations/2c9x…", DeclareName,
                        RunChange<v1::Proposal::RESTORE_ACCREDITATION>, chosen);
  Verb<ChangeArguments>(*group, "end", "Propose to end one.",
                        "certmark accreditation end accreditations/2c9x… --reason accreditation-ended", DeclareChange,
                        RunChange<v1::Proposal::END_ACCREDITATION>, chosen);
  Watchable(Verb<ChangeArguments>(*group, "show", "Show one.", "certmark accreditation show accreditations/2c9x…",
                                  DeclareName, RunShow, chosen));
  Verb<ChangeArguments>(*group, "reports", "List what rests on recent reports of one that is suspended or over.",
                        "certmark accreditation reports accreditations/2c9x…", DeclareName, RunReports, chosen);
}

}  // namespace certmark::cli
