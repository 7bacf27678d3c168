// The log watched over real connections: it goes on live, is resumed, and no subscriber is in another's way.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "certmark/v1/public.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/integration/server/served_office.h"

namespace certmark::testing {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLimit{120};  // reached only when something is broken

// Subscriber is one call of WatchLog; it is gone when this goes.
class Subscriber {
 public:
  Subscriber(const std::shared_ptr<grpc::Channel>& channel, std::uint64_t from, std::uint32_t log = 0,
             std::chrono::milliseconds patience = kLimit)
      : stub_(channel) {
    context_.set_deadline(std::chrono::system_clock::now() + patience);
    v1::WatchLogRequest request;
    request.set_start_index(from);
    request.set_log(log);
    reader_ = stub_.WatchLog(&context_, request);
  }
  ~Subscriber() {
    context_.TryCancel();
    if (reader_) (void)reader_->Finish();
  }

  // Next waits for a message; false: the call is over.
  bool Next() { return reader_->Read(&last); }
  // Take reads messages, heartbeats too, until it has so many entries, or the call is over.
  std::vector<std::string> Take(std::size_t count) {
    std::vector<std::string> entries;
    while (entries.size() < count && Next())
      entries.insert(entries.end(), last.entries().begin(), last.entries().end());
    return entries;
  }
  grpc::Status End() {
    while (Next()) {
    }
    const grpc::Status status = reader_->Finish();
    reader_.reset();
    return status;
  }
  std::string trailing(const std::string& name) const {
    const auto& trailing = context_.GetServerTrailingMetadata();
    const auto found = trailing.find(name);
    return found == trailing.end() ? "" : std::string(found->second.data(), found->second.size());
  }

  v1::WatchLogResponse last;

 private:
  v1::PublicService::Stub stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchLogResponse>> reader_;
};

class LogWatch : public ::testing::Test {
 protected:
  LogWatch() { Serve({}); }
  void Serve(const api::WatchOptions& options) { served_.emplace(options); }

  std::uint64_t Size() { return served_->office().log().Exposed()->checkpoint.size; }
  // Grow appends entries that are unlike all others.
  std::vector<std::string> Grow(std::size_t count, std::size_t bytes = 10) {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < count; ++i) {
      made.push_back("entry " + std::to_string(made_++) + " " + std::string(bytes, 'x'));
      ledger::Change change;
      change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes(made.back())});
      EXPECT_TRUE(served_->office().log().Append(std::move(change), ledger::Ack::kPublished));
    }
    return made;
  }
  std::vector<std::string> EntriesFrom(std::uint64_t index) {
    std::vector<std::string> entries;
    const auto log = served_->office().service().desk().logs().Find(0).value();
    for (; index < log.exposed->checkpoint.size; ++index)
      entries.emplace_back(AsText(log.reader.Entry(index, log.exposed->checkpoint.size).value()));
    return entries;
  }
  std::shared_ptr<grpc::Channel> Connect() { return served_->Connect(served_->public_port()); }
  std::uint64_t Ended(grpc::StatusCode code) {
    return served_->calls().Find(*v1::WatchLogRequest::descriptor())->ended.at(code);
  }
  // What the server hears of a call's end comes when it comes.
  static void Await(const std::function<bool()>& holds) {
    const auto limit = Clock::now() + kLimit;
    while (!holds() && Clock::now() < limit) std::this_thread::yield();
    EXPECT_TRUE(holds());
  }

  std::optional<ServedOffice> served_;
  std::size_t made_ = 0;
};

TEST_F(LogWatch, GoesOnLiveAfterAllThatWasThereBefore) {
  Grow(3);
  Subscriber subscriber(Connect(), 0);
  const auto before = EntriesFrom(0);
  EXPECT_EQ(subscriber.Take(before.size()), before);
  for (int i = 0; i < 3; ++i) {
    const auto next = Grow(2);
    EXPECT_EQ(subscriber.Take(2), next);
    EXPECT_EQ(subscriber.last.log(), 1u);
    EXPECT_EQ(subscriber.last.first_index() + static_cast<std::uint64_t>(subscriber.last.entries_size()), Size());
  }
  EXPECT_EQ(subscriber.last.checkpoint(), served_->office().log().Exposed()->note);
}

TEST_F(LogWatch, IsResumedAcrossARestartWithoutLossOrRepetition) {
  std::vector<std::string> taken;
  {
    Subscriber subscriber(Connect(), 0);
    taken = subscriber.Take(EntriesFrom(0).size());
    Grow(5);
    const auto more = subscriber.Take(3);  // at least: one message may have brought all
    taken.insert(taken.end(), more.begin(), more.end());
    served_->Stop();
    EXPECT_EQ(subscriber.End().error_code(), grpc::UNAVAILABLE);
  }
  served_->office().Reopen();
  served_->Start();
  Grow(4);
  Subscriber again(Connect(), taken.size());
  const auto rest = again.Take(EntriesFrom(taken.size()).size());
  taken.insert(taken.end(), rest.begin(), rest.end());
  EXPECT_EQ(taken, EntriesFrom(0));
  const auto live = Grow(1);
  EXPECT_EQ(again.Take(1), live);
}

TEST_F(LogWatch, HasAHeartbeatWhereNothingComes) {
  Serve({.heartbeat = milliseconds(50)});
  const auto begun = Clock::now();
  Subscriber subscriber(Connect(), Size());
  constexpr int kBeats = 4;  // the first is said at once
  for (int i = 0; i < kBeats; ++i) {
    ASSERT_TRUE(subscriber.Next());
    EXPECT_EQ(subscriber.last.entries_size(), 0);
    EXPECT_EQ(subscriber.last.first_index(), Size());
    EXPECT_EQ(subscriber.last.checkpoint(), served_->office().log().Exposed()->note);
  }
  EXPECT_GE(Clock::now() - begun, (kBeats - 1) * milliseconds(50));
}

TEST_F(LogWatch, GivesUpWhoReadsTooSlowlyAndGoesOnWithOthers) {
  Serve({.patience = milliseconds(1500)});
  const std::uint64_t from = Size();
  Subscriber slow(Connect(), from), quick(Connect(), from);
  std::vector<std::string> sent;
  while (sent.size() < 100) {  // far more than a connection takes on its way
    sent.push_back(Grow(1, 60'000).front());
    const auto taken = quick.Take(1);
    ASSERT_TRUE(taken.size() == 1 && taken.front() == sent.back()) << sent.size();
  }
  Await([&] { return Ended(grpc::RESOURCE_EXHAUSTED) == 1; });
  const auto next = Grow(1);
  EXPECT_EQ(quick.Take(1), next);
  // What had left before is still what it was.
  std::vector<std::string> taken = slow.Take(sent.size());
  ASSERT_LT(taken.size(), sent.size());
  EXPECT_TRUE(std::equal(taken.begin(), taken.end(), sent.begin()));
  const grpc::Status status = slow.End();
  EXPECT_EQ(status.error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(status.error_message().starts_with("SLOW_READER: ")) << status.error_message();
  Subscriber again(Connect(), from + taken.size());
  const auto rest = again.Take(sent.size() - taken.size());
  taken.insert(taken.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(sent.size() - taken.size()));
  EXPECT_TRUE(taken == sent);
}

TEST_F(LogWatch, RefusesTooManyOfOneNetworkUntilOneIsGone) {
  Serve({.all = 10, .each = 2});
  Subscriber first(Connect(), 0);
  std::optional<Subscriber> second(std::in_place, Connect(), 0);
  ASSERT_TRUE(first.Next());
  ASSERT_TRUE(second->Next());
  EXPECT_EQ(served_->calls().subscribers, 2u);
  {
    Subscriber third(Connect(), 0);
    const grpc::Status refused = third.End();
    EXPECT_EQ(refused.error_code(), grpc::RESOURCE_EXHAUSTED);
    EXPECT_EQ(third.trailing("retry-after"), "30");
    google::rpc::Status details;
    ASSERT_TRUE(details.ParseFromString(refused.error_details()));
    google::rpc::ErrorInfo info;
    ASSERT_TRUE(details.details(0).UnpackTo(&info));
    EXPECT_EQ(info.reason(), "TOO_MANY_SUBSCRIBERS");
  }
  second.reset();
  Await([&] { return served_->calls().subscribers == 1; });
  Subscriber fourth(Connect(), 0);
  EXPECT_TRUE(fourth.Next());
}

TEST_F(LogWatch, RefusesToBeginBeyondTheSizeAndNamesIt) {
  Subscriber beyond(Connect(), Size() + 1);
  const grpc::Status status = beyond.End();
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find(" has " + std::to_string(Size()) + " entries"), std::string::npos)
      << status.error_message();
  Subscriber unknown(Connect(), 0, 7);
  EXPECT_EQ(unknown.End().error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(served_->calls().subscribers, 0u);
}

TEST_F(LogWatch, EndsAtOnceWhereTheServiceStops) {
  const std::uint64_t from = Size();
  Subscriber idle(Connect(), from), slow(Connect(), from);
  ASSERT_TRUE(idle.Next());
  ASSERT_TRUE(slow.Next());
  const auto sent = Grow(100, 60'000);
  EXPECT_TRUE(idle.Take(sent.size()) == sent);
  const auto begun = Clock::now();
  served_->Stop();  // of its own it would give them five seconds
  EXPECT_LT(Clock::now() - begun, std::chrono::seconds(4));
  for (Subscriber* subscriber : {&idle, &slow}) {
    const grpc::Status status = subscriber->End();
    EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
    EXPECT_EQ(status.error_message(), "the service stops");
  }
  EXPECT_EQ(Ended(grpc::UNAVAILABLE), 2u);
}

TEST_F(LogWatch, IsLeftByWhoCancelsAndByWhoseTimeIsOver) {
  {
    Subscriber cancelling(Connect(), Size());
    ASSERT_TRUE(cancelling.Next());
  }
  Subscriber late(Connect(), Size(), 0, milliseconds(500));
  EXPECT_EQ(late.End().error_code(), grpc::DEADLINE_EXCEEDED);
  Await([&] { return served_->calls().subscribers == 0; });
}

TEST_F(LogWatch, EndsWellWithTheLastEntryOfALogThatWasSucceeded) {
  Grow(2);
  const auto all = EntriesFrom(0);
  served_->Stop();
  served_->office().Succeed();
  served_->Start();
  Subscriber subscriber(Connect(), 0, 1);
  EXPECT_EQ(subscriber.Take(all.size()), all);
  EXPECT_TRUE(subscriber.End().ok());
  Subscriber next(Connect(), 0);
  ASSERT_TRUE(next.Next());
  EXPECT_EQ(next.last.log(), 2u);
}

TEST_F(LogWatch, IsForPartiesTooAsLongAsTheyAreEnrolled) {
  Subscriber subscriber(served_->Connect(served_->party_port()), 0);
  const auto all = EntriesFrom(0);
  EXPECT_EQ(subscriber.Take(all.size()), all);
  served_->BeNobody();
  Grow(1);
  EXPECT_FALSE(subscriber.Next());
  EXPECT_EQ(subscriber.End().error_code(), grpc::PERMISSION_DENIED);
}

}  // namespace
}  // namespace certmark::testing
