// RpcTable: which handler answers an RPC that takes one message and answers one.
#pragma once

#include "api/handlers.h"

namespace certmark::api {

/// RequireHandler: Internal unless an RPC takes such a request and answers with such a response, both of the classes
/// that were generated for them.
Result<void> RequireHandler(const google::protobuf::Message& request, const google::protobuf::Message& response);

/// CallHandler has the handler of the RPC that takes such a request write its answer.
/// REQUIRES: RequireHandler.
Result<void> CallHandler(Handlers& handlers, const Caller& caller, const google::protobuf::Message& request,
                         google::protobuf::Message& response);

}  // namespace certmark::api
