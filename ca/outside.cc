#include "ca/outside.h"

#include <sys/stat.h>

#include <chrono>
#include <string>
#include <utility>

#include "ledger/log_reader.h"
#include "ledger/posix_file.h"
#include "ledger/signed_checkpoint.h"

namespace certmark::ca {
namespace {

// Nobody waits longer than two of these.
constexpr std::chrono::milliseconds kPatience{5'000};

bool OnAnotherFileSystem(const std::filesystem::path& a, const std::filesystem::path& b) {
  struct stat of_a {
  }, of_b{};
  return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 && of_a.st_dev != of_b.st_dev;
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

bool MeetsPolicy(const Note& note, const ledger::WitnessPolicy& policy, const TrustList& trust) {
  const auto cosigned = CountCosignatures(note, trust.witnesses());
  return cosigned && *cosigned >= trust.quorum() && policy.SatisfiedBy(note);
}

Result<bool> QuorumAgrees(const Outside& outside) {
  if (outside.policy.witnesses().empty()) return false;
  const auto newest = CM_TRY(ledger::NewestNote(outside.store, outside.log));
  if (!newest) return false;
  const auto consistency = [&](std::uint64_t old_size, std::uint64_t new_size) {
    return ledger::LogReader(outside.store, outside.log).Consistency(old_size, new_size);
  };
  const auto view = CM_TRY(ledger::LookFromOutside({.policy = outside.policy,
                                                    .newest = *newest,
                                                    .consistency = consistency,
                                                    .timeout = kPatience,
                                                    .clock = outside.clock}));
  if (outside.heard) {
    for (const auto& witness : view.witnesses) outside.heard(witness);
  }
  return view.quorum_agreed;
}

Result<void> AskOutside(const Outside& outside) {
  if (CM_TRY(QuorumAgrees(outside))) return {};
  if (outside.trust.environment() != TrustList::Environment::kProduction) return {};
  if (OnAnotherFileSystem(outside.database, outside.anchor)) return {};
  return Error{ErrorCode::kFailedPrecondition,
               "nothing outside the database vouches for it: the anchor " + outside.anchor.string() +
                   " lies on the same file system, and no quorum of witnesses has agreed just now"};
}

}  // namespace certmark::ca
