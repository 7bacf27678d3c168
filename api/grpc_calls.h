// What every gRPC call needs, of one answer or of many messages: who calls, on which thread it runs, how it ends.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <optional>

#include "api/grpc_status.h"
#include "api/handlers.h"
#include "api/rate_limit.h"
#include "api/server_identity.h"
#include "api/worker_pool.h"

namespace certmark::api {

/// CallDesk is a listener's: its handlers, its workers, and how it knows its callers.
class CallDesk {
 public:
  /// CallDesk: `authenticate` is empty on the public listener: its callers are nobody in particular. `complaints`
  /// bounds what may be complained from one network, whichever listener is asked.
  CallDesk(Handlers& handlers, Authenticator authenticate, WorkerPool& workers, RateLimit& complaints)
      : handlers_(handlers), authenticate_(std::move(authenticate)), workers_(workers), complaints_(complaints) {}

  Handlers& handlers() const { return handlers_; }
  WorkerPool& workers() const { return workers_; }
  /// CallerOf is who calls, as the registry knows them now. PermissionDenied: nobody that is let in.
  Result<Caller> CallerOf(const grpc::CallbackServerContext& context) const;
  /// TakeComplaint is nothing, or in how many seconds to come again with a complaint.
  std::optional<Seconds> TakeComplaint(const grpc::CallbackServerContext& context) const;

  // How a call ends that is not answered.

  /// Refuse tells a caller an error, and the log what is our own fault; `resource` is what the call is about, if that
  /// is known.
  grpc::Status Refuse(const Error& error, std::string resource = {}) const;
  /// TooMany is the answer to a call that no queue holds.
  grpc::Status TooMany() const;
  /// TooSoon is the answer to whoever is to come again in `wait`, and sets kRetryAfter.
  grpc::Status TooSoon(grpc::CallbackServerContext& context, Seconds wait) const;
  /// GivenUp is how a call ends for which nobody waits any more.
  std::optional<grpc::Status> GivenUp(const grpc::CallbackServerContext& context) const;
  /// Caught runs a step of a call; an exception is an internal error, told to the log.
  grpc::Status Caught(const std::function<grpc::Status()>& step) const;

 private:
  Handlers& handlers_;
  Authenticator authenticate_;
  WorkerPool& workers_;
  RateLimit& complaints_;
};

/// kRetryAfter is the trailing metadata that says in how many seconds to come again, as HTTP's header of that name.
inline constexpr char kRetryAfter[] = "retry-after";

}  // namespace certmark::api
