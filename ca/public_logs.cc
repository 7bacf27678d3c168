#include "ca/public_logs.h"

#include <string>
#include <utility>

#include "verifier-sdk/core/names.h"

namespace certmark::ca {

Result<ReadableLog> PublicLogs::Find(ledger::LogNumber number) const {
  if (number == 0 || number == current_.number()) {
    auto exposed = current_.Exposed();
    if (!exposed) return Error{ErrorCode::kUnavailable, "no checkpoint is published yet"};
    return ReadableLog{ledger::LogReader(current_.store(), current_.number()), std::move(exposed),
                       trust_.logs().back()};
  }
  const auto position = trust_.LogPosition(LogOrigin(trust_.iss(), number));
  if (!position) return Error{ErrorCode::kNotFound, "no log " + std::to_string(number)};
  const TrustList::LogKey& listed = trust_.logs()[*position];
  auto last = CM_TRY(LastOf(number, listed));
  return ReadableLog{ledger::LogReader(current_.store(), number), std::move(last), listed};
}

Result<std::shared_ptr<const ledger::SignedCheckpoint>> PublicLogs::LastOf(ledger::LogNumber number,
                                                                           const TrustList::LogKey& listed) const {
  const std::lock_guard lock(mutex_);
  const auto known = last_.find(number);
  if (known != last_.end()) return known->second;
  auto last = std::make_shared<const ledger::SignedCheckpoint>(CM_TRY(CheckFinal(current_.store(), number, listed)));
  return last_.emplace(number, std::move(last)).first->second;
}

Result<ledger::SignedCheckpoint> CheckFinal(const ledger::Store& store, ledger::LogNumber number,
                                            const TrustList::LogKey& listed) {
  auto stored = CM_TRY(ledger::ExposedNote(store, number));
  if (!stored) return Error{ErrorCode::kNotFound, "nothing of " + listed.origin + " is exposed"};
  const auto corrupt = [&](std::string what) {
    return Error{ErrorCode::kCorruption, "the last checkpoint of " + listed.origin + " " + std::move(what)};
  };
  const Checkpoint& checkpoint = stored->checkpoint;
  const auto note = Note::Parse(stored->note);
  if (!note || checkpoint.origin != listed.origin || note->Check(listed.key).state != Note::State::kGood) {
    return corrupt("is not signed by its key");
  }
  if (listed.final_size && checkpoint.size != *listed.final_size) {
    return corrupt("has size " + std::to_string(checkpoint.size) + ", but the trust list ends the log at " +
                   std::to_string(*listed.final_size));
  }
  return *std::move(stored);
}

}  // namespace certmark::ca
