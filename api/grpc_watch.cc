#include "api/grpc_watch.h"

#include <grpc/grpc.h>

#include <algorithm>
#include <string>
#include <utility>

#include "api/client_network.h"
#include "api/log_watch.h"
#include "api/request_id.h"

namespace certmark::api {
namespace {

using Context = grpc::CallbackServerContext;
using Request = v1::WatchLogRequest;
using Instant = WatchPace::Instant;

// Steps are short: a read of what was just written, in most cases, and its encryption.
constexpr unsigned kWorkers = 2;
constexpr Seconds kComeAgain{30};

Instant Now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

// WatchCall is one subscriber's. Its turns are its pace's: whoever took it out of rest, the step; while a message is on
// its way, OnWriteDone. Who has the turn may end the call, and nobody else; gRPC's OnDone comes after that.
class WatchCall final : public grpc::ServerWriteReactor<v1::WatchLogResponse> {
 public:
  WatchCall(LogWatches& watches, Context& context, const Request& request)
      : watches_(watches),
        context_(context),
        request_(request),
        call_(desk().Begin(context, *Request::descriptor())),
        pace_(watches.options_, Now()) {
    auto slot = watches_.slots_.Take(NetworkOf(context.peer()));
    if (slot) {
      slot_.emplace(*std::move(slot));
      watches_.Join(*this);
    } else {
      Finish(call_.Ended(TooMany(slot.error())));
    }
  }

  // Step looks what there is to send. REQUIRES: nothing of this is used after StartWrite or End: the call may be over
  // by then.
  void Step() {
    const std::string id = call_.id();  // it outlives the call
    const RequestScope scope(id);
    auto next = LogWatch::Next::kEnd;
    do {
      const grpc::Status status = desk().Caught([&] {
        if (const auto over = Over()) return *over;
        const auto filled = Fill();
        next = filled ? *filled : LogWatch::Next::kEnd;
        return filled ? grpc::Status::OK : desk().Refuse(filled.error());
      });
      if (next == LogWatch::Next::kEnd || !status.ok()) return End(status);
      if (next == LogWatch::Next::kMessage) return Write() ? StartWrite(&message_) : End(Stopping());
    } while (!Rest());
  }

  void OnWriteDone(bool written) override {
    message_ = {};  // a subscriber at rest holds none
    const auto cut = Written(written);
    if (cut) End(*cut);
  }
  void OnCancel() override { watches_.Ring(*this); }
  void OnDone() override { delete this; }

 private:
  friend class LogWatches;

  const CallDesk& desk() const { return watches_.desk_; }

  grpc::Status TooMany(const Error& error) const {
    Refusal refusal = RefusalOf(error);
    refusal.reason = "TOO_MANY_SUBSCRIBERS";
    refusal.retry_after = kComeAgain;
    return desk().Refuse(context_, refusal);
  }
  grpc::Status Stopping() const {
    return ToStatus({grpc::UNAVAILABLE, 503, "UNAVAILABLE", "the service stops"}, desk().handlers().domain());
  }
  std::optional<grpc::Status> Over() const {
    if (watches_.is_quitting()) return Stopping();
    return desk().GivenUp(context_);
  }

  // Who loses the right, or the certificate, meanwhile gets no more of it.
  Result<LogWatch::Next> Fill() {
    const Caller caller = CM_TRY(desk().Admit(context_, *Request::descriptor()));
    if (!watch_) watch_.emplace(CM_TRY(desk().handlers().BeginWatching(caller, request_)));
    const bool is_silent = pace_.is_silent(Now());  // of a step that is at work, nobody else changes it
    return watch_->Fill(message_, is_silent ? LogWatch::IfNothing::kHeartbeat : LogWatch::IfNothing::kWait);
  }

  // Write is whether a message may still be on its way: those that are when the service stops are cut then.
  bool Write() {
    const std::lock_guard lock(watches_.mutex_);
    if (watches_.quitting_) return false;
    pace_.Write(Now());
    watches_.Arm(pace_.due());
    return true;
  }
  // Written returns how the call ends, if it does.
  std::optional<grpc::Status> Written(bool written) {
    const std::lock_guard lock(watches_.mutex_);
    if (cut_) return cut_;
    if (!written) return grpc::Status(grpc::CANCELLED, "the subscriber is gone");
    pace_.Written(Now());
    watches_.RunStep(*this);
    return std::nullopt;
  }
  bool Rest() {
    const std::lock_guard lock(watches_.mutex_);
    if (!pace_.Rest()) return false;
    watches_.Arm(pace_.due());
    return true;
  }

  // Cut ends a call whose message does not leave: no status would before that, and the message is held as long. gRPC
  // sends this one ahead of it, and drops the message; it takes no details. REQUIRES: watches_.mutex_ is held, and a
  // message is on its way.
  void Cut(grpc::Status status) {
    cut_ = std::move(status);
    grpc_call_cancel_with_status(context_.c_call(), static_cast<grpc_status_code>(cut_->error_code()),
                                 cut_->error_message().c_str(), nullptr);
  }
  void GiveUp() {
    const auto patience = std::chrono::duration_cast<Seconds>(watches_.options_.patience);
    Cut({grpc::RESOURCE_EXHAUSTED, "SLOW_READER: a message was not taken within " + std::to_string(patience.count()) +
                                       " s: go on after the last entry that came"});
  }

  void End(const grpc::Status& status) {
    watches_.Leave(place_);
    watch_.reset();
    slot_.reset();
    Finish(call_.Ended(status));
  }

  LogWatches& watches_;
  Context& context_;
  const Request& request_;
  const ServedCall call_;
  std::optional<TransferSlots::Slot> slot_;
  LogWatches::Place place_;
  std::optional<LogWatch> watch_;
  v1::WatchLogResponse message_;

  // Guarded by watches_.mutex_.
  WatchPace pace_;
  std::optional<grpc::Status> cut_;
};

LogWatches::LogWatches(CallDesk desk, const WatchOptions& options)
    : desk_(std::move(desk)),
      options_(options),
      slots_({options.all, options.each, "too many subscribe to the log"}),
      workers_(kWorkers, options.all),  // each has one step waiting at most, so that none is ever turned away
      thread_([this] { Run(); }) {
  listening_.emplace(desk_.handlers().OnExposed([this] {
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
    }
    wake_.notify_one();
  }));
}

LogWatches::~LogWatches() {
  listening_.reset();
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

grpc::ServerWriteReactor<v1::WatchLogResponse>* LogWatches::Watch(Context* context, const Request* request) {
  return new WatchCall(*this, *context, *request);
}

void LogWatches::Quit() {
  const std::lock_guard lock(mutex_);
  quitting_ = true;
  for (WatchCall* call : calls_) {
    if (call->pace_.Ring()) RunStep(*call);
    if (call->pace_.is_writing() && !call->cut_) call->Cut(call->Stopping());
  }
}

void LogWatches::Join(WatchCall& call) {
  const std::lock_guard lock(mutex_);
  call.place_ = calls_.insert(calls_.end(), &call);
  if (desk_.stats() != nullptr) ++desk_.stats()->subscribers;
  RunStep(call);
}

void LogWatches::Leave(Place place) {
  const std::lock_guard lock(mutex_);
  (*place)->pace_.End();
  calls_.erase(place);
  if (desk_.stats() != nullptr) --desk_.stats()->subscribers;
}

bool LogWatches::is_quitting() const {
  const std::lock_guard lock(mutex_);
  return quitting_;
}

void LogWatches::Ring(WatchCall& call) {
  const std::lock_guard lock(mutex_);
  if (call.pace_.Ring()) RunStep(call);
}

// Run sleeps until the log rings, or the first of its subscribers is due.
void LogWatches::Run() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    const bool rung = std::exchange(rung_, false);
    const Instant now = Now();
    armed_ = Instant::max();
    for (WatchCall* call : calls_) {
      if (rung && call->pace_.Ring()) RunStep(*call);
      Attend(*call, now);
      armed_ = std::min(armed_, call->pace_.due());
    }
    if (armed_ == Instant::max()) {
      wake_.wait(lock);
    } else {
      wake_.wait_until(lock, armed_);
    }
  }
}

void LogWatches::Attend(WatchCall& call, Instant now) {
  switch (call.pace_.At(now)) {
    case WatchPace::Due::kNothing:
      return;
    case WatchPace::Due::kStep:
      return RunStep(call);
    case WatchPace::Due::kGiveUp:
      return call.GiveUp();
  }
}

// RunStep REQUIRES: mutex_ is held, and it is the call's turn for a step.
void LogWatches::RunStep(WatchCall& call) {
  if (!workers_.TryRun([&call] { call.Step(); })) Die("a subscriber has two steps waiting");
}

// Arm wakes the thread where it would sleep too long. REQUIRES: mutex_ is held.
void LogWatches::Arm(Instant due) {
  if (due >= armed_) return;
  armed_ = due;
  wake_.notify_one();
}

}  // namespace certmark::api
