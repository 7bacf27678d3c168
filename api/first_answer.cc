#include "api/first_answer.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <string>
#include <vector>

#include "api/contract.h"
#include "api/convert.h"
#include "api/convert_eligibility.h"
#include "api/convert_notices.h"
#include "api/convert_surveillance.h"
#include "api/request_field.h"
#include "ca/records.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

// ---- Which record answers, and how

struct Answering {
  const Descriptor* response;
  std::string_view kind;
  Result<void> (*write)(ca::Service&, const Caller&, std::string_view id, Message& response);
};

// By is a type of answer that is made of a record alone.
template <class Record, class Response, auto kConvert>
Answering By() {
  const auto write = [](ca::Service& service, const Caller& caller, std::string_view id,
                        Message& response) -> Result<void> {
    const Record record = CM_TRY(ca::Load<Record>(service.desk().store(), id)).value;
    static_cast<Response&>(response) = kConvert(service, caller, record);
    return {};
  };
  return {Response::descriptor(), Record::kKind, write};
}

template <class Record, class Response>
Answering Plainly() {
  return By<Record, Response, [](ca::Service&, const Caller&, const Record& record) { return ToProto(record); }>();
}

v1::Certification Certification(ca::Service& service, const Caller&, const ca::Certification& record) {
  return ToProto(record, service.desk().Now());
}
v1::FileComplaintResponse Complained(ca::Service&, const Caller&, const ca::Complaint& record) {
  return ToComplainant(record);
}
// A file is shown to whoever may read it now: another may have been assigned to it since.
Result<void> WriteFile(ca::Service& service, const Caller& caller, std::string_view id, Message& response) {
  if (!caller.party) return Error{ErrorCode::kPermissionDenied, "a file is shown to parties alone"};
  const auto file = CM_TRY(service.applications().Get(*caller.party, id));
  static_cast<v1::Application&>(response) = ToProto(file.value, file.etag);
  return {};
}
// What verifiers accept is there for whoever asks; what they do not yet was for the first answer alone.
Result<void> WriteDecided(ca::Service& service, const Caller& caller, std::string_view id, Message& response) {
  auto& decided = static_cast<v1::DecideApplicationResponse&>(response);
  CM_TRY(WriteFile(service, caller, id, *decided.mutable_application()));
  const auto number = ParseResourceName(Collection::kCertifications, decided.application().certification());
  if (!number) return {};
  if (auto bundle = service.certifications().Bundle(*number)) {
    decided.set_bundle(*std::move(bundle));
    decided.set_witnessed(true);
  }
  return {};
}
Result<void> WriteEnrolment(ca::Service& service, const Caller& caller, std::string_view id, Message& response) {
  static_cast<v1::Enrolment&>(response) =
      ShownTo(caller, CM_TRY(service.enrolments().Get(id)), service.desk().authority().party_ca);
  return {};
}

Result<void> WriteSubscription(ca::Service& service, const Caller& caller, std::string_view id, Message& response) {
  if (!caller.party) return Error{ErrorCode::kPermissionDenied, "a subscription is shown to its party alone"};
  static_cast<v1::Subscription&>(response) = ToProto(CM_TRY(service.subscriptions().Get(*caller.party, id)));
  return {};
}

const Answering* AnsweringWith(const Descriptor& response) {
  static const std::vector<Answering> rows = {
      {v1::Application::descriptor(), ca::Application::kKind, &WriteFile},
      {v1::DecideApplicationResponse::descriptor(), ca::Application::kKind, &WriteDecided},
      {v1::Enrolment::descriptor(), ca::Enrolment::kKind, &WriteEnrolment},
      {v1::Subscription::descriptor(), ca::Subscription::kKind, &WriteSubscription},
      By<ca::Certification, v1::Certification, &Certification>(),
      By<ca::Complaint, v1::FileComplaintResponse, &Complained>(),
      Plainly<ca::Complaint, v1::Complaint>(),
      Plainly<ca::Party, v1::Party>(),
      Plainly<ca::Proposal, v1::Proposal>(),
      Plainly<ca::Challenge, v1::Challenge>(),
      Plainly<ca::Order, v1::Order>(),
      Plainly<ca::Case, v1::Case>(),
      Plainly<ca::Appeal, v1::Appeal>(),
  };
  const auto found = std::ranges::find(rows, &response, &Answering::response);
  return found == rows.end() ? nullptr : &*found;
}

// ---- How a request is named

constexpr std::string_view kField = "request_id";

// In lower case alone, so that one id has one spelling.
bool IsUuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const auto fits = [](char is, char form) {
    return form == '-' ? is == '-' : (is >= '0' && is <= '9') || (is >= 'a' && is <= 'f');
  };
  return std::ranges::equal(text, kForm, fits);
}

Result<std::string> NameIn(const Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName(std::string(kField));
  if (field == nullptr) return std::string();
  std::string name = request.GetReflection()->GetString(request, field);
  if (name.empty() || IsUuid(name)) return name;
  return InField(kField, Error{ErrorCode::kInvalidArgument, "not a UUID in lower case: " + Quote(name)});
}

// The same message has the same bytes, whichever transport it came by.
Hash BodyOf(const Message& request) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream out(&bytes);
    google::protobuf::io::CodedOutputStream coded(&out);
    coded.SetSerializationDeterministic(true);
    request.SerializeWithCachedSizes(&coded);
  }
  return Sha256(AsBytes(bytes));
}

}  // namespace

Result<std::optional<ca::Once>> NamedRequest(const Caller& caller, const Message& request) {
  const std::string name = CM_TRY(NameIn(request));
  if (name.empty()) return std::optional<ca::Once>();
  const auto& rpc = *Rpcs().at(PlaceOf(*request.GetDescriptor()));
  const Answering* answering = AnsweringWith(*rpc.output_type());
  if (answering == nullptr) return Error{ErrorCode::kInternal, rpc.full_name() + " is not answered of a record"};
  const std::string whose = caller.party ? caller.party->id : std::string(ca::kPublicActor);
  (void)request.ByteSizeLong();  // caches the sizes that BodyOf writes by
  return std::optional(
      ca::Once{.key = whose + "/" + rpc.name() + "/" + name, .body = BodyOf(request), .kind = answering->kind});
}

Result<void> WriteAnswer(ca::Service& service, const Caller& caller, std::string_view record, Message& response) {
  const Answering* answering = AnsweringWith(*response.GetDescriptor());
  if (answering == nullptr || ca::KindOf(record) != answering->kind) {
    return Error{ErrorCode::kInternal, std::string(record) + " answers no such request"};
  }
  return answering->write(service, caller, ca::IdOf(record), response);
}

}  // namespace certmark::api
