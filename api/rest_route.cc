#include "api/rest_route.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "api/contract.h"
#include "api/rest_text.h"
#include "certmark/v1/http.pb.h"

namespace certmark::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

Error Refused(const MethodDescriptor& rpc, std::string_view why) {
  return {ErrorCode::kInvalidArgument, rpc.full_name() + " over HTTP: " + std::string(why)};
}

// MemberOf finds a member that is named, or none where `name` is empty.
Result<const FieldDescriptor*> MemberOf(const MethodDescriptor& rpc, const Descriptor& message,
                                        const std::string& name) {
  if (name.empty()) return nullptr;
  if (const FieldDescriptor* found = message.FindFieldByName(name)) return found;
  return Refused(rpc, "there is no member " + name);
}

// CheckQuery: what a GET is not told in its path it is told in its query.
Result<void> CheckQuery(const RestRoute& route) {
  const Descriptor& request = *route.rpc->input_type();
  for (int i = 0; i < request.field_count(); ++i) {
    const FieldDescriptor& member = *request.field(i);
    const bool is_said = route.IsInPath(member) || route.verb == RestRoute::Verb::kPost || IsText(member);
    if (!is_said) return Refused(*route.rpc, "a query cannot say " + member.name());
  }
  return {};
}

Result<RestRoute> RouteAt(const MethodDescriptor& rpc, const v1::Http& declared, std::string_view path) {
  const auto verb = declared.verb_case() == v1::Http::kGet ? RestRoute::Verb::kGet : RestRoute::Verb::kPost;
  RestTemplate form = CM_TRY(RestTemplate::Parse(path));
  RestRoute route{.rpc = &rpc, .verb = verb, .path = std::move(form), .in_path = {}, .media_type = {}};
  for (const RestTemplate::Variable& variable : route.path.variables()) {
    const FieldDescriptor* member = CM_TRY(MemberOf(rpc, *rpc.input_type(), variable.member));
    if (member->is_repeated() || !IsText(*member)) return Refused(rpc, "a path cannot say " + variable.member);
    route.in_path.push_back(member);
  }
  route.answer = CM_TRY(MemberOf(rpc, *rpc.output_type(), declared.answer()));
  if (route.answer && (route.answer->is_repeated() || route.answer->cpp_type() != FieldDescriptor::CPPTYPE_STRING))
    return Refused(rpc, "no text or bytes: " + declared.answer());
  if (declared.answer().empty() != declared.media_type().empty()) return Refused(rpc, "of which media type?");
  route.media_type = route.answer ? declared.media_type() : "application/json";
  route.max_age = declared.max_age();
  route.fixed_by = CM_TRY(MemberOf(rpc, *rpc.input_type(), declared.fixed_by()));
  CM_TRY(CheckQuery(route));
  return route;
}

std::vector<RestRoute> Declared() {
  std::vector<RestRoute> routes;
  for (const MethodDescriptor* rpc : Rpcs()) std::ranges::move(RoutesOf(*rpc).value(), std::back_inserter(routes));
  return routes;
}

}  // namespace

bool RestRoute::IsInPath(const FieldDescriptor& member) const {
  return std::ranges::find(in_path, &member) != in_path.end();
}

Result<std::vector<RestRoute>> RoutesOf(const MethodDescriptor& rpc) {
  std::vector<RestRoute> routes;
  const v1::Http& declared = rpc.options().GetExtension(v1::http);
  if (declared.verb_case() == v1::Http::VERB_NOT_SET) return routes;
  if (rpc.client_streaming() || rpc.server_streaming()) return Refused(rpc, "it is a stream");
  const bool is_get = declared.verb_case() == v1::Http::kGet;
  routes.push_back(CM_TRY(RouteAt(rpc, declared, is_get ? declared.get() : declared.post())));
  for (const std::string& path : declared.also()) routes.push_back(CM_TRY(RouteAt(rpc, declared, path)));
  return routes;
}

const std::vector<RestRoute>& RestRoutes() {
  static const std::vector<RestRoute> routes = Declared();
  return routes;
}

}  // namespace certmark::api
