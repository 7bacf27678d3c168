#include "api/cli/backup_check.h"

#include "api/cli/backup_shown.h"
#include "api/cli/words.h"
#include "ca/authority.h"
#include "ca/backup.h"
#include "ca/fsck.h"
#include "ledger/rocksdb_store.h"

namespace certmark::cli {
namespace {

void Show(Console& console, const ca::BackupManifest& manifest, const std::vector<std::string>& wrong,
          std::uint64_t findings) {
  const bool is_good = wrong.empty() && findings == 0;
  json::Writer w;
  w.Object([&] {
    w.Member("good", is_good);
    w.Strings("wrong", wrong);
    w.Member("findings", findings);
    WriteManifest(w, manifest);
  });
  console.Object(w.Take());
  for (const std::string& line : wrong) console.Line("✗ " + line);
  if (is_good) {
    console.Line("The backup of " + manifest.authority + " made " + FormatDateTime(manifest.created) +
                 " is whole: " + Sizes(manifest) + "; every file is the one in the manifest, and everything agrees.");
  } else if (!wrong.empty()) {
    console.Line("NOT good: " + Counted(wrong.size(), "file is", "files are") + " not what the manifest says.");
  } else {
    console.Line("NOT good: " + Counted(findings, "disagreement", "disagreements") +
                 "; certmark log fsck shows them, for this directory too.");
  }
}

// Findings is how much log fsck finds in a copy whose files are good.
Result<std::uint64_t> Findings(Console& console, const std::filesystem::path& backup) {
  const ca::AuthorityFiles files(backup);
  const auto lists = CM_TRY(ca::ReadTrustLists(files));
  const auto store = CM_TRY(ledger::OpenRocksdbStoreReadOnly(files.database()));
  Progress progress(console, "entries checked:");
  const auto party_ca = CM_TRY(ca::ReadPartyCa(files, lists.back()));
  const ca::FsckOptions options{
      .lists = lists, .party_ca = party_ca ? &*party_ca : nullptr, .progress = Shown(progress)};
  const auto report = CM_TRY(ca::FsckAuthority(*store, options));
  return report.findings.total();
}

}  // namespace

Result<Exit> CheckBackup(Context& context, const std::filesystem::path& backup) {
  const auto read = ca::ReadManifest(backup);
  if (!read && read.error().code == ErrorCode::kNotFound) {
    return Error{ErrorCode::kInvalidArgument, read.error().message};
  }
  const ca::BackupManifest manifest = CM_TRY(read);
  std::vector<std::string> wrong;
  {
    Progress progress(context.console(), "bytes checked:");
    wrong = CM_TRY(ca::FindTampering(backup, manifest, Shown(progress)));
  }
  const std::uint64_t findings = wrong.empty() ? CM_TRY(Findings(context.console(), backup)) : 0;
  Show(context.console(), manifest, wrong, findings);
  return wrong.empty() && findings == 0 ? Exit::kOk : Exit::kRefused;
}

}  // namespace certmark::cli
