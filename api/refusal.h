// What a caller is told of a call that is not answered, before a transport has written it.
#pragma once

#include <optional>
#include <string>

#include "verifier-sdk/core/result.h"
#include "verifier-sdk/core/time.h"

namespace google::protobuf {
class Message;
}

namespace certmark::api {

struct Refusal {
  int grpc;                                 ///< google.rpc.Code
  int http;                                 ///< status
  std::string reason;                       ///< UPPER_SNAKE_CASE: what a program tells it by
  std::string message;                      ///< a line for people
  std::string field = {};                   ///< of the request, that is to blame; empty: none
  std::string resource = {};                ///< that the request names; empty: none
  std::optional<Seconds> retry_after = {};  ///< in how long to come again, where that is known
};

/// RefusalOf is what a caller may know of an error, and tells the log what is our own fault (IsOwnFault).
Refusal RefusalOf(const Error& error);

/// ResourceIn is the first resource's name in a member of the request itself; empty: there is none.
std::string ResourceIn(const google::protobuf::Message& request);

}  // namespace certmark::api
