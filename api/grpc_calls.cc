#include "api/grpc_calls.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <exception>

#include "api/client_network.h"
#include "api/errors.h"
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
