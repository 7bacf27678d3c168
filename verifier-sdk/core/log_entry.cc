#include "verifier-sdk/core/log_entry.h"

#include <algorithm>
#include <array>
#include <utility>

#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/note.h"

namespace certmark {
namespace {

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<json::Document> ParsePayload(std::string_view payload) {
  return json::Document::Parse(payload, kMaxEntryBytes);
}

Result<std::string> ReadIss(json::Value entry) {
  const std::string_view iss = CM_TRY(entry.String("iss"));
  if (!IsAuthority(iss)) return Invalid("iss is no authority");
  return std::string(iss);
}

Result<Time> ReadIat(json::Value entry) {
  return FromEpoch(static_cast<std::int64_t>(CM_TRY(entry.Number("iat"))));
}

Result<Hash> ReadBase64Hash(json::Value object, std::string_view member) {
  return Hash::FromBase64(CM_TRY(object.String(member)));
}

std::uint64_t Epoch(Time time) {
  return static_cast<std::uint64_t>(ToEpoch(time));
}

/// CheckLogKey: the vkey is an Ed25519 key named by the origin (FORMATS.md §2).
Result<void> CheckLogKey(std::string_view vkey, std::string_view origin) {
  const NoteKey key = CM_TRY(NoteKey::Parse(vkey));
  if (key.name() != origin) return Invalid("genesis: vkey is not named by the origin");
  if (key.type() != NoteKey::Type::kEd25519) return Invalid("genesis: vkey is not Ed25519");
  return {};
}

/// ReadRootHashes demands at least one: a genesis that names no root says nothing of whom to believe.
Result<std::vector<Hash>> ReadRootHashes(json::Value entry) {
  std::vector<Hash> roots;
  for (const std::string_view hex : CM_TRY(entry.Strings("roots"))) roots.push_back(CM_TRY(Hash::FromHex(hex)));
  if (roots.empty()) return Invalid("genesis: no roots");
  return roots;
}

/// ReadPrevious demands that the log before this one is another log of the same authority.
Result<std::optional<Genesis::Previous>> ReadPrevious(json::Value entry, const Genesis& genesis) {
  const std::optional<json::Value> previous = CM_TRY(entry.OptionalObject("previous"));
  if (!previous) return std::optional<Genesis::Previous>();
  Genesis::Previous out;
  out.origin = CM_TRY(previous->String("origin"));
  CM_TRY(ParseLogOrigin(genesis.iss, out.origin));
  if (out.origin == genesis.origin) return Invalid("genesis: a log that succeeds itself");
  out.size = CM_TRY(previous->Number("size"));
  out.root = CM_TRY(ReadBase64Hash(*previous, "root"));
  return std::optional(std::move(out));
}

}  // namespace

EntryType ClassifyEntry(std::string_view entry) {
  constexpr std::array<std::pair<std::string_view, EntryType>, 5> kTypes = {{
      {kTypGenesis, EntryType::kGenesis},
      {kTypKey, EntryType::kKey},
      {kTypCredential, EntryType::kCredential},
      {kTypEvent, EntryType::kEvent},
      {kTypRecord, EntryType::kRecord},
  }};
  const Result<std::string> typ = PeekJwsType(entry, kMaxEntryBytes);
  if (!typ) return EntryType::kUnknown;
  const auto found = std::ranges::find(kTypes, *typ, &std::pair<std::string_view, EntryType>::first);
  return found == kTypes.end() ? EntryType::kUnknown : found->second;
}

Result<Genesis> ParseGenesis(std::string_view payload) {
  const json::Document document = CM_TRY(ParsePayload(payload));
  const json::Value entry = document.root();
  Genesis out;
  out.iss = CM_TRY(ReadIss(entry));
  out.iat = CM_TRY(ReadIat(entry));
  out.origin = CM_TRY(entry.String("origin"));
  CM_TRY(ParseLogOrigin(out.iss, out.origin));
  out.vkey = CM_TRY(entry.String("vkey"));
  CM_TRY(CheckLogKey(out.vkey, out.origin));
  out.roots = CM_TRY(ReadRootHashes(entry));
  out.previous = CM_TRY(ReadPrevious(entry, out));
  return out;
}

std::string GenesisPayload(const Genesis& genesis) {
  std::vector<std::string> roots;
  for (const Hash& root : genesis.roots) roots.push_back(root.Hex());
  json::Writer writer;
  writer.Object([&] {
    writer.Member("iss", genesis.iss);
    writer.Member("iat", Epoch(genesis.iat));
    writer.Member("origin", genesis.origin);
    writer.Member("vkey", genesis.vkey);
    writer.Strings("roots", roots);
    if (!genesis.previous) return;
    writer.Key("previous").Object([&] {
      writer.Member("origin", genesis.previous->origin);
      writer.Member("size", genesis.previous->size);
      writer.Member("root", genesis.previous->root.Base64());
    });
  });
  return writer.Take();
}

Result<KeyEntry> ParseKeyEntry(std::string_view payload) {
  const json::Document document = CM_TRY(ParsePayload(payload));
  const json::Value entry = document.root();
  std::string iss = CM_TRY(ReadIss(entry));
  const Time iat = CM_TRY(ReadIat(entry));
  const std::vector<std::string_view> x5c = CM_TRY(entry.Strings("x5c"));
  if (x5c.size() != 2) return Invalid("key entry: x5c is not of two certificates");
  Certificate leaf = CM_TRY(Certificate::Parse(CM_TRY(Certificate::DecodeBase64(x5c[0]))));
  Certificate ca = CM_TRY(Certificate::Parse(CM_TRY(Certificate::DecodeBase64(x5c[1]))));
  return KeyEntry{std::move(iss), iat, std::move(leaf), std::move(ca)};
}

std::string KeyEntryPayload(std::string_view iss, Time iat, ByteView leaf_der, ByteView ca_der) {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("iss", iss);
    writer.Member("iat", Epoch(iat));
    writer.Strings("x5c", {Base64Encode(leaf_der), Base64Encode(ca_der)});
  });
  return writer.Take();
}

Result<RecordHead> ParseRecordHead(std::string_view payload) {
  const json::Document document = CM_TRY(ParsePayload(payload));
  const json::Value entry = document.root();
  RecordHead out;
  out.iss = CM_TRY(ReadIss(entry));
  out.iat = CM_TRY(ReadIat(entry));
  out.size = CM_TRY(entry.Number("size"));
  out.root = CM_TRY(ReadBase64Hash(entry, "root"));
  return out;
}

std::string RecordHeadPayload(const RecordHead& head) {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("iss", head.iss);
    writer.Member("iat", Epoch(head.iat));
    writer.Member("size", head.size);
    writer.Member("root", head.root.Base64());
  });
  return writer.Take();
}

}  // namespace certmark
