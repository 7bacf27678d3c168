// ActEntry: who did what to which file, when and why, as one entry of the private record log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/change.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// ActEntry names ids, codes and states alone: never a natural person's data, never a secret, for the log is permanent.
struct ActEntry {
  Time at;
  std::string actor;    ///< party id, or `ceremony`, `public` (who is no party yet), `clock` (a deadline) or `restore`
  std::string act;      ///< Name(Act), or the name of what nobody's role does
  std::string subject;  ///< the record acted on, `<kind>/<id>`
  std::string reason;   ///< code, or empty
  std::string before, after;  ///< names of the subject's states; `before` is empty for a new one

  /// RecordIn appends the act to `change` as the compact JSON of the members above and `writes`, the digest of every
  /// row that the change writes: an act is bound to what it did, and no two acts are one entry. REQUIRES: the change's
  /// writes are complete.
  void RecordIn(ledger::Change& change) const;
};

/// WritesDigest is the digest of rows written, as an act names it: `sha256:` and 64 hex digits.
std::string WritesDigest(const std::vector<ledger::Write>& writes);

/// RecordedAct is an act as it stands in the private record log.
struct RecordedAct {
  ActEntry act;
  std::string writes;  ///< WritesDigest of the change

  /// Parse reads an entry. InvalidArgument: not an object of exactly those members, each of its form.
  static Result<RecordedAct> Parse(std::string_view entry);
};

}  // namespace certmark::ca
