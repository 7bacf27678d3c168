// The token by which the machine's keeper tells the daemon that it is really they: who may read the file may ask. The
// file says where that daemon listens as well, so that the token is shown to it and to nobody else.
#pragma once

#include "api/config.h"
#include "ca/authority_files.h"
#include "ca/clock.h"
#include "ca/secret.h"

namespace certmark::api {

/// NewOperationsToken makes a token of 256 random bits. Internal: no randomness.
Result<ca::Secret> NewOperationsToken(const ca::Random& random);

/// WriteOperationsToken puts into `operations.token`, which its owner alone may read, two lines: where the daemon that
/// knows the token listens, as it is bound, and the token. An older one is worth nothing from then on. An address that
/// stands for all of the machine's is written as loopback. Unavailable: it could not be written.
Result<void> WriteOperationsToken(const ca::AuthorityFiles& files, Listener bound, const ca::Secret& token);

/// OperationsAccess is what the file says.
struct OperationsAccess {
  Listener listener;  ///< on loopback
  ca::Secret token;
};
/// ReadOperationsToken reads what WriteOperationsToken wrote. NotFound: no daemon ran here. PermissionDenied: others
/// may touch the file; or the daemon does not listen on loopback, and a token is shown to no other machine. Corruption:
/// it is not of this form.
Result<OperationsAccess> ReadOperationsToken(const ca::AuthorityFiles& files);

}  // namespace certmark::api
