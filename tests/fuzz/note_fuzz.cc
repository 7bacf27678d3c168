// A note has one text: what is accepted is rebuilt from its parts byte for byte. A vkey too.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/note.h"

namespace certmark {
namespace {

std::string Rewrite(const Note& note) {
  std::string text = note.text() + "\n";
  for (const NoteSignature& line : note.signatures()) {
    Bytes bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(line.key_id >> shift));
    bytes.insert(bytes.end(), line.signature.begin(), line.signature.end());
    text += "— " + line.name + " " + Base64Encode(bytes) + "\n";
  }
  return text;
}

// CheckFirst asks a key of the first line's name: it will hardly be good, and must not crash.
void CheckFirst(const Note& note) {
  for (const auto type : {NoteKey::Type::kEd25519, NoteKey::Type::kCosignature}) {
    const auto key = NoteKey::Create(note.signatures().front().name, type, Bytes(32, 7));
    fuzz::Require(key.has_value(), "a signature line's name is a key's name");
    (void)note.Check(*key);
  }
}

}  // namespace
}  // namespace certmark

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  if (const auto key = NoteKey::Parse(text)) fuzz::Require(key->ToVkey() == text, "a vkey has one text");
  const auto note = Note::Parse(text);
  if (!note) return 0;
  fuzz::Require(Rewrite(*note) == text, "a note has one text");
  CheckFirst(*note);
  return 0;
}
