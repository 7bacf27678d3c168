// Contract: the services of the wire contract and their RPCs, as their protos declare them.
#pragma once

#include <cstddef>
#include <vector>

namespace google::protobuf {
class Descriptor;
class DescriptorPool;
class MethodDescriptor;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace certmark::api {

std::vector<const google::protobuf::ServiceDescriptor*> Services();
/// Rpcs are those of every service. Each takes a message of its own, by which it can be told.
const std::vector<const google::protobuf::MethodDescriptor*>& Rpcs();
/// PlaceOf is where in Rpcs the RPC stands that takes such a message; past the end: none does. Takes no lock.
std::size_t PlaceOf(const google::protobuf::Descriptor& request);
/// IsRead is whether the RPC that takes such a message changes nothing, as it declares: HTTP asks for it by GET, or its
/// request is too long for a GET and its `idempotency_level` is NO_SIDE_EFFECTS. Takes no lock.
bool IsRead(const google::protobuf::Descriptor& request);

/// DescribedContract is the same contract with its comments, which generated code leaves out; under the same names.
const google::protobuf::DescriptorPool& DescribedContract();

}  // namespace certmark::api
