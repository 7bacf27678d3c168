// A log without a database, and witnesses that answer truly until a test tells them otherwise.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "ledger/publisher.h"
#include "ledger/witness.h"
#include "ledger/witness_client.h"
#include "tests/support/loopback_server.h"
#include "tests/support/rfc_tree.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ledger {

/// WitnessedLog has 300 entries, and a signed checkpoint at any size of them. Safe on any thread.
class WitnessedLog {
 public:
  explicit WitnessedLog(std::string_view origin = "ca.example/log/1", std::string_view first_leaf = "leaf 0")
      : key_(testing::TestNoteKey::Log(origin)), tree_(Leaves(first_leaf)) {}

  const NoteKey& key() const { return key_.key(); }
  Checkpoint CheckpointAt(std::uint64_t size) const {
    const std::lock_guard lock(mutex_);
    return {key_.key().name(), size, tree_.Root(size)};
  }
  std::string NoteAt(std::uint64_t size) const { return Signed(CheckpointAt(size).ToText()); }
  /// Signed is the note of any text, signed by the log's key.
  std::string Signed(const std::string& text) const { return text + "\n" + key_.SignNote(text); }
  std::shared_ptr<const SignedCheckpoint> At(std::uint64_t size) const {
    return std::make_shared<SignedCheckpoint>(SignedCheckpoint{CheckpointAt(size), NoteAt(size)});
  }
  Result<Proof> Consistency(std::uint64_t old_size, std::uint64_t new_size) const {
    const std::lock_guard lock(mutex_);
    return tree_.Consistency(old_size, new_size);
  }
  ConsistencySource source() const {
    return [this](std::uint64_t old_size, std::uint64_t new_size) { return Consistency(old_size, new_size); };
  }
  /// Body is the request that brings a witness from one size to another.
  std::string Body(std::uint64_t old_size, std::uint64_t size) const {
    return FormatAddCheckpoint({old_size, old_size == size ? Proof{} : Consistency(old_size, size).value(), *At(size)});
  }

 private:
  static std::vector<Hash> Leaves(std::string_view first_leaf) {
    std::vector<Hash> leaves = testing::RfcTree::OfSize(300).leaves();
    leaves[0] = LeafHash(AsBytes(first_leaf));
    return leaves;
  }

  testing::TestNoteKey key_;
  mutable std::mutex mutex_;  // the tree remembers
  testing::RfcTree tree_;
};

/// TestWitness is a Witness in a directory of its own, with a key named `witness.example/N` and a clock that a test
/// sets.
class TestWitness {
 public:
  explicit TestWitness(int number = 1)
      : key_(testing::TestNoteKey::Witness("witness.example/" + std::to_string(number))) {}

  Witness::Options MakeOptions(std::vector<NoteKey> logs) {
    Witness::Options options{
        .directory = dir_.path(), .key = key_.key(), .logs = std::move(logs), .sign = {}, .clock = {}};
    options.sign = [this](std::string_view message) -> Result<Bytes> { return key_.Sign(message); };
    options.clock = [this] { return now_.load(); };
    return options;
  }
  void Open(const WitnessedLog& log) {
    witness_.reset();
    auto opened = Witness::Open(MakeOptions({log.key()}));
    ASSERT_TRUE(opened) << opened.error().message;
    witness_ = *std::move(opened);
  }
  Witness* operator->() { return witness_.get(); }
  const NoteKey& key() const { return key_.key(); }
  const testing::TestNoteKey& signer() const { return key_; }
  const testing::TempDir& dir() const { return dir_; }
  void set_now(Time now) { now_ = now; }

 private:
  testing::TestNoteKey key_;
  testing::TempDir dir_;
  std::atomic<Time> now_ = testing::kNow;
  std::unique_ptr<Witness> witness_;
};

/// WitnessServer is a TestWitness at a loopback address.
class WitnessServer {
 public:
  using Script = testing::LoopbackServer::Handler;

  WitnessServer(int number, const WitnessedLog& log) : number_(number), witness_(number) { witness_.Open(log); }

  /// Say answers from now on as told; with nothing, truly again. Each call is made with a copy of the script, which
  /// must own what it uses, or use what outlives this server.
  void Say(Script script) {
    const std::lock_guard lock(mutex_);
    script_ = std::move(script);
  }
  /// Forget takes its memory from the witness.
  void Forget(const WitnessedLog& log) {
    const std::lock_guard lock(mutex_);
    std::filesystem::remove(witness_.dir() / OriginHash(log.key().name()));
    witness_.Open(log);
  }
  /// Truly is the real witness's answer, for scripts that bend it.
  std::string Truly(const testing::LoopbackRequest& request) {
    const std::lock_guard lock(mutex_);
    const WitnessReply reply = witness_->AddCheckpoint(request.body);
    return testing::HttpAnswer(reply.status, reply.content_type, reply.body);
  }
  std::string name() const { return "w" + std::to_string(number_); }
  std::string line() const { return "witness " + name() + " " + witness_.key().ToVkey() + " " + server_.url() + "\n"; }
  PolicyWitness listed() const { return {name(), witness_.key(), server_.url()}; }
  const NoteKey& key() const { return witness_.key(); }
  TestWitness& witness() { return witness_; }
  int asked() const { return asked_; }

 private:
  std::string Answer(const testing::LoopbackRequest& request) {
    ++asked_;
    EXPECT_EQ(request.method + " " + request.target, "POST /add-checkpoint");
    Script script;
    {
      const std::lock_guard lock(mutex_);
      script = script_;
    }
    return script ? script(request) : Truly(request);
  }

  const int number_;
  std::mutex mutex_;  // guards script_, and the witness while it is opened
  Script script_;
  std::atomic<int> asked_ = 0;
  TestWitness witness_;
  testing::LoopbackServer server_{[this](const testing::LoopbackRequest& request) { return Answer(request); }};
};

}  // namespace certmark::ledger
