// Published logs: read from files and from whatever answers for a URL, and checked as the world sees them.
#include "ledger/tile_source.h"

#include <atomic>
#include <fstream>
#include <mutex>

#include "ledger/fsck.h"
#include "ledger/posix_file.h"
#include "tests/unit/ledger/ledger_fixture.h"
#include "verifier-sdk/core/entry_bundle.h"

namespace certmark::ledger {
namespace {

using Lines = std::vector<std::string>;

class PublishedLogTest : public LedgerFixture {
 protected:
  // Publish makes a log of `size` entries, and files of it as a mirror has them.
  void Publish(std::uint64_t size) {
    Open();
    Change change;
    for (std::uint64_t i = 0; i < size; ++i) change.entries.push_back(Public("entry " + std::to_string(i)));
    log_->Append(std::move(change), Ack::kPublished).value();
    files_["checkpoint"] = log_->Exposed()->note;
    const LogReader reader(*memory_, kPublic);
    const auto put = [&](const TileName& name) {
      files_["tile/" + name.ToPath()] = std::string(AsText(reader.Tile(name, size).value()));
    };
    for (std::uint8_t level = 0; (size >> (8 * level)) > 0; ++level) {
      for (std::uint64_t tile = 0; WidthAt(size, level, tile) > 0; ++tile) {
        const unsigned width = WidthAt(size, level, tile);
        put({level, tile, width});
        if (level == 0) put({std::nullopt, tile, width});
      }
    }
  }
  Fetch FromFiles() {
    return [this](const std::string& path, std::size_t limit) -> Result<std::string> {
      const std::lock_guard lock(mutex_);
      const auto found = files_.find(path);
      if (found == files_.end()) return Error{ErrorCode::kNotFound, "no such file"};
      if (found->second.size() > limit) return Error{ErrorCode::kCorruption, "too long"};
      return found->second;
    };
  }
  FsckReport Check(std::size_t quorum = 0) {
    const auto source = MakePublishedSource(FromFiles());
    return FsckPublished({*source, kPublic, {key_.key(), witnesses_}, quorum}, {}).value();
  }
  Lines Found(std::size_t quorum = 0) {
    Lines lines;
    const FsckReport report = Check(quorum);
    for (const Finding& f : report.findings.list()) lines.push_back(std::string(f.kind) + " | " + f.place);
    return lines;
  }

  std::mutex mutex_;
  std::map<std::string, std::string> files_;
  std::vector<NoteKey> witnesses_;
};

TEST_F(PublishedLogTest, IsCleanAsItWasPublished) {
  Publish(700);
  const FsckReport report = Check();
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.entries, 700u);
  EXPECT_EQ(report.tiles, 4u);
  EXPECT_EQ(report.logs.at(kPublic), StoredTree());
}

TEST_F(PublishedLogTest, NamesWhatWasChanged) {
  Publish(700);
  const auto good = files_;
  files_["tile/entries/001"].at(2) ^= 1;
  EXPECT_EQ(Found(), Lines{"entry-differs | entry 256"});
  files_ = good;
  files_["tile/0/001"].at(32 * 7) ^= 1;
  EXPECT_EQ(Found(), Lines{"tile-differs | tile/0/001 hash 7"});
  files_ = good;
  files_["tile/0/002.p/188"].at(32 * 187) ^= 1;
  EXPECT_EQ(Found(), Lines{"tile-differs | tile/0/002.p/188 hash 187"});
  files_ = good;
  files_["tile/entries/002.p/188"].at(2) ^= 1;
  EXPECT_EQ(Found(), Lines{"entry-differs | entry 512"});
  files_ = good;
  files_["tile/1/000.p/2"].at(0) ^= 1;
  EXPECT_EQ(Found(), Lines{"tile-differs | tile/1/000.p/2 hash 0"});
}

TEST_F(PublishedLogTest, NamesWhatIsGoneOrOfAnotherForm) {
  Publish(700);
  const auto good = files_;
  files_.erase("tile/entries/001");
  EXPECT_EQ(Found(), Lines{"entry-missing | entries 256-511"});
  files_ = good;
  files_["tile/entries/001"] += "x";
  EXPECT_EQ(Found(), Lines{"entry-unreadable | entries 256-511"});
  files_ = good;
  files_.erase("tile/0/000");
  EXPECT_EQ(Found(), Lines{"tile-missing | tile/0/000"});
  files_ = good;
  files_["tile/0/000"] += "x";
  EXPECT_EQ(Found(), Lines{"tile-missing | tile/0/000"});
}

TEST_F(PublishedLogTest, NamesACheckpointThatIsNotTheLogs) {
  Publish(3);
  const std::string good = files_["checkpoint"];
  const std::string text = Note::Parse(good).value().text();
  files_["checkpoint"] = text + "\n" + key_.SignNote(text + "more\n");
  EXPECT_EQ(Found(), Lines{"checkpoint-signature | checkpoint"});
  files_["checkpoint"] = "garbage";
  EXPECT_EQ(Found(), Lines{"checkpoint-unreadable | checkpoint"});
  files_.erase("checkpoint");
  EXPECT_EQ(Found(), Lines{"checkpoint-missing | checkpoint"});
  Checkpoint other = Checkpoint::Parse(text).value();
  other.root.bytes[0] ^= 1;
  files_["checkpoint"] = other.ToText() + "\n" + key_.SignNote(other.ToText());
  EXPECT_EQ(Found(), Lines{"head | size 3"});
}

TEST_F(PublishedLogTest, NeedsTheWitnessesThatTheListDemands) {
  Publish(3);
  const auto witness = testing::TestNoteKey::Witness("w.example");
  witnesses_ = {witness.key()};
  EXPECT_EQ(Found(1), Lines{"checkpoint-not-witnessed | checkpoint"});
  files_["checkpoint"] += witness.Cosign(Note::Parse(files_["checkpoint"]).value().text(), testing::kNow);
  EXPECT_EQ(Found(1), Lines{});
}

TEST_F(PublishedLogTest, TakesAPartialTileOutOfTheFullOneThatReplacedIt) {
  Publish(300);
  const std::string checkpoint = files_["checkpoint"];
  log_.reset();
  Open();
  Change change;
  for (int i = 300; i < 512; ++i) change.entries.push_back(Public("entry " + std::to_string(i)));
  log_->Append(std::move(change), Ack::kPublished).value();
  const LogReader reader(*memory_, kPublic);
  files_.erase("tile/0/001.p/44");
  files_.erase("tile/entries/001.p/44");
  for (const TileName name : {TileName{std::uint8_t{0}, 1, 256}, TileName{std::nullopt, 1, 256}}) {
    files_["tile/" + name.ToPath()] = std::string(AsText(reader.Tile(name, 512).value()));
  }
  files_["checkpoint"] = checkpoint;
  EXPECT_EQ(Found(), Lines{});
}

TEST_F(PublishedLogTest, ReadsADirectoryOfFiles) {
  Publish(300);
  for (const auto& [path, bytes] : files_) {
    std::filesystem::create_directories((dir_ / "mirror" / path).parent_path());
    std::ofstream(dir_ / "mirror" / path, std::ios::binary) << bytes;
  }
  const auto source = MakePublishedSource(FetchFiles(dir_ / "mirror"));
  EXPECT_TRUE(FsckPublished({*source, kPublic, {key_.key(), {}}, 0}, {}).value().findings.empty());
  EXPECT_EQ(source->Tile({std::uint8_t{3}, 0, 256}).error().code, ErrorCode::kNotFound);
}

TEST_F(PublishedLogTest, CannotTellWhereAServerDoesNotAnswer) {
  Publish(300);
  const Fetch files = FromFiles();
  const auto source = MakePublishedSource([&](const std::string& path, std::size_t limit) -> Result<std::string> {
    if (path == "tile/0/001.p/44") return Error{ErrorCode::kUnavailable, "HTTP status 500"};
    return files(path, limit);
  });
  const auto checked = FsckPublished({*source, kPublic, {key_.key(), {}}, 0}, {});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kUnavailable);
}

TEST_F(PublishedLogTest, ReadsNodesOutOfItsTiles) {
  Publish(700);
  const auto source = MakePublishedSource(FromFiles());
  EXPECT_EQ(RootAt(SourceNodes(*source, 700), 700).value(), StoredTree().root);
  EXPECT_EQ(RootAt(SourceNodes(*source, 700), 300).value(), RootAt(TileNodes(*memory_, kPublic), 300).value());
  EXPECT_EQ(SourceNodes(*source, 700).Node(0, 700).error().code, ErrorCode::kNotFound);
}

TEST_F(PublishedLogTest, TheStoresBundlesAreThePublishedOnes) {
  Publish(300);
  const auto source = MakeStoreSource(*memory_, kPublic);
  EXPECT_EQ(AsText(source->Tile({std::nullopt, 1, 44}).value()), files_["tile/entries/001.p/44"]);
  EXPECT_EQ(source->Checkpoint().value(), files_["checkpoint"]);
  EXPECT_EQ(source->Tile({std::nullopt, 1, 45}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(source->Tile({std::uint8_t{0}, 1, 45}).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(MakeStoreSource(*memory_, 9)->Checkpoint().error().code, ErrorCode::kNotFound);
}

// ---- Patience

TEST(Retrying, AsksAgainWhatIsUnavailableAndNothingElse) {
  static constexpr Patience kNone{3, std::chrono::milliseconds(0)};
  int asked = 0;
  const auto answering = [&asked](ErrorCode code, int times) {
    asked = 0;
    return Retrying(
        [&asked, code, times](const std::string& path, std::size_t) -> Result<std::string> {
          if (++asked <= times) return Error{code, "no " + path};
          return std::string("there");
        },
        kNone);
  };
  EXPECT_EQ(answering(ErrorCode::kUnavailable, 2)("x", 9).value(), "there");
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(answering(ErrorCode::kUnavailable, 3)("x", 9).error().message, "no x");
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(answering(ErrorCode::kNotFound, 1)("x", 9).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace certmark::ledger
