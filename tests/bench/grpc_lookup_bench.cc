// grpc.lookup: a unary look-up of a certified app over the public listener, beside an echo of the same size on the same
// stack.
#include "certmark/v1/public.pb.h"
#include "ledger/rocksdb_store.h"
#include "tests/bench/bench.h"
#include "tests/bench/grpc_echo.h"
#include "tests/bench/grpc_load.h"
#include "tests/integration/server/served_office.h"

namespace certmark::bench {
namespace {

constexpr int kRounds = 9;
constexpr std::size_t kCalls = 6'000;  // a round
constexpr std::size_t kConnections = 4, kInFlight = 32;
constexpr std::uint32_t kRate = 1'000'000;  // calls a second that are let through: they are counted, none is refused

std::string Request() {
  v1::LookUpAppRequest request;
  request.set_platform(v1::PLATFORM_ANDROID);
  request.set_package("org.example.app");
  return request.SerializeAsString();
}

GrpcLoad LoadOn(const testing::ServedOffice& served, std::uint16_t port) {
  GrpcLoad load;
  for (std::size_t i = 0; i < kConnections; ++i) load.channels.push_back(served.Connect(port));
  load.method = GrpcEcho::kMethod;
  load.requests = {Packed(Request())};
  load.calls = kCalls;
  load.in_flight = kInFlight;
  return load;
}

// AnswerOf is what the one call answers that is made before all others.
Result<std::string> AnswerOf(GrpcLoad load) {
  std::string answer;
  load.calls = load.in_flight = 1;
  load.is_good = [&](const grpc::ByteBuffer& bytes) {
    answer = Unpacked(bytes);
    v1::LookUpAppResponse parsed;
    return parsed.ParseFromString(answer) && parsed.certifications_size() == 1;
  };
  CM_TRY(RunCalls(load));
  return answer;
}

}  // namespace

Result<void> BenchGrpcLookup(const Options& options) {
  if (!options.Wants("grpc.lookup")) return {};
  const ScratchDirectory directory(options.directory);
  testing::ServedOffice served(
      {}, {.make_store = [&] { return ledger::OpenOrCreateRocksdbStore(directory.path() / "database").value(); }});
  served.limits().Set({.anybody = kRate});
  served.office().Certified();
  GrpcLoad ours = LoadOn(served, served.public_port());
  const std::string answer = CM_TRY(AnswerOf(ours));
  const GrpcEcho server(served.identity(), api::ClientCertificates::kNeverAsked, answer);
  GrpcLoad echo = LoadOn(served, server.port());
  ours.is_good = echo.is_good = [&](const grpc::ByteBuffer& bytes) { return bytes.Length() == answer.size(); };
  CM_TRY(RunCalls(ours));  // warm
  CM_TRY(RunCalls(echo));
  AwaitIdle();
  std::vector<double> rates, echo_rates, ratios, milliseconds, own, echo_own;
  const Stopwatch watch;
  for (int round = 0; round < kRounds; ++round) {
    Progress("grpc.lookup: round " + std::to_string(round + 1) + " of " + std::to_string(kRounds));
    const Loaded echoed = CM_TRY(RunCalls(echo)), looked_up = CM_TRY(RunCalls(ours));
    rates.push_back(kCalls / looked_up.seconds);
    echo_rates.push_back(kCalls / echoed.seconds);
    ratios.push_back(rates.back() / echo_rates.back());
    own.push_back(1e6 * looked_up.own_seconds / kCalls);
    echo_own.push_back(1e6 * echoed.own_seconds / kCalls);
    milliseconds.push_back(Median(looked_up.milliseconds));
  }
  Print(options, {"grpc.lookup", Median(rates), "calls/s", Median(echo_rates), Median(ratios), Busy(watch.Others()),
                  "LookUpApp of a certified app on the public listener, " + std::to_string(kInFlight) +
                      " in flight over " + std::to_string(kConnections) +
                      " TLS connections, the client here too: p50 " + Rounded(Median(milliseconds)) +
                      " ms. Limit: a method of the same server library, TLS, limits and"
                      " workers that answers the same " +
                      std::to_string(answer.size()) + " bytes unread; medians of " + std::to_string(kRounds) +
                      " rounds of both in turn, the ratio of each round's. Processor time a call, both ends: " +
                      Rounded(Median(own)) + " us, of the limit's " + Rounded(Median(echo_own)) + " us, ratio " +
                      Rounded(Median(echo_own) / Median(own)) + ". Others had " + Rounded(100 * watch.Others()) +
                      " % of the processors"});
  return {};
}

}  // namespace certmark::bench
