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

Result<ledger::OutsideView> AskWitnesses(const WitnessQuestion& question) {
  if (question.policy.witnesses().empty()) return ledger::OutsideView{};
  const auto newest = CM_TRY(ledger::NewestNote(question.store, question.log));
  if (!newest) return ledger::OutsideView{};
  const auto consistency = [&](std::uint64_t old_size, std::uint64_t new_size) {
    return ledger::LogReader(question.store, question.log).Consistency(old_size, new_size);
  };
  auto view = CM_TRY(ledger::LookFromOutside({.policy = question.policy,
                                              .newest = *newest,
                                              .consistency = consistency,
                                              .timeout = kPatience,
                                              .clock = question.clock}));
  if (question.heard) {
    for (const auto& witness : view.witnesses) question.heard(witness);
  }
  return view;
}

Result<void> RequireElsewhere(const AnchorPlace& place, const TrustList& trust) {
  if (trust.environment() != TrustList::Environment::kProduction) return {};
  if (OnAnotherFileSystem(place.database, place.anchor)) return {};
  return Error{ErrorCode::kFailedPrecondition,
               "nothing outside the database vouches for it: the anchor " + place.anchor.string() +
                   " lies on the same file system, and no quorum of witnesses has agreed just now"};
}

Result<void> AskOutside(const Outside& outside) {
  const auto view = CM_TRY(AskWitnesses({.store = outside.store,
                                         .log = outside.log,
                                         .policy = outside.policy,
                                         .clock = outside.clock,
                                         .heard = outside.heard}));
  if (view.quorum_agreed) return {};
  return RequireElsewhere({outside.database, outside.anchor}, outside.trust);
}

}  // namespace certmark::ca
