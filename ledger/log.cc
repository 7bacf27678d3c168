#include "ledger/log.h"

#include <future>
#include <span>
#include <string>
#include <utility>

namespace certmark::ledger {
namespace {

Result<void> CheckOptions(const Log::Options& options) {
  const PublisherOptions& publisher = options.publisher;
  const auto refuse = [](const char* what) { return Error{ErrorCode::kInvalidArgument, what}; };
  if (publisher.log == kRecordLog) return refuse("public log 0: that is the record log");
  if (publisher.key.type() != NoteKey::Type::kEd25519) return refuse("the log key is not an Ed25519 key");
  if (!publisher.sign) return refuse("no function to sign checkpoints");
  return {};
}

// Refusal answers a change that a stopped log did not write.
Error Refusal(const Error& reason) {
  return {ErrorCode::kUnavailable, "the log stopped writing: " + reason.message};
}

}  // namespace

Result<std::unique_ptr<Log>> Log::Open(Store& store, Anchor& anchor, Options options) {
  CM_TRY(CheckOptions(options));
  const Head head = CM_TRY(Head::Decode(CM_TRY(store.Head())));
  const LogNumber number = options.publisher.log;
  Edge records = CM_TRY(Edge::Load(store, kRecordLog, head.log(kRecordLog)));
  Edge published = CM_TRY(Edge::Load(store, number, head.log(number)));
  WriterState state{head, std::move(records), std::move(published)};
  std::unique_ptr<Log> log(new Log(store, anchor, std::move(options), std::move(state)));
  CM_TRY(log->CatchUp());
  log->thread_ = std::thread(&Log::Run, log.get());
  return log;
}

Log::Log(Store& store, Anchor& anchor, Options options, WriterState state)
    : store_(store),
      options_(std::move(options)),
      number_(options_.publisher.log),
      publisher_(store, anchor, options_.publisher),
      state_(std::move(state)) {}

Log::~Log() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

// CatchUp exposes what was published, then publishes what a stop left between its commit and its checkpoint.
Result<void> Log::CatchUp() {
  CM_TRY(publisher_.Recover(state_.head));
  const auto exposed = publisher_.Exposed();
  if (state_.published.size() == (exposed ? exposed->checkpoint.size : 0)) return {};
  return publisher_.Publish(state_.head, {});
}

void Log::Submit(Change change, Ack ack, Done done) {
  auto checked = CheckedChange::Create(std::move(change));
  if (!checked) return done(std::move(checked).error());
  Pending pending{*std::move(checked), ack, std::move(done)};
  if (std::optional<Error> refused = Enqueue(pending)) return pending.done(*std::move(refused));
  wake_.notify_one();
}

std::optional<Error> Log::Enqueue(Pending& pending) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return Refusal(*stopped_);
  const std::size_t bytes = pending.change.bytes();
  const bool full = queue_.size() >= options_.queue_changes || queued_bytes_ >= options_.queue_bytes;
  if (full)
    return Error{ErrorCode::kResourceExhausted, std::to_string(queue_.size()) + " changes are waiting for the log"};
  queue_.push_back(std::move(pending));
  queued_bytes_ += bytes;
  return std::nullopt;
}

Result<Receipt> Log::Append(Change change, Ack ack) {
  // Shared, for set_value may still be on its way out when get returns.
  const auto promise = std::make_shared<std::promise<Result<Receipt>>>();
  auto answer = promise->get_future();
  Submit(std::move(change), ack, [promise](Result<Receipt> receipt) { promise->set_value(std::move(receipt)); });
  return answer.get();
}

std::optional<Error> Log::Stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

// noexcept: a writer that lost its place must not go on.
void Log::Run() noexcept {
  for (;;) {
    std::vector<Pending> round = Take();
    if (round.empty()) return;
    Process(std::move(round));
  }
}

// Take waits for changes and takes what arrived while the last batch was written, within the caps; nothing once the log
// closes. What is urgent shares no batch with what is not: on a full disk one is written and the other refused.
std::vector<Log::Pending> Log::Take() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
  std::vector<Pending> round;
  std::size_t entries = 0, bytes = 0;
  while (!queue_.empty()) {
    const CheckedChange& next = queue_.front().change;
    entries += next.leaves().size();
    bytes += next.bytes();
    const bool fits = entries <= options_.batch_entries && bytes <= options_.batch_bytes;
    const bool alike = round.empty() || round.front().change.change().urgency == next.change().urgency;
    if ((!fits && !round.empty()) || !alike) break;
    queued_bytes_ -= next.bytes();
    round.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return round;
}

void Log::Process(std::vector<Pending> round) {
  // 1. Draft one batch; what is refused does not touch the rest.
  Draft draft(store_, state_, number_);
  std::vector<Waiter> refused, sequenced, published;
  for (Pending& pending : round) {
    Waiter waiter{std::move(pending.done), draft.Add(std::move(pending.change))};
    std::vector<Waiter>& group = !waiter.answer ? refused : pending.ack == Ack::kSequenced ? sequenced : published;
    group.push_back(std::move(waiter));
  }
  const auto answer = [](std::vector<Waiter>& group) {
    for (Waiter& waiter : group) waiter.done(std::move(waiter.answer));
  };
  const auto fail = [](std::vector<Waiter>& group, const Error& error) {
    for (Waiter& waiter : group) waiter.done(error);
  };
  if (draft.empty()) {
    for (auto* group : {&refused, &sequenced, &published}) answer(*group);
    return;
  }

  // 2. One commit. Refusals are told after it, so that who reads again sees what it lost to.
  const auto writes = Commit(std::move(draft));
  answer(refused);
  if (!writes) {
    fail(sequenced, writes.error());
    fail(published, writes.error());
    return RefuseQueued();
  }
  answer(sequenced);

  // 3. One checkpoint.
  if (const auto shown = publisher_.Publish(state_.head, *writes); !shown) {
    Stop(shown.error());
    fail(published, {ErrorCode::kOutcomeUnknown, "durable, but not published: " + shown.error().message});
    return RefuseQueued();
  }
  answer(published);
}

// Commit makes the draft durable and returns the writes of its changes. On an error the log has stopped, unless the
// store is sure that nothing was written and that the next commit may do better.
Result<std::vector<Write>> Log::Commit(Draft draft) {
  Draft::Finished finished = std::move(draft).Finish();
  const auto committed = store_.Commit(state_.head.Encode(), finished.batch);
  if (committed) {
    state_ = std::move(finished.after);
    finished.batch.writes.resize(finished.change_writes);
    return std::move(finished.batch.writes);
  }
  const Error& error = committed.error();
  switch (error.code) {
    case ErrorCode::kUnavailable:
    case ErrorCode::kResourceExhausted:
      return error;
    case ErrorCode::kConflict:
      Stop({ErrorCode::kConflict, "another writer: " + error.message});
      return Refusal(*Stopped());
    default:
      Stop(error);
      return Error{ErrorCode::kOutcomeUnknown, error.message};
  }
}

void Log::Stop(const Error& reason) {
  const std::lock_guard lock(mutex_);
  stopped_ = reason;
}

// RefuseQueued answers what waits behind the failure that stopped the log. After this nothing is queued, for Submit
// refuses.
void Log::RefuseQueued() {
  std::deque<Pending> waiting;
  std::optional<Error> reason;
  {
    const std::lock_guard lock(mutex_);
    if (!stopped_) return;
    reason = stopped_;
    waiting.swap(queue_);
    queued_bytes_ = 0;
  }
  for (Pending& pending : waiting) pending.done(Refusal(*reason));
}

}  // namespace certmark::ledger
