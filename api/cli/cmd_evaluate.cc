// evaluate report: a laboratory or an auditor reports.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/documents.h"
#include "api/cli/exit.h"
#include "api/cli/files.h"
#include "api/cli/finishing.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

using api::Collection;

struct ReportArguments {
  std::string application, method, answers_file, scheme_file;
  std::string kind = "verification";
  std::vector<std::string> evidence;
  bool conform_all = false;
};

void DeclareReport(CLI::App& verb, ReportArguments& a) {
  Hold(verb.add_option("APPLICATION", a.application, "The application"), NameForm(Collection::kApplications))
      ->required();
  auto* answers = verb.add_option("--answers", a.answers_file,
                                  "The answers: {\"answers\": [{\"criterion\", \"result\", \"method\", \"evidence\", "
                                  "\"finding\"}]}; evidence is sha256:… or a file beside this one")
                      ->type_name("FILE");
  auto* all = verb.add_flag("--conform-all", a.conform_all, "Answer conform to every criterion of the platform");
  auto* method = verb.add_option("--method", a.method, "How it was found, with --conform-all")->type_name("TEXT");
  auto* evidence =
      verb.add_option("--evidence", a.evidence, "What shows it, with --conform-all; digests alone are sent")
          ->type_name("FILE");
  all->excludes(answers)->needs(method)->needs(evidence);
  method->needs(all);
  evidence->needs(all);
  verb.add_option("--kind", a.kind, "What kind of report (default verification)")
      ->type_name("verification|audit")
      ->check(CLI::IsMember({"verification", "audit"}).description(""));
  verb.add_option("--scheme-file", a.scheme_file, "The scheme's file (default: those built in)")->type_name("FILE");
}

Result<std::vector<std::string>> Digests(const std::vector<std::string>& files) {
  std::vector<std::string> digests;
  for (const std::string& file : files) digests.push_back(CM_TRY(DigestFile(file)));
  return digests;
}

Result<std::vector<ca::Answer>> ConformAll(const ReportArguments& a, const ca::Scheme& scheme, Platform platform) {
  const std::vector<std::string> evidence = CM_TRY(Digests(a.evidence));
  std::vector<ca::Answer> answers;
  for (const ca::Criterion* criterion : scheme.CriteriaFor(platform)) {
    answers.push_back({criterion->code, ca::Answer::Result::kConform, a.method, evidence, ""});
  }
  return answers;
}

Result<ca::Answer::Result> ResultOf(std::string_view text) {
  if (text == "conform") return ca::Answer::Result::kConform;
  if (text == "nonconform") return ca::Answer::Result::kNonconform;
  if (text == "not-applicable") return ca::Answer::Result::kNotApplicable;
  return Unfit("result is neither conform, nonconform nor not-applicable: " + Quote(text));
}

Result<ca::Answer> ReadAnswer(json::Value value, const std::filesystem::path& folder) {
  ca::Answer answer;
  answer.criterion = CM_TRY(value.String("criterion"));
  answer.result = CM_TRY(ResultOf(CM_TRY(value.String("result"))));
  answer.method = CM_TRY(value.String("method"));
  answer.finding = CM_TRY(value.OptionalString("finding")).value_or("");
  for (const std::string_view evidence : CM_TRY(value.Strings("evidence"))) {
    answer.evidence.push_back(IsSha256Uri(evidence) ? std::string(evidence) : CM_TRY(DigestFile(folder / evidence)));
  }
  return answer;
}

Result<std::vector<ca::Answer>> ReadAnswers(Context& context, const std::filesystem::path& file) {
  const std::string text = CM_TRY(ReadInput(context.in(), file, ca::kMaxPartyDocumentBytes));
  const json::Document document = CM_TRY(json::Document::Parse(text, ca::kMaxPartyDocumentBytes));
  std::vector<ca::Answer> answers;
  for (const json::Value value : CM_TRY(document.root().Array("answers")).Elements()) {
    answers.push_back(CM_TRY(ReadAnswer(value, file.parent_path())));
  }
  return answers;
}

Result<Exit> RunReport(Context& context, const ReportArguments& a) {
  if (!a.conform_all && a.answers_file.empty())
    return Unfit("give --answers FILE, or --conform-all --method --evidence");
  // 1. The file, and the criteria that it is held to.
  PartySession session = CM_TRY(PartySession::Open(context));
  const CaseFile file = CM_TRY(CaseFile::Fetch(session, FullName(Collection::kApplications, a.application)));
  const ca::Scheme scheme = CM_TRY(LoadScheme(a.scheme_file, file.form.scheme));
  // 2. The report; mistakes are found before it is signed.
  ca::ReportDocument report;
  Describe(report, session, file, context.Now());
  report.kind = a.kind == "audit" ? ca::ReportDocument::Kind::kAudit : ca::ReportDocument::Kind::kVerification;
  report.answers = a.conform_all ? CM_TRY(ConformAll(a, scheme, file.form.app.platform))
                                 : CM_TRY(ReadAnswers(context, a.answers_file));
  const ca::Evaluation evaluation = CM_TRY(ca::Evaluate(report, scheme));
  // 3. Signed here, by the laboratory's own key, and sent.
  v1::SubmitReportRequest request;
  request.set_application(file.application.name());
  request.set_report(CM_TRY(SignDocument(session, ca::kTypReport, report.ToJson())));
  const v1::Application application = CM_TRY(session.client.SubmitReport(request));

  return Finish(context, application,
                "Reported on " + std::to_string(report.answers.size()) + " criteria: " +
                    (evaluation.conform ? "conform." : std::to_string(evaluation.nonconform.size()) + " nonconform."));
}

}  // namespace

void AddEvaluate(CLI::App& app, Action& chosen) {
  CLI::App* evaluate =
      app.add_subcommand("evaluate", "Evaluation: accept, return or refuse an application, report on it");
  evaluate->require_subcommand(1);
  evaluate->group("Laboratories and staff");
  evaluate->footer("Example:\n  certmark evaluate report --help");
  AddAcceptance(*evaluate, chosen);
  Verb<ReportArguments>(
      *evaluate, "report",
      "Laboratories and auditors: answer every criterion, sign the report with the home's key, send it.",
      "certmark evaluate report applications/7q2k… --answers answers.json", DeclareReport, RunReport, chosen);
}

}  // namespace certmark::cli
