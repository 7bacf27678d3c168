// How a log begins (FORMATS.md §6): genesis, a key entry for each signer, and beside them the first registrar's record.
#pragma once

#include "ca/authority.h"
#include "ca/authority_files.h"
#include "ca/party.h"

namespace certmark::ca {

/// FirstEntries is what the first change of an authority's database is made of.
struct FirstEntries {
  const AuthorityFiles& files;
  const std::string& iss;
  Time now;
  const Certificate& root;
  const Signer& root_signer;
  const Certificate& credential_ca;
  const Certificate& credential_certificate;
  const Signer& credential_signer;
  const Certificate& status_certificate;
  const Signer& status_signer;
  const NoteKey& log_key;
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
