#include "api/dispatch.h"

#include <google/protobuf/message.h>

#include "api/access.h"
#include "api/first_answer.h"
#include "api/read_mask.h"
#include "api/rpc_table.h"

namespace certmark::api {
namespace {

using google::protobuf::Message;

}  // namespace

std::optional<Refusal> Dispatch::Answer(const Caller& caller, const Message& request, Message& response) {
  if (auto refusal = limits_.Take(caller)) return refusal;
  if (const auto allowed = RequireAccess(caller, *request.GetDescriptor()); !allowed) return RefusalOf(allowed.error());
  if (request.GetDescriptor() == v1::FileComplaintRequest::descriptor()) {
    if (auto refusal = limits_.TakeComplaint(caller)) return refusal;
  }
  if (const auto handled = Handle(caller, request, response); !handled) {
    Refusal refusal = RefusalOf(handled.error());
    refusal.resource = ResourceIn(request);
    return refusal;
  }
  if (response.ByteSizeLong() > kMaxAnswerBytes) {
    return RefusalOf({ErrorCode::kResourceExhausted, "the answer would be larger than 4 MiB: ask for less"});
  }
  return std::nullopt;
}

Result<void> Dispatch::Handle(const Caller& caller, const Message& request, Message& response) {
  CM_TRY(CheckReadMask(request, response));
  CM_TRY(Do(caller, request, response));
  TrimToMask(request, response);
  return {};
}

Result<void> Dispatch::Do(const Caller& caller, const Message& request, Message& response) {
  const auto once = CM_TRY(NamedRequest(caller, request));
  if (!once) return CallHandler(handlers_, caller, request, response);
  if (CM_TRY(handlers_.AnswerAgain(caller, *once, response))) return {};
  const ca::OnceScope scope(*once);
  auto handled = CallHandler(handlers_, caller, request, response);
  // The same request may have been done meanwhile, and be why this one was refused.
  if (!handled && CM_TRY(handlers_.AnswerAgain(caller, *once, response))) return {};
  return handled;
}

}  // namespace certmark::api
