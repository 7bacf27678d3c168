#include "api/witnesses.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <utility>

#include "ledger/clock.h"
#include "ledger/log_reader.h"
#include "ledger/posix_file.h"

namespace certmark::api {
namespace {

// At start nobody waits longer than two of these.
constexpr std::chrono::milliseconds kPatience{5'000};

bool OnAnotherFileSystem(const std::filesystem::path& a, const std::filesystem::path& b) {
  struct stat of_a {
  }, of_b{};
  return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 && of_a.st_dev != of_b.st_dev;
}

ledger::ConsistencySource ConsistencyOf(const ledger::Store& store, ledger::LogNumber log) {
  return [&store, log](std::uint64_t old_size, std::uint64_t new_size) {
    return ledger::LogReader(store, log).Consistency(old_size, new_size);
  };
}

// What every witness said goes to the log: at a start that is refused it is what has to be looked into.
void Report(const ledger::OutsideView& view) {
  for (const auto& witness : view.witnesses) {
    if (witness.has_agreed) {
      spdlog::info("witness {} agrees", witness.name);
    } else {
      spdlog::warn("witness {} does not vouch for the log: {}", witness.name, witness.answer.text);
    }
  }
}

}  // namespace

Result<ledger::WitnessPolicy> LoadWitnessPolicy(const std::filesystem::path& file, const TrustList& trust) {
  auto policy = ledger::WitnessPolicy::None();
  if (!file.empty()) {
    const auto text = CM_TRY(ledger::ReadSmallFile(file, ledger::WitnessPolicy::kMaxBytes));
    if (!text) return Error{ErrorCode::kNotFound, "no witness policy " + file.string()};
    auto parsed = ledger::WitnessPolicy::Parse(*text);
    if (!parsed) return Error{parsed.error().code, "witness policy " + file.string() + ": " + parsed.error().message};
    policy = *std::move(parsed);
  }
  if (trust.quorum() > 0 && policy.witnesses().empty()) {
    return Error{ErrorCode::kFailedPrecondition, "trust list " + std::to_string(trust.seq()) + " demands " +
                                                     std::to_string(trust.quorum()) +
                                                     " witnesses: name them in a witness policy"};
  }
  return policy;
}

std::function<bool(const Note&)> MayBeShown(const ledger::WitnessPolicy& policy, const TrustList& trust) {
  return [&policy, &trust](const Note& note) {
    const auto cosigned = CountCosignatures(note, trust.witnesses());
    return cosigned && *cosigned >= trust.quorum() && policy.SatisfiedBy(note);
  };
}

std::optional<Error> WhyReadOnly(const Outside& outside) {
  const auto newest = ledger::NewestNote(outside.store, outside.log);
  if (!newest) return newest.error();
  bool vouched_for = false;
  if (*newest && !outside.policy.witnesses().empty()) {
    const auto view = ledger::LookFromOutside({.policy = outside.policy,
                                               .newest = **newest,
                                               .consistency = ConsistencyOf(outside.store, outside.log),
                                               .timeout = kPatience});
    if (!view) return view.error();
    Report(*view);
    vouched_for = view->quorum_agreed;
  }
  const bool is_production = outside.trust.environment() == TrustList::Environment::kProduction;
  if (!is_production || vouched_for || OnAnotherFileSystem(outside.database, outside.anchor)) return std::nullopt;
  return Error{ErrorCode::kFailedPrecondition,
               "nothing outside the database vouches for it: the anchor " + outside.anchor.string() +
                   " lies on the same file system, and no quorum of witnesses has agreed at this start"};
}

Result<std::unique_ptr<ledger::Cosigner>> StartCosigner(const ledger::WitnessPolicy& policy, const NoteKey& log_key,
                                                        ledger::Log& log, ledger::Stats& stats) {
  if (policy.witnesses().empty()) return std::unique_ptr<ledger::Cosigner>();
  ledger::Cosigner::Options options;
  options.policy = policy;
  options.log_key = log_key;
  options.consistency = ConsistencyOf(log.store(), log.number());
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
