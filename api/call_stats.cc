#include "api/call_stats.h"

#include <google/protobuf/descriptor.h>

#include "api/contract.h"

namespace certmark::api {
RpcFigures::RpcFigures(const google::protobuf::MethodDescriptor& of)
    : service(of.service()->name()), method(of.name()) {}

CallStats::CallStats() {
  for (const auto* rpc : Rpcs()) by_request_.emplace(rpc->input_type(), &rpcs_.emplace_back(*rpc));
}

RpcFigures* CallStats::Find(const google::protobuf::Descriptor& request) {
  const auto found = by_request_.find(&request);
  return found == by_request_.end() ? nullptr : found->second;
}

}  // namespace certmark::api
