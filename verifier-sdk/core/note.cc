#include "verifier-sdk/core/note.h"

#include <algorithm>
#include <limits>
#include <set>

#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/lines.h"
#include "verifier-sdk/core/public_key.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark {
namespace {

constexpr std::string_view kDash = "\u2014 ";
constexpr std::size_t kKeyIdSize = 4;
constexpr std::size_t kTimeSize = 8;
constexpr std::size_t kEd25519Size = 64;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "note: " + std::move(message)};
}

std::uint64_t ReadBigEndian(ByteView bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

void AppendBigEndian(Bytes& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

bool IsKeyName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~' && c != '+'; });
}

// TypedKey is what follows the name in a vkey and in the key id's hash: type ‖ key.
Bytes TypedKey(NoteKey::Type type, ByteView key) {
  Bytes bytes{static_cast<std::uint8_t>(type)};
  bytes.insert(bytes.end(), key.begin(), key.end());
  return bytes;
}

std::string FormatKeyId(std::uint32_t id) {
  Bytes bytes;
  AppendBigEndian(bytes, id);
  return HexEncode(bytes);
}

bool IsNoteText(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
  return IsUtf8(text) && std::ranges::none_of(text, is_control);
}

Result<NoteSignature> ParseSignatureLine(std::string_view line) {
  const auto malformed = [&] { return Invalid("malformed signature line " + Quote(line)); };
  if (!line.starts_with(kDash)) return malformed();
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == line.npos || !IsKeyName(line.substr(0, space))) return malformed();
  const Bytes bytes = CM_TRY(Base64Decode(line.substr(space + 1)));
  if (bytes.size() <= kKeyIdSize) return malformed();
  return NoteSignature{std::string(line.substr(0, space)),
                       static_cast<std::uint32_t>(ReadBigEndian(ByteView(bytes).first(kKeyIdSize))),
                       Bytes(bytes.begin() + kKeyIdSize, bytes.end())};
}

// CosignatureTime verifies time8 ‖ sig64 over the text, and returns the time; nothing if it is wrong.
std::optional<Time> CosignatureTime(const NoteKey& key, ByteView signature, std::string_view text) {
  if (signature.size() != kTimeSize + kEd25519Size) return std::nullopt;
  const std::uint64_t seconds = ReadBigEndian(signature.first(kTimeSize));
  if (seconds > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  const Time time = FromEpoch(static_cast<std::int64_t>(seconds));
  const std::string message = CosignatureMessage(time, text);
  if (!VerifyEd25519(key.public_key(), AsBytes(message), signature.subspan(kTimeSize))) return std::nullopt;
  return time;
}

}  // namespace

Result<NoteKey> NoteKey::Parse(std::string_view vkey) {
  const auto malformed = [&] { return Invalid("malformed vkey " + Quote(vkey)); };
  const std::size_t name_end = vkey.find('+');
  if (name_end == vkey.npos) return malformed();
  const std::size_t id_end = vkey.find('+', name_end + 1);
  if (id_end == vkey.npos) return malformed();
  const Bytes typed_key = CM_TRY(Base64Decode(vkey.substr(id_end + 1)));
  if (typed_key.empty()) return malformed();
  const auto type = static_cast<Type>(typed_key[0]);
  if (type != Type::kEd25519 && type != Type::kCosignature) {
    return Invalid("unknown key type " + std::to_string(typed_key[0]) + " in vkey " + Quote(vkey));
  }
  const NoteKey key = CM_TRY(Create(vkey.substr(0, name_end), type, ByteView(typed_key).subspan(1)));
  if (vkey.substr(name_end + 1, id_end - name_end - 1) != FormatKeyId(key.id_)) {
    return Invalid("wrong key id in vkey " + Quote(vkey));
  }
  return key;
}

Result<NoteKey> NoteKey::Create(std::string_view name, Type type, ByteView ed25519_public_key) {
  NoteKey key;
  if (!IsKeyName(name)) return Invalid("bad key name " + Quote(name));
  if (ed25519_public_key.size() != key.key_.size()) {
    return Invalid("an Ed25519 key of " + std::to_string(ed25519_public_key.size()) + " bytes");
  }
  key.name_ = name;
  key.type_ = type;
  std::ranges::copy(ed25519_public_key, key.key_.begin());
  const Hash hash = Sha256({AsBytes(name), AsBytes("\n"), TypedKey(type, ed25519_public_key)});
  key.id_ = static_cast<std::uint32_t>(ReadBigEndian(hash.view().first(kKeyIdSize)));
  return key;
}

std::string NoteKey::ToVkey() const {
  return name_ + "+" + FormatKeyId(id_) + "+" + Base64Encode(TypedKey(type_, key_));
}

Result<Note> Note::Parse(std::string_view note) {
  if (note.size() > kMaxBytes) return Invalid("too large, " + std::to_string(note.size()) + " bytes");
  if (!IsNoteText(note)) return Invalid("not UTF-8 without control characters");
  // The text may hold blank lines itself: the last one is the boundary.
  const std::size_t blank = note.rfind("\n\n");
  if (blank == note.npos) return Invalid("no blank line");
  Note parsed;
  parsed.text_ = note.substr(0, blank + 1);
  std::string_view rest = note.substr(blank + 2);
  while (!rest.empty()) {
    const auto line = TakeLine(rest);
    if (!line) return Invalid("the last line does not end");
    if (parsed.signatures_.size() == kMaxSignatures) return Invalid("too many signatures");
    parsed.signatures_.push_back(CM_TRY(ParseSignatureLine(*line)));
  }
  if (parsed.signatures_.empty()) return Invalid("no signature");
  return parsed;
}

Note::Checked Note::Check(const NoteKey& key) const {
  Checked checked;
  for (const NoteSignature& line : signatures_) {
    if (line.key_id != key.id() || line.name != key.name()) continue;
    if (key.type() == NoteKey::Type::kEd25519) {
      if (!VerifyEd25519(key.public_key(), AsBytes(text_), line.signature)) return {State::kBad, std::nullopt};
    } else {
      const std::optional<Time> time = CosignatureTime(key, line.signature, text_);
      if (!time) return {State::kBad, std::nullopt};
      checked.time = std::max(checked.time, time);
    }
    checked.state = State::kGood;
  }
  return checked;
}

std::string CosignatureMessage(Time time, std::string_view note_text) {
  return "cosignature/v1\ntime " + std::to_string(ToEpoch(time)) + "\n" + std::string(note_text);
}

std::optional<std::size_t> CountCosignatures(const Note& note, std::span<const NoteKey> witnesses) {
  std::set<Bytes> good;
  for (const NoteKey& witness : witnesses) {
    if (witness.type() != NoteKey::Type::kCosignature) continue;
    const Note::State state = note.Check(witness).state;
    if (state == Note::State::kBad) return std::nullopt;
    const ByteView key = witness.public_key();
    if (state == Note::State::kGood) good.emplace(key.begin(), key.end());
  }
  return good.size();
}

std::string FormatSignatureLine(const NoteKey& key, ByteView signature) {
  Bytes bytes;
  AppendBigEndian(bytes, key.id());
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return std::string(kDash) + key.name() + " " + Base64Encode(bytes) + "\n";
}

}  // namespace certmark
