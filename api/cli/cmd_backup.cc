// backup: an authority's directory copied, its daemon at work or not.
#include <filesystem>
#include <system_error>

#include "api/cli/arguments.h"
#include "api/cli/backup_check.h"
#include "api/cli/backup_shown.h"
#include "api/cli/commands.h"
#include "api/cli/exit.h"
#include "api/cli/words.h"
#include "api/config.h"
#include "api/operations_token.h"
#include "ca/backup.h"
#include "ledger/rocksdb_store.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/io/http_client.h"

namespace certmark::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kAsLongAsItTakes{0};

struct BackupArguments {
  std::string directory, to, verify, config;
  bool with_keys = false;
};

void DeclareBackup(CLI::App& verb, BackupArguments& a) {
  auto* directory = verb.add_option("DIRECTORY", a.directory, "The authority's directory")->type_name("");
  auto* to = verb.add_option("--to", a.to, "Where the backup is made: a new directory")->type_name("DEST");
  directory->needs(to);
  to->needs(directory);
  auto* keys = verb.add_flag("--with-keys", a.with_keys, "Copy the daemon's private keys too: whoever has it can sign");
  auto* config = verb.add_option("--config", a.config,
                                 "The daemon's file, which says where the anchor is (default "
                                 "DIRECTORY/certmark.toml)")
                     ->type_name("FILE");
  verb.add_option("--verify", a.verify, "Check a backup instead: files, and all that log fsck checks")
      ->type_name("DEST")
      ->excludes(to)
      ->excludes(keys)
      ->excludes(config);
}

// AskDaemon has the daemon that holds the database copy it: the one that wrote the token, where it says it listens.
Result<void> AskDaemon(const ca::AuthorityFiles& files, const fs::path& to) {
  const api::OperationsAccess access = CM_TRY(api::ReadOperationsToken(files));
  const auto client =
      CM_TRY(io::HttpClient::Create({.timeout = kAsLongAsItTakes, .bearer = std::string(access.token.Reveal())}));
  json::Writer w;
  w.Object([&] { w.Member("to", to.string()); });
  const std::string url = "http://" + access.listener.ToText() + "/backup";
  const auto answer = CM_TRY(client->Post(url, "application/json", w.Take()));
  if (answer.status == 200) return {};
  return Error{ErrorCode::kUnavailable, "the daemon at " + access.listener.ToText() + " made no copy: status " +
                                            std::to_string(answer.status) + " " + answer.body};
}

// CopyDatabase asks the daemon where one runs, and copies by itself where none does.
Result<void> CopyDatabase(const ca::AuthorityFiles& files, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(files.database() / "CURRENT", error)) return Unfit("no database in " + files.database().string());
  const auto store = ledger::OpenRocksdbStore(files.database());
  if (store) return (*store)->CopyTo(to);
  return ledger::IsHeldByAnother(store.error()) ? AskDaemon(files, to) : store.error();
}

Result<ca::BackupManifest> Make(Context& context, const BackupArguments& a) {
  std::error_code error;
  const fs::path to = fs::absolute(a.to, error).lexically_normal();
  const ca::AuthorityFiles files = api::FilesOf(CM_TRY(api::Config::LoadFor(a.directory, a.config)));
  Progress progress(context.console(), "bytes hashed:");
  auto made = ca::MakeBackup({.files = files,
                              .to = to.has_filename() ? to : to.parent_path(),
                              .keys = a.with_keys ? ca::KeyFiles::kCopied : ca::KeyFiles::kLeftOut,
                              .now = context.Now(),
                              .copy_database = [&](const fs::path& copy) { return CopyDatabase(files, copy); },
                              .progress = Shown(progress)});
  if (!made && made.error().code == ErrorCode::kNotFound) return Unfit(made.error().message);
  return made;
}

Result<Exit> RunBackup(Context& context, const BackupArguments& a) {
  if (!a.verify.empty()) return CheckBackup(context, a.verify);
  if (a.to.empty()) return Unfit("either DIRECTORY --to DEST, or --verify DEST");
  const ca::BackupManifest manifest = CM_TRY(Make(context, a));
  json::Writer w;
  w.Object([&] { WriteManifest(w, manifest); });
  context.console().Object(w.Take());
  context.console().Line("Backed up " + manifest.authority + " to " + a.to + ": " + Sizes(manifest) + "; " +
                         Counted(manifest.files.size(), "file", "files") + ", " + Mebibytes(manifest.Bytes()) + ". " +
                         (a.with_keys ? "The daemon's private keys are in it: keep it as you keep them."
                                      : "Private keys are not in it: keep those another way."));
  return Exit::kOk;
}

}  // namespace

void AddBackup(CLI::App& app, Action& chosen) {
  auto* backup = Verb<BackupArguments>(
      app, "backup", "Copy an authority's directory, while its daemon runs or not; or check such a copy.",
      "certmark backup /var/lib/certmark --to /backup/2026-11-24\n"
      "  certmark backup --verify /backup/2026-11-24",
      DeclareBackup, RunBackup, chosen);
  backup->group("Founders");
  AddBackupKeys(*backup, chosen);
}

}  // namespace certmark::cli
