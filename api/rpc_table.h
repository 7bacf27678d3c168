// RpcTable: which handler answers an RPC that takes one message and answers one.
#pragma once

#include "api/handlers.h"

namespace certmark::api {

/// CallHandler has the handler of the RPC that takes such a request write its answer. Internal: there is none, or
/// `response` is not of its type.
Result<void> CallHandler(Handlers& handlers, const Caller& caller, const google::protobuf::Message& request,
                         google::protobuf::Message& response);

}  // namespace certmark::api
