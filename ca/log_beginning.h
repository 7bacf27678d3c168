// How a public log begins (FORMATS.md §6): its genesis, then a key entry for each signer in use.
#pragma once

#include <optional>
#include <string>

#include "ca/authority.h"
#include "ledger/change.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::ca {

/// LogBeginning is what the first entries of a log are made of. Everything named outlives the call.
struct LogBeginning {
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
  std::optional<Genesis::Previous> previous{};  ///< of a successor
};

/// kBeginningSize is how many entries a log begins with.
inline constexpr std::uint64_t kBeginningSize = 3;

/// BeginningOf is the change that begins a log: kBeginningSize entries, and what the signers' records then say.
Result<ledger::Change> BeginningOf(const LogBeginning& beginning, const ledger::Store& store);

/// CheckBeginning judges the log that `log_key` names as a follower does, out of the store: genesis, with that
/// `previous`, and key entries of the authority's signers, which are announced in it. Corruption names what is wrong.
Result<void> CheckBeginning(const ledger::Store& store, const Authority& authority, const NoteKey& log_key,
                            const std::optional<Genesis::Previous>& previous);

}  // namespace certmark::ca
