// A town whose authority has a directory: backups of it are made, and restored where its database is lost.
//
//   const fs::path backup = BackUp();
//   town_.Act(EventKind::kRevoked, town_.valid, "deception");
//   AnchorIt();
//   const auto restored = Restore(Input(backup));
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ca/backup.h"
#include "ca/restore.h"
#include "ca/small_file.h"
#include "ca/x509_profiles.h"
#include "ledger/rocksdb_store.h"
#include "ledger/signed_checkpoint.h"
#include "ledger/tile_source.h"
#include "tests/unit/ca/copied_rows.h"
#include "tests/unit/ca/town.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ca::testing {

namespace fs = std::filesystem;

inline std::string TextOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// Put makes a file what it is to be, with the folders above it.
inline void Put(const fs::path& file, std::string_view text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

/// KeptTown is such a town. Its database is in memory, and so is always lost in the directory.
class KeptTown : public ::testing::Test {
 protected:
  KeptTown() {
    const Authority& authority = town_.authority();
    Put(files_.certificate("root"), ToPem(authority.root));
    Put(files_.certificate("credential-signer"), ToPem(authority.credential_certificate));
    Put(files_.config(), "# as it was\n");
    for (const SchemeFile& scheme : DefaultSchemes()) Put(files_.schemes() / scheme.name, scheme.json);
    Put(files_.crl("root"), "a list");
    Put(files_.key("log"), "a key");
    ListIt();
    AnchorIt();
  }

  /// ListIt publishes the town's trust lists in the directory; AnchorIt has an anchor say how far the town is now.
  void ListIt() const {
    for (const TrustList& list : town_.lists()) Put(files_.trust(list.seq()), list.text());
  }
  void AnchorIt() const { AnchorIt(files_.anchor()); }
  void AnchorIt(const fs::path& file) const { WriteAnchor(file, AnchorNow()); }
  static void WriteAnchor(const fs::path& file, const ledger::AnchorState& state) {
    fs::create_directories(file.parent_path());
    fs::remove(file);
    ASSERT_TRUE(ledger::Anchor(file).Advance(std::nullopt, state));
  }
  ledger::LogNumber Current() const { return town_.authority().log_number; }
  ledger::AnchorState AnchorNow() const {
    return {ledger::NewestNote(town_.store(), Current()).value()->checkpoint, HeadNow().tree(ledger::kRecordLog)};
  }
  ledger::Head HeadNow() const { return ledger::Head::Decode(town_.store().Head().value()).value(); }

  BackupInput ToBackUp(const std::string& name) const {
    const auto copy = [this](const fs::path& to) -> Result<void> {
      const auto database = CM_TRY(ledger::OpenOrCreateRocksdbStore(to));
      CopyRows(town_.store(), *database);
      return {};
    };
    return {.files = files_, .to = directory_ / name, .now = town_.now(), .copy_database = copy};
  }
  /// BackUp makes a backup of the town as it is.
  fs::path BackUp(const std::string& name = "backup") const {
    const auto made = MakeBackup(ToBackUp(name));
    EXPECT_TRUE(made) << made.error().message;
    return directory_ / name;
  }

  RestoreInput Input(const fs::path& backup) const {
    return {.backup = backup, .files = files_, .now = town_.now(), .clock = [now = town_.now()] { return now; }};
  }
  /// MirrorOf is a log of the town as it is served.
  Mirror MirrorOf(ledger::LogNumber log) {
    sources_.push_back(ledger::MakeStoreSource(town_.store(), log));
    return {"mirror-" + std::to_string(log), sources_.back().get()};
  }
  std::unique_ptr<ledger::RocksdbStore> Database() const {
    return ledger::OpenRocksdbStoreReadOnly(files_.database()).value();
  }

  /// ExpectRefused restores, which must fail with that code and words, and leave no database.
  void ExpectRefused(const RestoreInput& input, ErrorCode code, const std::string& words) const {
    const auto restored = Restore(input);
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().code, code) << restored.error().message;
    EXPECT_NE(restored.error().message.find(words), std::string::npos) << restored.error().message;
    EXPECT_FALSE(fs::exists(input.files.database()));
    EXPECT_FALSE(fs::exists(input.files.root / "data.restoring"));
  }

  Town town_;
  certmark::testing::TempDir directory_;
  const AuthorityFiles files_{directory_ / "authority"};

 private:
  std::vector<std::unique_ptr<ledger::TileSource>> sources_;
};

}  // namespace certmark::ca::testing
