#include "api/grpc_health.h"

#include <grpcpp/health_check_service_interface.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace certmark::api {
namespace {

constexpr std::chrono::seconds kEach{1};

// Each by its name: a word for all would be one for every name, too, that a stranger has ever asked for.
void Set(const Served& served, bool serves) {
  grpc::HealthCheckServiceInterface& health = *served.server->GetHealthCheckService();
  for (const std::string& name : served.names) health.SetServingStatus(name, serves);
}

}  // namespace

void ServeHealth() {
  grpc::EnableDefaultHealthCheckService(true);
}

void Declare(const Served& served) {
  Set(served, false);
}

ServingStatus::ServingStatus(Ready ready, std::vector<Served> served)
    : ready_(std::move(ready)), served_(std::move(served)) {
  Tell();
  thread_ = std::jthread([this](const std::stop_token& stop) { TellUntil(stop); });
}

ServingStatus::~ServingStatus() {
  thread_ = {};
  for (const Served& each : served_) each.server->GetHealthCheckService()->Shutdown();
}

void ServingStatus::Tell() {
  const bool serves = ready_().has_value();
  if (told_ == serves) return;
  told_ = serves;
  for (const Served& each : served_) Set(each, serves);
}

void ServingStatus::TellUntil(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  while (!stopped.wait_for(lock, stop, kEach, [&] { return stop.stop_requested(); })) Tell();
}

}  // namespace certmark::api
