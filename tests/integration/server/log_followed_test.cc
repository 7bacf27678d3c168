// The log watched by the command line's client: every message held against the signed checkpoint that came with it.
#include <gtest/gtest.h>

#include <sstream>
#include <stop_token>

#include "api/cli/followed_log.h"
#include "tests/integration/server/served_office.h"

namespace certmark::testing {
namespace {

class FollowedLog : public ::testing::Test {
 protected:
  cli::Client Connect() {
    return {"127.0.0.1:" + std::to_string(served_.public_port()),
            cli::ClientTls{served_.ceremony().roots_pem(), "", {}}, console_};
  }
  const TrustList& list() { return served_.office().authority().trust; }
  std::uint64_t Size() { return served_.office().log().Exposed()->checkpoint.size; }
  void Grow(std::size_t count) {
    ledger::Change change;
    for (std::size_t i = 0; i < count; ++i)
      change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes("entry " + std::to_string(made_++))});
    ASSERT_TRUE(served_.office().log().Append(std::move(change), ledger::Ack::kPublished));
  }
  Result<cli::FollowedLog> Begin(std::uint64_t index) {
    cli::CheckedLog log = CM_TRY(cli::CheckedLog::Open(client_, list(), 0));
    return cli::FollowedLog::Begin(client_, list(), log, index);
  }
  // Messages are those of one call, until they reach the log's size.
  std::vector<v1::WatchLogResponse> Messages(std::uint64_t from) {
    std::vector<v1::WatchLogResponse> messages;
    std::stop_source enough;
    v1::WatchLogRequest request;
    request.set_start_index(from);
    (void)client_.WatchLog(
        request,
        [&](const v1::WatchLogResponse& message) -> Result<void> {
          messages.push_back(message);
          from += static_cast<std::uint64_t>(message.entries_size());
          if (from == Size()) enough.request_stop();
          return {};
        },
        enough.get_token());
    return messages;
  }

  ServedOffice served_;
  std::ostringstream out_, err_;
  cli::Console console_{out_, err_};
  cli::Client client_ = Connect();
  std::size_t made_ = 0;
};

TEST_F(FollowedLog, IsTiedToItsCheckpointsFromAnyIndexOn) {
  Grow(40);
  for (std::uint64_t from = 0; from <= Size(); ++from) {
    auto log = Begin(from);
    ASSERT_TRUE(log) << from << log.error().message;
    for (const auto& message : Messages(from)) ASSERT_TRUE(log->Take(message)) << from;
    EXPECT_EQ(log->next(), Size());
  }
  EXPECT_EQ(Begin(Size() + 1).error().code, ErrorCode::kNotFound);
}

TEST_F(FollowedLog, IsOneHistoryAcrossARestart) {
  auto log = Begin(0).value();
  for (const auto& message : Messages(0)) ASSERT_TRUE(log.Take(message));
  served_.Stop();
  v1::WatchLogRequest request;
  const auto ended = client_.WatchLog(
      request, [](const v1::WatchLogResponse&) -> Result<void> { return {}; }, std::stop_token());
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kUnavailable);
  served_.office().Reopen();
  served_.Start();
  client_ = Connect();
  Grow(2500);  // several messages, of which all but the last end before their checkpoint does
  const auto messages = Messages(log.next());
  ASSERT_GE(messages.size(), 3u);
  for (const auto& message : messages) ASSERT_TRUE(log.Take(message));
  EXPECT_EQ(log.next(), Size());
}

TEST_F(FollowedLog, TakesNothingThatDoesNotHold) {
  Grow(5);
  const v1::WatchLogResponse old = Messages(0).front();
  Grow(5);
  const v1::WatchLogResponse good = Messages(0).front();
  using Message = v1::WatchLogResponse;
  const struct {
    const char* mutation;
    void (*change)(Message&, const Message& old);
  } kRows[] = {
      {"another byte in an entry", [](Message& m, const Message&) { m.mutable_entries(3)->back() ^= 1; }},
      {"two entries exchanged", [](Message& m, const Message&) { m.mutable_entries()->SwapElements(1, 2); }},
      {"an entry left out", [](Message& m, const Message&) { m.mutable_entries()->DeleteSubrange(2, 1); }},
      {"an entry twice", [](Message& m, const Message&) { m.add_entries(m.entries(m.entries_size() - 1)); }},
      {"an entry too long", [](Message& m, const Message&) { *m.add_entries() = std::string(65'536, 'x'); }},
      {"another index", [](Message& m, const Message&) { m.set_first_index(1); }},
      {"another log", [](Message& m, const Message&) { m.set_log(2); }},
      {"a checkpoint of less", [](Message& m, const Message& old) { m.set_checkpoint(old.checkpoint()); }},
      {"no checkpoint", [](Message& m, const Message&) { m.clear_checkpoint(); }},
      {"a signature that is none", [](Message& m, const Message&) { *(m.mutable_checkpoint()->end() - 8) ^= 1; }},
  };
  auto log = Begin(0).value();
  for (const auto& row : kRows) {
    Message message = good;
    row.change(message, old);
    const auto taken = log.Take(message);
    ASSERT_FALSE(taken) << row.mutation;
    EXPECT_EQ(taken.error().code, ErrorCode::kFailedPrecondition) << row.mutation << ": " << taken.error().message;
    EXPECT_EQ(log.next(), 0u) << row.mutation;
  }
  EXPECT_TRUE(log.Take(good)) << "and nothing is in the way";
}

TEST_F(FollowedLog, IsStoppedByWhoeverWatches) {
  std::stop_source stop;
  v1::WatchLogRequest request;
  std::size_t messages = 0;
  (void)client_.WatchLog(
      request,
      [&](const v1::WatchLogResponse&) -> Result<void> {
        ++messages;
        stop.request_stop();
        return {};
      },
      stop.get_token());
  EXPECT_EQ(messages, 1u);
  const auto refused = client_.WatchLog(
      request,
      [](const v1::WatchLogResponse&) -> Result<void> {
        return Error{ErrorCode::kFailedPrecondition, "it does not hold"};
      },
      std::stop_token());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "it does not hold");
}

}  // namespace
}  // namespace certmark::testing
