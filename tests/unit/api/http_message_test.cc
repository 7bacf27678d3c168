#include "api/http_message.h"

#include <gtest/gtest.h>

namespace certmark::api {
namespace {

TEST(HttpTarget, IsDecodedOnce) {
  const auto target = ParseHttpTarget("/v1/apps/android/org%2Etor%25%41?signer=a%20b&x=");
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->path, "/v1/apps/android/org.tor%A");
  const std::vector<std::pair<std::string, std::string>> query = {{"signer", "a b"}, {"x", ""}};
  EXPECT_EQ(target->query, query);
}

TEST(HttpTarget, OfTheRootIsGood) {
  EXPECT_EQ(ParseHttpTarget("/")->path, "/");
}

TEST(HttpTarget, RefusesWhatIsNotAPlainPath) {
  const struct {
    const char* mutation;
    std::string target;
  } kRows[] = {
      {"empty", ""},
      {"relative", "trust"},
      {"absolute form", "https://ca.example/trust"},
      {"asterisk form", "*"},
      {"authority form", "ca.example:443"},
      {"a parent", "/trust/../keys"},
      {"an encoded parent", "/trust/%2e%2e/keys"},
      {"an encoded slash that makes a parent", "/trust/..%2fkeys"},
      {"a parent at the end", "/trust/.."},
      {"this", "/./trust"},
      {"an empty segment", "/trust//1"},
      {"a slash at the end", "/trust/"},
      {"two slashes first", "//trust"},
      {"half an escape", "/trust/%2"},
      {"no hex", "/trust/%zz"},
      {"an encoded NUL", "/trust/%00"},
      {"a NUL", std::string("/trust/\0", 8)},
      {"a line feed", "/trust/%0a"},
      {"a space", "/trust/a b"},
      {"bad UTF-8", "/trust/%ff"},
      {"an encoded NUL in the query", "/trust?a=%00"},
      {"a fragment", "/trust#1"},
  };
  for (const auto& row : kRows) {
    const auto target = ParseHttpTarget(row.target);
    ASSERT_FALSE(target) << row.mutation << ": " << target->path;
    EXPECT_EQ(target.error().code, ErrorCode::kInvalidArgument) << row.mutation;
  }
}

TEST(PathSegment, IsReadAsTheTextThatItWas) {
  for (const std::string text : {"org.example.app", "a?b", "a#b", "a%b", "\"<>&'", "a;=,+b", "名"}) {
    const auto target = ParseHttpTarget("/" + PathSegment(text));
    ASSERT_TRUE(target) << text;
    EXPECT_EQ(target->path, "/" + text);
    EXPECT_TRUE(target->query.empty()) << text;
  }
  EXPECT_EQ(PathSegment("a/b c"), "a%2Fb%20c");
}

}  // namespace
}  // namespace certmark::api
