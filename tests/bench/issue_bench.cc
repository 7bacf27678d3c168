// grpc.issue: files that wait for their decision are granted by the public RPC over mTLS, many at once, against the sum
// of what its parts cost alone; one after the other; and who reads meanwhile.
#include <algorithm>
#include <atomic>
#include <future>
#include <iterator>
#include <optional>
#include <thread>

#include "api/grpc_server.h"
#include "ca/party.h"
#include "certmark/v1/authority.pb.h"
#include "ledger/rocksdb_store.h"
#include "tests/bench/bench.h"
#include "tests/bench/grpc_echo.h"
#include "tests/bench/grpc_load.h"
#include "tests/bench/issue_parts.h"
#include "tests/integration/server/served_office.h"

namespace certmark::bench {
namespace {

using ca::testing::Office;
using ca::testing::Person;

constexpr std::size_t kMaxFiles = 4'000, kAlone = 200, kWarm = 256, kBeside = 800;
constexpr std::size_t kInFlight = 256, kConnections = 4;
constexpr std::size_t kEchoes = 5'000;
constexpr std::size_t kOperators = 40;
constexpr unsigned kPreparers = 16;         // threads, so that files are published together
constexpr std::uint32_t kRate = 1'000'000;  // calls a second that are let through: they are counted, none is refused
constexpr double kWantedRatio = 0.55, kWantedAloneMs = 3;
constexpr char kMethod[] = "/certmark.v1.AuthorityService/DecideApplication";
constexpr char kReadMethod[] = "/certmark.v1.PartyService/GetSelf";
constexpr int kQuietRounds = 20;  // of reads with nobody beside

// DecisionOf is the request that grants a file, its decision signed.
grpc::ByteBuffer DecisionOf(const Office& office, const std::string& id) {
  v1::DecideApplicationRequest request;
  request.set_application("applications/" + id);
  request.set_etag(office.EtagOf(id).Hex());
  request.set_decision(office.SignDecision(office.DraftDecision(id), office.decider));
  return Packed(request.SerializeAsString());
}

// Prepare has operators submit files of their own, each accepted and evaluated by the service's use cases, and returns
// a decision on each.
std::vector<grpc::ByteBuffer> Prepare(Office& office, std::size_t count) {
  std::vector<Person> operators;
  for (std::size_t i = 0; i < kOperators; ++i) {
    operators.push_back(office.Enrol("Operator " + std::to_string(i), {ca::Role::kOperator}));
  }
  std::vector<grpc::ByteBuffer> decisions(count);
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (unsigned thread = 0; thread < kPreparers; ++thread) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < count; i = next++) {
        ca::ApplicationForm form = office.Form();
        form.app = App::Parse("android:org.example.app" + std::to_string(i)).value();
        form.app_name = "Example " + std::to_string(i);
        const std::string id = office.SubmitBy(operators[i % kOperators], form);
        office.Accept(id);
        office.Report(id);
        decisions[i] = DecisionOf(office, id);
      }
    });
  }
  threads.clear();  // joined
  return decisions;
}

std::atomic<std::size_t> answer_bytes = 0;  // of the last answer: all are about the same

bool IsGranted(const grpc::ByteBuffer& answer) {
  v1::DecideApplicationResponse response;
  answer_bytes = answer.Length();
  return response.ParseFromString(Unpacked(answer)) && !response.bundle().empty() && response.witnessed();
}

// Served is an office on a disk, and a party listener of its own that looks its caller up as the daemon does: the
// decider, whichever certificate it came with.
class Served {
 public:
  explicit Served(const std::filesystem::path& directory)
      : served_({}, {.make_store = [this, directory] { return MakeStore(directory); }}) {
    served_.limits().Set({.anybody = kRate, .operators = kRate, .evaluators = kRate, .staff = kRate});
    const api::GrpcServer::Options options{.public_listener = {"127.0.0.1", 0},
                                           .party_listener = {"127.0.0.1", 0},
                                           .identity = served_.identity(),
                                           .authenticate = [this](ByteView) { return Caller(); },
                                           .ready = [] { return Result<void>(); },
                                           .stats = &served_.calls()};
    server_ = api::GrpcServer::Start(served_.dispatch(), options).value();
  }

  Office& office() { return served_.office(); }
  ObservedStore& store() { return *store_; }
  const api::ServerIdentity& identity() const { return served_.identity(); }

  GrpcLoad LoadOn(std::uint16_t port, std::vector<grpc::ByteBuffer> requests, std::size_t in_flight) const {
    GrpcLoad load;
    for (std::size_t i = 0; i < kConnections; ++i) load.channels.push_back(served_.ConnectAsParty(port));
    load.calls = requests.size();
    load.requests = std::move(requests);
    load.in_flight = in_flight;
    return load;
  }
  // Reads are some calls that only read, one after the other.
  GrpcLoad Reads() const {
    GrpcLoad load = LoadOn(server_->party_port(), {Packed("")}, 1);
    load.calls = 10;
    load.method = kReadMethod;
    load.is_good = [](const grpc::ByteBuffer& answer) { return answer.Length() > 0; };
    return load;
  }
  Result<Loaded> Decide(std::vector<grpc::ByteBuffer> decisions, std::size_t in_flight) const {
    GrpcLoad load = LoadOn(server_->party_port(), std::move(decisions), in_flight);
    load.method = kMethod;
    load.is_good = IsGranted;
    return RunCalls(load);
  }

 private:
  std::unique_ptr<ledger::Store> MakeStore(const std::filesystem::path& directory) {
    auto store = std::make_unique<ObservedStore>(ledger::OpenOrCreateRocksdbStore(directory / "database").value());
    store_ = store.get();
    return store;
  }
  Result<ca::Party> Caller() {
    Office& office = served_.office();
    const auto issuance = CM_TRY(office.service().desk().party_certificates().Find(office.decider.certificate.der()));
    return ca::Authenticate(office.store(), issuance.issued(), office.now());
  }

  ObservedStore* store_ = nullptr;
  testing::ServedOffice served_;
  std::unique_ptr<api::GrpcServer> server_;
};

// Take takes the last `count` decisions.
std::vector<grpc::ByteBuffer> Take(std::vector<grpc::ByteBuffer>& decisions, std::size_t count) {
  const auto from = decisions.end() - static_cast<std::ptrdiff_t>(count);
  std::vector<grpc::ByteBuffer> taken(from, decisions.end());
  decisions.erase(from, decisions.end());
  return taken;
}

// ReadWhile reads for as long as it may: how many milliseconds each took.
Result<std::vector<double>> ReadWhile(const GrpcLoad& reads, const std::function<bool()>& may) {
  std::vector<double> milliseconds;
  do {
    std::ranges::copy(CM_TRY(RunCalls(reads)).milliseconds, std::back_inserter(milliseconds));
  } while (may());
  return milliseconds;
}

// MeasureReads: how long a call that only reads takes while files are granted, as many in flight as ever.
Result<void> MeasureReads(const Options& options, const Served& served, std::vector<grpc::ByteBuffer> decisions) {
  const GrpcLoad reads = served.Reads();
  CM_TRY(RunCalls(reads));  // warm: its connections are there
  int rounds = 0;
  const auto quiet = CM_TRY(ReadWhile(reads, [&] { return ++rounds < kQuietRounds; }));
  const Stopwatch watch;
  auto deciding = std::async(std::launch::async, [&] { return served.Decide(std::move(decisions), kInFlight); });
  const auto beside =
      CM_TRY(ReadWhile(reads, [&] { return deciding.wait_for(std::chrono::seconds(0)) != std::future_status::ready; }));
  CM_TRY(deciding.get());
  const double value = Quantile(beside, 0.99), limit = Quantile(quiet, 0.99);
  Print(options, {"grpc.issue.reads", value, "ms", limit, limit / value, Busy(watch.Others()),
                  "GetSelf, one after the other, while files are granted, " + std::to_string(kInFlight) +
                      " in flight: p99 of " + std::to_string(beside.size()) + ", p50 " + Rounded(Median(beside)) +
                      " ms. Limit: the same with nobody beside it, p50 " + Rounded(Median(quiet)) + " ms. Others had " +
                      Rounded(100 * watch.Others()) + " % of the processors"});
  return {};
}

// Issued is what was seen while many were granted, of each.
struct Issued {
  Loaded loaded;
  double count = 0, batch = 0;
  std::array<double, std::size(kPrimitives)> signatures{};
  double rows = 0, bytes = 0;  // written
  std::size_t answer_bytes = 0;
};

Result<Issued> IssueMany(Served& served, std::vector<grpc::ByteBuffer> decisions) {
  Issued issued;
  issued.count = static_cast<double>(decisions.size());
  served.store().TakeBatches(), served.store().TakeWritten(), TakeSignatureCounts();
  issued.loaded = CM_TRY(served.Decide(std::move(decisions), kInFlight));
  const SignatureCounts counts = TakeSignatureCounts();
  for (std::size_t i = 0; i < counts.size(); ++i) issued.signatures[i] = static_cast<double>(counts[i]) / issued.count;
  issued.batch = Median(served.store().TakeBatches());
  const auto written = served.store().TakeWritten();
  issued.rows = static_cast<double>(written.rows) / issued.count;
  issued.bytes = static_cast<double>(written.bytes) / issued.count;
  issued.answer_bytes = answer_bytes;
  return issued;
}

// Parts are what an issue's parts take alone, in seconds.
struct Parts {
  double signatures = 0, echo = 0, write = 0;
  double sum() const { return signatures + echo + write; }
};

Result<double> EchoSeconds(const Served& served, std::vector<grpc::ByteBuffer> requests, std::size_t bytes) {
  const std::string answer(bytes, 'a');
  const GrpcEcho server(served.identity(), api::ClientCertificates::kRequired, answer);
  GrpcLoad load = served.LoadOn(server.port(), std::move(requests), kInFlight);
  load.method = GrpcEcho::kMethod;
  load.is_good = [&](const grpc::ByteBuffer& echoed) { return echoed.Length() == bytes; };
  load.calls = kEchoes;
  CM_TRY(RunCalls(load));  // warm
  return CM_TRY(RunCalls(load)).seconds / static_cast<double>(load.calls);
}

Result<double> WriteSeconds(const std::filesystem::path& directory, const Issued& issued) {
  const WriteBatch batch{static_cast<std::size_t>(issued.rows * issued.batch),
                         static_cast<std::size_t>(issued.bytes * issued.batch)};
  return CM_TRY(MeasureWrites(directory / "bare", batch)) / issued.batch;
}

// Listed is how many of each primitive an issue takes, and what one costs alone.
std::string Listed(const Issued& issued, const PrimitiveSeconds& seconds) {
  constexpr const char* kNames[] = {"P-256 signed",   "P-256 verified", "P-384 signed",
                                    "P-384 verified", "Ed25519 signed", "Ed25519 verified"};
  std::string text;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    if (issued.signatures[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + Rounded(issued.signatures[i]) + " " + kNames[i] + " of " +
            Rounded(1e6 * seconds[i]) + " us";
  }
  return text;
}

Result<void> Measure(const Options& options) {
  const std::size_t count = std::max(std::min(options.items, kMaxFiles), 2 * (kAlone + kWarm + kBeside));
  const ScratchDirectory directory(options.directory);
  Served served(directory.path());
  Progress("grpc.issue: preparing " + std::to_string(count) + " files");
  std::vector<grpc::ByteBuffer> decisions = Prepare(served.office(), count);
  const std::vector<grpc::ByteBuffer> requests(decisions.end() - kWarm, decisions.end());
  CM_TRY(served.Decide(Take(decisions, kWarm), kInFlight));
  AwaitIdle();

  // 1. One after the other.
  Progress("grpc.issue: deciding " + std::to_string(kAlone) + ", one after the other");
  const Stopwatch alone_watch;
  const double alone = Median(CM_TRY(served.Decide(Take(decisions, kAlone), 1)).milliseconds);
  const double sync = Median(CM_TRY(SyncTimes(directory.path())));
  const double alone_limit = kWantedAloneMs + sync;
  Print(options, {"grpc.issue.alone", alone, "ms", alone_limit, alone_limit / alone, Busy(alone_watch.Others()),
                  "one grant after the other by DecideApplication, p50 of " + std::to_string(kAlone) +
                      ", from request to bundle. Limit: 3 ms and a sync of " + Rounded(sync) + " ms. Others had " +
                      Rounded(100 * alone_watch.Others()) + " % of the processors"});

  // 2. Who reads meanwhile.
  Progress("grpc.issue: deciding " + std::to_string(kBeside) + ", and reading");
  CM_TRY(MeasureReads(options, served, Take(decisions, kBeside)));
  AwaitIdle();

  // 3. Many at once, and then the parts.
  Progress("grpc.issue: deciding " + std::to_string(decisions.size()) + ", " + std::to_string(kInFlight) + " at once");
  const Stopwatch watch;
  const Issued issued = CM_TRY(IssueMany(served, std::move(decisions)));
  AwaitIdle();
  Progress("grpc.issue: its parts");
  const PrimitiveSeconds primitives = CM_TRY(MeasurePrimitives());
  Parts parts;
  for (std::size_t i = 0; i < primitives.size(); ++i) parts.signatures += issued.signatures[i] * primitives[i];
  parts.echo = CM_TRY(EchoSeconds(served, requests, issued.answer_bytes));
  parts.write = CM_TRY(WriteSeconds(directory.path(), issued));
  const double value = issued.count / issued.loaded.seconds, limit = 1 / parts.sum();
  Print(options,
        {"grpc.issue", value, "issues/s", limit, value / limit, Busy(watch.Others()),
         Rounded(issued.count) + " files granted by DecideApplication over mTLS, " + std::to_string(kInFlight) +
             " in flight over " + std::to_string(kConnections) + " connections, the client here too: p50 " +
             Rounded(Median(issued.loaded.milliseconds)) + " ms, p99 " +
             Rounded(Quantile(issued.loaded.milliseconds, 0.99)) + " ms, " +
             Rounded(1e6 * issued.loaded.own_seconds / issued.count) +
             " us of processor time each. Limit, a sum: " + Rounded(1e6 * parts.signatures) +
             " us of signatures on all processors (" + Listed(issued, primitives) + "), " + Rounded(1e6 * parts.echo) +
             " us of an echo of the same size over mTLS, " + Rounded(1e6 * parts.write) + " us of a synced batch of " +
             Rounded(issued.batch) + " issues, " + Rounded(issued.rows) + " rows and " + Rounded(issued.bytes) +
             " bytes each. Wanted: a ratio of " + Rounded(kWantedRatio) + ", and 5,000/s. Others had " +
             Rounded(100 * watch.Others()) + " % of the processors"});
  return {};
}

}  // namespace

Result<void> BenchIssue(const Options& options) {
  if (!options.Wants("grpc.issue")) return {};
  return Measure(options);
}

}  // namespace certmark::bench
