// The doctor's judgement: what is ill, of facts that others gathered (doctor_facts.h). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/cli/doctor_facts.h"
#include "api/cli/exit.h"

namespace certmark::cli {

/// Health is how something is. Skipped says nothing: the check does not apply here, or nobody could be asked.
enum class Health : std::uint8_t { kOk, kSkipped, kWarning, kFailed };
std::string_view Name(Health health);

/// Finding is one line of the doctor's.
struct Finding {
  std::string check;
  Health health = Health::kOk;
  std::string text;    ///< what is so
  std::string remedy;  ///< what to do; empty: nothing
};

/// Worst is the worst of them; kOk of none.
Health Worst(const std::vector<Finding>& findings);
/// ExitOf: kRefused where something failed, kUnknown where nothing did but something wants to be looked at, else kOk.
Exit ExitOf(Health worst);

/// kDiskLow is how many free bytes are spoken of, as ops/prometheus does.
inline constexpr std::uint64_t kDiskLow = 2'000'000'000;
/// kClockApart is from where a clock is wrong: witnesses and the log itself bear as much.
inline constexpr Seconds kClockApart{60};
/// kClockLoose is from where one is spoken of: a clock that is kept is never that far.
inline constexpr Seconds kClockLoose{5};
/// kCheckpointOld: the log commits to the record log every day, so that a checkpoint is never older than that by much.
inline constexpr Seconds kCheckpointOld{2 * 24 * 3600};

// One check a function.
Finding CheckContexts(const ContextFacts& facts);
Finding CheckHome(const HomeFacts& facts);
Finding CheckEnd(const Ending& ending, Time now);
Finding CheckAsked(const AskedFacts& facts);
Finding CheckClock(const ClockFacts& facts);
Finding CheckWitnesses(const WitnessFacts& facts, Time now);
Finding CheckConfiguration(const ConfigurationFacts& facts);
Finding CheckDisk(const DiskFacts& facts);
Finding CheckAnchor(const AnchorFacts& facts);

/// Judge has a finding for everything that was looked at, the party's own side first.
std::vector<Finding> Judge(const DoctorFacts& facts);

}  // namespace certmark::cli
