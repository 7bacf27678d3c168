// decide: the decider reads the whole file, checks what it rests on, and signs a decision.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/documents.h"
#include "api/cli/files.h"
#include "api/cli/resources.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

using api::Collection;

struct DecideArguments {
  std::string application, output, scheme_file;
  std::vector<std::string> reasons;
  bool grant = false, refuse = false;
};

void Declare(CLI::App& verb, DecideArguments& a) {
  Hold(verb.add_option("APPLICATION", a.application, "The application"), NameForm(Collection::kApplications))
      ->required();
  auto* grant = verb.add_flag("--grant", a.grant, "Grant: issues the credential in the same act, or not at all");
  auto* refuse = verb.add_flag("--refuse", a.refuse, "Refuse, with --reason");
  auto* reason = verb.add_option("--reason", a.reasons, "Codes of the scheme")->type_name("CODE");
  grant->excludes(refuse);
  refuse->needs(reason);
  verb.add_option("--output", a.output, "Where to write the bundle, when granted")->type_name("FILE")->needs(grant);
  verb.add_option("--scheme-file", a.scheme_file, "The scheme's file (default: those built in)")->type_name("FILE");
}

std::string Summary(const CheckedReport& checked) {
  const bool audit = checked.report.kind == ca::ReportDocument::Kind::kAudit;
  std::string out = std::string(audit ? "audit" : "verification") + " by parties/" + checked.author + ", " +
                    FormatDateTime(checked.report.iat) + ", " + std::to_string(checked.report.answers.size()) +
                    " answers: ";
  if (checked.evaluation.conform) return out + "conform";
  for (const std::string& code : checked.evaluation.nonconform) out += code + " ";
  return out + "nonconform";
}

// Each report is checked and shown, those that the file carries of its base's too; the digests of all and of the form
// are what the decision rests on.
Result<std::vector<CheckedReport>> CheckReports(Context& context, PartySession& session, const CaseFile& file,
                                                const ca::Scheme& scheme) {
  std::vector<CheckedReport> reports;
  for (const std::string& jws : file.application.reports()) {
    reports.push_back(CM_TRY(CheckReport(jws, session, file, scheme)));
    context.console().Field("report", Summary(reports.back()));
  }
  for (const auto& carried : file.application.carried_reports()) {
    reports.push_back(CM_TRY(CheckCarried(carried, session, scheme)));
    context.console().Field("carried", Summary(reports.back()) + ", of " + carried.application());
  }
  return reports;
}

ca::DecisionDocument DecisionOf(const DecideArguments& a, const CaseFile& file,
                                const std::vector<CheckedReport>& reports) {
  ca::DecisionDocument decision;
  decision.granted = a.grant;
  decision.reasons = a.reasons;
  decision.rests_on = {Sha256Uri(AsBytes(file.application.form()))};
  for (const CheckedReport& checked : reports) decision.rests_on.push_back(checked.digest);
  return decision;
}

std::string NumberOf(const v1::Application& application) {
  return application.certification().substr(application.certification().find('/') + 1);
}

Result<void> ShowDecided(Context& context, const DecideArguments& a, const v1::DecideApplicationResponse& decided) {
  const v1::Application& application = decided.application();
  Show(context.console(), application);
  json::Writer w;
  const std::string object = CM_TRY(api::ToRestJson(application));
  w.Object([&] {
    w.Key("application").Raw(object);
    if (a.grant) w.Member("number", NumberOf(application));
    if (!a.output.empty()) w.Member("output", a.output);
  });
  context.console().Object(w.Take());
  context.console().Line(a.grant ? "Granted: " + NumberOf(application) + " is issued." : "Refused.");
  // Last: what is decided stays decided, whether the file can be written or not.
  if (a.output.empty()) return {};
  if (decided.bundle().empty()) {
    return Error{ErrorCode::kUnavailable,
                 "the witnesses have not cosigned yet: fetch the bundle later, certmark bundle " +
                     NumberOf(application) + " --output " + a.output};
  }
  return WriteOutput(a.output, decided.bundle());
}

Result<Exit> RunDecide(Context& context, const DecideArguments& a) {
  if (!a.grant && !a.refuse) return Error{ErrorCode::kInvalidArgument, "give --grant or --refuse"};
  // 1. The file as it is now, and what it rests on.
  PartySession session = CM_TRY(PartySession::Open(context));
  const CaseFile file = CM_TRY(CaseFile::Fetch(session, FullName(Collection::kApplications, a.application)));
  const ca::Scheme scheme = CM_TRY(LoadScheme(a.scheme_file, file.form.scheme));
  Show(context.console(), file.application);
  const auto reports = CM_TRY(CheckReports(context, session, file, scheme));
  if (a.grant) CM_TRY(CheckGrantable(file, scheme));
  // 2. The decision, on exactly that file, signed by the decider's own key.
  ca::DecisionDocument decision = DecisionOf(a, file, reports);
  Describe(decision, session, file, context.Now());
  v1::DecideApplicationRequest request;
  request.set_application(file.application.name());
  request.set_etag(file.application.etag());
  request.set_decision(CM_TRY(SignDocument(session, ca::kTypDecision, decision.ToJson())));
  // 3. Granting issues in the same act.
  const v1::DecideApplicationResponse decided = CM_TRY(session.client.DecideApplication(request));
  CM_TRY(ShowDecided(context, a, decided));
  return Exit::kOk;
}

}  // namespace

void AddDecide(CLI::App& app, Action& chosen) {
  Verb<DecideArguments>(
      app, "decide",
      "Deciders: check the reports that a file rests on, sign the decision with the home's key, send it.",
      "certmark decide applications/7q2k… --grant --output orbot.certmark.json", Declare, RunDecide, chosen)
      ->group("Laboratories and staff");
}

}  // namespace certmark::cli
