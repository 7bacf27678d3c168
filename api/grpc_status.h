// How a call ends that failed: gRPC's status for people, and in it google.rpc.Status for programs (docs/API.md).
#pragma once

#include <grpcpp/grpcpp.h>

#include <string_view>

#include "api/refusal.h"

namespace certmark::api {

/// ToStatus writes a refusal by the authority whose host is `domain`: ErrorInfo always; BadRequest where a field is to
/// blame; PreconditionFailure of FAILED_PRECONDITION and ABORTED; RetryInfo where it is known when to come again.
grpc::Status ToStatus(const Refusal& refusal, std::string_view domain);

}  // namespace certmark::api
