// Generation: the file `current`, and what becomes of one that is damaged, or too long.
#include "verifier-sdk/mirror/generation.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "tests/unit/ledger/temp_dir.h"

namespace certmark::mirror {
namespace {

class GenerationTest : public ::testing::Test {
 protected:
  std::filesystem::path file() const { return dir_ / "current"; }
  std::string ReadFile() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Of is an authority that keeps that many bytes of entries.
  static FollowedAuthority Of(const std::string& iss, std::size_t bytes) {
    FollowedAuthority authority;
    authority.iss = iss;
    FollowedLog& log = authority.logs.emplace_back();
    log.kept.push_back({1, std::string(bytes, 'x')});
    return authority;
  }
  testing::TempDir dir_;
};

TEST_F(GenerationTest, IsReadAsItWasWrittenAndByteForByteOrNotAtAll) {
  Generation written;
  written.number = 7;
  written.authorities.push_back(Of("https://ca.example", 100));
  ASSERT_TRUE(written.Write(dir_.path()));
  EXPECT_EQ(Generation::Read(dir_.path()).value().ToJson(), written.ToJson());
  const std::string good = ReadFile();
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] ^= 1;
    std::ofstream(file(), std::ios::binary) << bad;
    const auto read = Generation::Read(dir_.path());
    ASSERT_FALSE(read) << at;
    EXPECT_EQ(read.error().code, ErrorCode::kCorruption) << at;
  }
}

TEST_F(GenerationTest, IsReadableByOtherUsers) {
  const mode_t before = ::umask(022);
  const auto written = Generation().Write(dir_.path());
  ::umask(before);
  ASSERT_TRUE(written);
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0644u);
}

TEST_F(GenerationTest, GivesEachAuthorityItsOwnRoom) {
  Generation generation;
  for (int i = 0; i < 70; ++i) {
    generation.authorities.push_back(Of("https://ca" + std::to_string(i) + ".example", 1'000'000));
  }
  EXPECT_TRUE(generation.Write(dir_.path()));
  EXPECT_TRUE(Generation::Read(dir_.path()));
  generation.authorities[3] = Of("https://ca3.example", Generation::kMaxAuthorityBytes);
  EXPECT_EQ(generation.Write(dir_.path()).error().code, ErrorCode::kResourceExhausted);
}

}  // namespace
}  // namespace certmark::mirror
