// Signed notes (c2sp.org/signed-note) and the verifier keys that open them, Ed25519 (type 0x01) and timestamped Ed25519
// cosignatures (type 0x04, c2sp.org/tlog-cosignature).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/time.h"

namespace certmark {

/// NoteKey is a verifier key in vkey form: `<name>+<8 hex of key id>+<base64(type ‖ 32-byte key)>`.
class NoteKey {
 public:
  enum class Type : std::uint8_t { kEd25519 = 0x01, kCosignature = 0x04 };

  /// Parse reads a vkey. InvalidArgument: bad form, a name that is empty, not printable ASCII or holds space or `+`,
  /// an unknown type, or a key id that is not SHA-256(name ‖ LF ‖ type ‖ key)[0:4].
  static Result<NoteKey> Parse(std::string_view vkey);
  /// Create builds the key of `name`. InvalidArgument: a bad name, or a key that is not 32 bytes.
  static Result<NoteKey> Create(std::string_view name, Type type, ByteView ed25519_public_key);

  const std::string& name() const { return name_; }
  Type type() const { return type_; }
  std::uint32_t id() const { return id_; }  ///< big-endian reading of the four key id bytes
  ByteView public_key() const { return key_; }
  std::string ToVkey() const;

 private:
  std::string name_;
  Type type_ = Type::kEd25519;
  std::uint32_t id_ = 0;
  std::array<std::uint8_t, 32> key_{};
};

/// NoteSignature is one line `— name base64(key id ‖ signature)`.
struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  Bytes signature;
};

/// Note is a text that ends in LF, and the signatures below it.
class Note {
 public:
  static constexpr std::size_t kMaxBytes = 64 * 1024;
  static constexpr std::size_t kMaxSignatures = 100;

  /// Parse reads text, blank line, signature lines. InvalidArgument: too large, bad UTF-8 or control characters other
  /// than LF, no blank line, no signature, a malformed signature line, or too many.
  static Result<Note> Parse(std::string_view note);

  const std::string& text() const { return text_; }
  const std::vector<NoteSignature>& signatures() const { return signatures_; }

  /// Check says what `key` has to say of this note: kAbsent when no line bears its name and id, kBad when one that does
  /// is wrong (the whole note is then to be rejected), else kGood; for a cosignature `time` is when it was made.
  enum class State { kAbsent, kGood, kBad };
  struct Checked {
    State state = State::kAbsent;
    std::optional<Time> time;
  };
  Checked Check(const NoteKey& key) const;

 private:
  std::string text_;
  std::vector<NoteSignature> signatures_;
};

/// CosignatureMessage is what a witness signs: `cosignature/v1 LF time N LF` and the note's text.
std::string CosignatureMessage(Time time, std::string_view note_text);

/// CountCosignatures counts the distinct keys among `witnesses` that cosigned; nothing if one of them signed wrongly,
/// which rejects the note. Keys of another type count for nothing.
std::optional<std::size_t> CountCosignatures(const Note& note, std::span<const NoteKey> witnesses);

/// FormatSignatureLine writes `— name base64(key id ‖ signature) LF`; for a cosignature `signature` is time8 ‖ sig64.
std::string FormatSignatureLine(const NoteKey& key, ByteView signature);

}  // namespace certmark
