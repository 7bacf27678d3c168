// A ledger on a memory store that can be made to fail, and the words that its tests are written in.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "ledger/log.h"
#include "ledger/log_reader.h"
#include "ledger/memory_store.h"
#include "tests/support/faulty_store.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ledger {

inline constexpr LogNumber kPublic = 1;
inline constexpr std::string_view kOrigin = "ca.example/log/1";

inline Write Put(std::string_view key, std::string_view value) {
  return {Column::kRecord, ToBytes(key), ToBytes(value)};
}
inline Precondition Absent(std::string_view key) {
  return {Column::kRecord, ToBytes(key), std::nullopt};
}
inline Precondition Still(std::string_view key, std::string_view value) {
  return {Column::kRecord, ToBytes(key), EtagOf(AsBytes(value))};
}
inline NewEntry Public(std::string_view bytes) {
  return {NewEntry::To::kPublicLog, ToBytes(bytes)};
}
inline NewEntry Private(std::string_view bytes) {
  return {NewEntry::To::kRecordLog, ToBytes(bytes)};
}
inline Change Entry(std::string_view bytes) {
  return {{}, {}, {Public(bytes)}};
}

/// LedgerFixture is one authority's ledger. Open and Crash may alternate at will.
class LedgerFixture : public ::testing::Test {
 protected:
  Log::Options MakeOptions() {
    Log::Options options;
    options.publisher.log = kPublic;
    options.publisher.key = key_.key();
    options.publisher.sign = [this](std::string_view text) -> Result<Bytes> {
      if (on_sign_) on_sign_();
      if (sign_error_) return *sign_error_;
      return spoil_signature_ ? Bytes(64) : key_.Sign(text);
    };
    options.publisher.before_exposing = [this](std::span<const Write> writes) -> Result<void> {
      hooked_.push_back(std::vector<Write>(writes.begin(), writes.end()));
      if (on_hook_) on_hook_();
      if (hook_error_) return *hook_error_;
      return {};
    };
    options.publisher.while_persisting = [this](std::span<const Write> writes) {
      if (while_persisting_) while_persisting_(writes);
    };
    options.clock = [this] { return FromEpoch(++now_); };
    return options;
  }
  Result<std::unique_ptr<Log>> TryOpen() { return Log::Open(store_, anchor_, MakeOptions()); }
  // ReadOnlyReason opens the log, which must not write, and returns why.
  Error ReadOnlyReason() {
    log_.reset();
    store_.Reopen();
    const auto opened = TryOpen();
    if (!opened) {
      ADD_FAILURE() << "not opened at all: " << opened.error().message;
      return opened.error();
    }
    const auto stopped = (*opened)->Stopped();
    EXPECT_EQ((*opened)->Append(Entry("more"), Ack::kSequenced).error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(stopped);
    return stopped.value_or(Error{ErrorCode::kInternal, "it writes"});
  }
  void Open() {
    log_.reset();
    store_.Reopen();
    auto opened = TryOpen();
    ASSERT_TRUE(opened) << opened.error().message;
    log_ = *std::move(opened);
    ASSERT_FALSE(log_->Stopped()) << log_->Stopped()->message;
  }
  // Append publishes one entry and returns its index.
  std::uint64_t Append(std::string_view entry) {
    return log_->Append(Entry(entry), Ack::kPublished).value().indices.at(0);
  }
  std::string Record(std::string_view key) {
    const auto value = memory_->Get(Column::kRecord, AsBytes(key)).value();
    return value ? std::string(AsText(*value)) : "(absent)";
  }
  TreeHead StoredTree(LogNumber log = kPublic) { return Head::Decode(memory_->Head().value()).value().tree(log); }

  // CheckHistory: every persisted note is signed, is the tree's root at its size, and nothing exposed or anchored lacks
  // one; the writer kept the store's contract.
  void CheckHistory() {
    std::set<std::string> notes;
    ASSERT_TRUE(memory_->Scan(Column::kCheckpoint, CheckpointKey(kPublic, 0), {}, [&](ByteView, ByteView bytes) {
      const std::string text = CheckpointRow::Decode(bytes).value().note;
      const Note note = Note::Parse(text).value();
      EXPECT_EQ(note.Check(key_.key()).state, Note::State::kGood);
      const Checkpoint checkpoint = Checkpoint::Parse(note.text()).value();
      EXPECT_EQ(RootAt(TileNodes(*memory_, kPublic), checkpoint.size).value(), checkpoint.root);
      notes.insert(text);
      return true;
    }));
    if (log_ && log_->Exposed()) {
      EXPECT_TRUE(notes.contains(log_->Exposed()->note));
      EXPECT_EQ(ReadAnchor(anchor_.file()).value()->published, log_->Published()->checkpoint);
    }
    for (const std::string& note : exposed_notes_) EXPECT_TRUE(notes.contains(note)) << "exposed, then lost: " << note;
    EXPECT_EQ(store_.violations(), std::vector<std::string>{});
  }
  void RememberExposed() {
    if (log_ && log_->Exposed()) exposed_notes_.insert(log_->Exposed()->note);
  }
  // Damage changes a stored row behind the ledger's back.
  void Damage(Write write) {
    const Bytes head = memory_->Head().value();
    ASSERT_TRUE(memory_->Commit(head, Batch{head, {std::move(write)}}));
  }

  testing::TempDir dir_;
  std::atomic<std::int64_t> now_ = 1'793'664'000;  // the clock moves on whenever it is looked at
  testing::TestNoteKey key_ = testing::TestNoteKey::Log(kOrigin);
  std::optional<Error> sign_error_, hook_error_;
  bool spoil_signature_ = false;
  std::function<void()> on_hook_, on_sign_;
  std::function<void(std::span<const Write>)> while_persisting_;  // runs on another thread
  std::vector<std::vector<Write>> hooked_;                        // what the pre-expose hook saw
  std::set<std::string> exposed_notes_;

  std::unique_ptr<Store> memory_ = MakeMemoryStore();
  FaultyStore store_{*memory_};
  Anchor anchor_{dir_ / "anchor"};
  std::unique_ptr<Log> log_;
};

}  // namespace certmark::ledger
