// PartyCertificates: what time does to the certificates of parties.
#pragma once

#include <string_view>

#include "ca/desk.h"

namespace certmark::ca {

class PartyCertificates {
 public:
  explicit PartyCertificates(const Desk& desk) : desk_(desk) {}

  /// OnDue takes from a party the certificates that have ended: they identify nobody any more. Its keys stay its own.
  Result<void> OnDue(std::string_view party) const;

 private:
  const Desk& desk_;
};

}  // namespace certmark::ca
