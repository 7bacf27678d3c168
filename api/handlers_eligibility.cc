// Handlers of who may evaluate, and of what an applicant shows.
#include "api/convert.h"
#include "api/convert_eligibility.h"
#include "api/handlers.h"
#include "api/request_field.h"

namespace certmark::api {

Result<v1::Accreditation> Handlers::GetAccreditation(const Caller& caller,
                                                     const v1::GetAccreditationRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kAccreditations, request.name())));
  return ToProto(CM_TRY(service_.accreditations().Get(*party, id)), service_.desk().Now());
}

Result<v1::Challenge> Handlers::CreateChallenge(const Caller& caller, const v1::CreateChallengeRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const App app = CM_TRY(AppOf(request));
  return ToProto(CM_TRY(service_.challenges().Issue(*party, app, request.signer())));
}

Result<v1::ListLookAlikesResponse> Handlers::ListLookAlikes(const Caller& caller,
                                                            const v1::ListLookAlikesRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id =
      CM_TRY(InField("application", ParseResourceName(Collection::kApplications, request.application())));
  v1::ListLookAlikesResponse response;
  for (const std::string& number : CM_TRY(service_.applications().LookAlikesOf(*party, id))) {
    response.add_certifications(ResourceName(Collection::kCertifications, number));
  }
  return response;
}

Result<v1::ListRecentReportsResponse> Handlers::ListRecentReports(const Caller& caller,
                                                                  const v1::ListRecentReportsRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id =
      CM_TRY(InField("accreditation", ParseResourceName(Collection::kAccreditations, request.accreditation())));
  return ToProto(CM_TRY(service_.accreditations().ReportsToReview(*party, id)));
}

}  // namespace certmark::api
