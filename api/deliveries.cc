#include "api/deliveries.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace certmark::api {
namespace {

// How often it is looked whether there is anything new; rung for, at once.
constexpr std::chrono::seconds kLook{1};
// So long a turn may take before what was dealt with is kept.
constexpr std::chrono::seconds kTurnTime{5};
// How old what is known of the subscriptions may be, where nobody has changed any.
constexpr Seconds kKnown{60};
// How long one is left alone that could not be read or kept.
constexpr std::chrono::seconds kHold{30};

// Ends are how long the logs are that messages come from.
struct Ends {
  std::uint64_t records = 0, events = 0;
};

}  // namespace

struct Deliveries::State {
  State(const ca::Subscriptions& from, const ca::Desk& at) : subscriptions(from), desk(at) {}

  // Row is a subscription as it is stored, and what is done about it.
  struct Row {
    ca::Subscription subscription;
    ca::Delivery stored, now;                            // as it was read or kept, and how far it has come since
    bool busy = false;                                   // it is in the queue, or has its turn
    bool has_more = true;                                // there may be something to send
    bool is_gone = false;                                // it is stored no more
    std::chrono::steady_clock::time_point held_until{};  // for it could not be kept
  };
  using Lock = std::unique_lock<std::mutex>;

  void Plan();
  bool IsStale(Time now) const;
  void Renew(Time now, Lock& lock);
  void Enqueue(Time now, const Ends& ends);
  void CountStanding();
  void Work(const Courier& courier);
  std::shared_ptr<Row> TakeNext(Lock& lock);
  bool TakeTurn(const Courier& courier, Row& row);
  void Keep(Row& row);
  void Count(Outcome outcome);

  const ca::Subscriptions& subscriptions;
  const ca::Desk& desk;
  DeliveryCounts counts;
  std::vector<Courier> couriers;

  std::mutex mutex;  // guards what follows; held over no attempt
  std::condition_variable to_plan, to_work;
  std::map<std::string, std::shared_ptr<Row>> rows;  // by id
  std::deque<std::shared_ptr<Row>> queue;
  std::map<std::string, unsigned> at_work;  // turns under way, by party
  std::optional<Time> known_at;             // when the rows were read
  std::uint64_t known_changes = 0;
  Ends seen;
  bool asked = true;
  std::atomic<bool> closing = false;  // set under the lock, looked at without it too

  std::thread planner;
  std::vector<std::thread> workers;
};

// ---- What there is to do

bool Deliveries::State::IsStale(Time now) const {
  return !known_at || now - *known_at >= kKnown || known_changes != subscriptions.changes();
}

// Renew reads the subscriptions again. One that has its turn goes on, and what it comes to is held against what is
// stored then.
void Deliveries::State::Renew(Time now, Lock& lock) {
  const std::uint64_t changes = subscriptions.changes();
  lock.unlock();
  auto all = subscriptions.All();
  lock.lock();
  if (!all) return spdlog::error("what is to be delivered is not known: {}", all.error().message);
  std::map<std::string, std::shared_ptr<Row>> renewed;
  for (ca::Subscribed& one : *all) {
    const std::string id = one.subscription.id;
    const auto known = rows.find(id);
    std::shared_ptr<Row> row = known == rows.end() ? std::make_shared<Row>() : known->second;
    if (!row->busy) {
      row->subscription = std::move(one.subscription);
      row->stored = row->now = std::move(one.delivery);
      row->has_more = true;
    }
    renewed.emplace(id, std::move(row));
  }
  for (const auto& [id, row] : rows) row->is_gone = !renewed.contains(id);
  rows = std::move(renewed);
  known_at = now;
  known_changes = changes;
}

void Deliveries::State::Enqueue(Time now, const Ends& ends) {
  const bool records_grew = ends.records != seen.records, events_grew = ends.events != seen.events;
  for (const auto& [id, row] : rows) {
    const bool of_notices = row->subscription.of == ca::Subscription::Of::kNotices;
    row->has_more |= of_notices ? records_grew : events_grew;
    if (row->busy || !row->has_more || !row->now.IsReady(now) || std::chrono::steady_clock::now() < row->held_until)
      continue;
    row->busy = true;
    queue.push_back(row);
    to_work.notify_one();
  }
  seen = ends;
}

void Deliveries::State::CountStanding() {
  std::uint64_t failing = 0, stopped = 0;
  for (const auto& [id, row] : rows) {
    stopped += row->now.stopped;
    failing += !row->now.stopped && row->now.failing_since.has_value();
  }
  counts.subscriptions = rows.size();
  counts.failing = failing;
  counts.stopped = stopped;
}

// Plan is the planner's thread: it finds who has something to be sent, and leaves the sending to the workers.
void Deliveries::State::Plan() {
  Lock lock(mutex);
  while (!closing) {
    asked = false;
    const Time now = desk.Now();
    if (IsStale(now)) Renew(now, lock);
    if (!rows.empty()) {
      Enqueue(now, {subscriptions.EndOf(ca::Subscription::Of::kNotices).value_or(seen.records),
                    subscriptions.EndOf(ca::Subscription::Of::kEvents).value_or(seen.events)});
      CountStanding();
    }
    to_plan.wait_for(lock, kLook, [this] { return asked || closing; });
  }
}

// ---- The sending

// TakeNext is the first in the queue whose party has not too many turns under way; nothing once all is over.
std::shared_ptr<Deliveries::State::Row> Deliveries::State::TakeNext(Lock& lock) {
  while (true) {
    if (closing) return nullptr;
    for (auto place = queue.begin(); place != queue.end(); ++place) {
      unsigned& turns = at_work[(*place)->subscription.party];
      if (turns >= kOfParty) continue;
      ++turns;
      std::shared_ptr<Row> row = std::move(*place);
      queue.erase(place);
      return row;
    }
    to_work.wait(lock);
  }
}

void Deliveries::State::Count(Outcome outcome) {
  switch (outcome) {
    case Outcome::kTaken:
      ++counts.taken;
      return;
    case Outcome::kRefused:
      ++counts.refused;
      return;
    case Outcome::kNotNow:
    case Outcome::kGone:
      ++counts.failed;
      return;
  }
}

// TakeTurn sends what there is, and says whether there may be more.
bool Deliveries::State::TakeTurn(const Courier& courier, Row& row) {
  const auto end = std::chrono::steady_clock::now() + kTurnTime;
  ca::Delivery& delivery = row.now;
  const auto messages = subscriptions.Next(row.subscription, delivery, kTurn);
  if (!messages) {
    spdlog::error("what subscription {} is to be sent cannot be read: {}", row.subscription.id,
                  messages.error().message);
    row.held_until = std::chrono::steady_clock::now() + kHold;
    return true;
  }
  for (const ca::Message& message : *messages) {
    Attempt attempt = courier.send(row.subscription, message);
    if (closing) return true;  // and cut it short
    Count(attempt.outcome);
    switch (attempt.outcome) {
      case Outcome::kTaken:
        delivery.Taken(IndexOf(message));
        break;
      case Outcome::kRefused:
        delivery.Refused(IndexOf(message), desk.Now(), std::move(attempt.why));
        break;
      case Outcome::kNotNow:
        delivery.Failed(desk.Now(), std::move(attempt.why));
        break;
      case Outcome::kGone:
        delivery.Gone(std::move(attempt.why));
        break;
    }
    if (!delivery.IsReady(desk.Now()) || std::chrono::steady_clock::now() >= end) return true;
  }
  return !messages->empty();
}

// IsWorthKeeping: something was sent, or so much passed over that nobody looks through it again.
bool IsWorthKeeping(const ca::Delivery& before, const ca::Delivery& after) {
  constexpr std::uint64_t kPassedOver = 4096;
  const auto told = [](const ca::Delivery& delivery) {
    return std::tuple(delivery.taken, delivery.refused.size(), delivery.attempts, delivery.stopped, delivery.log);
  };
  return told(before) != told(after) || after.next - before.next >= kPassedOver;
}

// Keep makes durable what a turn came to. Where it was replayed or ended meanwhile, that stands, and is read again;
// where the log does not write, nothing more is sent for a while, for it would all be sent again.
void Deliveries::State::Keep(Row& row) {
  if (!IsWorthKeeping(row.stored, row.now)) return;
  const auto kept = subscriptions.Keep(row.stored, row.now);
  if (kept) {
    row.stored = row.now;
    if (row.now.stopped) spdlog::warn("subscription {} is stopped: {}", row.subscription.id, row.now.trouble);
    return;
  }
  row.now = row.stored;
  row.held_until = std::chrono::steady_clock::now() + kHold;
  if (kept.error().code != ErrorCode::kConflict)
    spdlog::error("how far subscription {} has come cannot be kept: {}", row.subscription.id, kept.error().message);
}

void Deliveries::State::Work(const Courier& courier) {
  Lock lock(mutex);
  while (const std::shared_ptr<Row> row = TakeNext(lock)) {
    // Its own until it is not busy any more.
    const bool is_gone = row->is_gone;
    lock.unlock();
    if (!is_gone) {
      row->has_more = TakeTurn(courier, *row);
      Keep(*row);
    }
    lock.lock();
    const auto turns = at_work.find(row->subscription.party);
    if (--turns->second == 0) at_work.erase(turns);
    row->busy = false;
    asked = true;
    to_plan.notify_one();
    to_work.notify_all();
  }
}

// ---- From outside

Deliveries::Deliveries(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Deliveries>> Deliveries::Start(const ca::Subscriptions& subscriptions, const ca::Desk& desk,
                                                      const NewCourier& new_courier) {
  auto state = std::make_unique<State>(subscriptions, desk);
  for (unsigned i = 0; i < kWorkers; ++i) state->couriers.push_back(CM_TRY(new_courier()));
  State& started = *state;
  for (const Courier& courier : started.couriers)
    started.workers.emplace_back([&started, &courier] { started.Work(courier); });
  started.planner = std::thread([&started] { started.Plan(); });
  return std::unique_ptr<Deliveries>(new Deliveries(std::move(state)));
}

Deliveries::~Deliveries() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->closing = true;
  }
  state_->to_plan.notify_all();
  state_->to_work.notify_all();
  for (const Courier& courier : state_->couriers) courier.cancel();
  state_->planner.join();
  for (std::thread& worker : state_->workers) worker.join();
}

void Deliveries::Look() {
  const std::lock_guard lock(state_->mutex);
  state_->asked = true;
  state_->to_plan.notify_one();
}

const DeliveryCounts& Deliveries::counts() const {
  return state_->counts;
}

}  // namespace certmark::api
