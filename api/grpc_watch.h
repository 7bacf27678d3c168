// The call that carries a log as it grows: a stream to each subscriber.
//
// Between two messages a subscriber holds no thread and no buffer. What wakes it is the log, when it exposes a newer
// checkpoint, or the clock, for a heartbeat; then a step on one of a few workers of its own kind reads the next run and
// writes it, and there is no next one before that has left. So a slow reader holds one message, and nobody else.
#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

#include "api/grpc_calls.h"
#include "api/transfer_slots.h"
#include "api/watch_pace.h"
#include "certmark/v1/public.pb.h"

namespace certmark::api {

class WatchCall;

/// LogWatches are the subscribers of one listener; the server whose calls they are has ended before they go. Safe on
/// any thread; they own the reactors they return, which go when their calls are over.
class LogWatches {
 public:
  LogWatches(CallDesk desk, const WatchOptions& options);
  ~LogWatches();

  grpc::ServerWriteReactor<v1::WatchLogResponse>* Watch(grpc::CallbackServerContext* context,
                                                        const v1::WatchLogRequest* request);
  /// Quit ends every subscriber's call at once, and any that still comes: UNAVAILABLE.
  void Quit();

 private:
  friend class WatchCall;
  using Instant = WatchPace::Instant;
  using Place = std::list<WatchCall*>::iterator;

  // What a call asks for: to be woken from its first step on, until it has left.
  void Join(WatchCall& call);
  void Leave(Place place);
  bool is_quitting() const;
  void Ring(WatchCall& call);

  void Run();
  void Attend(WatchCall& call, Instant now);
  void RunStep(WatchCall& call);
  void Arm(Instant due);

  CallDesk desk_;
  const WatchOptions options_;
  TransferSlots slots_;
  WorkerPool workers_;

  mutable std::mutex mutex_;  // guards what follows, and the pace of every call
  std::condition_variable wake_;
  std::list<WatchCall*> calls_;
  bool rung_ = false;  // the log has exposed another checkpoint
  bool quitting_ = false, closing_ = false;
  Instant armed_ = Instant::max();  // until when the thread sleeps

  std::thread thread_;
  std::optional<ledger::Bell::Listening> listening_;  // goes first
};

}  // namespace certmark::api
