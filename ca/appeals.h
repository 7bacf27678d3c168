// Appeals: filed in time by the operator, decided by an appeals officer who took part in nothing of the file.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ca/appeal.h"
#include "ca/desk.h"
#include "ca/orders.h"

namespace certmark::ca {

class Appeals {
 public:
  Appeals(const Desk& desk, Orders& orders) : desk_(desk), orders_(orders) {}

  /// File appeals against what `subject` is: an application refused, a certification suspended for cause or revoked,
  /// an order not closed; the latest act counts, of an order its exposure. `grounds` become a
  /// statement of the appeal, if there are any. NotFound: no such record of the caller's. FailedPrecondition: nothing
  /// to appeal against, or too late. AlreadyExists: it was appealed against.
  Result<Appeal> File(const Party& caller, std::string_view subject, std::string_view grounds);

  struct Ruling {
    std::string_view appeal;
    Appeal::State outcome;  ///< kUpheld or kDismissed
    std::string_view reason;
  };
  struct Decided {
    Appeal appeal;
    Remedy remedy;  ///< what is left to be done; it stands in the record until it is done
  };
  /// Decide rules on an appeal. Upheld, in the same commit: a suspension is lifted, and the order annulled that it
  /// rests on; an order is annulled, and every suspension lifted that rests on it; the file of what was refused or
  /// revoked is reopened (application_reopening.h). Another order that holds a certification back has the clock
  /// suspend it again, for what that order says. PermissionDenied: the officer took part in the file, or is not
  /// independent of who did.
  Result<Decided> Decide(const Party& caller, const Ruling& ruling);

  /// The operator whose it is, appeals officers, deciders and officers; NotFound for all others.
  Result<Appeal> Get(const Party& caller, std::string_view id) const;

 private:
  /// Remedies is what is to be changed by a ruling, and what that leaves to be done.
  struct Remedies {
    Appeal::Leaves leaves = Appeal::Leaves::kNothing;
    std::optional<Stored<Order>> order;            ///< to be annulled, and what is suspended for it reinstated
    std::vector<Stored<Certification>> suspended;  ///< to be reinstated
  };
  /// RemediesOf reads each record once, and `change` expects it so; of an appeal that is dismissed there are none.
  Result<Remedies> RemediesOf(const Appeal& appeal, ledger::Change& change) const;
  /// Commit carries them out with `change`, which holds the appeal as decided.
  Result<void> Commit(const Appeal& appeal, const Remedies& remedies, ledger::Change change) const;

  const Desk& desk_;
  Orders& orders_;
};

}  // namespace certmark::ca
