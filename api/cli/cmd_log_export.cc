// log export: an authority's logs as files that any web server can serve as the same logs.
#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>
#include <thread>

#include "api/cli/arguments.h"
#include "api/cli/backup_shown.h"
#include "api/cli/commands.h"
#include "api/cli/exit.h"
#include "api/cli/words.h"
#include "api/config.h"
#include "ledger/anchor.h"
#include "ledger/export.h"
#include "ledger/rocksdb_store.h"
#include "ledger/signed_checkpoint.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

namespace fs = std::filesystem;

struct ExportArguments {
  std::string directory, to, base;
};

void DeclareExport(CLI::App& verb, ExportArguments& a) {
  verb.add_option("DIRECTORY", a.directory, "The authority's directory, beside a running daemon too")
      ->required()
      ->type_name("");
  verb.add_option("--to", a.to, "Where the files are put; run again, only what is new is added")
      ->required()
      ->type_name("DEST");
  verb.add_option("--base", a.base, "Where below DEST the only log goes (default log/ and its number)")
      ->type_name("PATH");
}

struct ExportedLog {
  ledger::LogNumber log;
  fs::path to;
  ledger::Exported exported;
};

void ShowExported(Console& console, const std::vector<ExportedLog>& all) {
  json::Writer w;
  w.Object([&] {
    w.Key("logs").Array([&] {
      for (const auto& [log, to, exported] : all) {
        w.Object([&w, log = log, &to = to, &exported = exported] {
          w.Member("log", log);
          w.Member("path", to.string());
          w.Member("size", exported.size);
          w.Member("written", exported.written);
          w.Member("kept", exported.kept);
        });
      }
    });
  });
  console.Object(w.Take());
  for (const auto& [log, to, exported] : all) {
    console.Line("Exported log " + std::to_string(log) + " to " + to.string() + ": " +
                 Counted(exported.size, "entry", "entries") + "; " + Counted(exported.written, "file", "files") +
                 " written, " + std::to_string(exported.kept) + " there already.");
  }
}

// Anchored says whether the newest log's checkpoint is anchored: until then a power cut may take it from the daemon,
// which would sign another of its size.
Result<bool> Anchored(const ledger::Store& store, const std::filesystem::path& anchor) {
  const auto logs = CM_TRY(ledger::PublicLogsOf(store));
  if (logs.empty()) return true;
  const auto exposed = CM_TRY(ledger::ExposedNote(store, logs.back()));
  if (!exposed) return true;
  const auto state = CM_TRY(ledger::ReadAnchor(anchor));
  if (!state) {
    return Error{ErrorCode::kFailedPrecondition,
                 "no anchor " + anchor.string() + ", and nothing else says how much of the log may be shown"};
  }
  const Checkpoint& shown = exposed->checkpoint;
  return state->published.origin == shown.origin && state->published.size >= shown.size;
}

// OpenAnchored opens the database beside a daemon, once more where that is just about to anchor what it has written.
Result<std::unique_ptr<ledger::Store>> OpenAnchored(const ca::AuthorityFiles& files) {
  constexpr int kAttempts = 25;
  constexpr std::chrono::milliseconds kBetween{200};
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    if (attempt > 1) std::this_thread::sleep_for(kBetween);
    auto store = CM_TRY(ledger::OpenRocksdbStoreReadOnly(files.database()));
    if (CM_TRY(Anchored(*store, files.anchor()))) return std::unique_ptr<ledger::Store>(std::move(store));
  }
  return Error{ErrorCode::kUnavailable, "the anchor " + files.anchor().string() +
                                            " does not reach the checkpoint in the database: start the daemon first"};
}

Result<Exit> RunExport(Context& context, const ExportArguments& a) {
  const auto opened = OpenAnchored(api::FilesOf(CM_TRY(api::Config::LoadFor(a.directory, {}))));
  if (!opened && opened.error().code == ErrorCode::kNotFound) return Unfit(opened.error().message);
  if (!opened) return opened.error();
  const ledger::Store& store = **opened;
  const auto logs = CM_TRY(ledger::PublicLogsOf(store));
  if (!a.base.empty() && logs.size() != 1) {
    return Unfit("--base is for one log, the database has " + std::to_string(logs.size()));
  }
  std::error_code error;
  std::vector<ExportedLog> all;
  for (const ledger::LogNumber log : logs) {
    const std::string base = a.base.empty() ? "log/" + std::to_string(log) : a.base;
    const fs::path to = (fs::absolute(a.to, error) / base).lexically_normal();
    Progress progress(context.console(), "tiles of log " + std::to_string(log) + ":");
    const auto exported = CM_TRY(ledger::ExportLog({.store = store,
                                                    .log = log,
                                                    .directory = to.has_filename() ? to : to.parent_path(),
                                                    .progress = Shown(progress)}));
    all.push_back({log, to, exported});
  }
  ShowExported(context.console(), all);
  return Exit::kOk;
}

}  // namespace

void AddLogExport(CLI::App& log, Action& chosen) {
  Verb<ExportArguments>(log, "export", "Write the log as files that any web server can serve as the same log.",
                        "certmark log export /var/lib/certmark --to /srv/www", DeclareExport, RunExport, chosen);
}

}  // namespace certmark::cli
