// complain, complaint, report-build: what anybody says of an app, and a store of a build that it met; and the officers'
// half of it.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/finishing.h"
#include "api/cli/statement_file.h"
#include "api/cli/words.h"

namespace certmark::cli {
namespace {

using api::Collection;

// ---- complain

struct ComplainArguments {
  std::string app, text, contact;
};

void DeclareComplain(CLI::App& verb, ComplainArguments& a) {
  Hold(verb.add_option("APP", a.app, "The app"), AppForm())->required();
  AddStatement(verb, "--text", a.text, "A file that says what is wrong")->required();
  AddStatement(verb, "--contact", a.contact, "A file with one line: how to answer you, if you wish an answer");
}

Result<Exit> RunComplain(Context& context, const ComplainArguments& a) {
  const App app = CM_TRY(App::Parse(a.app));
  v1::FileComplaintRequest request;
  request.set_platform(api::ToProto(app.platform));
  request.set_package(app.package);
  request.set_text(CM_TRY(ReadStatement(context, a.text)));
  request.set_contact(CM_TRY(ReadStatement(context, a.contact)));
  PublicSession session = CM_TRY(PublicSession::Open(context));
  const v1::FileComplaintResponse response = CM_TRY(session.client.FileComplaint(request));
  CM_TRY(ShowObject(context.console(), response));
  context.console().Line("Received as " + response.name() + "; the authority answers until " +
                         TimeText(response.answer_by()) + ".");
  return Exit::kOk;
}

// ---- report-build

struct ReportArguments {
  std::string app, signer, build;
};

void DeclareReport(CLI::App& verb, ReportArguments& a) {
  Hold(verb.add_option("APP", a.app, "The app"), AppForm())->required();
  verb.add_option("--build", a.build, "The build, as the platform writes it")->required()->type_name("BUILD");
  verb.add_option("--signer", a.signer, "Its signing identity; a mini program has none")->type_name("HEX");
}

Result<Exit> RunReport(Context& context, const ReportArguments& a) {
  const App app = CM_TRY(App::Parse(a.app));
  v1::ReportBuildRequest request;
  request.set_platform(api::ToProto(app.platform));
  request.set_package(app.package);
  request.set_signer(a.signer);
  request.set_build(a.build);
  PartySession session = CM_TRY(PartySession::Open(context));
  return Finish(context, CM_TRY(session.client.ReportBuild(request)));
}

// ---- complaint show, answer, pursue

struct ComplaintArguments {
  std::string complaint, answer, reason;
};

void DeclareComplaint(CLI::App& verb, ComplaintArguments& a) {
  Hold(verb.add_option("COMPLAINT", a.complaint, "The complaint"), NameForm(Collection::kComplaints))->required();
}

void DeclareAnswer(CLI::App& verb, ComplaintArguments& a) {
  DeclareComplaint(verb, a);
  AddStatement(verb, "--text", a.answer, "A file with the answer, if there are words to keep");
}

void DeclarePursue(CLI::App& verb, ComplaintArguments& a) {
  DeclareComplaint(verb, a);
  verb.add_option("--reason", a.reason, "A code of the scheme")->required()->type_name("CODE");
}

Result<Exit> RunShow(Context& context, const ComplaintArguments& a) {
  return ShowOne(context, FullName(Collection::kComplaints, a.complaint), &Client::GetComplaint);
}

Result<Exit> RunAnswer(Context& context, const ComplaintArguments& a) {
  v1::AnswerComplaintRequest request;
  request.set_name(FullName(Collection::kComplaints, a.complaint));
  request.set_answer(CM_TRY(ReadStatement(context, a.answer)));
  PartySession session = CM_TRY(PartySession::Open(context));
  return Finish(context, CM_TRY(session.client.AnswerComplaint(request)));
}

Result<Exit> RunPursue(Context& context, const ComplaintArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::PursueComplaintRequest request;
  request.set_name(FullName(Collection::kComplaints, a.complaint));
  request.set_reason(a.reason);
  return Finish(context, CM_TRY(session.client.PursueComplaint(request)));
}

}  // namespace

void AddComplaint(CLI::App& app, Action& chosen) {
  Verb<ComplainArguments>(app, "complain", "Complain of an app. Anybody may; what you write is kept and can be erased.",
                          "certmark complain android:org.example.app --text complaint.txt --contact contact.txt",
                          DeclareComplain, RunComplain, chosen);
  Verb<ReportArguments>(app, "report-build", "Stores: report a build that you met. One out of range opens a case.",
                        "certmark report-build android:org.example.app --build 200 --signer a454…", DeclareReport,
                        RunReport, chosen)
      ->group("Every party");
  CLI::App* complaint = app.add_subcommand("complaint", "Complaints: the officers' half, and what became of one");
  complaint->require_subcommand(1);
  complaint->group("Laboratories and staff");
  complaint->footer("Example:\n  certmark complaint show complaints/4h8w…");
  Watchable(Verb<ComplaintArguments>(*complaint, "show",
                                     "Show a complaint to officers and to the party that it is from.",
                                     "certmark complaint show complaints/4h8w…", DeclareComplaint, RunShow, chosen));
  Verb<ComplaintArguments>(*complaint, "answer", "Answer a complaint, which ends it.",
                           "certmark complaint answer complaints/4h8w… --text answer.txt", DeclareAnswer, RunAnswer,
                           chosen);
  Verb<ComplaintArguments>(*complaint, "pursue", "Open a surveillance case on a complaint.",
                           "certmark complaint pursue complaints/4h8w… --reason complaint-verified", DeclarePursue,
                           RunPursue, chosen);
}

}  // namespace certmark::cli
