#include "api/deadline_rounds.h"

#include <spdlog/spdlog.h>

#include <set>
#include <string>

namespace certmark::api {
namespace {

// TellFailures tells of each record once, however often its turn came.
void TellFailures(const ca::Deadlines::Report& report, std::set<std::string>& told) {
  for (const ca::Deadlines::Failure& failure : report.failures) {
    if (!told.insert(failure.subject).second) continue;
    spdlog::error("what is due on {} is not done: {}", failure.subject, failure.error.message);
  }
}

}  // namespace

Again DeadlineRounds::CarryOut() {
  const Seconds begin = elapsed_();
  std::set<std::string> told;
  do {
    const auto report = run_(kRecords);
    if (!report) {
      spdlog::error("what is due is not done: {}", report.error().message);
      return Again::kInSeconds;
    }
    counts_.carried += report->carried;
    counts_.failed += report->failed;
    TellFailures(*report, told);
    if (!report->more) return Again::kInSeconds;
  } while (elapsed_() < begin + kTime);
  return Again::kAtOnce;
}

}  // namespace certmark::api
