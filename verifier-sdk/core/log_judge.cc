#include "verifier-sdk/core/log_judge.h"

#include <algorithm>
#include <utility>

#include "verifier-sdk/core/quote.h"

namespace certmark {
namespace {

constexpr std::string_view kCredentialAlg = "ES256";

// Facts are what the payload of a signed entry says of its signing.
struct Facts {
  std::string iss;
  Time iat;
};

Facts FactsOf(const ReadEntry& entry) {
  if (const auto* credential = std::get_if<Credential>(&entry.content)) {
    return {credential->iss, FromEpoch(static_cast<std::int64_t>(credential->iat))};
  }
  if (const auto* event = std::get_if<Event>(&entry.content)) return {event->iss, event->iat};
  if (const auto* head = std::get_if<RecordHead>(&entry.content)) return {head->iss, head->iat};
  return {};
}

Judged Refuse(std::string_view kind, std::string expected, std::string found) {
  return {Problem{kind, std::move(expected), std::move(found)}, false};
}

std::string Show(Time time) {
  return std::to_string(ToEpoch(time));
}

// Keep takes what was parsed into the entry, or why it was not.
template <class T>
void Keep(ReadEntry& entry, Result<T> parsed) {
  if (parsed) {
    entry.content = *std::move(parsed);
  } else {
    entry.wrong = parsed.error().message;
  }
}

void ReadPayload(ReadEntry& entry) {
  const std::string_view payload = entry.jws->payload_text();
  switch (entry.type) {
    case EntryType::kGenesis:
      return Keep(entry, ParseGenesis(payload));
    case EntryType::kKey:
      return Keep(entry, ParseKeyEntry(payload));
    case EntryType::kCredential:
      return Keep(entry, ParseCredential(payload));
    case EntryType::kEvent:
      return Keep(entry, ParseEvent(payload));
    case EntryType::kRecord:
      return Keep(entry, ParseRecordHead(payload));
    case EntryType::kUnknown:
      return;
  }
}

void ReadClaims(ReadEntry& entry) {
  const auto* credential = std::get_if<Credential>(&entry.content);
  if (credential == nullptr) return;
  auto claims = CheckClaims(*credential);
  if (claims) {
    entry.claims = *std::move(claims);
  } else {
    entry.wrong = claims.error().message;
  }
}

std::string_view TypOf(EntryType type) {
  switch (type) {
    case EntryType::kGenesis:
      return kTypGenesis;
    case EntryType::kKey:
      return kTypKey;
    case EntryType::kCredential:
      return kTypCredential;
    case EntryType::kEvent:
      return kTypEvent;
    case EntryType::kRecord:
      return kTypRecord;
    case EntryType::kUnknown:
      return {};
  }
  return {};
}

}  // namespace

LogJudge::LogJudge(std::span<const TrustList> lists, std::string origin, Signatures signatures)
    : lists_(lists), origin_(std::move(origin)), signatures_(signatures) {
  if (lists_.empty()) Die("a log judged without a trust list");
  position_ = newest().LogPosition(origin_);
  if (!position_) Die("a log judged by a trust list that does not know it");
}

ReadEntry LogJudge::Read(ByteView bytes) {
  const std::string_view text = AsText(bytes);
  ReadEntry entry;
  entry.type = ClassifyEntry(text);
  if (entry.type == EntryType::kUnknown) return entry;
  const std::size_t limit = entry.type == EntryType::kCredential ? Credential::kMaxBytes : kMaxEntryBytes;
  auto jws = ParseJws(text, TypOf(entry.type), X5c::kForbidden, limit);
  if (!jws) {
    entry.wrong = jws.error().message;
    return entry;
  }
  entry.jws = *std::move(jws);
  ReadPayload(entry);
  ReadClaims(entry);
  if (const auto* key = std::get_if<KeyEntry>(&entry.content)) {
    entry.is_signed = VerifyJws(*entry.jws, key->leaf.key());
    Know(key->leaf.key());
    return entry;
  }
  if (entry.type == EntryType::kGenesis || !Verifies(entry.type)) return entry;
  if (const auto key = KnownKey(entry.jws->kid)) entry.is_signed = VerifyJws(*entry.jws, *key);
  return entry;
}

bool LogJudge::Verifies(EntryType type) const {
  if (signatures_ == Signatures::kTrustLogForSignatures) return type == EntryType::kEvent;
  return signatures_ == Signatures::kVerify;
}

std::optional<PublicKey> LogJudge::KnownKey(const std::string& kid) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(kid);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

void LogJudge::Know(const PublicKey& key) {
  // An honest log has a handful; one that is full of key entries makes the others' signatures wait for Judge.
  constexpr std::size_t kMaxKnown = 10'000;
  const std::lock_guard lock(mutex_);
  if (known_.size() < kMaxKnown) known_.emplace(key.thumbprint(), key);
}

Judged LogJudge::Judge(std::uint64_t index, ReadEntry& entry) {
  if (index == 0 && entry.type != EntryType::kGenesis) return Refuse("genesis-missing", "a genesis", "another entry");
  if (entry.type == EntryType::kUnknown) return {};
  if (!entry.jws) return Refuse("entry-malformed", std::string(TypOf(entry.type)), entry.wrong);
  if (entry.type == EntryType::kGenesis) return JudgeGenesis(index, entry);
  if (entry.type == EntryType::kKey) return JudgeKey(index, entry);
  return JudgeSigned(index, entry);
}

Judged LogJudge::JudgeGenesis(std::uint64_t index, const ReadEntry& entry) {
  if (index > 0) return Refuse("genesis-second", "a genesis at index 0 alone", "one more");
  const auto* genesis = std::get_if<Genesis>(&entry.content);
  if (genesis == nullptr) return Refuse("genesis-wrong", "a genesis", entry.wrong);
  const TrustList::LogKey& log = newest().logs()[*position_];
  if (genesis->iss != newest().iss()) return Refuse("genesis-wrong", newest().iss(), Quote(genesis->iss));
  if (genesis->origin != log.origin) return Refuse("genesis-wrong", log.origin, Quote(genesis->origin));
  if (genesis->vkey != log.key.ToVkey()) return Refuse("genesis-wrong", log.key.ToVkey(), Quote(genesis->vkey));
  if (auto wrong = JudgePrevious(genesis->previous)) return {std::move(wrong), false};
  // The signature is judged wherever a list, present or past, knows the root. One that was renewed under its key has
  // several certificates; the genesis names those of its time.
  const Certificate* unnamed = nullptr;
  for (const TrustList& list : lists_) {
    for (const Certificate& root : list.roots()) {
      if (root.key().thumbprint() != entry.jws->kid) continue;
      if (std::ranges::find(genesis->roots, root.fingerprint()) == genesis->roots.end()) {
        unnamed = &root;
        continue;
      }
      if (VerifyJws(*entry.jws, root.key())) return {};
      return Refuse("genesis-wrong", "a signature of its root", "one that does not hold");
    }
  }
  if (unnamed == nullptr) return {};
  return Refuse("genesis-wrong", "the root that signed it among its roots", unnamed->fingerprint().Hex());
}

// JudgePrevious: a successor names the log before it, at the size at which the list ends it; the first log names none,
// and a log that the list does not end has no successor.
std::optional<Problem> LogJudge::JudgePrevious(const std::optional<Genesis::Previous>& previous) const {
  const auto show = [](const std::string& origin, std::optional<std::uint64_t> size) {
    return "previous " + Quote(origin) + (size ? " of size " + std::to_string(*size) : ", which the list does not end");
  };
  const std::string found = previous ? show(previous->origin, previous->size) : "no previous log";
  if (*position_ == 0) {
    if (!previous) return std::nullopt;
    return Problem{"genesis-wrong", "no previous log", found};
  }
  const TrustList::LogKey& before = newest().logs()[*position_ - 1];
  if (previous && previous->origin == before.origin && previous->size == before.final_size) return std::nullopt;
  return Problem{"genesis-wrong", show(before.origin, before.final_size), found};
}

Judged LogJudge::JudgeKey(std::uint64_t index, const ReadEntry& entry) {
  const auto* key = std::get_if<KeyEntry>(&entry.content);
  if (key == nullptr) return Refuse("key-wrong", "a key entry", entry.wrong);
  const std::string& kid = key->leaf.key().thumbprint();
  if (!entry.is_signed.value_or(false)) return Refuse("key-wrong", "a signature of " + kid, "one that does not hold");
  if (key->iss != newest().iss()) return Refuse("key-wrong", newest().iss(), Quote(key->iss));
  if (!HasOneUri(key->leaf, key->iss)) return Refuse("key-wrong", "a certificate of " + key->iss, "another's");
  auto path = CheckPath(key->leaf, key->ca, {newest().roots()}, newest().credential_path(), key->iat);
  const bool is_for_credentials = path.has_value();
  if (!path) path = CheckPath(key->leaf, key->ca, {newest().roots()}, newest().status_path(), key->iat);
  if (!path) return Refuse("key-wrong", "a path to a root of the trust list", path.error().message);
  LoggedKey logged{index, key->leaf, key->ca, is_for_credentials, *std::move(path)};
  if (const auto [first, is_new] = keys_.emplace(kid, std::move(logged)); !is_new) {
    return Refuse("key-second", "entry " + std::to_string(first->second.index) + " alone for " + kid, "one more");
  }
  Know(key->leaf.key());
  return {};
}

Judged LogJudge::JudgeLean(std::uint64_t index, const LeanCredential& credential) {
  if (signatures_ == Signatures::kVerify) Die("a credential judged without its signature, which was to be verified");
  if (index == 0) return Refuse("genesis-missing", "a genesis", "another entry");
  FoundKey found = FindKey(credential.kid);
  if (found.problem) return {std::move(found.problem), false};
  if (credential.alg != kCredentialAlg)
    return Refuse("signature-wrong", std::string(kCredentialAlg), Quote(credential.alg));
  if (auto problem = JudgeUse(*found.key, credential.iss, credential.iat)) return {std::move(problem), false};
  return {std::nullopt, IsBlockedAt(*found.key, index)};
}

LogJudge::FoundKey LogJudge::FindKey(std::string_view kid) const {
  const auto logged = keys_.find(kid);
  if (logged == keys_.end()) {
    return {nullptr, Problem{"key-not-logged", "a key entry at a lower index", "kid " + Quote(kid)}};
  }
  if (logged->second.is_for_credentials) return {&logged->second, std::nullopt};
  return {nullptr, Problem{"key-not-for-this", "a credential signer", "kid " + std::string(kid)}};
}

std::optional<Problem> LogJudge::JudgeUse(const LoggedKey& key, std::string_view iss, Time iat) const {
  if (iss != newest().iss()) return Problem{"issuer-wrong", newest().iss(), Quote(iss)};
  if (InUsagePeriod(key.leaf, iat) && key.ca.ValidAt(iat) && key.leaf.ValidAt(iat)) return std::nullopt;
  return Problem{"key-out-of-use", "a time in the usage period of " + key.leaf.key().thumbprint(), Show(iat)};
}

bool LogJudge::IsBlockedAt(const LoggedKey& key, std::uint64_t index) const {
  if (newest().blocked().empty()) return false;
  const PublicKey* const keys[] = {&key.leaf.key(), &key.ca.key(), &key.path.root.key()};
  return std::ranges::any_of(keys, [&](const PublicKey* one) { return newest().IsBlockedAt(*one, *position_, index); });
}

Judged LogJudge::JudgeSigned(std::uint64_t index, ReadEntry& entry) {
  // 1. The key: logged before, for this, and the signature is its.
  FoundKey found = FindKey(entry.jws->kid);
  if (found.problem) return {std::move(found.problem), false};
  const LoggedKey& key = *found.key;
  if (Verifies(entry.type)) {
    if (!entry.is_signed) entry.is_signed = VerifyJws(*entry.jws, key.leaf.key());
    if (!*entry.is_signed)
      return Refuse("signature-wrong", "a signature of " + entry.jws->kid, "one that does not hold");
  } else if (entry.jws->alg != kCredentialAlg) {
    return Refuse("signature-wrong", std::string(kCredentialAlg), Quote(entry.jws->alg));
  }
  // 2. What it says.
  if (!entry.wrong.empty()) return Refuse("entry-malformed", std::string(TypOf(entry.type)), entry.wrong);
  const Facts facts = FactsOf(entry);
  if (auto problem = JudgeUse(key, facts.iss, facts.iat)) return {std::move(problem), false};
  if (const auto* head = std::get_if<RecordHead>(&entry.content)) {
    if (record_size_ && head->size < *record_size_) {
      return Refuse("record-head-back", "size " + std::to_string(*record_size_) + " or more",
                    std::to_string(head->size));
    }
    record_size_ = head->size;
  }
  // 3. What the list says of the key.
  return {std::nullopt, IsBlockedAt(key, index)};
}

}  // namespace certmark
