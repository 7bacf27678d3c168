#include "api/stderr_log.h"

#include <gtest/gtest.h>

#include "api/request_id.h"
#include "verifier-sdk/core/json.h"

namespace certmark::api {
namespace {

LogMessage Say(std::string_view text) {
  return {.logger = "certmarkd", .level = "error", .text = text, .milliseconds = 1'800'000'000'007};
}

TEST(LogLine, IsAnObjectForPrograms) {
  EXPECT_EQ(LogLine(Say("the disk is full"), LogFormat::kJson),
            "{\"time\":\"2027-01-15T08:00:00.007Z\",\"level\":\"error\",\"logger\":\"certmarkd\","
            "\"message\":\"the disk is full\"}\n");
}

TEST(LogLine, IsALineForPeople) {
  EXPECT_EQ(LogLine(Say("the disk is full"), LogFormat::kText), "2027-01-15T08:00:00.007Z error the disk is full\n");
}

TEST(LogLine, NamesTheRequestForWhichItIsWritten) {
  const RequestScope scope("5f-2a");
  EXPECT_EQ(LogLine(Say("x"), LogFormat::kText), "2027-01-15T08:00:00.007Z error 5f-2a x\n");
  const std::string line = LogLine(Say("x"), LogFormat::kJson);
  const auto document = json::Document::Parse(line, 1024);
  ASSERT_TRUE(document) << line;
  EXPECT_EQ(document->root().String("request_id").value(), "5f-2a");
}

TEST(LogLine, IsOneLineWhateverItSays) {
  for (const std::string_view hostile :
       {"a\nb", "a\r\nb", "\"quoted\" and \\", "\xff\xfe", "\x1b[2J", "\xe4\xb8\xad", "a\0b"}) {
    const std::string line = LogLine(Say(hostile), LogFormat::kJson);
    EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
    const auto document = json::Document::Parse(line, 1024);
    ASSERT_TRUE(document) << line;
    EXPECT_FALSE(document->root().String("message")->empty());
    const std::string text = LogLine(Say(hostile), LogFormat::kText);
    EXPECT_EQ(text.find_first_of("\n\r\x1b"), text.size() - 1) << text;
  }
}

}  // namespace
}  // namespace certmark::api
