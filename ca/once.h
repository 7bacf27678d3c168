// What a caller may send twice and have done once (AIP-155), from where a request is known to where it is committed.
//
// The log remembers such a request in the commit that does it (ledger::RequestId). Between the two lie all use cases,
// of which none has a part in this: so it is the thread's, while the request is worked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ca/act_entry.h"
#include "ledger/change.h"
#include "ledger/store.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// Once is a request that its caller has named.
struct Once {
  std::string key;        ///< who asks, for what, and the name: unique for one request
  Hash body;              ///< digest of the request
  std::string_view kind;  ///< of the record that answers it; a literal
};

/// OnceScope says, while it lasts, that this thread works for `once`. One at a time on a thread.
class OnceScope {
 public:
  /// OnceScope: `once` outlives it.
  explicit OnceScope(const Once& once);
  ~OnceScope();
  OnceScope(const OnceScope&) = delete;
  OnceScope& operator=(const OnceScope&) = delete;
};

/// ClaimOnce makes the change that `act` is part of the one that does this thread's request: where there is one, the
/// act is a party's or anybody's, and not the clock's that came first, and it is on the record that answers, or the
/// change writes that one.
void ClaimOnce(ledger::Change& change, const ActEntry& act);

/// DoneBefore is the record, `<kind>/<id>`, that answers a request which was done in the last seven days, or nothing.
/// What it says may not be durable yet.
/// InvalidArgument: its name was used for another body.
Result<std::optional<std::string>> DoneBefore(const ledger::Store& store, const Once& once, Time now);

/// AlreadyDone is what a use case is told whose change was done before, by the same request.
Error AlreadyDone();

}  // namespace certmark::ca
