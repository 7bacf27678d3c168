#include "api/access.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>

#include "api/contract.h"
#include "certmark/v1/access.pb.h"

namespace certmark::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::MethodDescriptor;

struct Ruled {
  const MethodDescriptor* rpc;
  AccessRule rule;
};

// Rules has every RPC that has a rule, by its request.
std::map<const Descriptor*, Ruled> Rules() {
  std::map<const Descriptor*, Ruled> rules;
  for (const MethodDescriptor* rpc : Rpcs()) {
    if (auto rule = AccessTo(*rpc)) rules.insert({rpc->input_type(), {rpc, *std::move(rule)}});
  }
  return rules;
}

Error Refused(std::string message) {
  return {ErrorCode::kPermissionDenied, std::move(message)};
}

}  // namespace

Result<AccessRule> AccessTo(const MethodDescriptor& rpc) {
  const v1::Access& declared = rpc.options().GetExtension(v1::access);
  AccessRule rule;
  rule.anybody = declared.anybody();
  rule.strangers = declared.strangers();
  for (const std::string& name : declared.acts()) rule.acts.push_back(CM_TRY(ca::ParseAct(name)));
  if (int{rule.anybody} + int{rule.strangers} + int{!rule.acts.empty()} != 1) {
    return Error{ErrorCode::kInvalidArgument, rpc.full_name() + " does not say whose it is"};
  }
  return rule;
}

Result<void> RequireAccess(const Caller& caller, const Descriptor& request) {
  static const std::map<const Descriptor*, Ruled> rules = Rules();
  const auto found = rules.find(&request);
  if (found == rules.end()) return Refused(request.full_name() + " is nobody's");
  const auto& [rpc, rule] = found->second;
  if (rule.anybody || (rule.strangers && !caller.party)) return {};
  if (!caller.party) return Refused("an enrolled party's certificate is needed, on a party listener");
  const auto may = [&](ca::Act act) { return ca::Check(*caller.party, act).has_value(); };
  if (std::ranges::any_of(rule.acts, may)) return {};
  return Refused("party " + caller.party->id + " may not call " + rpc->name());
}

}  // namespace certmark::api
