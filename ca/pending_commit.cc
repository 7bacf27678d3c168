#include "ca/pending_commit.h"

#include <chrono>
#include <memory>

namespace certmark::ca {
namespace {

constexpr std::chrono::seconds kPatience{30};

}  // namespace

Result<PendingCommit> PendingCommit::Begin(const Desk& desk, ledger::Change change, const ActEntry& act) {
  CM_TRY(desk.Record(change, act));
  // Shared, for set_value may still be on its way out when get returns, or whoever waits may have gone.
  const auto promise = std::make_shared<std::promise<Result<ledger::Receipt>>>();
  PendingCommit pending(promise->get_future());
  desk.log().Submit(std::move(change), ledger::Ack::kSequenced,
                    [promise](Result<ledger::Receipt> receipt) { promise->set_value(std::move(receipt)); });
  return pending;
}

Result<void> PendingCommit::Await() {
  if (answer_.wait_for(kPatience) != std::future_status::ready) {
    return Error{ErrorCode::kOutcomeUnknown,
                 "no answer from the log within " + std::to_string(kPatience.count()) + " s"};
  }
  CM_TRY(answer_.get());
  return {};
}

}  // namespace certmark::ca
