// An export is the log: checked as any follower would, at sizes around the edges of tiles.
#include "ledger/export.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "ledger/fsck.h"
#include "ledger/tile_source.h"
#include "tests/unit/ledger/ledger_fixture.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ledger {
namespace {

namespace fs = std::filesystem;

class AnExport : public LedgerFixture {
 protected:
  void SetUp() override { Open(); }
  // GrowTo publishes once: a batch for all.
  void GrowTo(std::uint64_t size) {
    Change change;
    for (; size_ < size; ++size_) change.entries.push_back(Public("entry " + std::to_string(size_)));
    ASSERT_TRUE(log_->Append(std::move(change), Ack::kPublished));
  }
  Result<Exported> Export() { return ExportLog({.store = *memory_, .log = kPublic, .directory = to_}); }
  void ExpectClean() {
    const auto source = MakePublishedSource(FetchFiles(to_));
    const FsckReport report = FsckPublished({*source, kPublic, {key_.key(), {}}, 0}, {}).value();
    EXPECT_TRUE(report.findings.empty());
    EXPECT_EQ(report.entries, size_);
  }
  std::vector<std::string> Partials() const {
    std::vector<std::string> found;
    for (const auto& file : fs::recursive_directory_iterator(to_)) {
      const std::string path = file.path().lexically_relative(to_).generic_string();
      if (file.is_regular_file() && path.find(".p/") != std::string::npos) found.push_back(path);
    }
    std::ranges::sort(found);
    return found;
  }

  testing::TempDir out_;
  fs::path to_ = out_ / "www" / "log" / "1";
  std::uint64_t size_ = 0;
};

TEST_F(AnExport, IsTheLogAtEverySizeItGrowsThrough) {
  for (const std::uint64_t size : {1, 255, 256, 257, 512, 513, 700}) {
    GrowTo(size);
    const auto exported = Export();
    ASSERT_TRUE(exported) << exported.error().message;
    EXPECT_EQ(exported->size, size);
    ExpectClean();
  }
  EXPECT_EQ(Partials(), (std::vector<std::string>{"tile/0/002.p/188", "tile/1/000.p/2", "tile/entries/002.p/188"}));
}

TEST_F(AnExport, RunAgainWritesOnlyWhatIsNew) {
  GrowTo(600);
  EXPECT_EQ(Export()->kept, 0u);
  EXPECT_EQ(Export()->written, 0u);
  GrowTo(601);
  const Exported grown = Export().value();
  EXPECT_EQ(grown.kept, 5u);     // two full tiles and bundles, and the level above, which did not change
  EXPECT_EQ(grown.written, 2u);  // the partial tile and bundle of the new size
  ExpectClean();
}

TEST_F(AnExport, MayBeReadByAWebServer) {
  const mode_t before = ::umask(077);
  GrowTo(1);
  const auto exported = Export();
  ::umask(before);
  ASSERT_TRUE(exported);
  for (const auto& entry : fs::recursive_directory_iterator(out_ / "www")) {
    struct stat status {};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, entry.is_directory() ? 0755u : 0644u) << entry.path();
  }
}

TEST_F(AnExport, RefusesToGoBackOrToBecomeAnotherLog) {
  GrowTo(5);
  ASSERT_TRUE(Export());
  const SignedCheckpoint five = *log_->Exposed();
  GrowTo(6);
  ASSERT_TRUE(Export());
  log_.reset();
  Head head = Head::Decode(memory_->Head().value()).value();
  head.logs[kPublic].exposed = five.checkpoint.size;
  ASSERT_TRUE(memory_->Commit(memory_->Head().value(), {head.Encode(), {}}));
  EXPECT_EQ(Export().error().code, ErrorCode::kFailedPrecondition);
  std::ofstream(to_ / "checkpoint") << "other.example/log/1\n1\n"
                                    << EmptyRoot().Base64() << "\n\n— other.example/log/1 AAAA\n";
  EXPECT_EQ(Export().error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(AnExport, AddsNothingToAnotherHistory) {
  GrowTo(300);
  ASSERT_TRUE(Export());
  const Hash before = log_->Exposed()->checkpoint.root;
  // The same log from its beginning, with another first entry: as a database put back and written to again.
  const std::unique_ptr<Store> other = MakeMemoryStore();
  Anchor other_anchor(dir_ / "other");
  Change change = Entry("another first");
  while (change.entries.size() < 400) change.entries.push_back(Public(std::to_string(change.entries.size())));
  const auto log = Log::Open(*other, other_anchor, MakeOptions()).value();
  ASSERT_TRUE(log->Append(std::move(change), Ack::kPublished));
  const auto export_other = [&] { return ExportLog({.store = *other, .log = kPublic, .directory = to_}); };

  const auto refused = export_other();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_NE(refused.error().message.find(before.Base64()), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find(LogReader(*other, kPublic).RootAt(300)->Base64()), std::string::npos);
  EXPECT_FALSE(fs::exists(to_ / "tile/entries/001.p/144")) << "nothing was added";

  fs::remove(to_ / "checkpoint");  // as an export leaves it that did not come to its end
  ASSERT_TRUE(export_other());
  size_ = 400;
  ExpectClean();
}

TEST_F(AnExport, PutsBackWhatIsNotWholeAnyMore) {
  GrowTo(600);
  ASSERT_TRUE(Export());
  for (const char* file : {"tile/0/001", "tile/entries/000"}) fs::resize_file(to_ / file, 100);
  GrowTo(601);
  EXPECT_EQ(Export()->written, 4u);
  ExpectClean();
}

TEST_F(AnExport, HasNothingBeforeTheFirstCheckpoint) {
  EXPECT_EQ(Export().error().code, ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace certmark::ledger
