// rest.lookup: the look-up of a certified app by GET at the public HTTP door, beside a Beast server that answers the
// same bytes. wrk asks, as http.* has it.
#include <cstdio>
#include <memory>

#include "ledger/rocksdb_store.h"
#include "tests/bench/beast_constant.h"
#include "tests/bench/bench.h"
#include "tests/integration/server/served_office.h"
#include "tests/integration/server/tls_client.h"

namespace certmark::bench {
namespace {

constexpr int kRounds = 9;
constexpr std::string_view kPath = "/v1/apps/android/org.example.app";
constexpr std::uint32_t kRate = 1'000'000;  // calls a second that are let through: they are counted, none is refused

// AnswerOf is a whole answer of the door, its head too.
std::string AnswerOf(const testing::ServedOffice& served) {
  testing::TlsClient client(served.public_http_port(), {served.ceremony().roots_pem(), {}, 0, {}});
  client.Send("GET " + std::string(kPath) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  return client.ReadResponse();
}

// Rate is how many requests a second wrk, on one thread, has answered by a port. An error: it is missing, or something
// was answered with another status, or not at all.
Result<double> Rate(std::uint16_t port) {
  const std::string command =
      "wrk -t1 -c16 -d1s https://127.0.0.1:" + std::to_string(port) + std::string(kPath) + " 2>&1";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> child(::popen(command.c_str(), "r"), &::pclose);
  std::string said;
  for (int letter; child && (letter = std::fgetc(child.get())) != EOF;) said += static_cast<char>(letter);
  constexpr std::string_view kFigure = "Requests/sec:";
  const std::size_t at = said.find(kFigure);
  const bool failed = said.find("Non-2xx") != said.npos || said.find("Socket errors") != said.npos;
  if (failed || at == said.npos) return Error{ErrorCode::kUnavailable, "rest.lookup: wrk: " + said};
  return std::stod(said.substr(at + kFigure.size()));
}

}  // namespace

Result<void> BenchRestLookup(const Options& options) {
  if (!options.Wants("rest.lookup")) return {};
  const ScratchDirectory directory(options.directory);
  testing::ServedOffice served(
      {}, {.make_store = [&] { return ledger::OpenOrCreateRocksdbStore(directory.path() / "database").value(); }});
  served.limits().Set({.anybody = kRate});
  served.office().Certified();
  const std::string answer = AnswerOf(served);
  if (testing::StatusOf(answer) != 200) return Error{ErrorCode::kInternal, "rest.lookup: answered " + answer};
  const BeastConstant beast(served.identity(), answer);
  CM_TRY(Rate(served.public_http_port()));  // warm
  std::vector<double> rates, beast_rates, ratios;
  const Stopwatch watch;
  for (int round = 0; round < kRounds; ++round) {
    Progress("rest.lookup: round " + std::to_string(round + 1) + " of " + std::to_string(kRounds));
    beast_rates.push_back(CM_TRY(Rate(beast.port())));
    rates.push_back(CM_TRY(Rate(served.public_http_port())));
    ratios.push_back(rates.back() / beast_rates.back());
  }
  Print(options, {"rest.lookup", Median(rates), "requests/s", Median(beast_rates), Median(ratios), Busy(watch.Others()),
                  "GET " + std::string(kPath) +
                      " at the public HTTP door, 16 TLS connections of wrk, one thread of it. Limit: a "
                      "Beast server on two threads that answers each request with the same " +
                      std::to_string(answer.size()) + " bytes; medians of " + std::to_string(kRounds) +
                      " rounds of a second of both in turn, the ratio of each "
                      "round's. Others had " +
                      Rounded(100 * watch.Others()) + " % of the processors"});
  return {};
}

}  // namespace certmark::bench
