// What every gRPC call needs, of one answer or of many messages: who calls, on which thread it runs, how it ends.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "api/call_stats.h"
#include "api/dispatch.h"
#include "api/grpc_status.h"
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

/// CallWorkers are a listener's threads: who reads does not wait for who writes, who holds a thread until what was
/// written is durable.
struct CallWorkers {
  WorkerPool readers, writers;
};

/// CallDesk is a listener's: its handlers, its workers, and how it knows its callers.
class CallDesk {
 public:
  /// CallDesk: `authenticate` is empty on the public listener: its callers are nobody in particular. `stats` counts, if
  /// there is any.
  CallDesk(Dispatch& dispatch, Authenticator authenticate, CallWorkers& workers, CallStats* stats)
      : dispatch_(dispatch), authenticate_(std::move(authenticate)), workers_(workers), stats_(stats) {}

  Dispatch& dispatch() const { return dispatch_; }
  Handlers& handlers() const { return dispatch_.handlers(); }
  /// WorkersFor run the calls that are asked for by such a message.
  WorkerPool& WorkersFor(const google::protobuf::Descriptor& request) const;
  CallStats* stats() const { return stats_; }
  /// CallerOf is who calls, as the registry knows them now. PermissionDenied: nobody that is let in.
  Result<Caller> CallerOf(const grpc::CallbackServerContext& context) const;
  /// Admit is CallerOf for a stream of such messages. PermissionDenied: nobody whom it is for (access.h).
  Result<Caller> Admit(const grpc::CallbackServerContext& context, const google::protobuf::Descriptor& request) const;
  /// Begin says that a call has arrived, which is asked for by such a message; its caller is told its id.
  ServedCall Begin(grpc::CallbackServerContext& context, const google::protobuf::Descriptor& request) const;

  // How a call ends that is not answered.

  /// Refuse tells a caller an error, and the log what is our own fault; `resource` is what the call is about, if that
  /// is known.
  grpc::Status Refuse(const Error& error, std::string resource = {}) const;
  /// Refuse tells a caller what is told already to the log, and sets kRetryAfter where it is known when to come again.
  grpc::Status Refuse(grpc::CallbackServerContext& context, const Refusal& refusal) const;
  /// TooMany is the answer to a call that no queue holds.
  grpc::Status TooMany() const;
  /// GivenUp is how a call ends for which nobody waits any more.
  std::optional<grpc::Status> GivenUp(const grpc::CallbackServerContext& context) const;
  /// Caught runs a step of a call; an exception is an internal error, told to the log.
  grpc::Status Caught(const std::function<grpc::Status()>& step) const;

 private:
  Dispatch& dispatch_;
  Authenticator authenticate_;
  CallWorkers& workers_;
  CallStats* stats_;
};

/// kRetryAfter is the trailing metadata that says in how many seconds to come again, as HTTP's header of that name.
inline constexpr char kRetryAfter[] = "retry-after";

}  // namespace certmark::api
