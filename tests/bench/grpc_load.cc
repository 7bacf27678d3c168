#include "tests/bench/grpc_load.h"

#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "tests/bench/bench.h"

namespace certmark::bench {
namespace {

using Instant = std::chrono::steady_clock::time_point;

constexpr std::chrono::seconds kLimit{60};  // of a call: reached only when something is broken

class Calls {
 public:
  explicit Calls(const GrpcLoad& load) : load_(load) {
    for (const auto& channel : load.channels) stubs_.push_back(std::make_unique<grpc::GenericStub>(channel));
    milliseconds_.reserve(load.calls);
  }

  Result<Loaded> Run() {
    Loaded loaded;
    const Stopwatch watch;
    for (std::size_t i = 0; i < load_.in_flight; ++i) Begin(*stubs_[i % stubs_.size()]);
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return milliseconds_.size() == load_.calls; });
    loaded.seconds = watch.Seconds();
    loaded.own_seconds = watch.OwnSeconds();
    if (failed_) return *failed_;
    loaded.milliseconds = std::move(milliseconds_);
    return loaded;
  }

 private:
  struct Call {
    grpc::ClientContext context;
    grpc::ByteBuffer answer;
    Instant begun;
  };

  // Begin makes the next call, if there is one; its end begins another.
  void Begin(grpc::GenericStub& stub) {
    const std::size_t number = next_.fetch_add(1);
    if (number >= load_.calls) return;
    const auto call = std::make_shared<Call>();  // gone with the callback, which gRPC copies
    call->begun = std::chrono::steady_clock::now();
    call->context.set_deadline(std::chrono::system_clock::now() + kLimit);
    stub.UnaryCall(&call->context, load_.method, {}, &load_.requests[number % load_.requests.size()], &call->answer,
                   [this, call, &stub](const grpc::Status& status) { End(*call, stub, status); });
  }

  void End(const Call& call, grpc::GenericStub& stub, const grpc::Status& status) {
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - call.begun;
    const bool good = status.ok() && load_.is_good(call.answer);
    Begin(stub);
    const std::lock_guard lock(mutex_);
    milliseconds_.push_back(took.count());
    if (!good && !failed_) failed_ = {ErrorCode::kInternal, load_.method + ": " + status.error_message()};
    if (milliseconds_.size() == load_.calls) ended_.notify_all();
  }

  const GrpcLoad& load_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  std::atomic<std::size_t> next_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable ended_;
  std::vector<double> milliseconds_;
  std::optional<Error> failed_;
};

}  // namespace

Result<Loaded> RunCalls(const GrpcLoad& load) {
  return Calls(load).Run();
}

grpc::ByteBuffer Packed(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string Unpacked(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  if (!buffer.TrySingleSlice(&slice).ok() && !buffer.DumpToSingleSlice(&slice).ok()) return {};
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

}  // namespace certmark::bench
