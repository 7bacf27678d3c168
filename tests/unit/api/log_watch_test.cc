// What a subscriber of the log is sent, message by message, without any transport.
#include "api/log_watch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/request_field.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::api {
namespace {

using IfNothing = LogWatch::IfNothing;
using Next = LogWatch::Next;

class LogWatched : public ::testing::Test {
 protected:
  const ca::PublicLogs& logs() { return authority_.service().desk().logs(); }
  std::uint64_t Size() { return authority_.log().Exposed()->checkpoint.size; }
  void Append(const std::vector<std::string>& entries) {
    ledger::Change change;
    for (const std::string& entry : entries)
      change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes(entry)});
    ASSERT_TRUE(authority_.log().Append(std::move(change), ledger::Ack::kPublished));
  }
  // Grow appends so many entries that are unlike all others, of about `bytes` each.
  void Grow(std::size_t count, std::size_t bytes = 10) {
    std::vector<std::string> entries;
    for (std::size_t i = 0; i < count; ++i)
      entries.push_back("entry " + std::to_string(made_++) + " " + std::string(bytes, 'x'));
    Append(entries);
  }
  Result<LogWatch> Begin(std::uint64_t index, std::uint32_t log = 0) {
    v1::WatchLogRequest request;
    request.set_log(log);
    request.set_start_index(index);
    return LogWatch::Begin(logs(), request);
  }
  std::string EntryAt(std::uint64_t index, std::uint32_t log = 0) {
    const auto readable = logs().Find(log).value();
    return std::string(AsText(readable.reader.Entry(index, readable.exposed->checkpoint.size).value()));
  }
  // Take returns how many entries came until there is nothing more to send, each held against the log.
  std::uint64_t Take(LogWatch& watch, std::uint64_t from, Next until = Next::kNothing, std::uint32_t log = 0) {
    std::uint64_t next = from;
    v1::WatchLogResponse message;
    Result<Next> what = watch.Fill(message, IfNothing::kWait);
    for (; what && *what == Next::kMessage; what = watch.Fill(message, IfNothing::kWait)) {
      EXPECT_EQ(message.first_index(), next);
      std::size_t bytes = 0;
      for (const std::string& entry : message.entries()) {
        EXPECT_EQ(entry, EntryAt(next++, log));
        bytes += entry.size();
      }
      EXPECT_LE(static_cast<std::size_t>(message.entries_size()), LogWatch::kMaxEntries);
      EXPECT_LE(bytes, LogWatch::kMaxBytes);
      EXPECT_GE(Checkpoint::Parse(Note::Parse(message.checkpoint()).value().text()).value().size, next);
    }
    EXPECT_TRUE(what && *what == until);
    return next - from;
  }

  ca::testing::SmallAuthority authority_;
  std::uint64_t made_ = 0;
};

TEST_F(LogWatched, IsSentFromAnyIndexOn) {
  Grow(20);
  for (std::uint64_t from = 0; from <= Size(); ++from) {
    LogWatch watch = Begin(from).value();
    EXPECT_EQ(Take(watch, from), Size() - from) << from;
  }
}

TEST_F(LogWatched, GoesOnWithWhatComesAndRepeatsNothing) {
  const std::uint64_t from = Size();
  LogWatch watch = Begin(from).value();
  std::uint64_t taken = Take(watch, from);
  EXPECT_EQ(taken, 0u);
  for (std::size_t count = 1; count <= 5; ++count) {
    Grow(count);
    taken += Take(watch, from + taken);
    EXPECT_EQ(from + taken, Size());
  }
}

TEST_F(LogWatched, IsSentInMessagesOfBoundedSize) {
  Grow(2500);
  Grow(8, 60'000);
  LogWatch watch = Begin(0).value();
  EXPECT_EQ(Take(watch, 0), Size());
}

TEST_F(LogWatched, SaysAtOnceThatItIsWatchedAndWhatIsExposed) {
  LogWatch watch = Begin(Size()).value();
  v1::WatchLogResponse message;
  ASSERT_EQ(watch.Fill(message, IfNothing::kWait).value(), Next::kMessage);
  EXPECT_EQ(message.log(), logs().current());
  EXPECT_EQ(message.first_index(), Size());
  EXPECT_EQ(message.entries_size(), 0);
  EXPECT_EQ(message.checkpoint(), authority_.log().Exposed()->note);
  EXPECT_EQ(watch.Fill(message, IfNothing::kWait).value(), Next::kNothing);
}

TEST_F(LogWatched, IsSilentButForAHeartbeatWhereNothingComes) {
  LogWatch watch = Begin(0).value();
  Take(watch, 0);
  v1::WatchLogResponse message;
  ASSERT_EQ(watch.Fill(message, IfNothing::kHeartbeat).value(), Next::kMessage);
  EXPECT_EQ(message.entries_size(), 0);
  EXPECT_EQ(message.first_index(), Size());
  EXPECT_EQ(message.checkpoint(), authority_.log().Exposed()->note);
  Grow(1);
  ASSERT_EQ(watch.Fill(message, IfNothing::kHeartbeat).value(), Next::kMessage);
  EXPECT_EQ(message.entries_size(), 1) << "an entry is heartbeat enough";
}

TEST_F(LogWatched, BeginsNowhereBeyondItsEndAndSaysWhereThatIs) {
  const auto refused = Begin(Size() + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(FieldOf(refused.error()), "start_index");
  EXPECT_NE(refused.error().message.find(" has " + std::to_string(Size()) + " entries"), std::string::npos)
      << refused.error().message;
  EXPECT_EQ(Begin(UINT64_MAX).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Begin(0, 2).error().code, ErrorCode::kNotFound);
}

TEST_F(LogWatched, EndsWithTheLastEntryOfALogThatHasASuccessor) {
  Grow(3);
  authority_.Succeed();
  const std::uint64_t last = logs().Find(1).value().exposed->checkpoint.size;
  LogWatch watch = Begin(0, 1).value();
  EXPECT_EQ(Take(watch, 0, Next::kEnd, 1), last);
  LogWatch at_its_end = Begin(last, 1).value();
  v1::WatchLogResponse message;
  EXPECT_EQ(at_its_end.Fill(message, IfNothing::kWait).value(), Next::kMessage);
  EXPECT_EQ(at_its_end.Fill(message, IfNothing::kHeartbeat).value(), Next::kEnd) << "and no heartbeat";
  LogWatch current = Begin(0).value();
  EXPECT_EQ(Take(current, 0), Size());
  EXPECT_EQ(current.Fill(message, IfNothing::kHeartbeat).value(), Next::kMessage);
  EXPECT_EQ(message.log(), 2u);
}

}  // namespace
}  // namespace certmark::api
