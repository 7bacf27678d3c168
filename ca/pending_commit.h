// PendingCommit: a change that is on its way through the log, so that one thread may have many under way.
#pragma once

#include <utility>

#include "ca/desk.h"

namespace certmark::ca {

/// PendingCommit may be let go of before it is awaited: the change goes on all the same.
class PendingCommit {
 public:
  /// Begin records the act in the change and hands it to the log, behind what was handed in before. Errors as
  /// Desk::Record.
  static Result<PendingCommit> Begin(const Desk& desk, ledger::Change change, const ActEntry& act);

  /// Await returns once the change is durable; as Desk::Commit with Ack::kSequenced. REQUIRES: called once.
  Result<void> Await();

 private:
  explicit PendingCommit(ledger::Log::Awaited answer) : answer_(std::move(answer)) {}

  ledger::Log::Awaited answer_;
};

}  // namespace certmark::ca
