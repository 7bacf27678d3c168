#include "verifier-sdk/core/tlog_proof.h"

#include <gtest/gtest.h>

namespace certmark {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view kNote =
    "ca.example/log/1\n8\nungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\n\n— a YWJjZGU=\n";

std::string Hashes(std::size_t count) {
  std::string lines;
  for (std::size_t i = 0; i < count; ++i) lines += Sha256(AsBytes(std::to_string(i))).Base64() + "\n";
  return lines;
}

std::string Text(std::string_view index, std::string_view hashes, std::string_view note = kNote) {
  return std::string(kHeader) + "index " + std::string(index) + "\n" + std::string(hashes) + "\n" + std::string(note);
}

TEST(TlogProof, IsIndexPathAndCheckpoint) {
  const std::string text = Text("5", Hashes(3));
  const TlogProof proof = *TlogProof::Parse(text);
  EXPECT_EQ(proof.index, 5U);
  ASSERT_EQ(proof.path.size(), 3U);
  EXPECT_EQ(proof.path[2], Sha256(AsBytes("2")));
  EXPECT_EQ(proof.checkpoint_note, kNote);
  EXPECT_EQ(proof.ToText(), text);
}

TEST(TlogProof, OfAnOnlyLeafHasNoPath) {
  const TlogProof proof = *TlogProof::Parse(Text("0", ""));
  EXPECT_TRUE(proof.path.empty());
  EXPECT_EQ(proof.ToText(), Text("0", ""));
}

TEST(TlogProof, LeadsFromAnEntryToItsRoot) {
  const Hash left = LeafHash(AsBytes("left")), right = LeafHash(AsBytes("right"));
  TlogProof written;
  written.index = 1;
  written.path = {left};
  written.checkpoint_note = Checkpoint{"ca.example/log/1", 2, NodeHash(left, right)}.ToText() + "\n— a YWJjZGU=\n";
  const TlogProof proof = *TlogProof::Parse(written.ToText());
  const Note note = *Note::Parse(proof.checkpoint_note);
  const Checkpoint checkpoint = *Checkpoint::Parse(note.text());
  EXPECT_TRUE(VerifyInclusion(proof.index, checkpoint.size, right, proof.path, checkpoint.root));
}

TEST(TlogProof, IgnoresAnExtraLine) {
  const std::string text = Text("5", Hashes(3));
  for (const std::string_view extra : {"extra YWJj\n", "extra \n", "extra anything at all\n"}) {
    const auto proof = TlogProof::Parse(std::string(kHeader) + std::string(extra) + text.substr(kHeader.size()));
    ASSERT_TRUE(proof.has_value()) << extra;
    EXPECT_EQ(proof->ToText(), text);
  }
}

TEST(TlogProof, HasAtMost63Hashes) {
  EXPECT_TRUE(TlogProof::Parse(Text("5", Hashes(63))).has_value());
  EXPECT_FALSE(TlogProof::Parse(Text("5", Hashes(64))).has_value());
}

TEST(TlogProof, HasAtMost64KiB) {
  const std::string text = Text("5", "", "");
  EXPECT_TRUE(TlogProof::Parse(text + std::string(TlogProof::kMaxBytes - text.size(), 'x')).has_value());
  EXPECT_FALSE(TlogProof::Parse(text + std::string(TlogProof::kMaxBytes - text.size() + 1, 'x')).has_value());
}

TEST(TlogProof, HasAPlainIndexBelow2To63) {
  EXPECT_EQ(TlogProof::Parse(Text("9223372036854775806", ""))->index, (1ULL << 63) - 2);
  for (const std::string_view index :
       {"", "9223372036854775807", "18446744073709551616", "00", "05", "+5", "-5", " 5", "5 ", "5.0", "0x5", "x"}) {
    EXPECT_FALSE(TlogProof::Parse(Text(index, Hashes(1))).has_value()) << index;
  }
}

TEST(TlogProof, IsRefusedInEveryOtherForm) {
  const std::string header(kHeader), note(kNote), hash = Hashes(1);
  const struct {
    const char* mutation;
    std::string text;
  } kRows[] = {
      {"nothing", ""},
      {"header alone", header},
      {"another version", "c2sp.org/tlog-proof@v2\nindex 5\n\n" + note},
      {"space behind the header", "c2sp.org/tlog-proof@v1 \nindex 5\n\n" + note},
      {"no header", "index 5\n\n" + note},
      {"CRLF", "c2sp.org/tlog-proof@v1\r\nindex 5\r\n\r\n" + note},
      {"BOM", "\xef\xbb\xbf" + Text("5", hash)},
      {"no index", header + hash + "\n" + note},
      {"Index", header + "Index 5\n\n" + note},
      {"index twice", header + "index 5\nindex 5\n\n" + note},
      {"extra behind the index", header + "index 5\nextra YWJj\n\n" + note},
      {"extra twice", header + "extra YWJj\nextra YWJj\nindex 5\n\n" + note},
      {"extra without a space", header + "extra\nindex 5\n\n" + note},
      {"blank line behind the header", header + "\nindex 5\n\n" + note},
      {"no blank line", header + "index 5\n" + hash},
      {"no checkpoint", Text("5", hash, "")},
      {"hash of 31 bytes", Text("5", Base64Encode(Bytes(31)) + "\n")},
      {"hash of 33 bytes", Text("5", Base64Encode(Bytes(33)) + "\n")},
      {"hash without padding", Text("5", hash.substr(0, 43) + "\n")},
      {"hash and a space", Text("5", hash.substr(0, 44) + " \n")},
      {"hash in hex", Text("5", std::string(64, '0') + "\n")},
  };
  for (const auto& row : kRows) {
    const auto proof = TlogProof::Parse(row.text);
    ASSERT_FALSE(proof.has_value()) << row.mutation;
    EXPECT_EQ(proof.error().code, ErrorCode::kInvalidArgument) << row.mutation;
  }
}

}  // namespace
}  // namespace certmark
