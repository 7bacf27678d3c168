// GrpcServices: which RPCs a listener has, each bound to its handler.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "api/grpc_calls.h"
#include "api/grpc_watch.h"

namespace certmark::api {

/// Audience is who reaches a listener: anybody, by the public service alone; or parties, by all of them.
enum class Audience { kAnybody, kParties };

/// GrpcServices are the services of one listener. They outlive the server that they are added to; `watches` outlive
/// both.
class GrpcServices {
 public:
  GrpcServices(Audience audience, CallDesk desk, LogWatches& watches);
  ~GrpcServices();

  /// AddTo registers them.
  void AddTo(grpc::ServerBuilder& builder) const;
  /// Names are their full names, as `certmark.v1.PublicService`.
  const std::vector<std::string>& Names() const;

 private:
  struct Body;
  const std::unique_ptr<Body> body_;
};

}  // namespace certmark::api
