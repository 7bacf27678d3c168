// How a call ends that failed: gRPC's status for people, and in it google.rpc.Status for programs (docs/API.md).
#pragma once

#include <grpcpp/grpcpp.h>

#include <optional>
#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"
#include "verifier-sdk/core/time.h"

namespace google::protobuf {
class Message;
}

namespace certmark::api {

/// Refusal is what a caller is told.
struct Refusal {
  grpc::StatusCode code;
  std::string reason;                       ///< UPPER_SNAKE_CASE: what a program tells it by
  std::string message;                      ///< a line for people
  std::string field = {};                   ///< of the request, that is to blame; empty: none
  std::string resource = {};                ///< that the request names; empty: none
  std::optional<Seconds> retry_after = {};  ///< in how long to come again, where that is known
};

/// RefusalOf is what a caller may know of an error.
Refusal RefusalOf(const Error& error);

/// ResourceIn is the first resource's name in a member of the request itself; empty: there is none.
std::string ResourceIn(const google::protobuf::Message& request);

/// ToStatus writes a refusal by the authority whose host is `domain`: ErrorInfo always; BadRequest where a field is to
/// blame; PreconditionFailure of FAILED_PRECONDITION and ABORTED; RetryInfo where it is known when to come again.
grpc::Status ToStatus(const Refusal& refusal, std::string_view domain);

}  // namespace certmark::api
