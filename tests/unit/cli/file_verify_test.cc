// file verify: what it cannot read, or has nobody to believe for, it does not judge.
#include <gtest/gtest.h>

#include "ca/decided_file.h"
#include "tests/unit/cli/command_line.h"

namespace certmark::testing {
namespace {

TEST(FileVerify, CannotTellOfWhatIsNoDecidedFile) {
  CommandLine certmark;
  for (const std::string text : {"", "{}", R"({"format":"certmark-file/2"})"}) {
    const auto ran = certmark.Run({"file", "verify", certmark.Write("file.json", text)});
    EXPECT_EQ(ran.code, 2) << text;
    EXPECT_NE(ran.err.find("no decided file"), std::string::npos) << ran.err;
  }
}

TEST(FileVerify, WantsToKnowWhomToBelieve) {
  CommandLine certmark;
  ca::DecidedFile file;
  file.authority = "https://ca.example";
  const auto ran = certmark.Run({"file", "verify", certmark.Write("file.json", file.ToJson())});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("whom to believe"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace certmark::testing
