// A disk that fills up: new work is refused while there is still room to say what is urgent, and goes on without a
// restart once there is room again.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "ledger/log_reader.h"
#include "tests/fault/fault_ledger.h"
#include "tests/fault/history.h"
#include "tests/fault/small_disk.h"

namespace certmark::ledger {
namespace {

constexpr std::uintmax_t kMebi = 1024 * 1024;
constexpr std::size_t kOwnDisk = 1030;  // MiB: when it is full, a compaction of eight tables of 64 MiB has no room

class DiskFull : public ::testing::Test {
 protected:
  void Open(std::size_t mebibytes) {
    if (const auto reason = disk_.Mount(mebibytes)) GTEST_SKIP() << *reason;
    Reopen();
  }
  void Reopen() {
    ledger_.reset();
    auto opened = FaultLedger::Open(disk_.path());
    ASSERT_TRUE(opened) << opened.error().message;
    ledger_ = *std::move(opened);
  }
  // Random is a text that no compression makes smaller.
  std::string Random(std::size_t size) {
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>(random_());
    return text;
  }
  // Work is a change with an entry and a record of `size` bytes under a random key, as compactions find most to do.
  Change Work(Urgency urgency, std::size_t size = 500) {
    Change change;
    change.urgency = urgency;
    change.writes.push_back({Column::kRecord, ToBytes(Random(32)), ToBytes(Random(size))});
    change.entries.push_back({NewEntry::To::kPublicLog, ToBytes(std::to_string(++number_) + ": " + Random(500))});
    return change;
  }
  // Do appends the change and keeps what was acknowledged.
  Result<void> Do(Change change) {
    const Bytes entry = change.entries.at(0).bytes;
    const Receipt receipt = CM_TRY(ledger_->log().Append(std::move(change), Ack::kPublished));
    acknowledged_.emplace_back(receipt.indices.at(0), entry);
    return {};
  }
  void ExpectNoRoomFor(Urgency urgency) {
    const auto refused = Do(Work(urgency));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kResourceExhausted) << refused.error().message;
    EXPECT_NE(refused.error().message.find(" MiB left on the disk"), std::string::npos) << refused.error().message;
    EXPECT_FALSE(ledger_->log().Stopped()) << ledger_->log().Stopped()->message;
  }
  void ExpectDone(const Result<void>& done) {
    ASSERT_TRUE(done) << done.error().message << "; room " << disk_.Room() / kMebi << " MiB";
  }
  // ExpectWhole: every acknowledged entry is there, and proven.
  void ExpectWhole() {
    const Checkpoint checkpoint = ledger_->log().Exposed()->checkpoint;
    const LogReader reader(ledger_->store(), kPublic);
    for (const auto& [index, entry] : acknowledged_) {
      ASSERT_EQ(reader.Entry(index, checkpoint.size).value(), entry);
      const Proof proof = reader.Inclusion(index, checkpoint.size).value();
      ASSERT_TRUE(VerifyInclusion(index, checkpoint.size, LeafHash(entry), proof, checkpoint.root));
    }
    EXPECT_EQ(Fsck(ledger_->store()), std::vector<std::string>{});
  }

  SmallDisk disk_;
  std::unique_ptr<FaultLedger> ledger_;
  std::mt19937 random_{7};  // NOLINT: the same bytes every time
  int number_ = 0;
  std::vector<std::pair<std::uint64_t, Bytes>> acknowledged_;
};

TEST_F(DiskFull, RefusesNewWorkWhileReadsAndUrgentChangesGoOnAndRecoversWithoutARestart) {
  Open(400);
  if (IsSkipped() || HasFatalFailure()) return;
  ExpectDone(Do(Work(Urgency::kOrdinary)));
  disk_.FillUpTo(130 * kMebi);
  for (int i = 0; i < 20; ++i) {
    ExpectNoRoomFor(Urgency::kOrdinary);
    ExpectDone(Do(Work(Urgency::kUrgent)));
  }
  ExpectWhole();
  disk_.FillUpTo(20 * kMebi);
  ExpectNoRoomFor(Urgency::kUrgent);
  ExpectWhole();
  disk_.Empty();
  ExpectDone(Do(Work(Urgency::kOrdinary)));
  ExpectWhole();
}

TEST_F(DiskFull, OpensAgainOnAFullDiskAndStillTakesWhatIsUrgent) {
  Open(400);
  if (IsSkipped() || HasFatalFailure()) return;
  for (int i = 0; i < 100; ++i) ExpectDone(Do(Work(Urgency::kOrdinary)));
  disk_.FillUpTo(60 * kMebi);
  Reopen();
  disk_.FillUpTo(60 * kMebi);  // the write-ahead log of before is gone
  ExpectNoRoomFor(Urgency::kOrdinary);
  ExpectDone(Do(Work(Urgency::kUrgent)));
  ExpectWhole();
}

// LeastRoom watches a disk from a thread of its own.
class LeastRoom {
 public:
  explicit LeastRoom(const SmallDisk& disk) : disk_(disk) {}
  ~LeastRoom() { Stop(); }
  // Stop returns the least room that was seen, in bytes.
  std::uintmax_t Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return least_;
  }

 private:
  void Watch() {
    while (!stop_) {
      least_ = std::min(least_, disk_.Room());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  const SmallDisk& disk_;
  std::atomic<bool> stop_ = false;
  std::uintmax_t least_ = disk_.Room();
  std::thread thread_{&LeastRoom::Watch, this};
};

// The ledger's own growth, with all that its database does behind it: write-ahead logs, tables, compactions. None of
// them may take the room that is kept for what is urgent.
TEST_F(DiskFull, MetByTheLedgerItselfNeverStopsIt) {
  Open(kOwnDisk);
  if (IsSkipped() || HasFatalFailure()) return;
  LeastRoom least(disk_);
  Result<void> done;
  while ((done = Do(Work(Urgency::kOrdinary, 60'000)))) continue;
  EXPECT_EQ(done.error().code, ErrorCode::kResourceExhausted) << done.error().message;
  for (int i = 0; i < 500; ++i) {
    ExpectDone(Do(Work(Urgency::kUrgent, 1000)));
    if (HasFailure()) break;
  }
  EXPECT_FALSE(ledger_->log().Stopped());
  EXPECT_GE(least.Stop(), 64 * kMebi);
  disk_.Grow(2 * kOwnDisk);
  for (int i = 0; i < 500 && !HasFailure(); ++i) ExpectDone(Do(Work(Urgency::kOrdinary, 60'000)));
  ExpectWhole();
  Reopen();
  ExpectWhole();
}

}  // namespace
}  // namespace certmark::ledger
