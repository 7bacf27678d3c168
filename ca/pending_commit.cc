#include "ca/pending_commit.h"

namespace certmark::ca {

Result<PendingCommit> PendingCommit::Begin(const Desk& desk, ledger::Change change, const ActEntry& act) {
  CM_TRY(desk.Record(change, act));
  return PendingCommit(desk.log().SubmitAwaited(std::move(change), ledger::Ack::kSequenced));
}

Result<void> PendingCommit::Await() {
  CM_TRY(ledger::Log::AwaitWithin(std::move(answer_), Desk::kPatience));
  return {};
}

}  // namespace certmark::ca
