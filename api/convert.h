// Convert: the only translation between the wire's messages and the domain. Values in, values out; nothing is looked up
// here.
#pragma once

#include <string>
#include <string_view>

#include "api/request_field.h"
#include "ca/application.h"
#include "ca/certification.h"
#include "ca/enrolment.h"
#include "ca/party.h"
#include "ca/proposal.h"
#include "certmark/v1/resources.pb.h"
#include "verifier-sdk/core/event.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/names.h"

namespace google::protobuf {
class Message;
}

namespace certmark::api {

/// ToProto shows a certification as it is at `now`.
v1::Certification ToProto(const ca::Certification& certification, Time now);
/// ToProto shows a file whose record has `etag`.
v1::Application ToProto(const ca::Application& application, const Hash& etag);
/// AsWritten shows a file that was just written: its record is exactly its JSON, and so is its etag.
v1::Application AsWritten(const ca::Application& application);
/// ToProto shows an enrolment as whoever asked for it sees it; once enrolled, its certificate comes with `party_ca`.
/// ToRegistrars shows also who approved it, and whom it is said to belong to.
v1::Enrolment ToProto(const ca::Enrolment& enrolment, const Certificate& party_ca);
v1::Enrolment ToRegistrars(const ca::Enrolment& enrolment, const Certificate& party_ca);
v1::Party ToProto(const ca::Party& party);
v1::Proposal ToProto(const ca::Proposal& proposal);

/// FromProto reads what a request holds. InvalidArgument: an unspecified or unknown value.
Result<Platform> FromProto(v1::Platform platform);
Result<ca::Proposed> FromProto(v1::Proposal::Act act);
Result<ca::Role> FromProto(v1::Role role);

/// AppOf reads the app that a request names in two members. InvalidArgument: it is none.
template <class Request>
Result<App> AppOf(const Request& request) {
  const Platform platform = CM_TRY(InField("platform", FromProto(request.platform())));
  return InField("package", App::Create(platform, request.package()));
}

/// ToProto is the way back of FromProto.
v1::Platform ToProto(Platform platform);

/// EventName is the end of an event's URI, which tells it from the others: `suspended`.
std::string EventName(EventKind kind);

/// ToWire is a hash as messages hold it: its bytes.
std::string ToWire(const Hash& hash);

/// Collection is the first half of a resource name.
enum class Collection : std::uint8_t {
  kAccreditations,
  kAppeals,
  kApplications,
  kBars,
  kBulks,
  kCases,
  kCertifications,
  kChallenges,
  kComplaints,
  kDocuments,
  kEnrolments,
  kOrders,
  kParties,
  kProposals,
  kSubscriptions,
};

/// ResourceName writes `applications/…`; nothing for an empty id.
std::string ResourceName(Collection collection, std::string_view id);
/// ParseResourceName returns the id. InvalidArgument names the resource: another collection, or an id that none there
/// can have.
Result<std::string> ParseResourceName(Collection collection, std::string_view name);

/// SubjectName is a record (`<kind>/<id>`) as a resource's name; ParseSubject the way back. An app, `apps/…`, is
/// `app/…`, for an order may be about one without a record. InvalidArgument: no resource that has records.
std::string SubjectName(std::string_view subject);
Result<std::string> ParseSubject(std::string_view name);

/// ToRestJson writes a message as the HTTP API shows it: protobuf's JSON, in lowerCamelCase, every member there, or
/// those alone that hold something.
enum class EmptyMembers : std::uint8_t { kWritten, kLeftOut };
Result<std::string> ToRestJson(const google::protobuf::Message& message, EmptyMembers empty = EmptyMembers::kWritten);

}  // namespace certmark::api
