#include "api/witnesses.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "ledger/clock.h"
#include "ledger/log_reader.h"

namespace certmark::api {
Result<std::unique_ptr<ledger::Cosigner>> StartCosigner(const ledger::WitnessPolicy& policy, const NoteKey& log_key,
                                                        ledger::Log& log, ledger::Stats& stats) {
  if (policy.witnesses().empty()) return std::unique_ptr<ledger::Cosigner>();
  ledger::Cosigner::Options options;
  options.policy = policy;
  options.log_key = log_key;
  options.consistency = [&log](std::uint64_t old_size, std::uint64_t new_size) {
    return ledger::LogReader(log.store(), log.number()).Consistency(old_size, new_size);
  };
  options.await_published = [&log](std::uint64_t known, std::chrono::milliseconds patience) {
    return log.AwaitPublished(known, patience);
  };
  options.deliver = [&log](const ledger::SignedCheckpoint& checkpoint, std::vector<std::string> lines) {
    log.AddCosignatures(checkpoint, std::move(lines));
  };
  options.clock = ledger::SystemTime;
  options.alarm = [](const std::string& line) { spdlog::critical("{}", line); };
  options.stats = &stats;
  return ledger::Cosigner::Start(std::move(options));
}

}  // namespace certmark::api
