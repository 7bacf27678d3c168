#include "ledger/witness.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "ledger/posix_file.h"
#include "tests/unit/ledger/witnessed_log.h"

namespace certmark::ledger {
namespace {

using testing::kNow;
using testing::Replaced;

class WitnessTest : public ::testing::Test {
 protected:
  void SetUp() override { witness_.Open(log_); }

  // ExpectCosigned: the answer is one line, and it is a good cosignature of the log's checkpoint at `size`.
  void ExpectCosigned(const WitnessReply& reply, std::uint64_t size, Time when = kNow) {
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto note = Note::Parse(log_.CheckpointAt(size).ToText() + "\n" + reply.body);
    ASSERT_TRUE(note);
    EXPECT_EQ(note->signatures().size(), 1u);
    EXPECT_EQ(note->Check(witness_.key()).state, Note::State::kGood);
    EXPECT_EQ(note->Check(witness_.key()).time, when);
  }
  std::filesystem::path StateFile() { return witness_.dir() / OriginHash(log_.key().name()); }
  std::uint64_t LastSize() {
    const WitnessReply reply = witness_->Latest(OriginHash(log_.key().name()));
    return reply.status == 404 ? 0 : Checkpoint::Parse(Note::Parse(reply.body).value().text()).value().size;
  }

  WitnessedLog log_;
  TestWitness witness_;
};

TEST_F(WitnessTest, CosignsTheFirstCheckpointItSeesAndThenEveryContinuation) {
  ExpectCosigned(witness_->AddCheckpoint(log_.Body(0, 5)), 5);
  std::uint64_t last = 5;
  for (const std::uint64_t size : {5, 6, 8, 64, 65, 255, 256, 300}) {
    ExpectCosigned(witness_->AddCheckpoint(log_.Body(last, size)), size);
    last = size;
  }
}

TEST_F(WitnessTest, CosignsEveryPairOfSizes) {
  for (std::uint64_t old_size = 1; old_size <= 17; ++old_size) {
    for (std::uint64_t size = old_size; size <= 17; ++size) {
      TestWitness fresh;
      fresh.Open(log_);
      ASSERT_EQ(fresh->AddCheckpoint(log_.Body(0, old_size)).status, 200);
      EXPECT_EQ(fresh->AddCheckpoint(log_.Body(old_size, size)).status, 200) << old_size << " to " << size;
    }
  }
}

TEST_F(WitnessTest, CosignsAnEmptyLogOnlyWithTheEmptyRoot) {
  EXPECT_EQ(
      witness_->AddCheckpoint("old 0\n\n" + log_.Signed(Checkpoint{log_.key().name(), 0, Hash{}}.ToText())).status,
      422);
  ExpectCosigned(witness_->AddCheckpoint(log_.Body(0, 0)), 0);
  ExpectCosigned(witness_->AddCheckpoint(log_.Body(0, 7)), 7);
}

TEST_F(WitnessTest, SaysWhichSizeItCosignedLast) {
  ASSERT_EQ(witness_->AddCheckpoint(log_.Body(0, 9)).status, 200);
  for (const auto& [old_size, size] : {std::pair{0, 9}, {0, 20}, {3, 20}, {10, 20}, {4, 4}}) {
    const WitnessReply reply = witness_->AddCheckpoint(log_.Body(old_size, size));
    EXPECT_EQ(reply.status, 409);
    EXPECT_EQ(reply.content_type, "text/x.tlog.size");
    EXPECT_EQ(reply.body, "9\n");
  }
}

TEST_F(WitnessTest, RefusesAnotherHistoryAndKeepsItsOwn) {
  const WitnessedLog fork("ca.example/log/1", "another first leaf");
  ASSERT_EQ(witness_->AddCheckpoint(log_.Body(0, 9)).status, 200);
  const WitnessReply same_size = witness_->AddCheckpoint(fork.Body(9, 9));
  EXPECT_EQ(same_size.status, 409);
  EXPECT_NE(same_size.content_type, "text/x.tlog.size");
  EXPECT_EQ(witness_->AddCheckpoint(fork.Body(9, 20)).status, 422);
  EXPECT_EQ(LastSize(), 9u);
  ExpectCosigned(witness_->AddCheckpoint(log_.Body(9, 20)), 20);
}

TEST_F(WitnessTest, AnswersAsTheSpecificationSays) {
  ASSERT_EQ(witness_->AddCheckpoint(log_.Body(0, 9)).status, 200);
  const std::string good = log_.Body(9, 20), text = log_.CheckpointAt(20).ToText();
  const std::string head = good.substr(0, good.find("\n\n") + 2);
  const WitnessedLog stranger("stranger.example/log");
  const testing::TestNoteKey other = testing::TestNoteKey::Log("other.example");
  const std::string line = Base64Encode(Bytes(32, 1)) + "\n";
  std::string surplus = "old 9\n";
  for (int i = 0; i < 64; ++i) surplus += line;
  const struct {
    const char* name;
    std::string body;
    int status;
  } rows[] = {
      {"nothing", "", 400},
      {"no old line", good.substr(good.find('\n') + 1), 400},
      {"old in capitals", Replaced(good, "old", "Old"), 400},
      {"old with a zero before it", Replaced(good, "old 9", "old 09"), 400},
      {"old with a sign", Replaced(good, "old 9", "old +9"), 400},
      {"old with two spaces", Replaced(good, "old 9", "old  9"), 400},
      {"old without a number", Replaced(good, "old 9", "old "), 400},
      {"old beyond 63 bits", Replaced(good, "old 9", "old 9223372036854775808"), 400},
      {"carriage return", Replaced(good, "old 9\n", "old 9\r\n"), 400},
      {"larger than the checkpoint", Replaced(good, "old 9", "old 21"), 400},
      {"no blank line", "old 9\n" + line, 400},
      {"nothing after the blank line", "old 9\n\n", 400},
      {"a hash of 31 bytes", "old 9\n" + Base64Encode(Bytes(31, 1)) + "\n\n" + log_.NoteAt(20), 400},
      {"no base64", "old 9\n????\n\n" + log_.NoteAt(20), 400},
      {"64 hashes", surplus + "\n" + log_.NoteAt(20), 400},
      {"63 hashes that prove nothing", surplus.substr(0, surplus.size() - line.size()) + "\n" + log_.NoteAt(20), 422},
      {"no signature", head + text + "\n", 400},
      {"a note that is no checkpoint", head + log_.Signed("ca.example/log/1\nx\ny\n"), 400},
      {"too large", good + std::string(Witness::kMaxRequest, 'x'), 400},
      {"a log not followed", "old 0\n\n" + stranger.NoteAt(20), 404},
      {"a log not followed, signed by one that is", "old 0\n\n" + log_.Signed(stranger.CheckpointAt(20).ToText()), 404},
      {"only a stranger's signature", head + text + "\n" + other.SignNote(text), 403},
      {"a wrong signature", head + text + "\n" + testing::TestNoteKey::Log("ca.example/log/1").SignNote("other\n"),
       403},
      {"a wrong one beside a good one", good + testing::TestNoteKey::Log("ca.example/log/1").SignNote("other\n"), 403},
      {"no proof", "old 9\n\n" + log_.NoteAt(20), 422},
      {"the proof of another size", Replaced(log_.Body(8, 20), "old 8", "old 9"), 422},
      {"a surplus hash", Replaced(good, "old 9\n", "old 9\n" + line), 422},
      {"a surplus hash at an equal size", Replaced(log_.Body(9, 9), "old 9\n", "old 9\n" + line), 422},
  };
  for (const auto& row : rows) {
    const WitnessReply reply = witness_->AddCheckpoint(row.body);
    EXPECT_EQ(reply.status, row.status) << row.name << ": " << reply.body;
    EXPECT_EQ(reply.body.find('\n'), reply.body.size() - 1) << row.name;
    EXPECT_EQ(LastSize(), 9u) << row.name;
  }
  ExpectCosigned(witness_->AddCheckpoint(good), 20);
}

TEST_F(WitnessTest, RefusesAProofBeforeTheFirstCheckpoint) {
  const std::string line = Base64Encode(Bytes(32, 1)) + "\n";
  EXPECT_EQ(witness_->AddCheckpoint(Replaced(log_.Body(0, 9), "old 0\n", "old 0\n" + line)).status, 422);
}

TEST_F(WitnessTest, IgnoresSignaturesOfStrangersBesideTheLogs) {
  const std::string text = log_.CheckpointAt(9).ToText();
  const std::string surplus = testing::TestNoteKey::Log("other.example").SignNote(text);
  ExpectCosigned(witness_->AddCheckpoint(log_.Body(0, 9) + surplus), 9);
  // What it keeps and shows is what it verified.
  EXPECT_EQ(witness_->Latest(OriginHash("ca.example/log/1")).body.find("other.example"), std::string::npos);
}

TEST_F(WitnessTest, ShowsMonitorsWhatItCosignedLast) {
  const std::string hash = OriginHash(log_.key().name());
  EXPECT_EQ(hash.size(), 64u);
  EXPECT_EQ(witness_->Latest(hash).status, 404);
  ASSERT_EQ(witness_->AddCheckpoint(log_.Body(0, 9)).status, 200);
  const WitnessReply reply = witness_->Latest(hash);
  EXPECT_EQ(reply.status, 200);
  const Note note = Note::Parse(reply.body).value();
  EXPECT_EQ(note.text(), log_.CheckpointAt(9).ToText());
  EXPECT_EQ(note.Check(log_.key()).state, Note::State::kGood);
  EXPECT_EQ(note.Check(witness_.key()).state, Note::State::kGood);
  for (const std::string& other :
       {std::string(), std::string(64, '0'), OriginHash("x"), hash + "0", std::string("lock")}) {
    EXPECT_EQ(witness_->Latest(other).status, 404) << other;
  }
}

TEST_F(WitnessTest, RemembersAcrossRestarts) {
  ASSERT_EQ(witness_->AddCheckpoint(log_.Body(0, 9)).status, 200);
  witness_.Open(log_);
  EXPECT_EQ(LastSize(), 9u);
  EXPECT_EQ(witness_->AddCheckpoint(log_.Body(0, 9)).body, "9\n");
  ExpectCosigned(witness_->AddCheckpoint(log_.Body(9, 20)), 20);
}

TEST_F(WitnessTest, WhatItAnsweredIsOnDisk) {
  const WitnessReply reply = witness_->AddCheckpoint(log_.Body(0, 9));
  const std::string stored = ReadSmallFile(StateFile(), Note::kMaxBytes).value().value();
  EXPECT_TRUE(stored.ends_with(reply.body));
  EXPECT_EQ(stored, witness_->Latest(OriginHash(log_.key().name())).body);
}

TEST_F(WitnessTest, GivesNoCosignatureThatItCouldNotStore) {
  // A directory where the new file must be written: the old one stays, and nothing is answered for the new.
  ASSERT_EQ(witness_->AddCheckpoint(log_.Body(0, 9)).status, 200);
  const auto obstacle = StateFile().string() + ".new";
  std::filesystem::create_directory(obstacle);
  const WitnessReply refused = witness_->AddCheckpoint(log_.Body(9, 20));
  EXPECT_EQ(refused.status, 500);
  EXPECT_EQ(refused.body.find("witness.example"), std::string::npos);
  EXPECT_EQ(LastSize(), 9u);
  std::filesystem::remove(obstacle);
  ExpectCosigned(witness_->AddCheckpoint(log_.Body(9, 20)), 20);
}

TEST_F(WitnessTest, HoldsItsDirectoryForItself) {
  const auto second = Witness::Open(witness_.MakeOptions({log_.key()}));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(WitnessTest, NeverSignsATimeBeforeOneItSigned) {
  ASSERT_EQ(witness_->AddCheckpoint(log_.Body(0, 9)).status, 200);
  witness_.set_now(kNow - Seconds(1));
  EXPECT_EQ(witness_->AddCheckpoint(log_.Body(9, 20)).status, 500);
  witness_.Open(log_);
  EXPECT_EQ(witness_->AddCheckpoint(log_.Body(9, 20)).status, 500);
  EXPECT_EQ(LastSize(), 9u);
  witness_.set_now(kNow + Seconds(1));
  ExpectCosigned(witness_->AddCheckpoint(log_.Body(9, 20)), 20, kNow + Seconds(1));
}

TEST_F(WitnessTest, CosignsAgainWhatItCosignedWithTheTimeOfNow) {
  ASSERT_EQ(witness_->AddCheckpoint(log_.Body(0, 9)).status, 200);
  witness_.set_now(kNow + Seconds(600));
  ExpectCosigned(witness_->AddCheckpoint(log_.Body(9, 9)), 9, kNow + Seconds(600));
}

TEST_F(WitnessTest, AKeyThatFailsOrLiesCosignsNothing) {
  for (const bool lies : {true, false}) {
    TestWitness other(2);
    Witness::Options options = other.MakeOptions({log_.key()});
    options.sign = [lies](std::string_view) -> Result<Bytes> {
      if (lies) return Bytes(64, 7);
      return Error{ErrorCode::kUnavailable, "no key"};
    };
    const auto witness = Witness::Open(std::move(options)).value();
    EXPECT_EQ(witness->AddCheckpoint(log_.Body(0, 9)).status, 500);
    EXPECT_EQ(witness->Latest(OriginHash(log_.key().name())).status, 404);
  }
}

TEST_F(WitnessTest, OfTwoHistoriesAtOnceOneIsCosigned) {
  const WitnessedLog fork("ca.example/log/1", "another first leaf");
  for (int round = 0; round < 20; ++round) {
    TestWitness fresh;
    fresh.Open(log_);
    std::atomic<int> cosigned = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      const std::string body = (i % 2 ? fork : log_).Body(0, static_cast<std::uint64_t>(10 + i));
      threads.emplace_back([&, body] { cosigned += fresh->AddCheckpoint(body).status == 200; });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(cosigned, 1);
  }
}

TEST_F(WitnessTest, DoesNotOpenOnDamagedState) {
  ASSERT_EQ(witness_->AddCheckpoint(log_.Body(0, 9)).status, 200);
  const std::string stored = ReadSmallFile(StateFile(), Note::kMaxBytes).value().value();
  const std::string text = log_.CheckpointAt(9).ToText(), own = witness_.signer().Cosign(text, kNow);
  const WitnessedLog other("other.example/log");
  const std::string damaged[] = {
      "",
      "garbage",
      stored.substr(0, stored.size() / 2),
      Replaced(stored, "\n9\n", "\n8\n"),
      log_.NoteAt(9),     // the witness's own line is missing
      text + "\n" + own,  // the log's is
      other.NoteAt(9) + witness_.signer().Cosign(other.CheckpointAt(9).ToText(), kNow),
      std::string(Note::kMaxBytes + 1, 'x'),
  };
  for (const std::string& bytes : damaged) {
    std::ofstream(StateFile(), std::ios::binary) << bytes;
    TestWitness reader;  // the same key; the directory is lent
    Witness::Options options = witness_.MakeOptions({log_.key()});
    options.directory = reader.dir().path();
    std::filesystem::copy_file(StateFile(), options.directory / StateFile().filename());
    const auto opened = Witness::Open(std::move(options));
    ASSERT_FALSE(opened) << bytes;
    EXPECT_EQ(opened.error().code, ErrorCode::kCorruption);
  }
}

TEST_F(WitnessTest, RefusesKeysOfTheWrongKindAndItsOwnAsALogs) {
  TestWitness other(2);
  const NoteKey own_as_log = NoteKey::Create("a.example", NoteKey::Type::kEd25519, other.key().public_key()).value();
  for (const NoteKey& key : {own_as_log, witness_.key()}) {
    const auto opened = Witness::Open(other.MakeOptions({key}));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kInvalidArgument);
  }
  Witness::Options options = other.MakeOptions({});
  options.key = log_.key();
  EXPECT_FALSE(Witness::Open(std::move(options)));
}

TEST_F(WitnessTest, ALogMayHaveTwoKeysAndAWitnessManyLogs) {
  const testing::TestNoteKey second = testing::TestNoteKey::Log("second");
  const NoteKey renamed =
      NoteKey::Create("ca.example/log/1", NoteKey::Type::kEd25519, second.key().public_key()).value();
  const WitnessedLog other("other.example/log");
  TestWitness fresh(3);
  const auto witness = Witness::Open(fresh.MakeOptions({log_.key(), renamed, other.key()})).value();
  const std::string text = log_.CheckpointAt(9).ToText();
  const std::string by_second = "old 0\n\n" + text + "\n" + FormatSignatureLine(renamed, second.Sign(text));
  EXPECT_EQ(witness->AddCheckpoint(by_second).status, 200);
  EXPECT_EQ(witness->AddCheckpoint(log_.Body(9, 20)).status, 200);
  EXPECT_EQ(witness->AddCheckpoint(other.Body(0, 5)).status, 200);
  EXPECT_EQ(witness->AddCheckpoint(other.Body(20, 30)).body, "5\n");
}

}  // namespace
}  // namespace certmark::ledger
