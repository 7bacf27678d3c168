// Dispatch: the way of a request to its answer, the same for every transport: whom its RPC is for, how often it may be
// asked, whether it was answered before, its handler, how large an answer may be.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "api/handlers.h"
#include "api/rate_limit.h"
#include "api/refusal.h"

namespace certmark::api {

/// kMaxAnswerBytes is what a client of gRPC's takes unless it is told otherwise.
inline constexpr std::size_t kMaxAnswerBytes = 4 * 1024 * 1024;

/// Dispatch is one for all listeners of a daemon. Safe on any thread.
class Dispatch {
 public:
  struct Options {
    RateLimit::Options complaints{};  ///< of one network, whichever listener is asked
    RateLimit::Key key{};             ///< random, and of this process alone
  };
  /// Dispatch: `handlers` outlive it.
  Dispatch(Handlers& handlers, Options options);

  /// Answer writes the answer to `request`, of any RPC that takes one message and answers one; or says why not, and
  /// leaves `response` in no particular state. May block for a durable write.
  std::optional<Refusal> Answer(const Caller& caller, const google::protobuf::Message& request,
                                google::protobuf::Message& response);

  /// handlers are for what is carried in streams, and asks for itself whom it is for.
  Handlers& handlers() const { return handlers_; }
  /// LimitComplaints sets Options::complaints.each, from which every network begins anew.
  void LimitComplaints(std::chrono::milliseconds each) { complaints_.Limit(each); }

 private:
  Result<void> Handle(const Caller& caller, const google::protobuf::Message& request,
                      google::protobuf::Message& response);
  // Once, of a request that its caller has named.
  Result<void> Do(const Caller& caller, const google::protobuf::Message& request, google::protobuf::Message& response);

  Handlers& handlers_;
  RateLimit complaints_;
};

}  // namespace certmark::api
