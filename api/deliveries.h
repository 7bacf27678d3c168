// Deliveries: what subscriptions are of is sent where they lead, by threads of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "api/delivery_outcome.h"
#include "ca/subscriptions.h"

namespace certmark::api {

/// DeliveryCounts are what was sent since the start, and how the subscriptions stand. Safe on any thread.
struct DeliveryCounts {
  std::atomic<std::uint64_t> taken = 0, failed = 0, refused = 0;
  std::atomic<std::uint64_t> subscriptions = 0, failing = 0, stopped = 0;
};

/// Deliveries sends what there is, in order, the next message of a subscription once the one before was dealt with. A
/// target that is slow holds one of kWorkers threads for no longer than a courier's timeout, and then waits longer each
/// time; no party has more than kOfParty at once. What was dealt with is kept after each turn: a crash in between has
/// the messages of one turn sent again, under the same names.
class Deliveries {
 public:
  static constexpr unsigned kWorkers = 16, kOfParty = 2;
  /// kTurn is how many messages one subscription is sent before another has its turn.
  static constexpr std::size_t kTurn = 64;

  /// Courier carries messages for one thread at a time; `cancel` ends an attempt, and every later one, from any.
  struct Courier {
    std::function<Attempt(const ca::Subscription&, const ca::Message&)> send;
    std::function<void()> cancel;
  };
  /// NewCourier makes one for each thread.
  using NewCourier = std::function<Result<Courier>()>;

  /// Start: `subscriptions` and `desk` outlive it. Errors as NewCourier.
  static Result<std::unique_ptr<Deliveries>> Start(const ca::Subscriptions& subscriptions, const ca::Desk& desk,
                                                   const NewCourier& new_courier);
  /// ~Deliveries cancels what is under way, and waits for no target.
  ~Deliveries();

  /// Look has it look whether there is anything to send; it does so every second anyway. Returns at once.
  void Look();
  const DeliveryCounts& counts() const;

 private:
  struct State;
  explicit Deliveries(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace certmark::api
