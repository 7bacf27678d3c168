// evaluate accept, reassign, return, refuse: a reviewer takes an application in and assigns who evaluates it, or
// others, or does not.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/finishing.h"

namespace certmark::cli {
namespace {

using api::Collection;

void DeclareApplication(CLI::App& verb, std::string& application) {
  Hold(verb.add_option("APPLICATION", application, "The application"), NameForm(Collection::kApplications))->required();
}

// ---- evaluate accept, evaluate reassign

struct AssignmentArguments {
  std::string application, laboratory, auditor, reason;
};

void DeclareAccept(CLI::App& verb, AssignmentArguments& a) {
  DeclareApplication(verb, a.application);
  Hold(verb.add_option("--laboratory", a.laboratory, "Who is to test it, where its path has a verification"),
       NameForm(Collection::kParties));
  Hold(verb.add_option("--auditor", a.auditor, "Who is to audit, where its path and scheme have an audit"),
       NameForm(Collection::kParties));
}

void DeclareReassign(CLI::App& verb, AssignmentArguments& a) {
  DeclareApplication(verb, a.application);
  Hold(verb.add_option("--laboratory", a.laboratory, "Who is to test it instead"), NameForm(Collection::kParties));
  Hold(verb.add_option("--auditor", a.auditor, "Who is to audit instead"), NameForm(Collection::kParties));
  verb.add_option("--reason", a.reason, "A reason of the scheme for it")->required()->type_name("CODE");
}

std::string Assignments(const v1::Application& application) {
  std::string sentence;
  if (!application.laboratory().empty()) sentence += "; " + application.laboratory() + " is to test it";
  if (!application.auditor().empty()) sentence += "; " + application.auditor() + " is to audit";
  if (application.laboratory().empty() && application.auditor().empty()) sentence += ": it waits for its decision";
  return sentence + ".";
}

template <class Request>
Request Filled(const AssignmentArguments& a) {
  Request request;
  request.set_application(FullName(Collection::kApplications, a.application));
  if (!a.laboratory.empty()) request.set_laboratory(FullName(Collection::kParties, a.laboratory));
  if (!a.auditor.empty()) request.set_auditor(FullName(Collection::kParties, a.auditor));
  return request;
}

Result<Exit> RunAccept(Context& context, const AssignmentArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  const auto request = Filled<v1::AcceptApplicationRequest>(a);
  const v1::Application application = CM_TRY(session.client.AcceptApplication(request));
  return Finish(context, application, "Accepted" + Assignments(application));
}

Result<Exit> RunReassign(Context& context, const AssignmentArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  auto request = Filled<v1::ReassignApplicationRequest>(a);
  request.set_reason(a.reason);
  const v1::Application application = CM_TRY(session.client.ReassignApplication(request));
  return Finish(context, application, "Reassigned" + Assignments(application));
}

// ---- evaluate return, evaluate refuse

struct TurnDownArguments {
  std::string application, reason;
};

void DeclareTurnDown(CLI::App& verb, TurnDownArguments& a) {
  DeclareApplication(verb, a.application);
  verb.add_option("--reason", a.reason, "A code of the scheme")->type_name("CODE")->required();
}

Result<Exit> RunReturn(Context& context, const TurnDownArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::ReturnApplicationRequest request;
  request.set_application(FullName(Collection::kApplications, a.application));
  request.set_reason(a.reason);
  const v1::Application application = CM_TRY(session.client.ReturnApplication(request));
  return Finish(context, application, "Returned: its operator is to complete it by the deadline, or it lapses.");
}

Result<Exit> RunRefuse(Context& context, const TurnDownArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::RefuseApplicationRequest request;
  request.set_application(FullName(Collection::kApplications, a.application));
  request.set_reason(a.reason);
  const v1::Application application = CM_TRY(session.client.RefuseApplication(request));
  return Finish(context, application, "Refused: " + application.reason() + ".");
}

}  // namespace

void AddAcceptance(CLI::App& evaluate, Action& chosen) {
  Verb<AssignmentArguments>(evaluate, "accept", "Staff: accept an application and assign who evaluates it.",
                            "certmark evaluate accept applications/7q2k… --laboratory parties/m3f8…", DeclareAccept,
                            RunAccept, chosen);
  Verb<AssignmentArguments>(
      evaluate, "reassign", "Staff: assign another laboratory or auditor to a file that is evaluated or rectified.",
      "certmark evaluate reassign applications/7q2k… --laboratory parties/w8d2… --reason accreditation-suspended",
      DeclareReassign, RunReassign, chosen);
  Verb<TurnDownArguments>(evaluate, "return", "Staff: give an application back to be completed.",
                          "certmark evaluate return applications/7q2k… --reason materials-incomplete", DeclareTurnDown,
                          RunReturn, chosen);
  Verb<TurnDownArguments>(evaluate, "refuse", "Staff: refuse an application at acceptance.",
                          "certmark evaluate refuse applications/7q2k… --reason materials-incomplete", DeclareTurnDown,
                          RunRefuse, chosen);
}

}  // namespace certmark::cli
