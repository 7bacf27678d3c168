// An office of people behind the listeners, gRPC's and HTTP's, whose party listeners take every
// caller for the person whom a test names.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "api/grpc_server.h"
#include "api/http_server.h"
#include "api/public_site.h"
#include "tests/integration/server/ceremony_fixture.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::testing {

class ServedOffice {
 public:
  explicit ServedOffice(const api::WatchOptions& watch = {}, const ca::testing::Beginning& beginning = {});

  ca::testing::Office& office() { return office_; }
  std::uint16_t public_port() const { return server_->public_port(); }
  std::uint16_t party_port() const { return server_->party_port(); }
  std::uint16_t public_http_port() const { return http_->port("public"); }
  std::uint16_t party_http_port() const { return http_->port("party"); }
  /// Connect makes a connection of its own, with a party's certificate at the party listener; ConnectAsParty with one
  /// anywhere.
  std::shared_ptr<grpc::Channel> Connect(std::uint16_t port) const;
  std::shared_ptr<grpc::Channel> ConnectAsParty(std::uint16_t port) const;
  const Ceremony& ceremony() const { return ceremony_; }

  /// Be: who calls the party listener from now on.
  void Be(const ca::testing::Person& person);
  /// BeNobody: whoever calls it is enrolled no more.
  void BeNobody();
  /// SetReady: whether the authority serves, as `/readyz` would say.
  void SetReady(bool ready) { ready_ = ready; }
  /// Stop stops the servers; Start has another one, on other ports, serve the office as it is then, reopened or not.
  void Stop() {
    server_.reset();
    http_.reset();
  }
  void Start();
  /// calls are those at all its servers.
  api::CallStats& calls() { return calls_; }
  /// limits are those of all its servers: none, until somebody sets them.
  api::CallLimits& limits() { return limits_; }
  /// dispatch and identity are for whoever serves the office once more, in another way.
  api::Dispatch& dispatch() { return *dispatch_; }
  const api::ServerIdentity& identity() const { return identity_; }

 private:
  std::shared_ptr<grpc::Channel> ConnectBy(std::uint16_t port, const grpc::SslCredentialsOptions& tls) const;
  Result<ca::Party> CallerNow();
  api::HttpDoor Door(std::string name);

  Ceremony ceremony_;
  api::ServerIdentity identity_;
  ca::testing::Office office_;
  const api::WatchOptions watch_;
  api::CallStats calls_;
  api::CallLimits limits_{{}, {}};
  std::optional<api::Handlers> handlers_;
  std::optional<api::Dispatch> dispatch_;
  std::mutex mutex_;  // guards caller_
  std::optional<ca::Party> caller_;
  std::atomic<bool> ready_ = true;
  std::optional<api::PublicSite> site_;
  std::unique_ptr<api::GrpcServer> server_;
  std::unique_ptr<api::HttpServer> http_;
};

}  // namespace certmark::testing
