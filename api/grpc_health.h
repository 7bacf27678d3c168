// grpc.health.v1 on the listeners: gRPC's own service, told every second whether the authority serves.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// ServeHealth gives the service of health to every server that is built from now on.
void ServeHealth();

/// DeclareServices lets health speak of a server's services, by their full names: NOT_SERVING until a ServingStatus
/// says otherwise. Of any other it knows nothing.
void DeclareServices(grpc::Server& server, const std::vector<std::string>& services);

/// ServingStatus has all that was declared of some servers be SERVING for as long as `ready` says so.
class ServingStatus {
 public:
  using Ready = std::function<Result<void>()>;
  /// ServingStatus asks `ready` before it returns, then every second on a thread of its own. The servers outlive it.
  ServingStatus(Ready ready, std::vector<grpc::Server*> servers);
  /// ~ServingStatus leaves everything NOT_SERVING for good.
  ~ServingStatus();
  ServingStatus(const ServingStatus&) = delete;
  ServingStatus& operator=(const ServingStatus&) = delete;

 private:
  void Tell() const;
  void TellUntil(const std::stop_token& stop) const;

  const Ready ready_;
  const std::vector<grpc::Server*> servers_;
  std::jthread thread_;
};

}  // namespace certmark::api
