#include "api/call_stats.h"

#include <google/protobuf/descriptor.h>

#include "api/contract.h"

namespace certmark::api {
RpcFigures::RpcFigures(const google::protobuf::MethodDescriptor& of)
    : service(of.service()->name()), method(of.name()) {}

CallStats::CallStats() {
  for (const auto* rpc : Rpcs()) rpcs_.emplace_back(*rpc);
}

RpcFigures* CallStats::Find(const google::protobuf::Descriptor& request) {
  const std::size_t place = PlaceOf(request);
  return place < rpcs_.size() ? &rpcs_[place] : nullptr;
}

}  // namespace certmark::api
