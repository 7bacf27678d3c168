#include "api/call_stats.h"

#include <google/protobuf/descriptor.h>

#include "certmark/v1/authority.pb.h"
#include "certmark/v1/laboratory.pb.h"
#include "certmark/v1/operator.pb.h"
#include "certmark/v1/party.pb.h"
#include "certmark/v1/public.pb.h"
#include "certmark/v1/registrar.pb.h"

namespace certmark::api {
namespace {

// A message of each file that declares a service.
std::array<const google::protobuf::Descriptor*, 6> OneOfEachService() {
  return {v1::GetTrustListRequest::descriptor(),      v1::GetSelfRequest::descriptor(),
          v1::CreateApplicationRequest::descriptor(), v1::SubmitReportRequest::descriptor(),
          v1::ConfirmActRequest::descriptor(),        v1::ListEnrolmentsRequest::descriptor()};
}

}  // namespace

RpcFigures::RpcFigures(const google::protobuf::MethodDescriptor& of)
    : service(of.service()->name()), method(of.name()) {}

CallStats::CallStats() {
  for (const auto* message : OneOfEachService()) {
    const auto& service = *message->file()->service(0);
    for (int i = 0; i < service.method_count(); ++i) {
      by_request_.emplace(service.method(i)->input_type(), &rpcs_.emplace_back(*service.method(i)));
    }
  }
}

RpcFigures* CallStats::Find(const google::protobuf::Descriptor& request) {
  const auto found = by_request_.find(&request);
  return found == by_request_.end() ? nullptr : found->second;
}

}  // namespace certmark::api
