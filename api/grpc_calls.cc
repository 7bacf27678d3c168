#include "api/grpc_calls.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "api/client_network.h"
#include "api/errors.h"
#include "api/request_id.h"
#include "ca/x509_profiles.h"

namespace certmark::api {
namespace {

// The client certificate of a connection, as TLS has verified it.
Result<Bytes> ClientCertificate(const grpc::CallbackServerContext& context) {
  const auto values = context.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (values.size() != 1) return Error{ErrorCode::kPermissionDenied, "a client certificate is needed"};
  const auto chain = ca::CertificatesFromPem({values[0].data(), values[0].size()});
  if (!chain || chain->size() != 1)
    return Error{ErrorCode::kPermissionDenied, "the client certificate is not enrolled"};
  return chain->front().der();
}

}  // namespace

Result<Caller> CallDesk::CallerOf(const grpc::CallbackServerContext& context) const {
  if (!authenticate_) return Caller{};
  Bytes certificate = CM_TRY(ClientCertificate(context));
  ca::Party party = CM_TRY(authenticate_(certificate));
  return Caller{std::move(party), std::move(certificate)};
}

std::optional<Seconds> CallDesk::TakeComplaint(const grpc::CallbackServerContext& context) const {
  return complaints_.Take(NetworkOf(context.peer()));
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

grpc::Status ToStatus(const Error& error) {
  if (IsOwnFault(error)) spdlog::error("grpc: {}", error.message);
  return {static_cast<grpc::StatusCode>(Row(error.code).grpc), std::string(OutwardMessage(error))};
}

grpc::Status TooMany() {
  return ToStatus({ErrorCode::kResourceExhausted, "too many calls are waiting"});
}

grpc::Status TooSoon(grpc::CallbackServerContext& context, Seconds wait) {
  const std::string seconds = std::to_string(wait.count());
  context.AddTrailingMetadata(kRetryAfter, seconds);
  return ToStatus(
      {ErrorCode::kResourceExhausted, "too many complaints from your network: come again in " + seconds + " s"});
}

std::optional<grpc::Status> GivenUp(const grpc::CallbackServerContext& context) {
  if (context.IsCancelled()) return grpc::Status(grpc::StatusCode::CANCELLED, "cancelled before it was begun");
  if (context.deadline() > std::chrono::system_clock::now()) return std::nullopt;
  return grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "the deadline passed before it was begun");
}

grpc::Status Caught(const std::function<grpc::Status()>& step) {
  try {
    return step();
  } catch (const std::exception& exception) {
    spdlog::error("grpc: exception: {}", exception.what());
  } catch (...) {
    spdlog::error("grpc: exception of an unknown type");
  }
  return {grpc::StatusCode::INTERNAL, "internal error"};
}

}  // namespace certmark::api
