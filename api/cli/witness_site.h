// WitnessSite: a witness over HTTP (c2sp.org/tlog-witness): POST /add-checkpoint and GET /<origin hash>/checkpoint.
#pragma once

#include "api/http_message.h"
#include "ledger/witness.h"

namespace certmark::cli {

/// WitnessSite answers one request; safe on any thread. Submission prefix and monitoring prefix are one, the root: a
/// proxy before it may put it anywhere.
class WitnessSite {
 public:
  /// WitnessSite holds a reference: `witness` outlives it.
  explicit WitnessSite(ledger::Witness& witness) : witness_(witness) {}

  /// Answer is total. 404: another path. 405: another method.
  api::HttpResponse Answer(const api::HttpRequest& request);

 private:
  ledger::Witness& witness_;
};

}  // namespace certmark::cli
