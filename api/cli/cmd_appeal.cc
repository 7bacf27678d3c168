// appeal: an operator's against a refusal, a suspension, a revocation or an order; and its decision by somebody who
// took part in nothing of the file.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/finishing.h"
#include "api/cli/statement_file.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

using api::Collection;

// ---- appeal file

struct FileArguments {
  std::string subject, grounds;
};

// SubjectOf writes what may be appealed against in full: a number says itself which it is.
Result<std::string> SubjectOf(const std::string& text) {
  if (IsCertificationNumber(text)) return api::ResourceName(Collection::kCertifications, text);
  if (IsOrderNumber(text)) return api::ResourceName(Collection::kOrders, text);
  for (const Collection collection : {Collection::kApplications, Collection::kCertifications, Collection::kOrders}) {
    if (api::ParseResourceName(collection, text)) return text;
  }
  return Error{ErrorCode::kInvalidArgument, Quote(text) + " is no application, certification or order"};
}

void DeclareFile(CLI::App& verb, FileArguments& a) {
  Hold(verb.add_option("SUBJECT", a.subject, "What the act was on"),
       Form::Of("applications/ID | CM-… | CO-…", [](std::string_view text) { return SubjectOf(std::string(text)); }))
      ->required();
  AddStatement(verb, "--grounds", a.grounds, "A file that says why")->required();
}

Result<Exit> RunFile(Context& context, const FileArguments& a) {
  v1::FileAppealRequest request;
  request.set_subject(CM_TRY(SubjectOf(a.subject)));
  request.set_grounds(CM_TRY(ReadStatement(context, a.grounds)));
  PartySession session = CM_TRY(PartySession::Open(context));
  return Finish(context, CM_TRY(session.client.FileAppeal(request)));
}

// ---- appeal show, decide

struct AppealArguments {
  std::string appeal, reason;
  bool uphold = false, dismiss = false;
};

void DeclareAppeal(CLI::App& verb, AppealArguments& a) {
  Hold(verb.add_option("APPEAL", a.appeal, "The appeal"), NameForm(Collection::kAppeals))->required();
}

void DeclareDecide(CLI::App& verb, AppealArguments& a) {
  DeclareAppeal(verb, a);
  auto* outcome = verb.add_option_group("outcome");
  outcome->add_flag("--uphold", a.uphold, "The operator is right");
  outcome->add_flag("--dismiss", a.dismiss, "What was done stands");
  outcome->require_option(1);
  verb.add_option("--reason", a.reason, "A code of the scheme")->required()->type_name("CODE");
}

Result<Exit> RunShow(Context& context, const AppealArguments& a) {
  return ShowOne(context, FullName(Collection::kAppeals, a.appeal), &Client::GetAppeal);
}

Result<Exit> RunDecide(Context& context, const AppealArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::DecideAppealRequest request;
  request.set_name(FullName(Collection::kAppeals, a.appeal));
  request.set_outcome(a.uphold ? v1::Appeal::UPHELD : v1::Appeal::DISMISSED);
  request.set_reason(a.reason);
  return Finish(context, CM_TRY(session.client.DecideAppeal(request)));
}

}  // namespace

void AddAppeal(CLI::App& app, Action& chosen) {
  CLI::App* appeal = app.add_subcommand("appeal", "Appeals: an operator's side, and the appeals officers'");
  appeal->require_subcommand(1);
  appeal->group("Operators");
  appeal->footer("Example:\n  certmark appeal show appeals/4h8w…");
  Verb<FileArguments>(*appeal, "file", "Appeal against a refusal, a suspension for cause, a revocation or an order.",
                      "certmark appeal file CM-2026-7K3Q9X2M4T4 --grounds grounds.txt", DeclareFile, RunFile, chosen);
  Watchable(Verb<AppealArguments>(*appeal, "show", "Show an appeal to its operator and to staff.",
                                  "certmark appeal show appeals/4h8w…", DeclareAppeal, RunShow, chosen));
  Verb<AppealArguments>(*appeal, "decide", "Appeals officers: uphold an appeal or dismiss it, with a reason for that.",
                        "certmark appeal decide appeals/4h8w… --uphold --reason facts-mistaken", DeclareDecide,
                        RunDecide, chosen)
      ->group("Laboratories and staff");
}

}  // namespace certmark::cli
