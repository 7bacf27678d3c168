// What a ledger refuses to open, each with its own line: old copies, foreign anchors, a second writer, files cut short,
// bits turned. On real directories: copied, truncated, flipped.
#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "tests/fault/fault_ledger.h"
#include "tests/fault/history.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ledger {
namespace {

namespace fs = std::filesystem;

class Refusals : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(at("authority"));
    Publish(at("authority"), {"one", "two"});
  }
  fs::path at(std::string_view name) const { return dir_ / name; }
  // Publish opens a ledger, publishes, and closes it.
  void Publish(const fs::path& directory, const std::vector<std::string>& names) {
    const auto ledger = FaultLedger::Open(directory).value();
    for (const std::string& name : names) {
      history_.Remember("ack P " + std::to_string(ledger->Publish(name).value()) + " " + name);
    }
    newest_ = ledger->log().Exposed()->checkpoint;
  }
  static void Copy(const fs::path& from, const fs::path& to) { fs::copy(from, to, fs::copy_options::recursive); }
  // TakeDatabase and TakeAnchors put those of another ledger in place of this one's.
  static void TakeDatabase(const fs::path& from, const fs::path& to) {
    fs::remove_all(to / "db");
    Copy(from / "db", to / "db");
  }
  static void TakeAnchors(const fs::path& from, const fs::path& to) {
    for (const auto& file : fs::directory_iterator(from)) {
      if (file.is_regular_file()) {
        fs::copy_file(file, to / file.path().filename(), fs::copy_options::overwrite_existing);
      }
    }
  }
  static std::string Describe(const Checkpoint& checkpoint) {
    return "size " + std::to_string(checkpoint.size) + " root " + checkpoint.root.Base64();
  }
  static void ExpectRefused(const fs::path& directory, ErrorCode code, const std::string& line) {
    const auto opened = FaultLedger::Open(directory);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, code) << opened.error().message;
    EXPECT_NE(opened.error().message.find(line), std::string::npos) << opened.error().message << "\ndoes not say\n"
                                                                    << line;
  }
  static std::vector<fs::path> Files(const fs::path& directory, std::string_view extension) {
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator(directory / "db")) {
      if (file.path().extension() == extension && file.file_size() > 0) files.push_back(file.path());
    }
    return files;
  }
  static void Flip(const fs::path& file, std::uintmax_t place) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(static_cast<std::streamoff>(place));
    const auto byte = static_cast<char>(bytes.get() ^ 0x40);
    bytes.seekp(static_cast<std::streamoff>(place));
    ASSERT_TRUE(bytes.put(byte).flush());
  }

  testing::TempDir dir_;
  History history_;
  Checkpoint newest_;  // of the last Publish
};

TEST_F(Refusals, NameTheNumbersOfADatabaseRestoredFromAnOldCopy) {
  Copy(at("authority"), at("backup"));
  const Checkpoint old = newest_;
  Publish(at("authority"), {"three", "four"});
  const Checkpoint now = newest_;
  TakeDatabase(at("backup"), at("authority"));
  // Whichever of the two logs is held to its anchor first.
  const auto opened = FaultLedger::Open(at("authority"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kCorruption);
  EXPECT_NE(opened.error().message.find("ROLLBACK DETECTED: "), std::string::npos) << opened.error().message;
  EXPECT_NE(opened.error().message.find("anchor has size " + std::to_string(now.size)), std::string::npos)
      << opened.error().message;
  EXPECT_NE(opened.error().message.find("database has size " + std::to_string(old.size)), std::string::npos)
      << opened.error().message;
}

TEST_F(Refusals, AreNotSoftenedByTryingAgain) {
  Copy(at("authority"), at("backup"));
  Publish(at("authority"), {"three"});
  TakeDatabase(at("backup"), at("authority"));
  for (int i = 0; i < 5; ++i) ExpectRefused(at("authority"), ErrorCode::kCorruption, "ROLLBACK DETECTED: ");
}

TEST_F(Refusals, MeetAnAnchorFromTheFuture) {
  Copy(at("authority"), at("ahead"));
  Publish(at("ahead"), {"three", "four", "five"});
  TakeAnchors(at("ahead"), at("authority"));
  ExpectRefused(at("authority"), ErrorCode::kCorruption, "anchor has size 5");
  ExpectRefused(at("authority"), ErrorCode::kCorruption, "ROLLBACK DETECTED: ");
}

TEST_F(Refusals, MeetAForkOfTheSameSize) {
  Copy(at("authority"), at("twin"));
  Publish(at("authority"), {"three"});
  Publish(at("twin"), {"another three"});
  TakeAnchors(at("twin"), at("authority"));
  ExpectRefused(at("authority"), ErrorCode::kCorruption, "ROLLBACK DETECTED: ");
  ExpectRefused(at("authority"), ErrorCode::kCorruption, "anchor has size 3 root ");
}

TEST_F(Refusals, MeetAForkThatHasGrownPastTheAnchor) {
  Copy(at("authority"), at("twin"));
  Publish(at("authority"), {"three"});
  Publish(at("twin"), {"another three", "four", "five"});
  TakeDatabase(at("twin"), at("authority"));
  ExpectRefused(at("authority"), ErrorCode::kCorruption, "ROLLBACK DETECTED: ");
}

TEST_F(Refusals, MeetADatabaseThatIsGone) {
  fs::remove_all(at("authority") / "db");
  ExpectRefused(at("authority"), ErrorCode::kCorruption, "ROLLBACK DETECTED: ");
}

TEST_F(Refusals, KeepASecondWriterOut) {
  const auto first = FaultLedger::Open(at("authority")).value();
  ExpectRefused(at("authority"), ErrorCode::kUnavailable,
                "database " + (at("authority") / "db").string() + " is locked by another process");
  EXPECT_TRUE(first->Publish("three"));
}

TEST_F(Refusals, MeetAWriteAheadLogCutShortAnywhere) {
  Publish(at("authority"), {"three", "four", "five"});
  const auto logs = Files(at("authority"), ".log");
  ASSERT_EQ(logs.size(), 1u);
  const std::uintmax_t size = fs::file_size(logs[0]);
  ASSERT_GT(size, 1000u);
  const fs::path name = logs[0].filename();
  std::vector<std::uintmax_t> cuts = {size - 1};
  for (std::uintmax_t left = 0; left < size; left += 97) cuts.push_back(left);
  for (const std::uintmax_t left : cuts) {
    SCOPED_TRACE(std::to_string(left) + " of " + std::to_string(size) + " bytes left");
    fs::remove_all(at("cut"));
    Copy(at("authority"), at("cut"));
    fs::resize_file(at("cut") / "db" / name, left);
    // RocksDB forgives a last record that is not whole, and the anchors do not.
    ExpectRefused(at("cut"), ErrorCode::kCorruption, "ROLLBACK DETECTED: ");
  }
}

TEST_F(Refusals, MeetAWriteAheadLogThatIsGone) {
  Publish(at("authority"), {"three"});
  for (const fs::path& log : Files(at("authority"), ".log")) fs::remove(log);
  ExpectRefused(at("authority"), ErrorCode::kCorruption, "ROLLBACK DETECTED: ");
}

TEST_F(Refusals, MeetAFlippedBitInTheMiddleOfAWriteAheadLog) {
  Publish(at("authority"), {"three", "four", "five"});
  const auto logs = Files(at("authority"), ".log");
  ASSERT_EQ(logs.size(), 1u);
  Flip(logs[0], fs::file_size(logs[0]) / 2);
  ExpectRefused(at("authority"), ErrorCode::kCorruption,
                "database " + (at("authority") / "db").string() + ": Corruption: ");
}

TEST_F(Refusals, MeetATableThatIsGone) {
  Publish(at("authority"), {"three"});
  ASSERT_FALSE(Files(at("authority"), ".sst").empty());
  fs::remove(Files(at("authority"), ".sst").front());
  ExpectRefused(at("authority"), ErrorCode::kCorruption,
                "database " + (at("authority") / "db").string() + ": Corruption: ");
}

// A flipped bit of a table is met when its block is read: at the opening, or by whoever reads it, and it is never taken
// for data.
TEST_F(Refusals, MeetAFlippedBitAnywhereInATable) {
  Publish(at("authority"), {"three"});
  const auto tables = Files(at("authority"), ".sst");
  ASSERT_GE(tables.size(), 4u);
  int refused = 0, found = 0;
  for (const fs::path& table : tables) {
    for (std::uintmax_t place = 0; place < fs::file_size(table); place += 41) {
      SCOPED_TRACE(table.filename().string() + " at " + std::to_string(place));
      fs::remove_all(at("flipped"));
      Copy(at("authority"), at("flipped"));
      Flip(at("flipped") / "db" / table.filename(), place);
      const auto opened = FaultLedger::Open(at("flipped"));
      if (!opened) {
        ++refused;
        EXPECT_EQ(opened.error().code, ErrorCode::kCorruption) << opened.error().message;
        EXPECT_NE(opened.error().message.find("Corruption: "), std::string::npos) << opened.error().message;
        continue;
      }
      // It opened: then a check either finds the damage, or nothing is damaged that anybody reads.
      if (!Fsck((*opened)->store()).empty()) {
        ++found;
        continue;
      }
      for (const auto& [index, name] : {std::pair{0, "one"}, {1, "two"}, {2, "three"}}) {
        const auto record = (*opened)->store().Get(Column::kRecord, AsBytes(name));
        EXPECT_TRUE(!record || AsText(**record) == std::string("value of ") + name);
        EXPECT_TRUE(record || record.error().code == ErrorCode::kCorruption);
      }
    }
  }
  EXPECT_GT(refused, 0);
  EXPECT_GT(found, 0);
}

TEST_F(Refusals, MeetAMissingAnchor) {
  Publish(at("authority"), {"three"});
  for (const auto& file : fs::directory_iterator(at("authority"))) {
    if (file.is_regular_file()) fs::remove(file.path());
  }
  ExpectRefused(at("authority"), ErrorCode::kFailedPrecondition, " is missing, but ");
}

TEST_F(Refusals, MeetAClockSetBack) {
  Log::Options options = FaultOptions();
  options.clock = [now = options.clock()] { return now - 2 * Log::kClockBound; };
  const auto opened = FaultLedger::Open(at("authority"), options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(opened.error().message.starts_with("the clock was set back: it says ")) << opened.error().message;
  EXPECT_TRUE(FaultLedger::Open(at("authority"))) << "and goes on once the clock is right";
}

TEST_F(Refusals, AreNoneWhereNothingIsWrong) {
  Copy(at("authority"), at("moved"));
  const auto ledger = FaultLedger::Open(at("moved")).value();
  for (const std::string& wrong : history_.Check(*ledger, History::Depth::kAll)) ADD_FAILURE() << wrong;
}

}  // namespace
}  // namespace certmark::ledger
