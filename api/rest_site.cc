#include "api/rest_site.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/access.h"
#include "api/convert.h"
#include "api/errors.h"
#include "api/request_field.h"
#include "api/rest_body.h"
#include "api/rest_route.h"
#include "api/rest_text.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {

// Asked is an RPC, and what the path says of its request.
struct RestSite::Asked {
  const RestRoute* route;
  std::vector<RestTemplate::Member> members;
};

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

constexpr std::string_view kJson = "application/json";

std::unique_ptr<Message> New(const Descriptor& type) {
  return std::unique_ptr<Message>(MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

bool IsGet(const RestRoute& route) {
  return route.verb == RestRoute::Verb::kGet;
}

const Caller& CallerOf(const HttpRequest& request) {
  static const Caller kNobody;
  return request.caller ? *request.caller : kNobody;
}

// IsAnybodys: the answer depends on nothing but the path, and is the same for everybody who is nobody in particular.
bool IsAnybodys(const HttpRequest& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  return reads && request.query.empty() && request.body.empty() && !CallerOf(request).party;
}

bool HasVerb(const RestRoute& route, std::string_view method) {
  return IsGet(route) ? method == "GET" || method == "HEAD" : method == "POST";
}

// IsJson: media types are told apart without regard to case, and what parameters say of JSON changes nothing (RFC
// 8259).
bool IsJson(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return std::ranges::equal(type, kJson, {}, [](char c) { return std::tolower(static_cast<unsigned char>(c)); });
}

// SetPath sets what the path says. What is no number names nothing: NotFound.
Result<void> SetPath(const HttpRequest& request, const RestRoute& route,
                     const std::vector<RestTemplate::Member>& members, Message& message) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    const FieldDescriptor& member = *route.in_path[i];
    if (message.GetReflection()->HasField(message, &member))
      return InField(member.json_name(), Error{ErrorCode::kInvalidArgument, "the path says it"});
    const auto set = SetText(message, member, members[i].second);
    if (set) continue;
    const bool is_number =
        member.cpp_type() == FieldDescriptor::CPPTYPE_UINT32 || member.cpp_type() == FieldDescriptor::CPPTYPE_UINT64;
    if (is_number) return Error{ErrorCode::kNotFound, "nothing at " + Quote(request.path)};
    return InField(member.json_name(), set.error());
  }
  return {};
}

const FieldDescriptor* QueryMember(const RestRoute& route, std::string_view name) {
  const Descriptor& request = *route.rpc->input_type();
  for (int i = 0; i < request.field_count(); ++i) {
    const FieldDescriptor& member = *request.field(i);
    if (member.json_name() == name && !route.IsInPath(member)) return &member;
  }
  return nullptr;
}

Result<void> SetQuery(const HttpRequest& request, const RestRoute& route, Message& message) {
  std::vector<const FieldDescriptor*> said;
  for (const auto& [name, value] : request.query) {
    const FieldDescriptor* member = IsGet(route) ? QueryMember(route, name) : nullptr;
    const bool is_again = std::ranges::find(said, member) != said.end();
    if (!member || (is_again && !member->is_repeated()))
      return Error{ErrorCode::kInvalidArgument, "bad query parameter " + Quote(name)};
    CM_TRY(InField(member->json_name(), SetText(message, *member, value)));
    said.push_back(member);
  }
  return {};
}

// BoundPage: a list is as long as RestSite::kMaxPage at most, however long a page may be.
void BoundPage(Message& message) {
  const FieldDescriptor* size = message.GetDescriptor()->FindFieldByName("page_size");
  if (size == nullptr) return;
  const auto& its = *message.GetReflection();
  if (its.GetUInt32(message, size) > RestSite::kMaxPage) its.SetUInt32(&message, size, RestSite::kMaxPage);
}

Result<void> Read(const HttpRequest& request, const RestRoute& route, const std::vector<RestTemplate::Member>& members,
                  Message& message) {
  if (!request.body.empty()) CM_TRY(ReadBody(request.body, message));
  CM_TRY(SetPath(request, route, members, message));
  CM_TRY(SetQuery(request, route, message));
  if (IsGet(route)) BoundPage(message);
  return {};
}

// How long a copy may be used, and by whom.
std::string CacheOf(const HttpRequest& request, const RestRoute& route, const Message& message) {
  if (!IsGet(route) || CallerOf(request).party) return "no-store";
  if (route.fixed_by && message.GetReflection()->HasField(message, route.fixed_by))
    return "public, max-age=31536000, immutable";
  return route.max_age > 0 ? "public, max-age=" + std::to_string(route.max_age) : "no-cache";
}

// Written: what a mask did not ask for is left out, and so what is empty besides.
Result<std::string> Written(const RestRoute& route, const Message& request, const Message& answer) {
  if (route.answer) return answer.GetReflection()->GetString(answer, route.answer);
  const FieldDescriptor* mask = request.GetDescriptor()->FindFieldByName("read_mask");
  const bool is_masked = mask && request.GetReflection()->HasField(request, mask);
  return ToRestJson(answer, is_masked ? EmptyMembers::kLeftOut : EmptyMembers::kWritten);
}

// Refused: handlers blame members by the names that the protos give them.
HttpResponse Refused(const RestRoute& route, Refusal refusal) {
  refusal.field = RestPath(*route.rpc->input_type(), refusal.field);
  return ProblemResponse(refusal);
}

// MethodsAt are those that a path has: "GET, HEAD, OPTIONS".
template <class AllAsked>
std::string MethodsAt(const AllAsked& all) {
  std::string methods;
  for (const auto& asked : all) methods += IsGet(*asked.route) ? "GET, HEAD, " : "POST, ";
  return methods + "OPTIONS";
}

// UnsupportedMediaType: of a POST without a body too. A browser lets pages of other sites send any POST that a form
// could, under its user's certificate; of this type none but after an OPTIONS that allows it, and none does.
HttpResponse UnsupportedMediaType() {
  HttpResponse response = ProblemResponse(415, "unsupported media type", "a POST says that it is application/json");
  response.headers.emplace_back("Accept-Post", kJson);
  return response;
}

}  // namespace

RestSite::RestSite(Dispatch& dispatch, MomentNow now) : dispatch_(dispatch), now_(std::move(now)) {
  (void)RestRoutes();
}

std::optional<HttpResponse> RestSite::Answer(const HttpRequest& request) const {
  if (!now_ || !IsAnybodys(request)) return AnswerAnew(request);
  const AnswerMoment now = now_();
  if (const auto kept = kept_.Find(request.path, now)) {
    if (const auto too_often = dispatch_.Count(CallerOf(request))) return ProblemResponse(*too_often);
    HttpResponse answer = *kept;
    Revalidate(request, answer);
    return answer;
  }
  auto answer = AnswerAnew(request);
  if (answer && answer->status == 200 && !answer->pieces) kept_.Put(request.path, *answer, answer->size(), now);
  return answer;
}

std::optional<HttpResponse> RestSite::AnswerAnew(const HttpRequest& request) const {
  const auto path = Segments(request.path);
  std::vector<Asked> all;
  for (const RestRoute& route : RestRoutes()) {
    if (auto members = route.path.Match(path)) all.push_back({&route, std::move(*members)});
  }
  if (all.empty()) return std::nullopt;
  if (request.method == "OPTIONS") return AllowedMethods(MethodsAt(all));
  const auto asked = std::ranges::find_if(all, [&](const Asked& one) { return HasVerb(*one.route, request.method); });
  return asked == all.end() ? MethodNotAllowed(MethodsAt(all)) : Ask(request, *asked);
}

HttpResponse RestSite::Ask(const HttpRequest& request, const Asked& asked) const {
  const Caller& caller = CallerOf(request);
  const RestRoute& route = *asked.route;
  const Descriptor& type = *route.rpc->input_type();
  // What does not come as far as the dispatch, which counts calls, is a call all the same: its body was read.
  const auto refused = [&](HttpResponse why) {
    const auto too_often = dispatch_.Count(caller);
    return too_often ? ProblemResponse(*too_often) : std::move(why);
  };
  // Before anything of it is read; the dispatch asks again.
  if (const auto allowed = RequireAccess(caller, type); !allowed)
    return refused(ProblemResponse(RefusalOf(allowed.error())));
  if (!IsGet(route) && !IsJson(request.content_type)) return refused(UnsupportedMediaType());

  const auto message = New(type), answer = New(*route.rpc->output_type());
  if (const auto read = Read(request, route, asked.members, *message); !read)
    return refused(ProblemResponse(RefusalOf(read.error())));
  if (auto refusal = dispatch_.Answer(caller, *message, *answer)) return Refused(route, std::move(*refusal));
  auto body = Written(route, *message, *answer);
  if (!body) return ProblemResponse(RefusalOf(body.error()));

  HttpResponse response{.status = 200,
                        .content_type = route.media_type,
                        .cache_control = CacheOf(request, route, *message),
                        .body = *std::move(body)};
  if (IsGet(route)) Revalidate(request, response);
  return response;
}

}  // namespace certmark::api
