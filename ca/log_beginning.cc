#include "ca/log_beginning.h"

#include <algorithm>

#include "ca/records.h"
#include "ca/signer_record.h"
#include "ledger/log_reader.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

// Where each entry stands.
constexpr std::uint64_t kGenesisIndex = 0, kCredentialKeyIndex = 1, kStatusKeyIndex = 2;

Error Wrong(std::string what) {
  return {ErrorCode::kCorruption, "the log just begun: " + std::move(what)};
}

// ---- Writing

ledger::NewEntry Public(std::string jws) {
  return {ledger::NewEntry::To::kPublicLog, ToBytes(jws)};
}

Result<std::string> GenesisEntry(const LogBeginning& beginning) {
  const Genesis genesis{.iss = beginning.iss,
                        .origin = beginning.log_key.name(),
                        .vkey = beginning.log_key.ToVkey(),
                        .iat = beginning.now,
                        .roots = {beginning.root.fingerprint()},
                        .previous = beginning.previous};
  return SignJws(beginning.root_signer, kTypGenesis, {}, GenesisPayload(genesis));
}

Result<std::string> KeyEntryOf(const LogBeginning& beginning, const Certificate& leaf, const Signer& signer) {
  return SignJws(signer, kTypKey, {},
                 KeyEntryPayload(beginning.iss, beginning.now, leaf.der(), beginning.credential_ca.der()));
}

struct Announced {
  const Certificate& leaf;
  const Signer& signer;
};

// Announce adds the signer's key entry, and makes its record say that this log announces it, too.
Result<void> Announce(const LogBeginning& beginning, const Announced& announced, const ledger::Store& store,
                      ledger::Change& change) {
  const auto& [leaf, signer] = announced;
  change.entries.push_back(Public(CM_TRY(KeyEntryOf(beginning, leaf, signer))));
  const Hash key_entry = LeafHash(change.entries.back().bytes);
  const ledger::LogNumber log = CM_TRY(ParseLogOrigin(beginning.iss, beginning.log_key.name()));
  const std::string& kid = leaf.key().thumbprint();
  const auto read = Load<SignerRecord>(store, kid);
  if (!read && read.error().code != ErrorCode::kNotFound) return read.error();
  if (!read) {
    Create(change, SignerRecord{kid, leaf.der(), beginning.credential_ca.der(), {{log, key_entry}}});
    return {};
  }
  SignerRecord record = read->value;
  if (record.leaf != leaf.der()) return Wrong("signer " + kid + " had another certificate");
  record.logs.emplace(log, key_entry);
  Replace(change, *read, record);
  return {};
}

// ---- Reading back

Result<Jws> ReadEntry(const ledger::LogReader& reader, std::uint64_t index, std::string_view typ) {
  const Bytes entry = CM_TRY(reader.Entry(index, kBeginningSize));
  return ParseJws(AsText(entry), typ, X5c::kForbidden, kMaxEntryBytes);
}

bool SamePrevious(const std::optional<Genesis::Previous>& a, const std::optional<Genesis::Previous>& b) {
  if (!a || !b) return !a && !b;
  return a->origin == b->origin && a->size == b->size && a->root == b->root;
}

Result<void> CheckGenesis(const ledger::LogReader& reader, const Authority& authority, const NoteKey& log_key,
                          const std::optional<Genesis::Previous>& previous) {
  const Jws jws = CM_TRY(ReadEntry(reader, kGenesisIndex, kTypGenesis));
  if (!VerifyJws(jws, authority.root.key())) return Wrong("the root did not sign the genesis");
  const Genesis genesis = CM_TRY(ParseGenesis(jws.payload_text()));
  if (genesis.iss != authority.iss || genesis.origin != log_key.name() || genesis.vkey != log_key.ToVkey() ||
      genesis.roots != std::vector{authority.root.fingerprint()}) {
    return Wrong("the genesis is of another log");
  }
  if (!SamePrevious(genesis.previous, previous)) return Wrong("the genesis does not say what went before");
  return {};
}

Result<void> CheckKeyEntry(const ledger::LogReader& reader, std::uint64_t index, const Authority& authority,
                           const Certificate& leaf) {
  const Jws jws = CM_TRY(ReadEntry(reader, index, kTypKey));
  const KeyEntry entry = CM_TRY(ParseKeyEntry(jws.payload_text()));
  if (!VerifyJws(jws, leaf.key()) || entry.iss != authority.iss || entry.leaf.der() != leaf.der() ||
      entry.ca.der() != authority.credential_ca.der()) {
    return Wrong("entry " + std::to_string(index) + " does not announce " + leaf.subject_text());
  }
  return {};
}

}  // namespace

Result<ledger::Change> BeginningOf(const LogBeginning& beginning, const ledger::Store& store) {
  ledger::Change change;
  change.entries.push_back(Public(CM_TRY(GenesisEntry(beginning))));
  CM_TRY(Announce(beginning, {beginning.credential_certificate, beginning.credential_signer}, store, change));
  CM_TRY(Announce(beginning, {beginning.status_certificate, beginning.status_signer}, store, change));
  return change;
}

Result<void> CheckBeginning(const ledger::Store& store, const Authority& authority, const NoteKey& log_key,
                            const std::optional<Genesis::Previous>& previous) {
  const ledger::LogNumber log = CM_TRY(ParseLogOrigin(authority.iss, log_key.name()));
  const ledger::LogReader reader(store, log);
  CM_TRY(CheckGenesis(reader, authority, log_key, previous));
  CM_TRY(CheckKeyEntry(reader, kCredentialKeyIndex, authority, authority.credential_certificate));
  CM_TRY(CheckKeyEntry(reader, kStatusKeyIndex, authority, authority.status_certificate));
  CM_TRY(RequireAnnounced(store, authority.credential_certificate, log));
  return RequireAnnounced(store, authority.status_certificate, log);
}

}  // namespace certmark::ca
