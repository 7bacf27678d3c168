// Contract: the services of the wire contract and their RPCs, as their protos declare them.
#pragma once

#include <vector>

namespace google::protobuf {
class MethodDescriptor;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace certmark::api {

std::vector<const google::protobuf::ServiceDescriptor*> Services();
/// Rpcs are those of every service. Each takes a message of its own, by which it can be told.
std::vector<const google::protobuf::MethodDescriptor*> Rpcs();

}  // namespace certmark::api
