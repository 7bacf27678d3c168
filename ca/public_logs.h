// PublicLogs: every log of the authority's succession as the world may read it: the current one, and the frozen ones
// before it.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "ledger/log.h"
#include "ledger/log_reader.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::ca {

/// ReadableLog is one log as it may be shown now.
struct ReadableLog {
  ledger::LogReader reader;
  // Shared with the log, which exposes a newer one while this is served. A frozen log's is always the same object.
  std::shared_ptr<const ledger::SignedCheckpoint> exposed;
  const TrustList::LogKey& listed;
};

/// PublicLogs is safe on any thread.
class PublicLogs {
 public:
  /// PublicLogs keeps references: `current` and `trust`, the newest list, whose last log that is, outlive it.
  PublicLogs(const ledger::Log& current, const TrustList& trust) : current_(current), trust_(trust) {}

  /// Find returns a log; 0 is the current one. NotFound: the authority has none of that number. Unavailable: nothing of
  /// it is exposed yet. Corruption: a frozen log's last checkpoint is not the one at which the trust list ends it.
  Result<ReadableLog> Find(ledger::LogNumber number) const;
  /// current is the number of the log that is not frozen.
  ledger::LogNumber current() const { return current_.number(); }

 private:
  Result<std::shared_ptr<const ledger::SignedCheckpoint>> LastOf(ledger::LogNumber number,
                                                                 const TrustList::LogKey& listed) const;

  const ledger::Log& current_;
  const TrustList& trust_;
  mutable std::mutex mutex_;                                                                   ///< guards what follows
  mutable std::map<ledger::LogNumber, std::shared_ptr<const ledger::SignedCheckpoint>> last_;  ///< of frozen logs, read
};

/// CheckFinal holds the newest checkpoint that a log in `store` has exposed to what a list says of it: signed by the
/// log's key, and of the final size if there is one. NotFound: nothing is exposed. Corruption: something else.
Result<ledger::SignedCheckpoint> CheckFinal(const ledger::Store& store, ledger::LogNumber number,
                                            const TrustList::LogKey& listed);

}  // namespace certmark::ca
