#include "ca/backup_manifest.h"

#include <gtest/gtest.h>

#include <string>

namespace certmark::ca {
namespace {

BackupManifest Example() {
  BackupManifest manifest;
  manifest.authority = "https://ca.example";
  manifest.created = Time{Seconds{1793664000}};
  manifest.trees = {{0, {7, Sha256(AsBytes("records"))}}, {1, {5, Sha256(AsBytes("log"))}}};
  manifest.checkpoint = "ca.example/log/1\n5\nroot\n\n— ca.example/log/1 x\n";
  manifest.files = {{"certmark.toml", {3, Sha256(AsBytes("a"))}}, {"data/CURRENT", {16, Sha256(AsBytes("b"))}}};
  return manifest;
}

TEST(BackupManifest, IsReadAsItWasWritten) {
  const auto read = BackupManifest::Parse(Example().ToJson());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, Example());
}

TEST(BackupManifest, KnowsItsTreesAndItsSize) {
  EXPECT_EQ(Example().TreeOf(1).size, 5u);
  EXPECT_EQ(Example().TreeOf(2), ledger::TreeHead{});
  EXPECT_EQ(Example().Bytes(), 19u);
}

TEST(BackupManifest, RefusesEachThingThatMayNotBe) {
  const struct {
    const char* mutation;
    std::string from, to;
  } kRows[] = {
      {"another format", R"("format":1)", R"("format":2)"},
      {"no format", R"("format":1,)", ""},
      {"no authority", "https://ca.example", "http://ca.example"},
      {"a time that is none", "1793664000", "999999999999"},
      {"an absolute path", "data/CURRENT", "/data/CURRENT"},
      {"a path that leads out", "data/CURRENT", "data/../../CURRENT"},
      {"a path with another spelling", "data/CURRENT", "data//CURRENT"},
      {"a path of a directory", "data/CURRENT", "data/"},
      {"the parent itself", "data/CURRENT", ".."},
      {"an empty path", "data/CURRENT", ""},
      {"the manifest among its files", "data/CURRENT", "manifest.json"},
      {"a file twice", "data/CURRENT", "certmark.toml"},
      {"files out of order", "data/CURRENT", "a"},
      {"a digest of another length", Sha256(AsBytes("b")).Hex(), "00"},
      {"a root of another length", Sha256(AsBytes("log")).Hex(), "00"},
      {"another origin", "ca.example/log/1\",\"size", "ca.example/log/2\",\"size"},
      {"no origin", R"("origin":"ca.example/log/1",)", ""},
      {"a log twice", R"("log":0)", R"("log":1,"origin":"ca.example/log/1")"},
      {"a log with no such number", R"("log":1)", R"("log":4294967296)"},
      {"no files", R"("files")", R"("file")"},
  };
  for (const auto& [mutation, from, to] : kRows) {
    std::string text = Example().ToJson();
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << mutation;
    text.replace(at, from.size(), to);
    const auto read = BackupManifest::Parse(text);
    ASSERT_FALSE(read) << mutation;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument) << mutation;
  }
}

}  // namespace
}  // namespace certmark::ca
