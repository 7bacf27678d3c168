// Access: who may call an RPC, as its declaration says (protos/certmark/v1/access.proto). One table over every RPC.
#pragma once

#include <vector>

#include "api/handlers.h"
#include "ca/rights.h"

namespace google::protobuf {
class Descriptor;
class MethodDescriptor;
}  // namespace google::protobuf

namespace certmark::api {

/// AccessRule says whom an RPC is for: anybody, who is not enrolled, or whoever may do one of the acts.
struct AccessRule {
  bool anybody = false, strangers = false;
  std::vector<ca::Act> acts;
};

/// AccessTo is the rule of an RPC. InvalidArgument: it declares none or several, or an act that there is not.
Result<AccessRule> AccessTo(const google::protobuf::MethodDescriptor& rpc);

/// RequireAccess: PermissionDenied unless the RPC whose request is of that type is for `caller`. One without a rule is
/// nobody's.
Result<void> RequireAccess(const Caller& caller, const google::protobuf::Descriptor& request);

}  // namespace certmark::api
