#include "api/cli/new_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/unit/ledger/temp_dir.h"

namespace certmark::testing {
namespace {

std::string Contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

class ANewFile : public ::testing::Test {
 protected:
  std::size_t Count() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(name_.parent_path()), {}));
  }
  TempDir directory_;
  const std::filesystem::path name_ = directory_ / "policy.pdf";
};

TEST_F(ANewFile, HasItsNameOnceItIsWhole) {
  {
    auto file = cli::NewFile::Create(name_).value();
    file.Write("one ").value();
    file.Write("two").value();
    EXPECT_FALSE(std::filesystem::exists(name_));
    file.Keep().value();
  }
  EXPECT_EQ(Contents(name_), "one two");
  EXPECT_EQ(Count(), 1u);
}

TEST_F(ANewFile, LeavesNothingWhenItIsGivenUp) {
  cli::NewFile::Create(name_).value().Write("half").value();
  EXPECT_EQ(Count(), 0u);
}

TEST_F(ANewFile, TakesTheNameOfNoOtherFile) {
  std::ofstream(name_) << "mine";
  EXPECT_EQ(cli::NewFile::Create(name_).error().code, ErrorCode::kAlreadyExists);
  std::filesystem::remove(name_);
  {
    auto file = cli::NewFile::Create(name_).value();
    file.Write("late").value();
    EXPECT_EQ(cli::NewFile::Create(name_).error().code, ErrorCode::kAlreadyExists) << "another is at it";
    std::ofstream(name_) << "mine";
    EXPECT_EQ(file.Keep().error().code, ErrorCode::kAlreadyExists);
  }
  EXPECT_EQ(Contents(name_), "mine");
  EXPECT_EQ(Count(), 1u);
}

}  // namespace
}  // namespace certmark::testing
