#include "ledger/fsck.h"

#include <algorithm>

#include "ledger/request_rows.h"
#include "tests/support/rfc_tree.h"
#include "tests/unit/ledger/ledger_fixture.h"

namespace certmark::ledger {
namespace {

// Said is a finding in one line, without the hashes.
std::string Said(const Finding& finding) {
  return std::string(finding.kind) + " | " + finding.log + " | " + finding.place;
}

std::vector<std::string> Said(const Findings& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings.list()) lines.push_back(Said(finding));
  return lines;
}

using Lines = std::vector<std::string>;

class FsckTest : public LedgerFixture {
 protected:
  // Grow makes a log of `size` entries, `entry 0` and so on, its checkpoints at `sizes` alone and at the end.
  void Grow(std::uint64_t size, std::vector<std::uint64_t> checkpoints = {}) {
    Open();
    checkpoints.push_back(size);
    std::uint64_t index = 0;
    for (const std::uint64_t until : checkpoints) {
      Change change;
      for (; index < until; ++index) change.entries.push_back(Public("entry " + std::to_string(index)));
      for (Change& part : Parts(std::move(change))) log_->Append(std::move(part), Ack::kSequenced).value();
      log_->Append(Change{{}, {Put("published", std::to_string(until))}, {}}, Ack::kPublished).value();
    }
    ASSERT_EQ(StoredTree().size, size);
    log_.reset();
  }

  FsckReport Check(unsigned threads = 2) {
    FsckOptions options;
    options.threads = threads;
    return FsckStore(*memory_, keys_, options).value();
  }
  Findings Found() { return Check().findings; }
  Finding Only() {
    const Findings found = Found();
    EXPECT_EQ(found.total(), 1u) << ::testing::PrintToString(Said(found));
    return found.empty() ? Finding{} : found.list().front();
  }

  Bytes Row(Column column, ByteView key) { return memory_->Get(column, key).value().value(); }
  // Flip changes one byte of a row.
  void Flip(Column column, const Bytes& key, std::size_t byte) {
    Bytes value = Row(column, key);
    value.at(byte) ^= 1;
    Damage({column, key, value});
  }
  void Erase(Column column, const Bytes& key) { Damage({column, key, std::nullopt}); }
  void Set(Column column, const Bytes& key, std::string_view value) { Damage({column, key, ToBytes(value)}); }
  void SetNote(const Bytes& key, std::string_view note) {
    Damage({Column::kCheckpoint, key, CheckpointRow{testing::kNow, std::string(note)}.Encode()});
  }
  static Hash Leaf(std::uint64_t index) { return LeafHash(AsBytes("entry " + std::to_string(index))); }

  std::map<LogNumber, CheckpointKeys> keys_{{kPublic, {key_.key(), {}}}};

 private:
  // Parts keeps to what one change may hold.
  static std::vector<Change> Parts(Change all) {
    constexpr std::size_t kPart = 1000;
    std::vector<Change> parts;
    for (std::size_t i = 0; i < all.entries.size(); ++i) {
      if (i % kPart == 0) parts.emplace_back();
      parts.back().entries.push_back(std::move(all.entries[i]));
    }
    return parts;
  }
};

TEST_F(FsckTest, FindsNothingInLogsOfManySizes) {
  for (const std::uint64_t size : {1, 2, 3, 255, 256, 257, 511, 1023, 1024, 1025, 2048, 3000}) {
    memory_ = MakeMemoryStore();
    FaultyStore store(*memory_);
    Anchor anchor(dir_ / ("anchor" + std::to_string(size)));
    auto log = Log::Open(store, anchor, MakeOptions()).value();
    Change change;
    for (std::uint64_t i = 0; i < size; ++i) change.entries.push_back(Public("entry " + std::to_string(i)));
    log->Append(std::move(change), Ack::kPublished).value();
    log.reset();
    const FsckReport report = Check();
    EXPECT_EQ(Said(report.findings), Lines{}) << size;
    EXPECT_EQ(report.entries, size);
    EXPECT_EQ(report.checkpoints, 1u);
  }
}

TEST_F(FsckTest, FindsNothingInAnEmptyStore) {
  EXPECT_EQ(Said(Found()), Lines{});
}

TEST_F(FsckTest, ChecksTheRecordLogBesideThePublicOne) {
  Open();
  log_->Append({{}, {}, {Private("act 0"), Public("entry 0"), Private("act 1")}}, Ack::kPublished).value();
  log_.reset();
  const FsckReport report = Check();
  EXPECT_EQ(Said(report.findings), Lines{});
  EXPECT_EQ(report.entries, 3u);
  Flip(Column::kEntry, EntryKey(kRecordLog, 1), 0);
  EXPECT_EQ(Said(Only()), "entry-differs | log 0 | entry 1");
}

TEST_F(FsckTest, ComesToTheSameRootsAsTheDefinition) {
  Grow(1300, {1, 5, 256, 300, 1024, 1025});
  const FsckReport report = Check();
  EXPECT_EQ(Said(report.findings), Lines{});
  EXPECT_EQ(report.checkpoints, 7u);
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < 1300; ++i) leaves.push_back(Leaf(i));
  EXPECT_EQ(report.logs.at(kPublic).root, testing::RfcTree(std::move(leaves)).Root(1300));
}

TEST_F(FsckTest, SaysTheSameOnOneThreadAsOnFour) {
  Grow(5000);
  for (const std::uint64_t index : {7, 1030, 2500, 4999}) Flip(Column::kEntry, EntryKey(kPublic, index), 0);
  const Findings one = Check(1).findings, four = Check(4).findings;
  EXPECT_EQ(one.list(), four.list());
  EXPECT_EQ(Said(one), (Lines{"entry-differs | log 1 | entry 7", "entry-differs | log 1 | entry 1030",
                              "entry-differs | log 1 | entry 2500", "entry-differs | log 1 | entry 4999"}));
}

// ---- Entries

TEST_F(FsckTest, NamesAnEntryWhoseBytesAreOthers) {
  Grow(600);
  for (const std::uint64_t index : {0, 255, 256, 599}) {
    Flip(Column::kEntry, EntryKey(kPublic, index), 0);
    const Finding found = Only();
    EXPECT_EQ(Said(found), "entry-differs | log 1 | entry " + std::to_string(index));
    EXPECT_EQ(found.expected, Leaf(index).Hex());
    EXPECT_EQ(found.found, LeafHash(Row(Column::kEntry, EntryKey(kPublic, index))).Hex());
    Flip(Column::kEntry, EntryKey(kPublic, index), 0);
  }
}

TEST_F(FsckTest, NamesMissingEntriesByTheRun) {
  Grow(600);
  for (const std::uint64_t index : {5, 6, 7, 300}) Erase(Column::kEntry, EntryKey(kPublic, index));
  EXPECT_EQ(Said(Found()), (Lines{"entry-missing | log 1 | entries 5-7", "entry-missing | log 1 | entry 300"}));
}

TEST_F(FsckTest, GoesOnBehindEntriesThatCannotBeRead) {
  Grow(600);
  Erase(Column::kEntry, EntryKey(kPublic, 10));
  Flip(Column::kEntry, EntryKey(kPublic, 599), 0);
  EXPECT_EQ(Said(Found()), (Lines{"entry-missing | log 1 | entry 10", "entry-differs | log 1 | entry 599"}));
}

TEST_F(FsckTest, NamesAnEntryThatNoBundleCanHold) {
  Grow(3);
  Set(Column::kEntry, EntryKey(kPublic, 1), "");
  EXPECT_EQ(Said(Found()), (Lines{"entry-size | log 1 | entry 1", "entry-differs | log 1 | entry 1"}));
}

TEST_F(FsckTest, NamesEntriesBeyondTheHead) {
  Grow(3);
  Set(Column::kEntry, EntryKey(kPublic, 3), "one more");
  Set(Column::kEntry, EntryKey(7, 0), "of no log");
  Set(Column::kEntry, ToBytes("x"), "of no form");
  EXPECT_EQ(Said(Found()), (Lines{"entry-extra | log 1 | entry 3", "entry-extra | log 7 | entry 0",
                                  "entry-extra | log 0 | entry row 78"}));
}

// ---- Tiles

TEST_F(FsckTest, NamesTheHashOfATileOfEveryLevel) {
  Grow(65536 + 300);
  struct Case {
    std::uint8_t level;
    std::uint64_t tile;
    std::size_t hash;
    const char* said;
  };
  const Case kCases[] = {
      {0, 0, 17, "tile-differs | log 1 | tile/0/000 hash 17"},
      {0, 255, 255, "tile-differs | log 1 | tile/0/255 hash 255"},
      {0, 257, 43, "tile-differs | log 1 | tile/0/257.p/44 hash 43"},
      {1, 0, 3, "tile-differs | log 1 | tile/1/000 hash 3"},
      {1, 1, 0, "tile-differs | log 1 | tile/1/001.p/1 hash 0"},
      {2, 0, 0, "tile-differs | log 1 | tile/2/000.p/1 hash 0"},
  };
  EXPECT_EQ(Said(Found()), Lines{});
  for (const Case& c : kCases) {
    Flip(Column::kTile, TileKey(kPublic, c.level, c.tile), c.hash * Hash::kSize);
    EXPECT_EQ(Said(Only()), c.said);
    Flip(Column::kTile, TileKey(kPublic, c.level, c.tile), c.hash * Hash::kSize);
  }
}

TEST_F(FsckTest, ShowsWhatATileSaysAndWhatItsEntriesDo) {
  Grow(300);
  Flip(Column::kTile, TileKey(kPublic, 0, 0), 9 * Hash::kSize);
  const Finding found = Only();
  Hash wrong = Leaf(9);
  wrong.bytes[0] ^= 1;
  EXPECT_EQ(found.expected, Leaf(9).Hex());
  EXPECT_EQ(found.found, wrong.Hex());
}

TEST_F(FsckTest, NamesMissingAndShortTiles) {
  Grow(600);
  Erase(Column::kTile, TileKey(kPublic, 0, 1));
  EXPECT_EQ(Said(Only()), "tile-missing | log 1 | tile/0/001");
  Erase(Column::kTile, TileKey(kPublic, 1, 0));
  EXPECT_EQ(Said(Found()), (Lines{"tile-missing | log 1 | tile/0/001", "tile-missing | log 1 | tile/1/000.p/2"}));
}

TEST_F(FsckTest, NamesTilesBeyondTheHead) {
  Grow(300);
  Bytes wider = Row(Column::kTile, TileKey(kPublic, 0, 1));
  wider.resize(wider.size() + Hash::kSize);
  Damage({Column::kTile, TileKey(kPublic, 0, 1), wider});
  Set(Column::kTile, TileKey(kPublic, 0, 2), std::string(32, 'x'));
  Set(Column::kTile, TileKey(kPublic, 3, 0), std::string(32, 'x'));
  Set(Column::kTile, ToBytes("x"), "x");
  EXPECT_EQ(Said(Found()), (Lines{"tile-extra | log 1 | tile/0/001", "tile-extra | log 1 | tile/0/002",
                                  "tile-extra | log 1 | tile/3/000", "tile-extra | log 0 | tile row 78"}));
}

// A history written anew below is no single damage: everything above disagrees with it.
TEST_F(FsckTest, NamesTheRootWhereEntryAndTileWereChangedTogether) {
  Grow(300, {200});
  Set(Column::kEntry, EntryKey(kPublic, 250), "another");
  Bytes tile = Row(Column::kTile, TileKey(kPublic, 0, 0));
  const Hash leaf = LeafHash(AsBytes("another"));
  std::copy(leaf.bytes.begin(), leaf.bytes.end(), tile.begin() + 250 * Hash::kSize);
  Damage({Column::kTile, TileKey(kPublic, 0, 0), tile});
  EXPECT_EQ(Said(Found()),
            (Lines{"tile-differs | log 1 | tile/1/000.p/1 hash 0", "checkpoint-root | log 1 | checkpoint of size 300",
                   "head | log 1 | size 300", "by-hash-missing | log 1 | by_hash " + leaf.Hex(),
                   "by-hash-extra | log 1 | by_hash " + Leaf(250).Hex()}));
}

// ---- by_hash

TEST_F(FsckTest, NamesByHashRowsThatAreMissingOrSayAnotherIndex) {
  Grow(600);
  Erase(Column::kByHash, ByHashKey(kPublic, Leaf(20)));
  Finding found = Only();
  EXPECT_EQ(Said(found), "by-hash-missing | log 1 | by_hash " + Leaf(20).Hex());
  EXPECT_EQ(found.expected, "entry 20");
  Damage({Column::kByHash, ByHashKey(kPublic, Leaf(20)), EncodeU64(21)});
  found = Only();
  EXPECT_EQ(Said(found), "by-hash-differs | log 1 | by_hash " + Leaf(20).Hex());
  EXPECT_EQ(found.expected, "entry 20");
  EXPECT_EQ(found.found, "entry 21");
}

TEST_F(FsckTest, NoticesTwoByHashRowsThatChangedPlaces) {
  Grow(600);
  Damage({Column::kByHash, ByHashKey(kPublic, Leaf(20)), EncodeU64(21)});
  Damage({Column::kByHash, ByHashKey(kPublic, Leaf(21)), EncodeU64(20)});
  EXPECT_EQ(Said(Found()), (Lines{"by-hash-differs | log 1 | by_hash " + Leaf(20).Hex(),
                                  "by-hash-differs | log 1 | by_hash " + Leaf(21).Hex()}));
}

TEST_F(FsckTest, NamesByHashRowsWithoutAnEntry) {
  Grow(600);
  const Hash none = Sha256(AsBytes("none"));
  Damage({Column::kByHash, ByHashKey(kPublic, none), EncodeU64(5)});
  EXPECT_EQ(Said(Only()), "by-hash-extra | log 1 | by_hash " + none.Hex());
  Damage({Column::kByHash, ByHashKey(kPublic, none), EncodeU64(600)});
  EXPECT_EQ(Said(Only()), "by-hash-extra | log 1 | by_hash " + none.Hex()) << "beyond the head";
  Damage({Column::kByHash, ByHashKey(kPublic, none), Bytes{1}});
  EXPECT_EQ(Said(Only()), "by-hash-extra | log 1 | by_hash " + none.Hex()) << "no index";
  Erase(Column::kByHash, ByHashKey(kPublic, none));
  Damage({Column::kByHash, ByHashKey(4, none), EncodeU64(0)});
  EXPECT_EQ(Said(Only()), "by-hash-extra | log 4 | by_hash " + none.Hex()) << "of no log";
}

// ---- Checkpoints and head

TEST_F(FsckTest, NamesCheckpointsThatAreNotWhatTheLogSigned) {
  Grow(300, {100, 200});
  const Bytes key = CheckpointKey(kPublic, 200);
  const Bytes good = Row(Column::kCheckpoint, key);
  const auto with = [&](std::string_view note) {
    SetNote(key, note);
    const std::string said = Said(Only());
    Damage({Column::kCheckpoint, key, good});
    return said;
  };
  const auto signed_text = [&](const std::string& text) { return text + "\n" + key_.SignNote(text); };
  const Checkpoint checkpoint =
      Checkpoint::Parse(Note::Parse(CheckpointRow::Decode(good).value().note).value().text()).value();

  EXPECT_EQ(with("garbage"), "checkpoint-unreadable | log 1 | checkpoint of size 200");
  const std::string text = checkpoint.ToText();
  EXPECT_EQ(with(text + "\n" + key_.SignNote(text + "more\n")),
            "checkpoint-signature | log 1 | checkpoint of size 200");
  Checkpoint other = checkpoint;
  other.origin = "ca.example/log/9";
  EXPECT_EQ(with(signed_text(other.ToText())), "checkpoint-origin | log 1 | checkpoint of size 200");
  other = checkpoint;
  other.size = 199;
  EXPECT_EQ(with(signed_text(other.ToText())), "checkpoint-size | log 1 | checkpoint of size 200");
  other = checkpoint;
  other.root.bytes[0] ^= 1;
  EXPECT_EQ(with(signed_text(other.ToText())), "checkpoint-root | log 1 | checkpoint of size 200");
  EXPECT_EQ(Said(Found()), Lines{});
}

TEST_F(FsckTest, NamesACosignatureThatDoesNotHold) {
  Grow(3);
  const Bytes key = CheckpointKey(kPublic, 3);
  const auto witness = testing::TestNoteKey::Witness("w.example");
  const std::string note = CheckpointRow::Decode(Row(Column::kCheckpoint, key)).value().note;
  const std::string text = Note::Parse(note).value().text();
  keys_.at(kPublic).witnesses = {witness.key()};
  SetNote(key, note + witness.Cosign(text, testing::kNow));
  EXPECT_EQ(Said(Found()), Lines{});
  SetNote(key, note + witness.Cosign(text + "more\n", testing::kNow));
  EXPECT_EQ(Said(Only()), "checkpoint-cosignature | log 1 | checkpoint of size 3");
}

TEST_F(FsckTest, NamesCheckpointsBeyondTheHeadAndOfNoLog) {
  Grow(3);
  const Bytes note = Row(Column::kCheckpoint, CheckpointKey(kPublic, 3));
  Damage({Column::kCheckpoint, CheckpointKey(7, 1), note});
  EXPECT_EQ(Said(Only()), "checkpoint-extra | log 7 | checkpoint of size 1");
  Erase(Column::kCheckpoint, CheckpointKey(7, 1));
  Checkpoint beyond{std::string(kOrigin), 4, Leaf(0)};
  SetNote(CheckpointKey(kPublic, 4), beyond.ToText() + "\n" + key_.SignNote(beyond.ToText()));
  EXPECT_EQ(Said(Only()), "checkpoint-extra | log 1 | checkpoint of size 4");
}

TEST_F(FsckTest, NamesAHeadOfAnotherRoot) {
  Grow(300);
  Head head = Head::Decode(memory_->Head().value()).value();
  head.logs.at(kPublic).tree.root.bytes[0] ^= 1;
  ASSERT_TRUE(memory_->Commit(memory_->Head().value(), Batch{head.Encode(), {}}));
  const Finding found = Only();
  EXPECT_EQ(Said(found), "head | log 1 | size 300");
  EXPECT_EQ(found.found, head.logs.at(kPublic).tree.root.Base64());
}

TEST_F(FsckTest, NamesAHeadThatCannotBeReadAndALogThatNobodyKnows) {
  Grow(3);
  keys_.clear();
  EXPECT_EQ(Said(Only()), "log-unknown | log 1 | head");
  ASSERT_TRUE(memory_->Commit(memory_->Head().value(), Batch{Bytes{1}, {}}));
  EXPECT_EQ(Only().kind, "head-unreadable");
}

TEST_F(FsckTest, ReportsAThousandFindingsAndCountsTheRest) {
  Grow(2500);
  for (std::uint64_t i = 0; i < 2500; i += 2) Flip(Column::kEntry, EntryKey(kPublic, i), 0);
  const Findings found = Found();
  EXPECT_EQ(found.total(), 1250u);
  EXPECT_EQ(found.list().size(), Findings::kMax);
}

// ---- A store that fails

TEST_F(FsckTest, CannotTellWhereAStoreDoesNotAnswer) {
  class Silent : public Store {
   public:
    explicit Silent(const Store& inner) : inner_(inner) {}
    Result<Bytes> Head() const override { return inner_.Head(); }
    Result<void> Commit(ByteView, const Batch&) override { return Error{ErrorCode::kInternal, ""}; }
    Result<void> Sync() override { return Error{ErrorCode::kInternal, ""}; }
    Result<std::optional<Bytes>> Get(Column, ByteView) const override {
      return Error{ErrorCode::kUnavailable, "the disk is gone"};
    }
    Result<void> Scan(Column, ByteView, ByteView, const std::function<bool(ByteView, ByteView)>&) const override {
      return Error{ErrorCode::kUnavailable, "the disk is gone"};
    }

   private:
    const Store& inner_;
  };
  Grow(3);
  const auto checked = FsckStore(Silent(*memory_), keys_, {});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kUnavailable);
}

// Behind a damaged block a scan stops, and single rows in it do not read.
class DamagedStore : public Store {
 public:
  DamagedStore(const Store& inner, Bytes begin, Bytes end) : inner_(inner), begin_(begin), end_(end) {}
  Result<Bytes> Head() const override { return inner_.Head(); }
  Result<void> Commit(ByteView, const Batch&) override { return Error{ErrorCode::kInternal, ""}; }
  Result<void> Sync() override { return Error{ErrorCode::kInternal, ""}; }
  Result<std::optional<Bytes>> Get(Column column, ByteView key) const override {
    if (column == Column::kEntry && Damaged(key)) return Error{ErrorCode::kCorruption, "checksum"};
    return inner_.Get(column, key);
  }
  Result<void> Scan(Column column, ByteView begin, ByteView end,
                    const std::function<bool(ByteView, ByteView)>& visit) const override {
    bool met = false;
    CM_TRY(inner_.Scan(column, begin, end, [&](ByteView key, ByteView value) {
      met = column == Column::kEntry && Damaged(key);
      return !met && visit(key, value);
    }));
    if (met) return Error{ErrorCode::kCorruption, "checksum"};
    return {};
  }

 private:
  bool Damaged(ByteView key) const {
    return !std::lexicographical_compare(key.begin(), key.end(), begin_.begin(), begin_.end()) &&
           std::lexicographical_compare(key.begin(), key.end(), end_.begin(), end_.end());
  }
  const Store& inner_;
  Bytes begin_, end_;
};

TEST_F(FsckTest, GoesOnBehindADamagedBlock) {
  Grow(600);
  Flip(Column::kEntry, EntryKey(kPublic, 500), 0);
  const DamagedStore damaged(*memory_, EntryKey(kPublic, 40), EntryKey(kPublic, 45));
  const Findings found = FsckStore(damaged, keys_, {}).value().findings;
  EXPECT_EQ(Said(found), (Lines{"entry-unreadable | log 1 | entries 40-44", "entry-differs | log 1 | entry 500"}));
}

// ---- A writer at work meanwhile

TEST_F(FsckTest, DoesNotJudgeWhatAWriterAppendsMeanwhile) {
  Grow(300);
  Open();
  bool appended = false;
  FsckOptions options;
  options.visit = [&](const EntryWindow&) -> std::function<void()> {
    return [&] {
      if (!appended) Append("meanwhile");
      appended = true;
    };
  };
  const FsckReport report = FsckStore(*memory_, keys_, options).value();
  EXPECT_TRUE(appended);
  EXPECT_EQ(Said(report.findings), Lines{});
  EXPECT_EQ(report.entries, 300u);
}

// ---- The visitor and the progress

TEST_F(FsckTest, HandsOutEveryEntryInOrderAndNothingForAMissingOne) {
  Grow(3000);
  Erase(Column::kEntry, EntryKey(kPublic, 1500));
  Lines seen;
  FsckOptions options;
  options.threads = 4;
  options.visit = [&](const EntryWindow& window) -> std::function<void()> {
    Lines texts;
    for (const auto& entry : window.entries) texts.emplace_back(entry ? AsText(*entry) : "(missing)");
    return [&seen, texts] { seen.insert(seen.end(), texts.begin(), texts.end()); };
  };
  std::vector<std::uint64_t> done;
  options.progress = [&](std::uint64_t so_far, std::uint64_t total) {
    EXPECT_EQ(total, 3000u);
    done.push_back(so_far);
  };
  ASSERT_TRUE(FsckStore(*memory_, keys_, options));
  ASSERT_EQ(seen.size(), 3000u);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i], i == 1500 ? "(missing)" : "entry " + std::to_string(i));
  }
  EXPECT_TRUE(std::ranges::is_sorted(done));
  EXPECT_EQ(done.back(), 3000u);
}

// ---- Requests

class FsckRequestsTest : public FsckTest {
 protected:
  void SetUp() override {
    Open();
    Send("k");
    log_.reset();
    by_name_ = RequestKey{std::nullopt, ToBytes("k")}.Encode();
    stored_ = StoredRequest::Decode(Row(Column::kRequest, by_name_)).value();
    by_time_ = RequestKey{stored_.time, ToBytes("k")}.Encode();
  }
  void Send(std::string_view key) {
    Change change = Entry("of " + std::string(key) + std::to_string(now_));
    change.request = RequestId{ToBytes(key), Sha256(AsBytes("body")), ToBytes("answer")};
    ASSERT_TRUE(log_->Append(std::move(change), Ack::kPublished));
  }

  Bytes by_name_, by_time_;
  StoredRequest stored_;
};

TEST_F(FsckRequestsTest, FindsNothingInRequestsNewOldAndUsedAgain) {
  EXPECT_EQ(Check().requests, 1u);
  EXPECT_EQ(Said(Found()), Lines{});
  now_ += kRequestLife.count() + 10;
  Open();
  Send("k");
  Send("other");
  log_.reset();
  EXPECT_EQ(Check().requests, 2u);
  EXPECT_EQ(Said(Found()), Lines{});
}

TEST_F(FsckRequestsTest, NamesARequestThatNobodyCanRead) {
  Set(Column::kRequest, by_name_, "short");
  EXPECT_EQ(Said(Only()), "request-unreadable |  | request 6b");
  Erase(Column::kRequest, by_name_);
  EXPECT_EQ(Said(Only()), "request-time-extra |  | request 6b");
}

TEST_F(FsckRequestsTest, NamesARowThatIsNoRequests) {
  Set(Column::kRequest, ToBytes("x?"), "");
  EXPECT_EQ(Said(Only()), "request-unreadable |  | request 783f");
}

TEST_F(FsckRequestsTest, NamesARequestThatCouldNotBeForgotten) {
  Erase(Column::kRequest, by_time_);
  const Finding finding = Only();
  EXPECT_EQ(Said(finding), "request-time-missing |  | request 6b");
  EXPECT_EQ(finding.expected, "a row of " + std::to_string(ToEpoch(stored_.time)));
  EXPECT_EQ(finding.found, "no such row");
}

TEST_F(FsckRequestsTest, NamesARowByTimeThatFindsARequestOfAnotherTime) {
  Set(Column::kRequest, RequestKey{stored_.time + Seconds{1}, ToBytes("k")}.Encode(), "");
  EXPECT_EQ(Said(Only()), "request-time-extra |  | request 6b");
  Erase(Column::kRequest, RequestKey{stored_.time + Seconds{1}, ToBytes("k")}.Encode());
  Set(Column::kRequest, by_time_, "a value");
  EXPECT_EQ(Said(Only()), "request-unreadable |  | request 6b");
}

TEST_F(FsckRequestsTest, NamesARequestOfAnotherTimeThanItsOwn) {
  Bytes row = Row(Column::kRequest, by_name_);
  row[0] = 0x7f;  // of its time
  Damage({Column::kRequest, by_name_, row});
  EXPECT_EQ(Said(Only()), "request-unreadable |  | request 6b");
  row[0] = 0;
  row[3] ^= 1;  // years later
  Damage({Column::kRequest, by_name_, row});
  EXPECT_EQ(Said(Found()), (Lines{"request-time |  | request 6b", "request-time-missing |  | request 6b"}));
}

TEST_F(FsckRequestsTest, NamesAnAnswerWithAnEntryThatNoLogHas) {
  Bytes row = Row(Column::kRequest, by_name_);
  row[8 + Hash::kSize + 8 + 7] = 1;  // the one index, of a log of one entry
  Damage({Column::kRequest, by_name_, row});
  const Finding finding = Only();
  EXPECT_EQ(Said(finding), "request-entry |  | request 6b");
  EXPECT_EQ(finding.expected + ", " + finding.found, "an entry below 1, entry 1");
}

}  // namespace
}  // namespace certmark::ledger
