#include "api/dispatch.h"

#include <google/protobuf/message.h>
#include <spdlog/spdlog.h>

#include "api/access.h"
#include "api/errors.h"
#include "api/first_answer.h"
#include "api/read_mask.h"
#include "api/rpc_table.h"

namespace certmark::api {
namespace {

using google::protobuf::Message;

// What a call is counted for: a batch is as many look-ups as it has names, which cost far less than as many calls.
std::size_t CallsIn(const Message& request) {
  constexpr int kNamesACall = 50;
  const auto* names = request.GetDescriptor()->FindFieldByName("names");
  if (names == nullptr || !names->is_repeated()) return 1;
  return static_cast<std::size_t>(1 + request.GetReflection()->FieldSize(request, names) / kNamesACall);
}

}  // namespace

std::optional<Refusal> Dispatch::Answer(const Caller& caller, const Message& request, Message& response) {
  if (const auto bound = RequireHandler(request, response); !bound) return RefusalOf(bound.error());
  if (auto refusal = limits_.Take(caller, CallsIn(request))) return refusal;
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
  if (handled && !CM_TRY(handlers_.IsRemembered(*once))) {
    spdlog::error("{} was done, and would be done again", request.GetDescriptor()->full_name());
  }
  if (handled || IsOwnFault(handled.error())) return handled;
  // The same request may have been done meanwhile, and be why this one was refused.
  if (CM_TRY(handlers_.AnswerAgain(caller, *once, response))) return {};
  return handled;
}

}  // namespace certmark::api
