// The first change of an authority's database: its log begins, and the first registrar is there.
#pragma once

#include "ca/authority.h"
#include "ca/authority_files.h"
#include "ca/log_beginning.h"
#include "ca/party.h"

namespace certmark::ca {

/// FirstEntries is what the first change of an authority's database is made of.
struct FirstEntries {
  const AuthorityFiles& files;
  const LogBeginning& beginning;
  const NoteSigner& log_signer;
  const Party& registrar;
  const Certificate& registrar_certificate;
};

/// WriteFirstEntries makes the database and the anchor, commits that one change, publishes it, and closes them again.
Result<void> WriteFirstEntries(const FirstEntries& first);

/// CheckFirstEntries reopens what WriteFirstEntries made and judges it as a follower of the log does. Corruption names
/// what is wrong.
Result<void> CheckFirstEntries(const AuthorityFiles& files, const Authority& authority);

}  // namespace certmark::ca
