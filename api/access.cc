#include "api/access.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>

#include "certmark/v1/access.pb.h"
#include "certmark/v1/authority.pb.h"
#include "certmark/v1/laboratory.pb.h"
#include "certmark/v1/operator.pb.h"
#include "certmark/v1/party.pb.h"
#include "certmark/v1/public.pb.h"
#include "certmark/v1/registrar.pb.h"

namespace certmark::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

struct Rpc {
  const MethodDescriptor* method;
  AccessRule rule;
};

// Rpcs has every RPC that has a rule, by its request: no two take the same.
std::map<const Descriptor*, Rpc> Rpcs() {
  std::map<const Descriptor*, Rpc> rpcs;
  for (const ServiceDescriptor* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor* const method = service->method(i);
      if (auto rule = AccessTo(*method)) rpcs.insert({method->input_type(), {method, *std::move(rule)}});
    }
  }
  return rpcs;
}

Error Refused(std::string message) {
  return {ErrorCode::kPermissionDenied, std::move(message)};
}

}  // namespace

std::vector<const ServiceDescriptor*> Services() {
  std::vector<const ServiceDescriptor*> services;
  for (const Descriptor* of_file :
       {v1::GetBundleRequest::descriptor(), v1::GetSelfRequest::descriptor(),
        v1::CreateApplicationRequest::descriptor(), v1::SubmitReportRequest::descriptor(),
        v1::DecideApplicationRequest::descriptor(), v1::ListEnrolmentsRequest::descriptor()}) {
    services.push_back(of_file->file()->service(0));
  }
  return services;
}

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
  static const std::map<const Descriptor*, Rpc> rpcs = Rpcs();
  const auto found = rpcs.find(&request);
  if (found == rpcs.end()) return Refused(request.full_name() + " is nobody's");
  const auto& [method, rule] = found->second;
  if (rule.anybody || (rule.strangers && !caller.party)) return {};
  if (!caller.party) return Refused("an enrolled party's certificate is needed, on a party listener");
  const auto may = [&](ca::Act act) { return ca::Check(*caller.party, act).has_value(); };
  if (std::ranges::any_of(rule.acts, may)) return {};
  return Refused("party " + caller.party->id + " may not call " + method->name());
}

}  // namespace certmark::api
