#include "api/grpc_calls.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "api/access.h"
#include "api/client_network.h"
#include "api/contract.h"
#include "api/request_id.h"
#include "ca/x509_pem.h"

namespace certmark::api {
namespace {

// The client certificate of a connection, as TLS has verified it; the authenticator parses it.
Result<Bytes> ClientCertificate(const grpc::CallbackServerContext& context) {
  const auto values = context.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (values.size() != 1) return Error{ErrorCode::kPermissionDenied, "a client certificate is needed"};
  auto chain = ca::DersFromPem({values[0].data(), values[0].size()});
  if (!chain || chain->size() != 1)
    return Error{ErrorCode::kPermissionDenied, "the client certificate is not enrolled"};
  return std::move(chain->front());
}

}  // namespace

WorkerPool& CallDesk::WorkersFor(const google::protobuf::Descriptor& request) const {
  return IsRead(request) ? workers_.readers : workers_.writers;
}

Result<Caller> CallDesk::CallerOf(const grpc::CallbackServerContext& context) const {
  std::string network = NetworkOf(context.peer());
  if (!authenticate_) return Caller{{}, {}, std::move(network)};
  Bytes certificate = CM_TRY(ClientCertificate(context));
  ca::Party party = CM_TRY(authenticate_(certificate));
  return Caller{std::move(party), std::move(certificate), std::move(network)};
}

Result<Caller> CallDesk::Admit(const grpc::CallbackServerContext& context,
                               const google::protobuf::Descriptor& request) const {
  Caller caller = CM_TRY(CallerOf(context));
  CM_TRY(RequireAccess(caller, request));
  return caller;
}

ServedCall CallDesk::Begin(grpc::CallbackServerContext& context, const google::protobuf::Descriptor& request) const {
  std::string id = NewRequestId();
  context.AddTrailingMetadata(kRequestIdMetadata, id);
  return ServedCall(std::move(id), stats_ ? stats_->Find(request) : nullptr);
}

grpc::Status ServedCall::Ended(grpc::Status status) const {
  if (!figures_) return status;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - arrived_;
  const auto code = std::min<std::size_t>(static_cast<std::size_t>(status.error_code()), RpcFigures::kCodes - 1);
  figures_->ended[code].fetch_add(1, std::memory_order_relaxed);
  figures_->seconds.Observe(took.count());
  const RequestScope scope(id_);
  spdlog::debug("{}.{} ended with {} after {:.6f} s", figures_->service, figures_->method, code, took.count());
  return status;
}

grpc::Status CallDesk::Refuse(const Error& error, std::string resource) const {
  Refusal refusal = RefusalOf(error);
  refusal.resource = std::move(resource);
  return ToStatus(refusal, handlers().domain());
}

grpc::Status CallDesk::Refuse(grpc::CallbackServerContext& context, const Refusal& refusal) const {
  if (refusal.retry_after) context.AddTrailingMetadata(kRetryAfter, std::to_string(refusal.retry_after->count()));
  return ToStatus(refusal, handlers().domain());
}

grpc::Status CallDesk::TooMany() const {
  return ToStatus({grpc::RESOURCE_EXHAUSTED, 429, "QUEUE_FULL", "too many calls are waiting"}, handlers().domain());
}

std::optional<grpc::Status> CallDesk::GivenUp(const grpc::CallbackServerContext& context) const {
  if (context.IsCancelled()) {
    return ToStatus({grpc::CANCELLED, 499, "CANCELLED", "cancelled before it was begun"}, handlers().domain());
  }
  if (context.deadline() > std::chrono::system_clock::now()) return std::nullopt;
  return ToStatus({grpc::DEADLINE_EXCEEDED, 504, "DEADLINE_PASSED", "the deadline passed before it was begun"},
                  handlers().domain());
}

grpc::Status CallDesk::Caught(const std::function<grpc::Status()>& step) const {
  std::string what = "of an unknown type";
  try {
    return step();
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {
  }
  return Refuse({ErrorCode::kInternal, "exception: " + what});
}

}  // namespace certmark::api
