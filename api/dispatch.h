// Dispatch: the way of a request to its answer, the same for every transport: whom its RPC is for, how often it may be
// asked, whether it was answered before, its handler, how large an answer may be.
#pragma once

#include <cstddef>
#include <optional>

#include "api/call_limits.h"
#include "api/handlers.h"
#include "api/refusal.h"

namespace certmark::api {

/// kMaxAnswerBytes is what a client of gRPC's takes unless it is told otherwise.
inline constexpr std::size_t kMaxAnswerBytes = 4 * 1024 * 1024;

/// Dispatch is one for all listeners of a daemon. Safe on any thread.
class Dispatch {
 public:
  /// Dispatch: `handlers` and `limits` outlive it.
  Dispatch(Handlers& handlers, CallLimits& limits) : handlers_(handlers), limits_(limits) {}

  /// Answer writes the answer to `request`, of any RPC that takes one message and answers one; or says why not, and
  /// leaves `response` in no particular state. May block for a durable write.
  std::optional<Refusal> Answer(const Caller& caller, const google::protobuf::Message& request,
                                google::protobuf::Message& response);

  /// handlers are for what is carried in streams, and asks for itself whom it is for.
  Handlers& handlers() const { return handlers_; }

 private:
  Result<void> Handle(const Caller& caller, const google::protobuf::Message& request,
                      google::protobuf::Message& response);
  // Once, of a request that its caller has named.
  Result<void> Do(const Caller& caller, const google::protobuf::Message& request, google::protobuf::Message& response);

  Handlers& handlers_;
  CallLimits& limits_;
};

}  // namespace certmark::api
