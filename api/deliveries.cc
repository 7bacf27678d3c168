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
constexpr std::chrono::seconds kKnown{60};
// How long one is left alone that could not be read or kept.
constexpr std::chrono::seconds kHold{30};

// Ends are how long the logs are that messages come from.
struct Ends {
  std::uint64_t records = 0, events = 0;
};

}  // namespace

struct Deliveries::State {
  State(const ca::Subscriptions& from, const ca::Desk& at) : subscriptions(from), desk(at) {}

  using Clock = std::chrono::steady_clock;
  // Place is a subscription and how far it has come: as it was read or kept, and since. Whoever has changed a
  // subscription after `changes` may have changed this one.
  struct Place {
    ca::Subscription subscription;
    ca::Delivery stored, now;
    std::uint64_t changes = kUnknown;
  };
  static constexpr std::uint64_t kUnknown = UINT64_MAX;
  // IsAsStored: nobody but its own turns has written it, and what they have not kept yet holds.
  static bool IsAsStored(const Place& place, const ca::Delivery& stored) {
    return place.stored.ToJson() == stored.ToJson();
  }
  struct Row {
    Place place;                     // its turn has a copy, and is what holds while there is one
    bool is_busy = false;            // it is in the queue, or has its turn
    bool has_more = true;            // there may be something to send
    Clock::time_point held_until{};  // for it could not be read or kept
  };
  // Turn is what came of one.
  struct Turn {
    Place place;
    bool has_more = false, held = false;
  };
  using Lock = std::unique_lock<std::mutex>;

  void Plan();
  bool IsStale() const;
  void Renew(Lock& lock);
  void Enqueue(Time now, const Ends& ends);
  void CountStanding();
  void Work(const Courier& courier);
  std::shared_ptr<Row> TakeNext(Lock& lock);
  void End(Row& row, Turn turn);
  void Take(const Courier& courier, Turn& turn);
  Result<bool> IsThere(Place& place) const;
  bool Send(const Courier& courier, Place& place, const std::vector<ca::Message>& messages);
  void Keep(Turn& turn);
  void Count(Outcome outcome);

  const ca::Subscriptions& subscriptions;
  const ca::Desk& desk;
  DeliveryCounts counts;
  std::vector<Courier> couriers;
  std::atomic<bool> closing = false;  // set under the lock, looked at without it too

  std::mutex mutex;  // guards what follows; held over no attempt and no read
  std::condition_variable to_plan, to_work;
  std::map<std::string, std::shared_ptr<Row>> rows;  // by id
  std::deque<std::shared_ptr<Row>> queue;
  std::map<std::string, unsigned> at_work;    // turns under way, by party
  std::optional<Clock::time_point> known_at;  // when the rows were read; nothing: they are to be
  std::uint64_t known_changes = 0;
  Ends seen;
  bool asked = true;

  std::thread planner;
  std::vector<std::thread> workers;
};

// ---- What there is to do

bool Deliveries::State::IsStale() const {
  return !known_at || Clock::now() - *known_at >= kKnown || known_changes != subscriptions.changes();
}

// Renew reads which subscriptions there are. How far one has come its own turns know better than what was read beside
// them.
void Deliveries::State::Renew(Lock& lock) {
  const std::uint64_t changes = subscriptions.changes();
  lock.unlock();
  auto all = subscriptions.All();
  lock.lock();
  known_at = Clock::now();
  known_changes = changes;
  if (!all) return spdlog::error("what is to be delivered is not known: {}", all.error().message);
  std::map<std::string, std::shared_ptr<Row>> renewed;
  for (ca::Subscribed& one : *all) {
    const std::string id = one.subscription.id;
    const auto known = rows.find(id);
    std::shared_ptr<Row> row = known == rows.end() ? std::make_shared<Row>() : known->second;
    if (known == rows.end()) row->place = {std::move(one.subscription), one.delivery, one.delivery, changes};
    renewed.emplace(id, std::move(row));
  }
  rows = std::move(renewed);
}

void Deliveries::State::Enqueue(Time now, const Ends& ends) {
  const bool records_grew = ends.records != seen.records, events_grew = ends.events != seen.events;
  for (const auto& [id, row] : rows) {
    const bool of_notices = row->place.subscription.of == ca::Subscription::Of::kNotices;
    // What may have been changed has a turn that reads it again, though it be stopped.
    const bool is_known = row->place.changes == subscriptions.changes();
    row->has_more |= !is_known || (of_notices ? records_grew : events_grew);
    const bool is_ready = !is_known || row->place.now.IsReady(now);
    if (row->is_busy || !row->has_more || !is_ready || Clock::now() < row->held_until) continue;
    row->is_busy = true;
    queue.push_back(row);
    to_work.notify_one();
  }
  seen = ends;
}

void Deliveries::State::CountStanding() {
  std::uint64_t failing = 0, stopped = 0;
  for (const auto& [id, row] : rows) {
    const ca::Delivery& now = row->place.now;
    stopped += now.stopped;
    failing += !now.stopped && now.failing_since.has_value();
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
    if (IsStale()) Renew(lock);
    if (!rows.empty()) {
      Enqueue(desk.Now(), {subscriptions.EndOf(ca::Subscription::Of::kNotices).value_or(seen.records),
                           subscriptions.EndOf(ca::Subscription::Of::kEvents).value_or(seen.events)});
    }
    CountStanding();
    to_plan.wait_for(lock, kLook, [this] { return asked || closing; });
  }
}

// ---- The sending

// TakeNext is the first in the queue whose party has not too many turns under way; nothing once all is over.
std::shared_ptr<Deliveries::State::Row> Deliveries::State::TakeNext(Lock& lock) {
  while (!closing) {
    for (auto place = queue.begin(); place != queue.end(); ++place) {
      unsigned& turns = at_work[(*place)->place.subscription.party];
      if (turns >= kOfParty) continue;
      ++turns;
      std::shared_ptr<Row> row = std::move(*place);
      queue.erase(place);
      row->has_more = false;  // what comes from now on may come too late for this turn
      return row;
    }
    to_work.wait(lock);
  }
  return nullptr;
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

// Send says whether all was dealt with, and so the next may be.
bool Deliveries::State::Send(const Courier& courier, Place& place, const std::vector<ca::Message>& messages) {
  const auto end = Clock::now() + kTurnTime;
  const std::uint64_t changes = subscriptions.changes();
  for (const ca::Message& message : messages) {
    // Somebody has changed a subscription: perhaps this one is no more.
    if (closing || changes != subscriptions.changes() || Clock::now() >= end) return false;
    Attempt attempt = courier.send(place.subscription, message);
    if (closing && attempt.outcome == Outcome::kNotNow) return false;  // cut short
    Count(attempt.outcome);
    switch (attempt.outcome) {
      case Outcome::kTaken:
        place.now.Taken(IndexOf(message));
        break;
      case Outcome::kRefused:
        place.now.Refused(IndexOf(message), desk.Now(), std::move(attempt.why));
        break;
      case Outcome::kNotNow:
        place.now.Failed(desk.Now(), std::move(attempt.why));
        return false;
      case Outcome::kGone:
        place.now.Gone(std::move(attempt.why));
        return false;
    }
    if (place.now.stopped) return false;
  }
  return true;
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
// where the log does not write, the next turn begins with this.
void Deliveries::State::Keep(Turn& turn) {
  Place& place = turn.place;
  if (!IsWorthKeeping(place.stored, place.now)) return;
  const auto kept = subscriptions.Keep(place.stored, place.now);
  if (kept) {
    place.stored = place.now;
    if (place.now.stopped) spdlog::warn("subscription {} is stopped: {}", place.subscription.id, place.now.trouble);
    return;
  }
  place.changes = kUnknown;
  if (kept.error().code == ErrorCode::kConflict) return;
  turn.held = true;
  spdlog::error("how far subscription {} has come cannot be kept: {}", place.subscription.id, kept.error().message);
}

// IsThere reads a place again if it may have been changed, and says whether there is anybody to be told.
Result<bool> Deliveries::State::IsThere(Place& place) const {
  const std::uint64_t changes = subscriptions.changes();
  if (place.changes == changes) return true;
  const ledger::Store& store = desk.store();
  auto subscription = ca::Load<ca::Subscription>(store, place.subscription.id);
  if (!subscription && subscription.error().code == ErrorCode::kNotFound) return false;
  if (!subscription) return subscription.error();
  const auto party = CM_TRY(ca::Load<ca::Party>(store, subscription->value.party));
  auto delivery = CM_TRY(ca::Load<ca::Delivery>(store, place.subscription.id));
  if (!IsAsStored(place, delivery.value))
    place = {std::move(subscription->value), delivery.value, delivery.value, kUnknown};
  place.changes = changes;
  return !party.value.certificates.empty();
}

// Take is one turn: what the last one could not keep, then what there is to send.
void Deliveries::State::Take(const Courier& courier, Turn& turn) {
  Place& place = turn.place;
  const auto hold = [&turn](const Error& why) {
    turn.held = turn.has_more = true;
    spdlog::error("what subscription {} is to be sent cannot be read: {}", turn.place.subscription.id, why.message);
  };
  const auto is_there = IsThere(place);
  if (!is_there) return hold(is_there.error());
  if (!*is_there) return;
  turn.has_more = true;
  Keep(turn);
  if (place.changes == kUnknown || !place.now.IsReady(desk.Now())) return;
  const auto batch = subscriptions.Next(place.subscription, place.now, kTurn);
  if (!batch) return hold(batch.error());
  turn.has_more = !Send(courier, place, batch->messages) || batch->has_more;
  Keep(turn);
  if (place.changes == kUnknown) turn.has_more = true;
}

void Deliveries::State::End(Row& row, Turn turn) {
  const auto turns = at_work.find(row.place.subscription.party);
  if (--turns->second == 0) at_work.erase(turns);
  row.place = std::move(turn.place);
  row.is_busy = false;
  row.has_more |= turn.has_more;
  if (turn.held) row.held_until = Clock::now() + kHold;
  asked = true;
  to_plan.notify_one();
  to_work.notify_all();
}

void Deliveries::State::Work(const Courier& courier) {
  Lock lock(mutex);
  while (const std::shared_ptr<Row> row = TakeNext(lock)) {
    Turn turn;
    turn.place = row->place;
    lock.unlock();
    Take(courier, turn);
    lock.lock();
    End(*row, std::move(turn));
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
