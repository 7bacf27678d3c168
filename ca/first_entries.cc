#include "ca/first_entries.h"

#include <algorithm>
#include <iterator>

#include "ca/certification.h"
#include "ca/records.h"
#include "ledger/log.h"
#include "ledger/log_reader.h"
#include "ledger/rocksdb_store.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::ca {
namespace {

constexpr ledger::LogNumber kFirstLog = 1;

// Where each entry stands in a log that has just begun.
constexpr std::uint64_t kGenesisIndex = 0, kCredentialKeyIndex = 1, kStatusKeyIndex = 2, kFirstSize = 3;

Error Wrong(std::string what) {
  return {ErrorCode::kCorruption, "the log just begun: " + std::move(what)};
}

// ---- Writing

ledger::NewEntry Public(std::string jws) {
  return {ledger::NewEntry::To::kPublicLog, ToBytes(jws)};
}

Result<std::string> GenesisEntry(const FirstEntries& first) {
  const Genesis genesis{.iss = first.iss,
                        .origin = first.log_key.name(),
                        .vkey = first.log_key.ToVkey(),
                        .iat = first.now,
                        .roots = {first.root.fingerprint()},
                        .previous = std::nullopt};
  return SignJws(first.root_signer, kTypGenesis, {}, GenesisPayload(genesis));
}

Result<std::string> KeyEntryOf(const FirstEntries& first, const Certificate& leaf, const Signer& signer) {
  return SignJws(signer, kTypKey, {}, KeyEntryPayload(first.iss, first.now, leaf.der(), first.credential_ca.der()));
}

void AppendTo(ledger::Change& change, ledger::Change more) {
  std::ranges::move(more.preconditions, std::back_inserter(change.preconditions));
  std::ranges::move(more.writes, std::back_inserter(change.writes));
  std::ranges::move(more.entries, std::back_inserter(change.entries));
}

Result<ledger::Change> FirstChange(const FirstEntries& first) {
  ledger::Change change;
  change.entries.push_back(Public(CM_TRY(GenesisEntry(first))));
  change.entries.push_back(Public(CM_TRY(KeyEntryOf(first, first.credential_certificate, first.credential_signer))));
  change.entries.push_back(Public(CM_TRY(KeyEntryOf(first, first.status_certificate, first.status_signer))));
  for (const Certificate* leaf : {&first.credential_certificate, &first.status_certificate}) {
    Create(change, SignerRecord{leaf->key().thumbprint(), leaf->der(), first.credential_ca.der()});
  }
  AppendTo(change, RegisterFirst(first.registrar, first.registrar_certificate));
  return change;
}

ledger::Log::Options LogOptions(const FirstEntries& first) {
  ledger::Log::Options options;
  options.publisher.log = kFirstLog;
  options.publisher.key = first.log_key;
  options.publisher.sign = [&signer = first.log_signer](std::string_view text) { return signer.Sign(text); };
  // No status list is served yet.
  options.publisher.before_exposing = [](std::span<const ledger::Write>) { return Result<void>(); };
  return options;
}

// ---- Reading back

Result<Jws> ReadEntry(const ledger::LogReader& reader, std::uint64_t index, std::string_view typ) {
  const Bytes entry = CM_TRY(reader.Entry(index, kFirstSize));
  return ParseJws(AsText(entry), typ, X5c::kForbidden, kMaxEntryBytes);
}

Result<void> CheckGenesis(const ledger::LogReader& reader, const Authority& authority) {
  const Jws jws = CM_TRY(ReadEntry(reader, kGenesisIndex, kTypGenesis));
  if (!VerifyJws(jws, authority.root.key())) return Wrong("the root did not sign the genesis");
  const Genesis genesis = CM_TRY(ParseGenesis(jws.payload_text()));
  if (genesis.iss != authority.iss || genesis.origin != authority.log_key.name() ||
      genesis.vkey != authority.log_key.ToVkey() || genesis.roots != std::vector{authority.root.fingerprint()} ||
      genesis.previous) {
    return Wrong("the genesis is of another log");
  }
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

Result<void> CheckAnchor(const AuthorityFiles& files, const Authority& authority) {
  const auto anchored = CM_TRY(ledger::ReadAnchor(files.anchor()));
  if (!anchored || anchored->published.origin != authority.log_key.name() || anchored->published.size != kFirstSize) {
    return Wrong("the anchor is not at size 3");
  }
  return {};
}

}  // namespace

Result<void> WriteFirstEntries(const FirstEntries& first) {
  const auto store = CM_TRY(ledger::OpenRocksdbStore(first.files.database()));
  ledger::Anchor anchor(first.files.anchor());
  const auto log = CM_TRY(ledger::Log::Open(*store, anchor, LogOptions(first)));
  if (const auto stopped = log->Stopped()) return *stopped;
  const auto receipt = CM_TRY(log->Append(CM_TRY(FirstChange(first)), ledger::Ack::kPublished));
  if (receipt.indices.size() < kFirstSize || receipt.indices[kGenesisIndex] != 0) return Wrong("it was not empty");
  return {};
}

Result<void> CheckFirstEntries(const AuthorityFiles& files, const Authority& authority) {
  const auto store = CM_TRY(ledger::OpenRocksdbStoreReadOnly(files.database()));
  const ledger::LogReader reader(*store, kFirstLog);
  CM_TRY(CheckGenesis(reader, authority));
  CM_TRY(CheckKeyEntry(reader, kCredentialKeyIndex, authority, authority.credential_certificate));
  CM_TRY(CheckKeyEntry(reader, kStatusKeyIndex, authority, authority.status_certificate));
  CM_TRY(RequireAnnounced(*store, authority.credential_certificate));
  CM_TRY(RequireAnnounced(*store, authority.status_certificate));
  return CheckAnchor(files, authority);
}

}  // namespace certmark::ca
