// grpc.health.v1 on the listeners: gRPC's own service, told every second whether the authority serves.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// ServeHealth gives the service of health to every server that is built from now on.
void ServeHealth();

/// Served is a server with the services whose health it tells, by their full names; the empty one is the whole.
struct Served {
  grpc::Server* server;
  std::vector<std::string> names;
};
/// Declare lets health speak of them: NOT_SERVING until a ServingStatus says otherwise. Of any other it knows nothing.
void Declare(const Served& served);

/// ServingStatus has all that was declared of some servers be SERVING for as long as `ready` says so.
class ServingStatus {
 public:
  using Ready = std::function<Result<void>()>;
  /// ServingStatus asks `ready` before it returns, then every second on a thread of its own. The servers outlive it.
  ServingStatus(Ready ready, std::vector<Served> served);
  /// ~ServingStatus leaves everything NOT_SERVING for good.
  ~ServingStatus();
  ServingStatus(const ServingStatus&) = delete;
  ServingStatus& operator=(const ServingStatus&) = delete;

 private:
  void Tell();
  void TellUntil(const std::stop_token& stop);

  const Ready ready_;
  const std::vector<Served> served_;
  std::optional<bool> told_;  // what was told last: whoever watches hears of a change alone
  std::jthread thread_;
};

}  // namespace certmark::api
