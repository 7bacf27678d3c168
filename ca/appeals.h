// Appeals: filed in time by the operator, decided by an appeals officer who took part in nothing of the file.
#pragma once

#include <optional>
#include <string_view>

#include "ca/appeal.h"
#include "ca/certifications.h"
#include "ca/desk.h"
#include "ca/orders.h"

namespace certmark::ca {

class Appeals {
 public:
  Appeals(const Desk& desk, Certifications& certifications, Orders& orders)
      : desk_(desk), certifications_(certifications), orders_(orders) {}

  /// File appeals against what `subject` is: an application refused, a certification suspended for cause or revoked,
  /// an order not closed; the latest act counts, of an order its exposure. `grounds` is a salted digest. NotFound: no
  /// such record of the caller's. FailedPrecondition: nothing to appeal against, or too late. AlreadyExists: it was
  /// appealed against.
  Result<Appeal> File(const Party& caller, std::string_view subject, const std::optional<Hash>& grounds);

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
  /// rests on; an order is annulled, and the suspension lifted that rests on it; the file of what was refused or
  /// revoked is reopened (application_reopening.h). PermissionDenied: the officer took
  /// part in the file, or is not independent of who did.
  Result<Decided> Decide(const Party& caller, const Ruling& ruling);

  /// The operator whose it is, appeals officers, deciders and officers; NotFound for all others.
  Result<Appeal> Get(const Party& caller, std::string_view id) const;

 private:
  /// Uphold does what follows from an appeal that is upheld; `appeal` is as decided, `change` says so already.
  Result<void> Uphold(const Appeal& appeal, ledger::Change change) const;
  Result<void> Lift(const Appeal& appeal, const std::optional<Stored<Order>>& order,
                    const std::optional<Stored<Certification>>& certification, ledger::Change change) const;

  const Desk& desk_;
  Certifications& certifications_;
  Orders& orders_;
};

}  // namespace certmark::ca
