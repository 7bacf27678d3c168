// Succession: the current log ends at its last checkpoint, and another begins that names it (FORMATS.md §6).
//
// Everything else stays: certifications, status lists, deadlines and requests lie in the same database. The steps, each
// durable before the next, but that one sync serves 3 and the checkpoint of 4: 1. witnesses and anchor agree with the
// log, which is then recovered, published and, where witnesses are demanded, witnessed to its end; 2. the successor's
// key is made; 3. genesis and key entries are committed, from which moment the old log takes nothing more; 4. their
// checkpoint is signed and stored, and the anchor moves on to it; 5. the next trust list is there, and the authority
// runs the new log. Until then the authority does not run the new log, and from step 3 on not the old one either:
// whoever was stopped there does it again, and it goes on where it was.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ca/authority.h"
#include "ca/clock.h"
#include "ca/outside.h"
#include "ca/replay_logs.h"
#include "ledger/anchor.h"
#include "ledger/change.h"
#include "ledger/store.h"

namespace certmark::ca {

/// SuccessionStep is what a succession has reached; all but kEntriesWritten is durable then.
enum class SuccessionStep : std::uint8_t {
  kRebuilt,         ///< the database, out of mirrors
  kFrozen,          ///< the log is whole, published and witnessed
  kKeyMade,         ///< the successor's key is stored
  kEntriesWritten,  ///< the successor has begun; its first checkpoint is about to be signed
  kAnchorMoved,     ///< that checkpoint is stored, and the anchor says it
  kListed,          ///< the trust list is there
};
using SuccessionWatcher = std::function<void(SuccessionStep)>;

/// SuccessionRequest says whose log is to be succeeded. The daemon must be stopped.
struct SuccessionRequest {
  AuthorityFiles files;
  std::filesystem::path root_key{};  ///< the offline root key; empty: where the ceremony left it
  Secret passphrase;
  std::filesystem::path witness_policy{};  ///< as the daemon is configured; empty: no witness is asked
  /// mirrors of every log of the trust list, where the database is gone: they outlive the call.
  std::vector<Mirror> mirrors{};
  std::string registrar{};      ///< name of a first registrar, should one have to be made
  SuccessionWatcher reached{};  ///< is told of each step
  Heard heard{};                ///< and this of each witness's answer
};

/// SuccessionReport is what came of it.
struct SuccessionReport {
  bool was_done = false;  ///< the current log has only just begun: there was nothing to do
  Checkpoint last;        ///< of the log that is frozen
  std::string origin;     ///< of the log that is current
  std::uint64_t seq = 0;  ///< of the trust list
  std::filesystem::path trust_list;
  std::optional<std::uint64_t> rebuilt{};  ///< how many certifications were made again out of mirrors
  std::string new_registrar{};             ///< party id, where one had to be made or taken up again
};

/// SucceedLog does it all, or goes on with what was begun. FailedPrecondition: the log is not published or not
/// witnessed to its end, nobody outside vouches for it (as AskOutside and RebuildDatabase), the root key is not the
/// root's, a production authority without a passphrase, no database and no mirrors, a database and mirrors.
/// Unavailable: the database is in use. Corruption: what Log::Open, a witness, a mirror or a genesis says.
Result<SuccessionReport> SucceedLog(const SuccessionRequest& request, const Clock& clock, const Random& random);

// ---- The single steps

/// Succession is what they are made with; `authority` is as the newest trust list says, its current log the one that
/// ends.
struct Succession {
  ledger::Store& store;
  ledger::Anchor& anchor;
  const Authority& authority;
  const Signer& root_signer;
  const ledger::WitnessPolicy& policy;  ///< which notes may be shown, with the trust list; and who is asked
  std::filesystem::path database;       ///< where `store` lies
  const Clock& clock;
  const SuccessionWatcher& reached;
  const Heard& heard;
};

/// FreezeLog asks outside, recovers and publishes the current log and returns its last checkpoint. Where the successor
/// has begun it only looks. Nothing is signed before witnesses and anchor have agreed. FailedPrecondition: it is not
/// published, or not exposed, to its end, or its last checkpoint does not meet the policy. Others as AskOutside.
Result<Checkpoint> FreezeLog(const Succession& succession);

/// BeginSuccessor writes the first entries of the log after `last` and its first checkpoint, and moves the anchor; or
/// whatever of it is missing. `more` is committed with them. Where witnesses are demanded, that checkpoint is published
/// and not yet exposed: the daemon brings it to them, and shows nothing of the new log before they have cosigned it.
/// Corruption: another log was begun there.
Result<void> BeginSuccessor(const Succession& succession, const Checkpoint& last, const NoteSigner& key,
                            ledger::Change more);

/// SuccessorList signs the trust list that ends the log at `last` and names its successor, and accepts it as a stranger
/// would.
Result<TrustList> SuccessorList(const Succession& succession, const Checkpoint& last, const NoteSigner& key);

}  // namespace certmark::ca
