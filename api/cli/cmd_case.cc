// case: what surveillance looks into of one certification.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/finishing.h"
#include "api/cli/statement_file.h"
#include "api/cli/words.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

using api::Collection;

// A complaint and a store's report open their cases themselves.
Result<v1::Case::Cause> CauseOf(std::string_view text) {
  if (text == "incident") return v1::Case::INCIDENT;
  if (text == "plan") return v1::Case::PLAN;
  return Error{ErrorCode::kInvalidArgument, Quote(text) + " is neither incident nor plan"};
}

Result<v1::Case::Outcome> OutcomeOf(std::string_view text) {
  for (int number = v1::Case::Outcome_MIN + 1; number <= v1::Case::Outcome_MAX; ++number) {
    const auto outcome = static_cast<v1::Case::Outcome>(number);
    if (Lower(v1::Case::Outcome_Name(outcome)) == text) return outcome;
  }
  return Error{ErrorCode::kInvalidArgument, Quote(text) + " is no outcome of a case"};
}

struct CaseArguments {
  std::string file, outcome, note;
};

void DeclareCase(CLI::App& verb, CaseArguments& a) {
  Hold(verb.add_option("CASE", a.file, "The case"), NameForm(Collection::kCases))->required();
}

Result<Exit> RunShow(Context& context, const CaseArguments& a) {
  return ShowOne(context, FullName(Collection::kCases, a.file), &Client::GetCase);
}

// ---- case open

struct OpenArguments {
  std::string number, cause, reason, note;
};

void DeclareOpen(CLI::App& verb, OpenArguments& a) {
  Hold(verb.add_option("NUMBER", a.number, "The certification"), NumberForm())->required();
  Hold(verb.add_option("--cause", a.cause, "incident, or plan"), Form::Of("CAUSE", CauseOf))->required();
  verb.add_option("--reason", a.reason, "A code of the scheme")->required()->type_name("CODE");
  AddStatement(verb, "--note", a.note, "A file with what there is to say");
}

Result<Exit> RunOpen(Context& context, const OpenArguments& a) {
  v1::OpenCaseRequest request;
  request.set_certification(api::ResourceName(Collection::kCertifications, a.number));
  request.set_cause(CM_TRY(CauseOf(a.cause)));
  request.set_reason(a.reason);
  request.set_note(CM_TRY(ReadStatement(context, a.note)));
  PartySession session = CM_TRY(PartySession::Open(context));
  return Finish(context, CM_TRY(session.client.OpenCase(request)));
}

// ---- case close

void DeclareClose(CLI::App& verb, CaseArguments& a) {
  DeclareCase(verb, a);
  Hold(verb.add_option("--outcome", a.outcome, "no-finding, corrected, suspended, revoked or ordered: what is so"),
       Form::Of("OUTCOME", OutcomeOf))
      ->required();
  AddStatement(verb, "--note", a.note, "A file with what there is to say");
}

Result<Exit> RunClose(Context& context, const CaseArguments& a) {
  v1::CloseCaseRequest request;
  request.set_name(FullName(Collection::kCases, a.file));
  request.set_outcome(CM_TRY(OutcomeOf(a.outcome)));
  request.set_note(CM_TRY(ReadStatement(context, a.note)));
  PartySession session = CM_TRY(PartySession::Open(context));
  return Finish(context, CM_TRY(session.client.CloseCase(request)));
}

}  // namespace

void AddCase(CLI::App& app, Action& chosen) {
  CLI::App* file = app.add_subcommand("case", "Surveillance cases of certifications");
  file->require_subcommand(1);
  file->group("Laboratories and staff");
  file->footer("Example:\n  certmark case show cases/4h8w…");
  Verb<OpenArguments>(*file, "open", "Open a case: by plan, or for an incident.",
                      "certmark case open CM-2026-7K3Q9X2M4T4 --cause plan --reason planned-surveillance", DeclareOpen,
                      RunOpen, chosen);
  Verb<CaseArguments>(*file, "close", "Close a case with its outcome, which has to be what is.",
                      "certmark case close cases/4h8w… --outcome corrected --note note.txt", DeclareClose, RunClose,
                      chosen);
  Watchable(Verb<CaseArguments>(*file, "show", "Show a case to staff and to the operator concerned.",
                                "certmark case show cases/4h8w…", DeclareCase, RunShow, chosen));
}

}  // namespace certmark::cli
