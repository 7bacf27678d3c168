#include "api/grpc_health.h"

#include <grpcpp/health_check_service_interface.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace certmark::api {
namespace {

constexpr std::chrono::seconds kEach{1};

}  // namespace

void ServeHealth() {
  grpc::EnableDefaultHealthCheckService(true);
}

void DeclareServices(grpc::Server& server, const std::vector<std::string>& services) {
  grpc::HealthCheckServiceInterface& health = *server.GetHealthCheckService();
  for (const std::string& service : services) health.SetServingStatus(service, false);
  health.SetServingStatus(false);
}

ServingStatus::ServingStatus(Ready ready, std::vector<grpc::Server*> servers)
    : ready_(std::move(ready)), servers_(std::move(servers)) {
  Tell();
  thread_ = std::jthread([this](const std::stop_token& stop) { TellUntil(stop); });
}

ServingStatus::~ServingStatus() {
  thread_ = {};
  for (grpc::Server* const server : servers_) server->GetHealthCheckService()->Shutdown();
}

void ServingStatus::Tell() const {
  const bool serves = ready_().has_value();
  for (grpc::Server* const server : servers_) server->GetHealthCheckService()->SetServingStatus(serves);
}

void ServingStatus::TellUntil(const std::stop_token& stop) const {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  while (!stopped.wait_for(lock, stop, kEach, [&] { return stop.stop_requested(); })) Tell();
}

}  // namespace certmark::api
