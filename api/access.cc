#include "api/access.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cstddef>
#include <optional>

#include "api/contract.h"
#include "certmark/v1/access.pb.h"

namespace certmark::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::MethodDescriptor;

// Rules are those of every RPC, in the order of Rpcs: nothing where one declares none.
std::vector<std::optional<AccessRule>> Rules() {
  std::vector<std::optional<AccessRule>> rules;
  for (const MethodDescriptor* rpc : Rpcs()) {
    auto rule = AccessTo(*rpc);
    rules.push_back(rule ? std::optional(*std::move(rule)) : std::nullopt);
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
  static const auto rules = Rules();
  const std::size_t place = PlaceOf(request);
  if (place >= rules.size() || !rules[place]) return Refused(request.full_name() + " is nobody's");
  const AccessRule& rule = *rules[place];
  if (rule.anybody || (rule.strangers && !caller.party)) return {};
  if (!caller.party) return Refused("an enrolled party's certificate is needed, on a party listener");
  const auto may = [&](ca::Act act) { return ca::Check(*caller.party, act).has_value(); };
  if (std::ranges::any_of(rule.acts, may)) return {};
  return Refused("party " + caller.party->id + " may not call " + Rpcs()[place]->name());
}

}  // namespace certmark::api
