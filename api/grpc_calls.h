// What every gRPC call needs, of one answer or of many messages: who calls, on which thread it runs, how it ends.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "api/call_stats.h"
#include "api/grpc_status.h"
#include "api/handlers.h"
#include "api/rate_limit.h"
#include "api/server_identity.h"
#include "api/worker_pool.h"

namespace certmark::api {

/// ServedCall is one call, from its arrival to its end.
class ServedCall {
 public:
  ServedCall(std::string id, RpcFigures* figures)
      : id_(std::move(id)), figures_(figures), arrived_(std::chrono::steady_clock::now()) {}

  /// id is the call's name in the log; a step of the call is run in a RequestScope of it.
  const std::string& id() const { return id_; }
  /// Ended counts how the call ended, writes a line of it at `debug`, and returns what it was given. Once.
  grpc::Status Ended(grpc::Status status) const;

 private:
  std::string id_;
  RpcFigures* figures_;  // null: nobody counts
  std::chrono::steady_clock::time_point arrived_;
};

/// CallDesk is a listener's: its handlers, its workers, and how it knows its callers.
class CallDesk {
 public:
  /// CallDesk: `authenticate` is empty on the public listener: its callers are nobody in particular. `complaints`
  /// bounds what may be complained from one network, whichever listener is asked. `stats` counts, if there is any.
  CallDesk(Handlers& handlers, Authenticator authenticate, WorkerPool& workers, RateLimit& complaints, CallStats* stats)
      : handlers_(handlers),
        authenticate_(std::move(authenticate)),
        workers_(workers),
        complaints_(complaints),
        stats_(stats) {}

  Handlers& handlers() const { return handlers_; }
  WorkerPool& workers() const { return workers_; }
  CallStats* stats() const { return stats_; }
  /// Admit is who calls the RPC that takes such a message, as the registry knows them now. PermissionDenied: nobody
  /// that is let in, or nobody whom it is for (access.h).
  Result<Caller> Admit(const grpc::CallbackServerContext& context, const google::protobuf::Descriptor& request) const;
  /// TakeComplaint is nothing, or in how many seconds to come again with a complaint.
  std::optional<Seconds> TakeComplaint(const grpc::CallbackServerContext& context) const;
  /// Begin says that a call has arrived, which is asked for by such a message; its caller is told its id.
  ServedCall Begin(grpc::CallbackServerContext& context, const google::protobuf::Descriptor& request) const;

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
  Result<Caller> CallerOf(const grpc::CallbackServerContext& context) const;

  Handlers& handlers_;
  Authenticator authenticate_;
  WorkerPool& workers_;
  RateLimit& complaints_;
  CallStats* stats_;
};

/// kMaxAnswerBytes is what a client of gRPC's takes unless it is told otherwise.
inline constexpr int kMaxAnswerBytes = 4 * 1024 * 1024;
/// kRetryAfter is the trailing metadata that says in how many seconds to come again, as HTTP's header of that name.
inline constexpr char kRetryAfter[] = "retry-after";

}  // namespace certmark::api
