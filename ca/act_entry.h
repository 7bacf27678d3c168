// ActEntry: who did what to which file, when and why, as one entry of the private record log.
#pragma once

#include <string>

#include "ledger/change.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// ActEntry names ids, codes and states alone: never a natural person's data, never a secret, for the log is permanent.
struct ActEntry {
  Time at;
  std::string actor;    ///< party id, or `ceremony`, `public` (who is no party yet) or `clock` (what a deadline did)
  std::string act;      ///< Name(Act), or the name of what nobody's role does
  std::string subject;  ///< the record acted on, `<kind>/<id>`
  std::string reason;   ///< code, or empty
  std::string before, after;  ///< names of the subject's states; `before` is empty for a new one

  /// ToEntry writes the compact JSON of the members above.
  ledger::NewEntry ToEntry() const;
};

}  // namespace certmark::ca
