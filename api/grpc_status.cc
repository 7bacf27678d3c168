#include "api/grpc_status.h"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace certmark::api {
namespace {

google::rpc::ErrorInfo InfoOf(const Refusal& refusal, std::string_view domain) {
  google::rpc::ErrorInfo info;
  info.set_reason(refusal.reason);
  info.set_domain(std::string(domain));
  if (!refusal.resource.empty()) (*info.mutable_metadata())["resource"] = refusal.resource;
  return info;
}

google::rpc::BadRequest BadRequestOf(const Refusal& refusal) {
  google::rpc::BadRequest bad;
  auto* const violation = bad.add_field_violations();
  violation->set_field(refusal.field);
  violation->set_description(refusal.message);
  return bad;
}

google::rpc::PreconditionFailure PreconditionOf(const Refusal& refusal) {
  google::rpc::PreconditionFailure failure;
  auto* const violation = failure.add_violations();
  violation->set_type(refusal.grpc == grpc::ABORTED ? "ETAG" : "STATE");
  violation->set_subject(refusal.resource);
  violation->set_description(refusal.message);
  return failure;
}

google::rpc::RetryInfo RetryOf(Seconds after) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(after.count());
  return retry;
}

}  // namespace

grpc::Status ToStatus(const Refusal& refusal, std::string_view domain) {
  google::rpc::Status status;
  status.set_code(refusal.grpc);
  status.set_message(refusal.message);
  status.add_details()->PackFrom(InfoOf(refusal, domain));
  if (!refusal.field.empty()) status.add_details()->PackFrom(BadRequestOf(refusal));
  const bool is_precondition = refusal.grpc == grpc::FAILED_PRECONDITION || refusal.grpc == grpc::ABORTED;
  if (is_precondition) status.add_details()->PackFrom(PreconditionOf(refusal));
  if (refusal.retry_after) status.add_details()->PackFrom(RetryOf(*refusal.retry_after));
  return {static_cast<grpc::StatusCode>(refusal.grpc), refusal.message, status.SerializeAsString()};
}

}  // namespace certmark::api
