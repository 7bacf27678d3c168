#include "ledger/witness_client.h"

#include <gtest/gtest.h>

#include "tests/unit/ledger/witnessed_log.h"

namespace certmark::ledger {
namespace {

using testing::HttpAnswer;
using testing::kNow;
using testing::LoopbackRequest;
using testing::TestNoteKey;

constexpr const char* kSize = "text/x.tlog.size";

TEST(FormatAddCheckpoint, WritesTheOldSizeTheProofABlankLineAndTheNote) {
  const SignedCheckpoint checkpoint{{"o", 3, Hash{}}, "the note\n"};
  const AddCheckpointRequest request{2, {Sha256(AsBytes("a")), Sha256(AsBytes("b"))}, checkpoint};
  EXPECT_EQ(FormatAddCheckpoint(request),
            "old 2\nypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=\nPiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0=\n\n"
            "the note\n");
}

class ReadAddCheckpointTest : public ::testing::Test {
 protected:
  WitnessAnswer Read(io::HttpResponse response, std::uint64_t old_size = 9, std::uint64_t size = 20) {
    const auto checkpoint = log_.At(size);
    return ReadAddCheckpoint(response, AddCheckpointRequest{old_size, {}, *checkpoint}, key_.key());
  }
  WitnessOutcome Outcome(io::HttpResponse response, std::uint64_t old_size = 9, std::uint64_t size = 20) {
    const WitnessAnswer answer = Read(std::move(response), old_size, size);
    EXPECT_EQ(answer.line.empty(), answer.outcome != WitnessOutcome::kCosigned);
    EXPECT_FALSE(answer.text.empty());
    EXPECT_EQ(answer.text.find('\n'), std::string::npos);
    return answer.outcome;
  }
  std::string Text(std::uint64_t size = 20) { return log_.CheckpointAt(size).ToText(); }

  WitnessedLog log_;
  TestNoteKey key_ = TestNoteKey::Witness("witness.example/1");
  TestNoteKey stranger_ = TestNoteKey::Witness("witness.example/2");
};

TEST_F(ReadAddCheckpointTest, BelievesAGoodCosignature) {
  const std::string line = key_.Cosign(Text(), kNow);
  EXPECT_EQ(Read({200, "", line}).line, line);
  EXPECT_EQ(Outcome({200, "", line}), WitnessOutcome::kCosigned);
}

TEST_F(ReadAddCheckpointTest, TakesItsOwnLineOutOfManyAndTheNewestOfItsOwn) {
  const std::string line = key_.Cosign(Text(), kNow);
  const std::string older = key_.Cosign(Text(), kNow - Seconds(300));
  const std::string post_quantum = "— witness.example/1 " + Base64Encode(Bytes(2432, 6)) + "\n";
  EXPECT_EQ(Read({200, "", stranger_.Cosign(Text(), kNow) + line + older + post_quantum}).line, line);
}

TEST_F(ReadAddCheckpointTest, BelievesNothingElse) {
  const std::string line = key_.Cosign(Text(), kNow);
  const std::string answers[] = {
      "",
      "\n",
      "garbage",
      stranger_.Cosign(Text(), kNow),
      key_.Cosign(Text(19), kNow),         // another checkpoint
      line + key_.Cosign(Text(19), kNow),  // a wrong one beside a good one
      line.substr(0, line.size() - 1),     // its end is missing
      "hello\n" + line,
      line + "\n" + line,  // a blank line would move the text's end
      "\n" + Text() + "\n" + line,
      log_.NoteAt(20) + line,                              // the whole note
      FormatSignatureLine(key_.key(), key_.Sign(Text())),  // without a time
      FormatSignatureLine(key_.key(), Bytes(72)),
      std::string(Note::kMaxBytes, 'x'),
  };
  for (const std::string& answer : answers) {
    EXPECT_EQ(Outcome({200, "text/plain", answer}), WitnessOutcome::kBadAnswer) << answer;
  }
}

TEST_F(ReadAddCheckpointTest, ReadsTheSizeOfAConflict) {
  const WitnessAnswer answer = Read({409, kSize, "12\n"});
  EXPECT_EQ(answer.outcome, WitnessOutcome::kConflict);
  EXPECT_EQ(answer.size, 12u);
  EXPECT_EQ(Outcome({409, "text/x.tlog.size; charset=utf-8", "0\n"}), WitnessOutcome::kConflict);
  EXPECT_EQ(Outcome({409, kSize, "20\n"}), WitnessOutcome::kConflict);
}

TEST_F(ReadAddCheckpointTest, AWitnessAheadIsARollback) {
  const WitnessAnswer answer = Read({409, kSize, "21\n"});
  EXPECT_EQ(answer.outcome, WitnessOutcome::kAhead);
  EXPECT_EQ(answer.size, 21u);
  EXPECT_TRUE(IsAlarming(answer.outcome));
  EXPECT_NE(answer.text.find("ROLLBACK DETECTED"), std::string::npos);
  EXPECT_NE(answer.text.find("size 21"), std::string::npos);
  EXPECT_NE(answer.text.find("size 20"), std::string::npos);
}

TEST_F(ReadAddCheckpointTest, AnotherHistoryIsARollbackHoweverItIsSaid) {
  EXPECT_EQ(Outcome({409, "text/plain", "no"}, 20, 20), WitnessOutcome::kDisagrees);
  EXPECT_EQ(Outcome({409, kSize, "20\n"}, 20, 20), WitnessOutcome::kDisagrees);
  EXPECT_EQ(Outcome({422, "", ""}, 20, 20), WitnessOutcome::kDisagrees);
  EXPECT_EQ(Outcome({422, "", ""}, 9, 20), WitnessOutcome::kDisagrees);
  EXPECT_NE(Read({422, "", ""}).text.find("ROLLBACK DETECTED"), std::string::npos);
}

TEST_F(ReadAddCheckpointTest, NamesEveryOtherAnswer) {
  EXPECT_EQ(Outcome({404, "", ""}), WitnessOutcome::kUnknownLog);
  for (const int status : {100, 201, 204, 301, 302, 400, 401, 403, 405, 413, 429, 500, 502, 503}) {
    EXPECT_EQ(Outcome({status, "", "why\nnot"}), WitnessOutcome::kRefused) << status;
  }
  EXPECT_EQ(Outcome({422, "", ""}, 0, 20), WitnessOutcome::kRefused);
  for (const char* size : {"", "\n", "12", " 12\n", "12 \n", "012\n", "-1\n", "12\n\n", "12\nx", "x\n", "9\n",
                           "9223372036854775808\n", "99999999999999999999999\n"}) {
    EXPECT_EQ(Outcome({409, kSize, size}), WitnessOutcome::kBadAnswer) << size;
  }
  EXPECT_EQ(Outcome({409, "text/plain", "12\n"}), WitnessOutcome::kBadAnswer);
}

class WitnessClientTest : public ::testing::Test {
 protected:
  WitnessAnswer Cosign(std::uint64_t size) { return client_.Cosign(*log_.At(size), log_.source()); }

  WitnessedLog log_;
  WitnessServer server_{1, log_};
  std::unique_ptr<io::HttpClient> http_ =
      io::HttpClient::Create({.timeout = std::chrono::seconds(60), .max_body = 32 * 1024}).value();
  WitnessClient client_{server_.listed(), *http_};
};

TEST_F(WitnessClientTest, FollowsAGrowingLogWithOneRequestEach) {
  for (const std::uint64_t size : {5, 9, 9, 100, 300}) EXPECT_EQ(Cosign(size).outcome, WitnessOutcome::kCosigned);
  EXPECT_EQ(server_.asked(), 5);
  EXPECT_EQ(client_.known_size(), 300u);
}

TEST_F(WitnessClientTest, LearnsWhereTheWitnessIsFromAConflict) {
  ASSERT_EQ(server_.witness()->AddCheckpoint(log_.Body(0, 9)).status, 200);
  EXPECT_EQ(Cosign(20).outcome, WitnessOutcome::kCosigned);
  EXPECT_EQ(server_.asked(), 2);
  // A request that was lost after the witness had acted on it is the same case.
  ASSERT_EQ(server_.witness()->AddCheckpoint(log_.Body(20, 30)).status, 200);
  EXPECT_EQ(Cosign(30).outcome, WitnessOutcome::kCosigned);
}

TEST_F(WitnessClientTest, GoesBackToTheSizeOfAWitnessThatLostItsState) {
  ASSERT_EQ(Cosign(20).outcome, WitnessOutcome::kCosigned);
  server_.Forget(log_);
  EXPECT_EQ(Cosign(30).outcome, WitnessOutcome::kCosigned);
}

TEST_F(WitnessClientTest, AConflictThatNeverEndsEndsAfterTwoRequests) {
  const auto size = std::make_shared<std::atomic<int>>(1);
  server_.Say([size](const LoopbackRequest&) { return HttpAnswer(409, kSize, std::to_string((*size)++) + "\n"); });
  EXPECT_EQ(Cosign(20).outcome, WitnessOutcome::kConflict);
  EXPECT_EQ(server_.asked(), 2);
}

TEST_F(WitnessClientTest, AWitnessAheadIsSaidToBe) {
  ASSERT_EQ(Cosign(20).outcome, WitnessOutcome::kCosigned);
  EXPECT_EQ(Cosign(10).outcome, WitnessOutcome::kAhead);
  EXPECT_EQ(Cosign(30).outcome, WitnessOutcome::kCosigned);
}

TEST_F(WitnessClientTest, ALieIsNotBelieved) {
  const TestNoteKey other = TestNoteKey::Witness("witness.example/1");
  server_.Say([other](const LoopbackRequest&) { return HttpAnswer(200, "", other.Cosign("another text\n", kNow)); });
  const WitnessAnswer answer = Cosign(20);
  EXPECT_EQ(answer.outcome, WitnessOutcome::kBadAnswer);
  EXPECT_EQ(answer.line, "");
  EXPECT_EQ(client_.known_size(), 0u);
}

TEST_F(WitnessClientTest, WhateverTheNetworkDoesIsUnreachable) {
  server_.Say([](const LoopbackRequest&) { return std::string(); });
  EXPECT_EQ(Cosign(20).outcome, WitnessOutcome::kUnreachable);
  server_.Say([](const LoopbackRequest&) { return HttpAnswer(200, "", std::string(2'000'000, 'x')); });
  EXPECT_EQ(Cosign(20).outcome, WitnessOutcome::kUnreachable);
  server_.Say([](const LoopbackRequest&) { return std::string("\x01garbage\r\n\r\n\r\n\r\n"); });
  EXPECT_EQ(Cosign(20).outcome, WitnessOutcome::kUnreachable);
  const testing::ClosedPort down;
  WitnessClient alone({"w", server_.key(), down.url()}, *http_);
  EXPECT_EQ(alone.Cosign(*log_.At(20), log_.source()).outcome, WitnessOutcome::kUnreachable);
}

TEST_F(WitnessClientTest, AsksNothingWithoutAProof) {
  ASSERT_EQ(Cosign(20).outcome, WitnessOutcome::kCosigned);
  const auto no_proof = [](std::uint64_t, std::uint64_t) -> Result<Proof> {
    return Error{ErrorCode::kUnavailable, "no tiles"};
  };
  const WitnessAnswer answer = client_.Cosign(*log_.At(30), no_proof);
  EXPECT_EQ(answer.outcome, WitnessOutcome::kUnreachable);
  EXPECT_NE(answer.text.find("no tiles"), std::string::npos);
  EXPECT_EQ(server_.asked(), 1);
}

TEST_F(WitnessClientTest, ASubmissionPrefixMayEndInASlash) {
  PolicyWitness witness = server_.listed();
  witness.url += "/";
  EXPECT_EQ(WitnessClient(witness, *http_).Cosign(*log_.At(5), log_.source()).outcome, WitnessOutcome::kCosigned);
}

TEST(CheckWitnessUrls, WantsHttpForEveryWitness) {
  const std::string vkey = TestNoteKey::Witness("w.example").vkey();
  const auto check = [&](const std::string& url) {
    return CheckWitnessUrls(WitnessPolicy::Parse("witness w " + vkey + " " + url + "\nquorum w\n").value()).has_value();
  };
  EXPECT_TRUE(check("https://w.example/x"));
  EXPECT_TRUE(check("http://127.0.0.1:8080"));
  for (const char* url : {"", "w.example", "file:///etc/passwd", "ftp://w.example"}) EXPECT_FALSE(check(url)) << url;
}

}  // namespace
}  // namespace certmark::ledger
