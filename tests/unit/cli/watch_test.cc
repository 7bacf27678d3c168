// Watching: what is written when, and when it ends.
#include "api/cli/watch.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/cli/command_line.h"

namespace certmark::cli {
namespace {

using testing::kNow;

// What a verb says at each look, in order; the watch is ended after the last.
class AWatchedVerb : public ::testing::Test {
 protected:
  using Answer = std::function<Result<Exit>(Context&)>;

  Result<Exit> WatchThem(std::vector<Answer> answers) {
    std::size_t looks = 0;
    const Environment around{.in = in,
                             .out = out,
                             .err = err,
                             .clock = [] { return kNow; },
                             .columns = columns,
                             .pause =
                                 [&](std::chrono::milliseconds time) {
                                   if (looks == 0) return time.count() == 0;  // the one that begins
                                   paused.push_back(time);
                                   return looks < answers.size();
                                 }};
    Globals globals;
    globals.json = json;
    Context context(around, globals, Settings::Resolve({}, {}));
    return Watch(
        context, [&](Context& inner) { return answers.at(looks++)(inner); }, std::chrono::seconds(7));
  }

  static Answer Says(const std::string& text) {
    return [text](Context& context) {
      context.console().Line(text);
      context.console().Object("{\"is\":\"" + text + "\"}");
      return Exit::kOk;
    };
  }
  static Answer Fails(ErrorCode code, const std::string& message) {
    return [=](Context&) { return Error{code, message}; };
  }
  static std::size_t Count(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
    return count;
  }

  std::istringstream in;
  std::ostringstream out, err;
  std::vector<std::chrono::milliseconds> paused;
  std::size_t columns = 0;
  bool json = false;
};

TEST_F(AWatchedVerb, IsWrittenOnceForEachChange) {
  EXPECT_EQ(WatchThem({Says("a"), Says("a"), Says("b"), Says("b"), Says("a")}).value(), Exit::kOk);
  EXPECT_EQ(Count(out.str(), "a\n"), 2U) << out.str();
  EXPECT_EQ(Count(out.str(), "b\n"), 1U) << out.str();
  EXPECT_NE(out.str().find("it changed 2 times."), std::string::npos) << out.str();
  EXPECT_EQ(paused, std::vector<std::chrono::milliseconds>(5, std::chrono::seconds(7)));
}

TEST_F(AWatchedVerb, IsOneDocumentALineForPrograms) {
  json = true;
  EXPECT_TRUE(WatchThem({Says("a"), Says("a"), Says("b")}));
  EXPECT_EQ(out.str(), "{\"is\":\"a\"}\n{\"is\":\"b\"}\n");
}

TEST_F(AWatchedVerb, IsDrawnAnewOnATerminalAlone) {
  EXPECT_TRUE(WatchThem({Says("a"), Says("b")}));
  EXPECT_EQ(Count(out.str(), "\x1b"), 0U);
  columns = 80;
  EXPECT_TRUE(WatchThem({Says("a"), Says("a"), Says("b")}));
  EXPECT_EQ(Count(out.str(), "\x1b[2J"), 2U);
}

TEST_F(AWatchedVerb, EndsWithWhatFailsAtFirst) {
  const auto ended = WatchThem({Fails(ErrorCode::kUnavailable, "nobody there"), Says("a")});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().message, "nobody there");
  EXPECT_TRUE(paused.empty());
}

TEST_F(AWatchedVerb, EndsWithWhatCanNeverSucceed) {
  const auto ended = WatchThem({Says("a"), Fails(ErrorCode::kPermissionDenied, "revoked"), Says("a")});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kPermissionDenied);
}

TEST_F(AWatchedVerb, AsksAgainWhoeverIsNotReachedForAWhileAndTellsItOnce) {
  const auto gone = Fails(ErrorCode::kUnavailable, "nobody there");
  EXPECT_TRUE(WatchThem({Says("a"), gone, gone, Says("a"), gone, Says("b")}));
  EXPECT_EQ(Count(err.str(), "nobody there"), 2U) << "once each time that it began: " << err.str();
  EXPECT_EQ(Count(out.str(), "a\n"), 1U);
  EXPECT_EQ(Count(out.str(), "b\n"), 1U);
}

TEST_F(AWatchedVerb, ReturnsWhatTheNewestLookCameTo) {
  EXPECT_EQ(WatchThem({Says("a"), [](Context&) { return Exit::kUnknown; }}).value(), Exit::kUnknown);
}

TEST(WatchFlag, IsOfVerbsThatReadAndBoundedBelow) {
  testing::CommandLine certmark;
  for (const char* wrong : {"--watch=0", "--watch=-1", "--watch=soon", "--watch=1000000"}) {
    const auto ran = certmark.Run({"work", wrong});
    EXPECT_EQ(ran.code, 3) << wrong;
    EXPECT_EQ(ran.err.find("party enrol"), std::string::npos) << wrong << " was taken: " << ran.err;
  }
  for (const char* right : {"--watch", "--watch=1"}) {
    EXPECT_NE(certmark.Run({"work", right}).err.find("party enrol"), std::string::npos) << right;
  }
  EXPECT_NE(
      certmark.Run({"order", "close", "orders/CO-2026-7K3Q9X2M4T4", "--reason", "r", "--watch"}).err.find("--watch"),
      std::string::npos)
      << "what changes something is never done twice";
}

TEST(WatchFlag, TakesNothingThatStandsBehindIt) {
  const auto ran = testing::CommandLine().Run({"show", "--watch", "android:org.example"});
  EXPECT_NE(ran.err.find("party enrol"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace certmark::cli
