// The way of an application to its evaluation: returned and answered, corrected, withdrawn, accepted, reassigned,
// refused; its file, once it is decided.
#include "api/convert.h"
#include "api/convert_eligibility.h"
#include "api/handlers.h"
#include "api/request_field.h"
#include "ca/file_export.h"

namespace certmark::api {
namespace {

// Assigned reads a party that a request may leave out.
Result<std::string> Assigned(std::string_view name) {
  if (name.empty()) return std::string();
  return ParseResourceName(Collection::kParties, name);
}

}  // namespace

Result<v1::Application> Handlers::ResubmitApplication(const Caller& caller,
                                                      const v1::ResubmitApplicationRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kApplications, request.name())));
  const ControlProofs proofs = CM_TRY(ControlProofs::Parse(request.proofs()));
  return AsWritten(CM_TRY(service_.applications().Resubmit(*party, id, {request.form(), proofs.Handed()})));
}

Result<v1::Application> Handlers::CorrectApplication(const Caller& caller,
                                                     const v1::CorrectApplicationRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kApplications, request.name())));
  return AsWritten(CM_TRY(service_.applications().Correct(*party, id)));
}

Result<v1::Application> Handlers::WithdrawApplication(const Caller& caller,
                                                      const v1::WithdrawApplicationRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kApplications, request.name())));
  return AsWritten(CM_TRY(service_.applications().Withdraw(*party, id)));
}

Result<v1::Application> Handlers::AcceptApplication(const Caller& caller, const v1::AcceptApplicationRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id =
      CM_TRY(InField("application", ParseResourceName(Collection::kApplications, request.application())));
  const std::string laboratory = CM_TRY(InField("laboratory", Assigned(request.laboratory())));
  const std::string auditor = CM_TRY(InField("auditor", Assigned(request.auditor())));
  return AsWritten(CM_TRY(service_.applications().Accept(*party, id, laboratory, auditor)));
}

Result<v1::Application> Handlers::ReassignApplication(const Caller& caller,
                                                      const v1::ReassignApplicationRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id =
      CM_TRY(InField("application", ParseResourceName(Collection::kApplications, request.application())));
  const std::string laboratory = CM_TRY(InField("laboratory", Assigned(request.laboratory())));
  const std::string auditor = CM_TRY(InField("auditor", Assigned(request.auditor())));
  return AsWritten(CM_TRY(service_.applications().Reassign(*party, id, {laboratory, auditor, request.reason()})));
}

Result<v1::Application> Handlers::ReturnApplication(const Caller& caller, const v1::ReturnApplicationRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id =
      CM_TRY(InField("application", ParseResourceName(Collection::kApplications, request.application())));
  return AsWritten(CM_TRY(InField("reason", service_.applications().Return(*party, id, request.reason()))));
}

Result<v1::Application> Handlers::RefuseApplication(const Caller& caller, const v1::RefuseApplicationRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id =
      CM_TRY(InField("application", ParseResourceName(Collection::kApplications, request.application())));
  return AsWritten(CM_TRY(InField("reason", service_.applications().Refuse(*party, id, request.reason()))));
}

Result<v1::ApplicationFile> Handlers::GetApplicationFile(const Caller& caller,
                                                         const v1::GetApplicationFileRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kApplications, request.name())));
  const ca::FileExport files(service_.desk(), service_.applications(), service_.certifications());
  v1::ApplicationFile file;
  file.set_json(CM_TRY(files.Of(*party, id)).ToJson());
  return file;
}

}  // namespace certmark::api
