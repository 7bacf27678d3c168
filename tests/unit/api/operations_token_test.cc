#include "api/operations_token.h"

#include <gtest/gtest.h>

#include <fstream>

#include "ca/small_file.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::api {
namespace {

class OperationsToken : public ::testing::Test {
 protected:
  Result<OperationsAccess> Written(std::string_view bound, std::string_view token = "abc") {
    EXPECT_TRUE(WriteOperationsToken(files_, Listener::Parse(bound).value(), ca::Secret(token)));
    return ReadOperationsToken(files_);
  }
  std::string Why(std::string_view text) {
    std::filesystem::remove(files_.operations_token());
    EXPECT_TRUE(ca::WriteNewFile(files_.operations_token(), text, 0600));
    const auto read = ReadOperationsToken(files_);
    return read ? "it is read" : read.error().message;
  }
  certmark::testing::TempDir directory_;
  ca::AuthorityFiles files_{directory_.path()};
};

TEST_F(OperationsToken, IsReadWithTheAddressOfTheDaemonThatKnowsIt) {
  const auto access = Written("127.0.0.1:7480");
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->listener.ToText(), "127.0.0.1:7480");
  EXPECT_EQ(access->token.Reveal(), "abc");
  EXPECT_EQ(Written("[::1]:99")->listener.ToText(), "[::1]:99");
  const auto mode = std::filesystem::status(files_.operations_token()).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(OperationsToken, OfADaemonAtEveryAddressIsShownOverLoopback) {
  EXPECT_EQ(Written("0.0.0.0:7480")->listener.ToText(), "127.0.0.1:7480");
  EXPECT_EQ(Written("[::]:7480")->listener.ToText(), "[::1]:7480");
}

TEST_F(OperationsToken, IsShownToNoOtherMachine) {
  for (const char* elsewhere : {"192.0.2.1:7480", "128.0.0.1:7480", "[2001:db8::1]:7480"}) {
    const auto access = Written(elsewhere);
    ASSERT_FALSE(access) << elsewhere;
    EXPECT_EQ(access.error().code, ErrorCode::kPermissionDenied);
    EXPECT_NE(access.error().message.find(elsewhere), std::string::npos) << access.error().message;
  }
}

TEST_F(OperationsToken, IsTakenFromNoFileThatOthersMayTouch) {
  ASSERT_TRUE(Written("127.0.0.1:7480"));
  std::filesystem::permissions(files_.operations_token(), std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(ReadOperationsToken(files_).error().code, ErrorCode::kPermissionDenied);
}

TEST_F(OperationsToken, IsNotGuessedFromAnotherFile) {
  EXPECT_EQ(Why("127.0.0.1:7480\nabc\n"), "it is read");
  for (const char* text :
       {"", "\n", "abc", "abc\n", "127.0.0.1:7480", "127.0.0.1:7480\n", "127.0.0.1:7480\n\n", "127.0.0.1:7480\nabc",
        "127.0.0.1:7480\nabc\n\n", "127.0.0.1:7480\na\nb\n", "host:1\nabc\n"}) {
    EXPECT_EQ(Why(text), files_.operations_token().string() + " is not what a daemon writes") << text;
  }
}

TEST(NewOperationsToken, IsOf256Bits) {
  const auto token = NewOperationsToken(ca::SystemRandom).value();
  EXPECT_EQ(token.Reveal().size(), 43u);
  EXPECT_NE(token.Reveal(), NewOperationsToken(ca::SystemRandom).value().Reveal());
}

}  // namespace
}  // namespace certmark::api
