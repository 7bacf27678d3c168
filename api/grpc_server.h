// The two gRPC listeners: public, which never asks for a client certificate, and party, which requires one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "api/call_stats.h"
#include "api/config.h"
#include "api/dispatch.h"
#include "api/server_identity.h"
#include "api/watch_pace.h"

namespace certmark::api {

class GrpcServer {
 public:
  struct Options {
    Listener public_listener, party_listener;
    const ServerIdentity& identity;  ///< read by Start alone
    Authenticator authenticate;
    std::function<Result<void>()> ready;  ///< whether the authority serves, as `/readyz` says; on any thread
    unsigned readers = 4, writers = 16;   ///< handlers that may block at once, for each listener: who reads waits for
                                          ///< no publication
    std::size_t queued_calls = 1024;      ///< of each kind: more than this waiting is RESOURCE_EXHAUSTED
    WatchOptions watch{};                 ///< of the log's subscribers, at each listener
    CallStats* stats = nullptr;           ///< counts the calls, and outlives the server; none: nobody counts
  };
  /// Start listens. Unavailable: a port is taken, named. `dispatch` outlives the server.
  static Result<std::unique_ptr<GrpcServer>> Start(Dispatch& dispatch, Options options);
  /// ~GrpcServer says NOT_SERVING, stops accepting, gives running calls five seconds, and cancels what is left.
  ~GrpcServer();

  /// Renew has both listeners use `identity` for every connection from now on; those that are open go on as they are.
  /// Safe on any thread.
  void Renew(const ServerIdentity& identity);

  std::uint16_t public_port() const;  ///< as bound, also when port 0 was asked for
  std::uint16_t party_port() const;

 private:
  struct Body;
  explicit GrpcServer(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace certmark::api
