// Authority: the loaded identity of a running authority, its keys in memory, its certificates, its trust list.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ca/authority_files.h"
#include "ca/secret.h"
#include "ca/signer.h"
#include "verifier-sdk/core/issuance.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::ca {

/// Authority is what the ceremony made, as far as a daemon may hold it: never the root's or the Credential CA's key.
struct Authority {
  std::string iss;   ///< `https://…`
  std::string name;  ///< the organisation
  TrustList trust;   ///< the newest list
  Certificate root, credential_ca, party_ca, credential_certificate, status_certificate;
  std::unique_ptr<Signer> credential_signer, status_signer, party_ca_signer;
  std::unique_ptr<NoteSigner> log_signer;
  NoteKey log_key;
  std::uint32_t log_number = 1;  ///< of the current log, the last of the trust list's

  bool is_test() const { return trust.environment() == TrustList::Environment::kTest; }

  /// Load reads keys and certificates and checks that they belong together: each key fits its certificate, each path
  /// holds at `now`, the log key is the trust list's. PermissionDenied: wrong passphrase. FailedPrecondition: a
  /// certificate has expired or its usage period has ended, named. NotFound: a file is missing, named.
  static Result<Authority> Load(const AuthorityFiles& files, const Secret& passphrase, Time now);
};

/// KnownIssuances are the signatures on an authority's own certificates, verified once: those of the roots of its trust
/// list on its CAs, those of its Credential CA on its signers. One that does not hold is not among them.
std::vector<Issuance> KnownIssuances(const Authority& authority);

/// ReadTrustLists reads an authority's trust lists, from the first, which the root certificate beside them accepts for
/// the authority that the credential signer's names, to the newest. NotFound: a file is missing, named. Others as
/// TrustList::AcceptFirst and AcceptNext.
Result<std::vector<TrustList>> ReadTrustLists(const AuthorityFiles& files);

}  // namespace certmark::ca
