// A database that was made again out of mirrors knows no party: the first registrar, as the ceremony made one.
#pragma once

#include <string>

#include "ca/succession.h"

namespace certmark::ca {

/// RegistrarAgain is the change that enrols a first registrar, and their id; both empty where there is one.
struct RegistrarAgain {
  ledger::Change change;
  std::string id;
};

/// RegistrarRequest is what one is made with.
struct RegistrarRequest {
  const AuthorityFiles& files;
  const Authority& authority;
  const SuccessionRequest& request;
  Time now;
  const Random& random;
};

/// HasRegistrar is true iff a certificate identifies a registrar.
Result<bool> HasRegistrar(const ledger::Store& store);

/// RegistrarIfNone takes up the registrar whose key and certificate the ceremony left in the authority's directory, if
/// they are still there, or makes another with the name asked for. InvalidArgument: a name is needed, or is none.
/// FailedPrecondition: the certificate there is not of this Party CA, is over or revoked, or its key is a party's.
Result<RegistrarAgain> RegistrarIfNone(const RegistrarRequest& registrar, const ledger::Store& store);

}  // namespace certmark::ca
