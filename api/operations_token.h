// The token by which the machine's keeper tells the daemon that it is really they: who may read the file may ask.
#pragma once

#include "ca/authority_files.h"
#include "ca/clock.h"
#include "ca/secret.h"

namespace certmark::api {

/// WriteOperationsToken makes a new token of 256 random bits and puts it into `operations.token`, which its owner alone
/// may read: an older one is worth nothing from then on. Unavailable: it could not be written.
Result<ca::Secret> WriteOperationsToken(const ca::AuthorityFiles& files, const ca::Random& random);

}  // namespace certmark::api
