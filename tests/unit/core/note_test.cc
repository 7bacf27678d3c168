#include "verifier-sdk/core/note.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <memory>

#include "verifier-sdk/core/hash.h"

namespace certmark {
namespace {

using namespace std::string_literals;

constexpr std::string_view kName = "ca.example/log/1";
constexpr std::string_view kText = "ca.example/log/1\n42\nungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\n";
constexpr std::uint64_t kTime = 1793664000;

std::string BigEndian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

// Signer is an Ed25519 key on OpenSSL alone: it shares no code with what it tests.
class Signer {
 public:
  explicit Signer(std::uint8_t seed)
      : key_(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(32, seed).data(), 32), EVP_PKEY_free) {}

  Bytes public_key() const {
    Bytes key(32);
    std::size_t size = key.size();
    EVP_PKEY_get_raw_public_key(key_.get(), key.data(), &size);
    return key;
  }

  std::string Sign(std::string_view message) const {
    std::string signature(64, '\0');
    std::size_t size = signature.size();
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get());
    EVP_DigestSign(context.get(), reinterpret_cast<std::uint8_t*>(signature.data()), &size,
                   reinterpret_cast<const std::uint8_t*>(message.data()), message.size());
    return signature;
  }

  std::string Cosign(std::string_view text, std::uint64_t time) const {
    return BigEndian(time, 8) + Sign("cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(text));
  }

 private:
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
};

// KeyId is the definition of c2sp.org/signed-note.
std::string KeyId(std::string_view name, char type, const Bytes& key) {
  const Hash hash = Sha256(AsBytes(std::string(name) + "\n" + type + std::string(AsText(key))));
  return std::string(AsText(hash.view().first(4)));
}

std::string Line(std::string_view name, std::string_view key_id, std::string_view signature) {
  return "— " + std::string(name) + " " + Base64Encode(AsBytes(std::string(key_id) + std::string(signature))) + "\n";
}

class NoteTest : public ::testing::Test {
 protected:
  const Signer log_{1}, witness_{2};
  const NoteKey log_key_ = *NoteKey::Create(kName, NoteKey::Type::kEd25519, log_.public_key());
  const NoteKey witness_key_ = *NoteKey::Create("witness.example", NoteKey::Type::kCosignature, witness_.public_key());
  const std::string log_id_ = KeyId(kName, '\x01', log_.public_key());
  const std::string witness_id_ = KeyId("witness.example", '\x04', witness_.public_key());

  std::string LogLine(std::string_view text = kText) const { return Line(kName, log_id_, log_.Sign(text)); }
  std::string WitnessLine(std::uint64_t time = kTime, std::string_view text = kText) const {
    return Line("witness.example", witness_id_, witness_.Cosign(text, time));
  }
  static Note Read(std::string_view lines, std::string_view text = kText) {
    auto note = Note::Parse(std::string(text) + "\n" + std::string(lines));
    if (!note) Die(note.error().message.c_str());
    return std::move(note).value();
  }
  static Note::State StateOf(std::string_view lines, const NoteKey& key) { return Read(lines).Check(key).state; }
};

TEST_F(NoteTest, IsOpenedByItsKeys) {
  const Note note = Read(LogLine() + WitnessLine());
  EXPECT_EQ(note.text(), kText);
  ASSERT_EQ(note.signatures().size(), 2U);
  EXPECT_EQ(note.signatures()[0].name, kName);
  EXPECT_EQ(note.signatures()[0].key_id, log_key_.id());
  EXPECT_EQ(note.signatures()[0].signature.size(), 64U);
  EXPECT_EQ(note.Check(log_key_).state, Note::State::kGood);
  EXPECT_EQ(note.Check(log_key_).time, std::nullopt);
  EXPECT_EQ(note.Check(witness_key_).state, Note::State::kGood);
  EXPECT_EQ(note.Check(witness_key_).time, FromEpoch(kTime));
}

// The example of golang.org/x/mod/sumdb/note, the format's first implementation.
TEST(Note, OpensTheExampleOfItsFirstImplementation) {
  const auto key = NoteKey::Parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  ASSERT_TRUE(key.has_value());
  const auto note = Note::Parse(
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n"
      "\n"
      "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
  ASSERT_TRUE(note.has_value());
  EXPECT_EQ(note->Check(*key).state, Note::State::kGood);
}

// The example of c2sp.org/signed-note: its verifier key, whose id is to be computed alike, and a note signed with it.
TEST(Note, OpensTheExampleOfItsSpecification) {
  constexpr std::string_view kVkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  const auto key = NoteKey::Parse(kVkey);
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(key->ToVkey(), kVkey);
  const auto computed = NoteKey::Create("example.com/foo", NoteKey::Type::kEd25519, key->public_key());
  ASSERT_TRUE(computed.has_value());
  EXPECT_EQ(computed->id(), 0x530d903au);
  const auto note = Note::Parse(
      "This is an example message.\n"
      "\n"
      "— example.com/foo "
      "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");
  ASSERT_TRUE(note.has_value());
  EXPECT_EQ(note->Check(*key).state, Note::State::kGood);
}

TEST_F(NoteTest, SaysNothingOfKeysThatDidNotSign) {
  EXPECT_EQ(StateOf(LogLine(), witness_key_), Note::State::kAbsent);
  const NoteKey other_name = *NoteKey::Create("other.example", NoteKey::Type::kEd25519, log_.public_key());
  const NoteKey other_key = *NoteKey::Create(kName, NoteKey::Type::kEd25519, witness_.public_key());
  const NoteKey other_type = *NoteKey::Create(kName, NoteKey::Type::kCosignature, log_.public_key());
  for (const NoteKey& key : {other_name, other_key, other_type})
    EXPECT_EQ(StateOf(LogLine(), key), Note::State::kAbsent);
}

TEST_F(NoteTest, IgnoresUnknownSignatures) {
  const std::string unknown = Line("stranger.example", "abcd", "x") + Line(kName, "abcd", "no signature") +
                              Line("stranger.example", log_id_, std::string(64, 'x'));
  EXPECT_EQ(StateOf(unknown + LogLine() + unknown, log_key_), Note::State::kGood);
}

TEST_F(NoteTest, IsRejectedForOneBadLineOfAKnownKey) {
  const std::string good = log_.Sign(kText);
  std::string flipped = good;
  flipped[63] ^= 1;
  const struct {
    const char* mutation;
    std::string signature;
  } kRows[] = {
      {"one bit", flipped},
      {"another text", log_.Sign("another text\n")},
      {"the text without its last LF", log_.Sign(kText.substr(0, kText.size() - 1))},
      {"the text and the blank line", log_.Sign(std::string(kText) + "\n")},
      {"another signer", witness_.Sign(kText)},
      {"a cosignature", log_.Cosign(kText, kTime)},
      {"too short", good.substr(1)},
      {"too long", good + "x"},
      {"one byte", "x"},
  };
  for (const auto& row : kRows) {
    const std::string bad = Line(kName, log_id_, row.signature);
    EXPECT_EQ(StateOf(bad, log_key_), Note::State::kBad) << row.mutation;
    EXPECT_EQ(StateOf(LogLine() + bad, log_key_), Note::State::kBad) << row.mutation << " after a good one";
    EXPECT_EQ(StateOf(bad + LogLine(), log_key_), Note::State::kBad) << row.mutation << " before a good one";
  }
  EXPECT_EQ(StateOf(LogLine() + LogLine(), log_key_), Note::State::kGood);
}

TEST_F(NoteTest, BindsACosignatureToItsTime) {
  const std::string good = witness_.Cosign(kText, kTime);
  const std::uint64_t too_late = 1ULL << 63;
  const struct {
    const char* mutation;
    std::string signature;
  } kRows[] = {
      {"another time", BigEndian(kTime + 1, 8) + good.substr(8)},
      {"another text", witness_.Cosign("another text\n", kTime)},
      {"no time", good.substr(8)},
      {"a plain signature", witness_.Sign(kText)},
      {"a plain signature behind a time", BigEndian(kTime, 8) + witness_.Sign(kText)},
      {"another signer", log_.Cosign(kText, kTime)},
      {"too long", good + "x"},
      {"a time of 2^63", witness_.Cosign(kText, too_late)},
      {"the largest time", witness_.Cosign(kText, UINT64_MAX)},
  };
  for (const auto& row : kRows) {
    const auto checked = Read(Line("witness.example", witness_id_, row.signature)).Check(witness_key_);
    EXPECT_EQ(checked.state, Note::State::kBad) << row.mutation;
    EXPECT_EQ(checked.time, std::nullopt) << row.mutation;
  }
}

TEST_F(NoteTest, TellsTheNewestTimeOfSeveralCosignatures) {
  const Note note = Read(WitnessLine(kTime) + WitnessLine(kTime + 9) + WitnessLine(kTime + 3));
  EXPECT_EQ(note.Check(witness_key_).time, FromEpoch(kTime + 9));
  const Note with_a_bad_one = Read(WitnessLine(kTime) + WitnessLine(kTime + 9, "another text\n"));
  EXPECT_EQ(with_a_bad_one.Check(witness_key_).state, Note::State::kBad);
}

TEST_F(NoteTest, TakesTheLastBlankLineForTheBoundary) {
  constexpr std::string_view kVerse = "one\n\ntwo\n\n\nthree\n";
  const Note note = Read(LogLine(kVerse), kVerse);
  EXPECT_EQ(note.text(), kVerse);
  EXPECT_EQ(note.Check(log_key_).state, Note::State::kGood);
}

TEST_F(NoteTest, AcceptsAsManySignaturesAsItsLimit) {
  std::string lines = LogLine();
  for (std::size_t i = 1; i < Note::kMaxSignatures; ++i) lines += WitnessLine(kTime + i);
  EXPECT_EQ(Read(lines).signatures().size(), Note::kMaxSignatures);
  EXPECT_FALSE(Note::Parse(std::string(kText) + "\n" + lines + WitnessLine()).has_value());
}

TEST_F(NoteTest, AcceptsAsManyBytesAsItsLimit) {
  const std::string end = "\n\n" + LogLine();
  EXPECT_TRUE(Note::Parse(std::string(Note::kMaxBytes - end.size(), 'x') + end).has_value());
  EXPECT_FALSE(Note::Parse(std::string(Note::kMaxBytes - end.size() + 1, 'x') + end).has_value());
}

TEST_F(NoteTest, IsRefusedInEveryOtherForm) {
  const std::string text(kText), line = LogLine();
  const std::string body = line.substr(std::string("— ").size() + kName.size() + 1);
  const struct {
    const char* mutation;
    std::string note;
  } kRows[] = {
      {"nothing", ""},
      {"no signature", text + "\n"},
      {"no blank line", text + line},
      {"no text", "\n" + line},
      {"last line does not end", text + "\n" + line.substr(0, line.size() - 1)},
      {"blank line at the end", text + "\n" + line + "\n"},
      {"blank line between signatures", text + "\n" + line + "\n\n" + "x"},
      {"text behind the signatures", text + "\n" + line + "more\n"},
      {"hyphen for the dash", text + "\n- " + std::string(kName) + " " + body},
      {"en dash", text + "\n– " + std::string(kName) + " " + body},
      {"no space behind the dash", text + "\n—" + std::string(kName) + " " + body},
      {"two spaces behind the dash", text + "\n—  " + std::string(kName) + " " + body},
      {"no name", text + "\n—  " + body},
      {"no signature behind the name", text + "\n— " + std::string(kName) + "\n"},
      {"plus in the name", text + "\n— a+b " + body},
      {"no-break space in the name", text + "\n— a\u00a0b " + body},
      {"three words", text + "\n— a b " + body},
      {"space at the end", text + "\n" + line.substr(0, line.size() - 1) + " \n"},
      {"no base64", text + "\n— a !!!!\n"},
      {"padding missing", text + "\n— a YWJjZGU\n"},
      {"key id alone", text + "\n— a YWJjZA==\n"},
      {"CRLF", "a\r\n\n" + line},
      {"tab in the text", "a\tb\n\n" + line},
      {"NUL in the text", "a\0b\n\n"s + line},
      {"escape in the text", "a\x1b[0m\n\n" + line},
      {"no UTF-8 in the text", "a\xff\n\n" + line},
      {"surrogate in the text", "a\xed\xa0\x80\n\n" + line},
      {"no UTF-8 in a signature line", text + "\n— \xff " + body},
  };
  for (const auto& row : kRows) {
    const auto note = Note::Parse(row.note);
    ASSERT_FALSE(note.has_value()) << row.mutation;
    EXPECT_EQ(note.error().code, ErrorCode::kInvalidArgument) << row.mutation;
    EXPECT_EQ(note.error().message.find('\n'), std::string::npos) << row.mutation;
  }
}

TEST_F(NoteTest, IsWrittenAsItIsRead) {
  EXPECT_EQ(FormatSignatureLine(log_key_, AsBytes(log_.Sign(kText))), LogLine());
  EXPECT_EQ(FormatSignatureLine(witness_key_, AsBytes(witness_.Cosign(kText, kTime))), WitnessLine());
  EXPECT_EQ(CosignatureMessage(FromEpoch(7), "text\n"), "cosignature/v1\ntime 7\ntext\n");
}

TEST_F(NoteTest, NamesAKeyByNameTypeAndKey) {
  EXPECT_EQ(BigEndian(log_key_.id(), 4), log_id_);
  EXPECT_EQ(BigEndian(witness_key_.id(), 4), witness_id_);
  const NoteKey as_cosigner = *NoteKey::Create(kName, NoteKey::Type::kCosignature, log_.public_key());
  EXPECT_NE(as_cosigner.id(), log_key_.id());
}

TEST_F(NoteTest, ReadsAndWritesVkeys) {
  for (const NoteKey& key : {log_key_, witness_key_}) {
    const auto parsed = NoteKey::Parse(key.ToVkey());
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->name(), key.name());
    EXPECT_EQ(parsed->type(), key.type());
    EXPECT_EQ(parsed->id(), key.id());
    EXPECT_TRUE(Equal(parsed->public_key(), key.public_key()));
  }
  EXPECT_EQ(log_key_.ToVkey(), std::string(kName) + "+" + HexEncode(AsBytes(log_id_)) + "+" +
                                   Base64Encode(AsBytes("\x01" + std::string(AsText(log_.public_key())))));
}

std::string Vkey(std::string_view name, std::string_view typed_key) {
  const std::string key_id(AsText(Sha256({AsBytes(name), AsBytes("\n"), AsBytes(typed_key)}).view().first(4)));
  return std::string(name) + "+" + HexEncode(AsBytes(key_id)) + "+" + Base64Encode(AsBytes(typed_key));
}

TEST(NoteKey, RefusesEveryOtherVkey) {
  const std::string key(32, 'k');
  const std::string good = Vkey("a.example", "\x01" + key);
  ASSERT_TRUE(NoteKey::Parse(good).has_value());
  const std::size_t id = good.find('+') + 1;
  std::string wrong_id = good, upper_id = good;
  wrong_id[id] = good[id] == '0' ? '1' : '0';
  for (std::size_t i = id; i < id + 8; ++i) upper_id[i] = static_cast<char>(std::toupper(good[i]));
  const struct {
    const char* mutation;
    std::string vkey;
  } kRows[] = {
      {"nothing", ""},
      {"name alone", "a.example"},
      {"no key", good.substr(0, id + 8)},
      {"empty key", good.substr(0, id + 9)},
      {"no name", Vkey("", "\x01" + key)},
      {"space in the name", Vkey("a b", "\x01" + key)},
      {"DEL in the name", Vkey("a\x7f", "\x01" + key)},
      {"no ASCII in the name", Vkey("é", "\x01" + key)},
      {"LF in the name", Vkey("a\nb", "\x01" + key)},
      {"wrong key id", wrong_id},
      {"key id in upper case", upper_id},
      {"key id too short", good.substr(0, id) + good.substr(id + 1)},
      {"key id too long", good.substr(0, id) + "0" + good.substr(id)},
      {"type 0x02", Vkey("a.example", "\x02" + key)},
      {"type 0x00", Vkey("a.example", "\0"s + key)},
      {"type 0x05", Vkey("a.example", "\x05" + key)},
      {"type 0xff", Vkey("a.example", "\xff" + key)},
      {"type alone", Vkey("a.example", "\x01")},
      {"key of 31 bytes", Vkey("a.example", "\x01" + key.substr(1))},
      {"key of 33 bytes", Vkey("a.example", "\x01" + key + "k")},
      {"LF at the end", good + "\n"},
      {"space in front", " " + good},
      {"type of another key", Vkey("a.example", "\x04" + key).substr(0, id + 9) + good.substr(id + 9)},
  };
  ASSERT_NE(upper_id, good);
  for (const auto& row : kRows) {
    const auto parsed = NoteKey::Parse(row.vkey);
    ASSERT_FALSE(parsed.has_value()) << row.mutation;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument) << row.mutation;
  }
}

TEST(NoteKey, IsMadeOfAGoodNameAnd32Bytes) {
  const Bytes key(32);
  EXPECT_TRUE(NoteKey::Create("a.example/log/1", NoteKey::Type::kEd25519, key).has_value());
  EXPECT_FALSE(NoteKey::Create("", NoteKey::Type::kEd25519, key).has_value());
  EXPECT_FALSE(NoteKey::Create("a+b", NoteKey::Type::kEd25519, key).has_value());
  EXPECT_FALSE(NoteKey::Create("a b", NoteKey::Type::kEd25519, key).has_value());
  EXPECT_FALSE(NoteKey::Create("a", NoteKey::Type::kEd25519, Bytes(31)).has_value());
}

}  // namespace
}  // namespace certmark
