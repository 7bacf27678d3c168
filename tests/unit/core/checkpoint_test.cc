#include "verifier-sdk/core/checkpoint.h"

#include <gtest/gtest.h>

namespace certmark {
namespace {

constexpr std::string_view kRoot = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";

std::string Text(std::string_view origin, std::string_view size, std::string_view root) {
  return std::string(origin) + "\n" + std::string(size) + "\n" + std::string(root) + "\n";
}

TEST(Checkpoint, IsOriginSizeAndRoot) {
  const std::string text = Text("ca.example/log/1", "4711", kRoot);
  const Checkpoint checkpoint = *Checkpoint::Parse(text);
  EXPECT_EQ(checkpoint.origin, "ca.example/log/1");
  EXPECT_EQ(checkpoint.size, 4711U);
  EXPECT_EQ(checkpoint.root, Sha256(AsBytes("abc")));
  EXPECT_EQ(checkpoint.ToText(), text);
}

TEST(Checkpoint, HasASizeFromZeroToBelow2To63) {
  EXPECT_EQ(Checkpoint::Parse(Text("o", "0", kRoot))->size, 0U);
  EXPECT_EQ(Checkpoint::Parse(Text("o", "9223372036854775807", kRoot))->size, (1ULL << 63) - 1);
  for (const std::string_view size : {"9223372036854775808", "18446744073709551616", "00", "01", "+1", "-1", "-0", " 1",
                                      "1 ", "1.0", "0x1", "1e3", "x"}) {
    EXPECT_FALSE(Checkpoint::Parse(Text("o", size, kRoot)).has_value()) << size;
  }
}

TEST(Checkpoint, ToleratesExtensionLinesAndWritesNone) {
  const std::string text = Text("o", "1", kRoot);
  const auto checkpoint = Checkpoint::Parse(text + "extension\n— another\n");
  ASSERT_TRUE(checkpoint.has_value());
  EXPECT_EQ(checkpoint->ToText(), text);
}

TEST(Checkpoint, IsRefusedInEveryOtherForm) {
  const std::string root(kRoot);
  const struct {
    const char* mutation;
    std::string text;
  } kRows[] = {
      {"nothing", ""},
      {"origin alone", "o\n"},
      {"no root", "o\n1\n"},
      {"root does not end", "o\n1\n" + root},
      {"empty origin", Text("", "1", root)},
      {"empty size", Text("o", "", root)},
      {"empty root", Text("o", "1", "")},
      {"blank line in front", "\n" + Text("o", "1", root)},
      {"blank line at the end", Text("o", "1", root) + "\n"},
      {"blank line before an extension", Text("o", "1", root) + "\nextension\n"},
      {"blank line behind an extension", Text("o", "1", root) + "extension\n\n"},
      {"extension does not end", Text("o", "1", root) + "extension"},
      {"root of 31 bytes", Text("o", "1", Base64Encode(Bytes(31)))},
      {"root of 33 bytes", Text("o", "1", Base64Encode(Bytes(33)))},
      {"root without padding", Text("o", "1", root.substr(0, 43))},
      {"root in base64url", Text("o", "1", "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=")},
      {"root with trailing bits", Text("o", "1", root.substr(0, 42) + "1=")},
      {"root and a space", Text("o", "1", root + " ")},
      {"root in hex", Text("o", "1", std::string(64, '0'))},
      {"CRLF behind the size", Text("o", "1\r", root)},
      {"CRLF behind the root", Text("o", "1", root + "\r")},
  };
  for (const auto& row : kRows) {
    const auto checkpoint = Checkpoint::Parse(row.text);
    ASSERT_FALSE(checkpoint.has_value()) << row.mutation;
    EXPECT_EQ(checkpoint.error().code, ErrorCode::kInvalidArgument) << row.mutation;
  }
}

}  // namespace
}  // namespace certmark
