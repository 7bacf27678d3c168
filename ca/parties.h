// Parties: what becomes of a party once it is enrolled.
#pragma once

#include <string>
#include <string_view>

#include "ca/desk.h"
#include "ca/party.h"

namespace certmark::ca {

class Parties {
 public:
  explicit Parties(const Desk& desk) : desk_(desk) {}

  /// OnDue drops the certificates of a party that have ended: they identify nobody any more. Its keys stay its own. The
  /// act rests on the enrolment that gave them.
  Result<void> OnDue(std::string_view id) const;

 private:
  const Desk& desk_;
};

/// WithNewNames is the party under a new name and address. Its certificates keep the old name until their end: they
/// identify it by its id. InvalidArgument: CheckNames (enrolment.h).
Result<Party> WithNewNames(Party party, std::string_view name, std::string_view url);

}  // namespace certmark::ca
