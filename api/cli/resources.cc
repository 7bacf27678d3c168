#include "api/cli/resources.h"

#include "api/cli/words.h"
#include "api/convert.h"
#include "ca/application.h"

namespace certmark::cli {
namespace {

std::string RoleText(v1::Role wire) {
  const auto role = api::FromProto(wire);
  return role ? std::string(ca::Name(*role)) : "unknown";
}

template <class Roles>
std::string RolesText(const Roles& roles) {
  std::string out;
  for (const int role : roles) out += (out.empty() ? "" : ", ") + RoleText(static_cast<v1::Role>(role));
  return out;
}

// ShowNewNames shows what the operator would be called, which stands in the form alone.
void ShowNewNames(Console& console, const std::string& form_json) {
  const auto form = ca::ApplicationForm::Parse(form_json);
  if (!form || !form->new_names) return;
  console.Field("new name", form->new_names->name);
  console.Field("new address", form->new_names->url.empty() ? "none" : form->new_names->url);
}

std::string Range(const std::string& from, const std::string& to) {
  return to.empty() ? from + " and later" : from + " to " + to;
}

}  // namespace

Result<void> ShowObject(Console& console, const google::protobuf::Message& message) {
  console.Object(CM_TRY(api::ToRestJson(message)));
  return {};
}

Table TableOf(const google::protobuf::RepeatedPtrField<v1::Certification>& certifications) {
  Table table({{"NUMBER"}, {"STATE"}, {"UNTIL"}, {"APP"}, Cuttable("NAME"), Cuttable("OPERATOR")});
  for (const v1::Certification& each : certifications) {
    table.Row({each.number(), StateOf(each), FormatDate(FromEpoch(each.valid_until().seconds())), AppText(each),
               each.app_name(), each.operator_name()});
  }
  return table;
}

std::string StateOf(const v1::Certification& certification) {
  return v1::Certification::State_Name(certification.state());
}
std::string StateOf(const v1::Application& application) {
  return v1::Application::State_Name(application.state());
}
std::string StateOf(const v1::Enrolment& enrolment) {
  return v1::Enrolment::State_Name(enrolment.state());
}

std::string FateOf(const v1::Application& application) {
  return "The application is " + StateOf(application) + ".";
}

std::string FateOf(const v1::Enrolment& enrolment) {
  return "The enrolment is " + StateOf(enrolment) + ".";
}

std::string FateOf(const v1::Proposal& proposal) {
  if (proposal.state() == v1::Proposal::OPEN) return "It waits for another person to confirm it.";
  if (proposal.state() == v1::Proposal::CONFIRMED) return "It was confirmed and carried out.";
  if (proposal.state() == v1::Proposal::REJECTED) return "It was rejected: nothing was done.";
  return "Nobody confirmed it in time: it is void.";
}

void Show(Console& console, const v1::Certification& certification) {
  console.Line(certification.number() + "  " + StateOf(certification));
  console.Field("app", AppText(certification) + "  " + certification.app_name());
  console.Field("builds", Range(certification.version_from(), certification.version_to()));
  for (const std::string& signer : certification.signers()) console.Field("signer", signer);
  console.Field("operator", certification.operator_name() + "  " + certification.operator_id());
  const std::string edition = certification.edition().empty() ? "" : " " + certification.edition();
  console.Field("scheme", certification.scheme() + edition + ", " + certification.level());
  console.Field("valid", TimeText(certification.valid_from()) + " until " + TimeText(certification.valid_until()));
  for (const auto& event : certification.events()) {
    console.Field("event", TimeText(event.time()) + "  " + event.kind() + "  " + event.reason());
  }
  console.Field("supersedes", certification.supersedes());
  console.Field("superseded by", certification.superseded_by());
}

void Show(Console& console, const v1::Application& application) {
  console.Line(application.name() + "  " + StateOf(application));
  console.Field("operator", application.operator_());
  console.Field("path", application.path());
  console.Field("changes", application.base());
  ShowNewNames(console, application.form());
  console.Field("laboratory", application.laboratory());
  console.Field("auditor", application.auditor());
  for (const std::string& signer : application.proven_signers()) console.Field("proven signer", signer);
  for (const std::string& party : application.excluded()) console.Field("not to decide it", party);
  console.Field("submitted", TimeText(application.submit_time()));
  if (application.has_deadline()) console.Field("deadline", TimeText(application.deadline()));
  if (application.has_decide_by()) console.Field("to be decided by", TimeText(application.decide_by()));
  console.Field("reason", application.reason());
  console.Field("reports", std::to_string(application.reports_size()));
  for (const auto& carried : application.carried_reports())
    console.Field("carried", carried.kind() + " by " + carried.author() + ", of " + carried.application());
  console.Field("certification", application.certification());
  console.Field("etag", application.etag());
  console.Field("form", application.form());
}

void Show(Console& console, const v1::Enrolment& enrolment) {
  console.Line(enrolment.name() + "  " + StateOf(enrolment));
  console.Field("name", enrolment.display_name());
  console.Field("operator id", enrolment.operator_id());
  console.Field("url", enrolment.url());
  console.Field("fingerprint", enrolment.fingerprint());
  console.Field("another key of", enrolment.existing_party());
  console.Field("roles", RolesText(enrolment.roles()));
  for (const std::string& party : enrolment.belongs_to()) console.Field("belongs to", party);
  console.Field("approved by", enrolment.approved_by());
  console.Field("requested", TimeText(enrolment.request_time()));
  if (enrolment.has_expire_time()) console.Field("void after", TimeText(enrolment.expire_time()));
  console.Field("party", enrolment.party());
}

void ShowList(Console& console, const v1::ListEnrolmentsResponse& enrolments) {
  Table table({{"ENROLMENT"}, {"STATE"}, Cuttable("NAME"), Cuttable("ROLES"), {"REQUESTED"}, {"PARTY"}});
  for (const v1::Enrolment& enrolment : enrolments.enrolments()) {
    table.Row({enrolment.name(), StateOf(enrolment), enrolment.display_name(), RolesText(enrolment.roles()),
               TimeText(enrolment.request_time()), enrolment.party()});
  }
  console.List(table);
}

void Show(Console& console, const v1::Proposal& proposal) {
  console.Line(proposal.name() + "  " + v1::Proposal::State_Name(proposal.state()));
  console.Field("act", Lower(v1::Proposal::Act_Name(proposal.act())));
  console.Field("about", proposal.subject());
  console.Field("reason", proposal.reason());
  console.Field("details", proposal.details());
  console.Field("proposed", TimeText(proposal.propose_time()) + " by " + proposal.proposed_by());
  console.Field("confirmed by", proposal.confirmed_by());
}

void Show(Console& console, const v1::Party& party) {
  console.Line(party.name());
  console.Field("name", party.display_name());
  console.Field("operator id", party.operator_id());
  console.Field("url", party.url());
  console.Field("roles", RolesText(party.roles()));
  for (const std::string& parent : party.belongs_to()) console.Field("belongs to", parent);
}

}  // namespace certmark::cli
