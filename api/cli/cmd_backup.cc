// backup, restore, log export: an authority's directory and its log, copied and put back.
#include <filesystem>
#include <memory>
#include <system_error>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/config.h"
#include "ca/authority.h"
#include "ca/backup.h"
#include "ca/fsck.h"
#include "ca/restore.h"
#include "ca/small_file.h"
#include "ledger/export.h"
#include "ledger/http_client.h"
#include "ledger/rocksdb_store.h"
#include "ledger/tile_source.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours kLongestCopy{1};
constexpr std::size_t kMaxTokenBytes = 256;

Error Unfit(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

std::string Counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string Mebibytes(std::uint64_t bytes) {
  return std::to_string((bytes + 1024 * 1024 - 1) / (1024 * 1024)) + " MiB";
}

// ---- backup

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
  auto* config = verb.add_option("--config", a.config, "The running daemon's file (default DIRECTORY/certmark.toml)")
                     ->type_name("FILE");
  verb.add_option("--verify", a.verify, "Check a backup instead: files, and all that log fsck checks")
      ->type_name("DEST")
      ->excludes(to)
      ->excludes(keys)
      ->excludes(config);
}

// AskDaemon has the daemon that holds the database copy it.
Result<void> AskDaemon(const BackupArguments& a, const ca::AuthorityFiles& files, const fs::path& to) {
  const api::Config config = CM_TRY(api::Config::Load(a.config.empty() ? files.config() : fs::path(a.config)));
  const ca::Secret token = CM_TRY(ca::ReadPrivateFile(files.operations_token(), kMaxTokenBytes));
  const auto client =
      CM_TRY(ledger::HttpClient::Create({.timeout = kLongestCopy, .bearer = std::string(token.Reveal())}));
  json::Writer w;
  w.Object([&] { w.Member("to", to.string()); });
  const std::string url = "http://" + config.operations.ToText() + "/backup";
  const auto answer = CM_TRY(client->Post(url, "application/json", w.Take()));
  if (answer.status == 200) return {};
  return Error{ErrorCode::kUnavailable, "the daemon at " + config.operations.ToText() + " made no copy: status " +
                                            std::to_string(answer.status) + " " + answer.body};
}

// CopyDatabase asks the daemon where one runs, and copies by itself where none does.
Result<void> CopyDatabase(const BackupArguments& a, const ca::AuthorityFiles& files, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(files.database() / "CURRENT", error)) return Unfit("no database in " + files.database().string());
  const auto store = ledger::OpenRocksdbStore(files.database());
  if (store) return (*store)->CopyTo(to);
  const bool is_held =
      store.error().code == ErrorCode::kUnavailable && store.error().message.ends_with("is locked by another process");
  if (!is_held) return store.error();
  return AskDaemon(a, files, to);
}

void WriteManifest(json::Writer& w, const ca::BackupManifest& manifest) {
  w.Member("authority", manifest.authority);
  w.Member("created", ToEpoch(manifest.created));
  w.Member("files", manifest.files.size());
  w.Member("bytes", manifest.Bytes());
  w.Key("logs").Array([&] {
    for (const auto& tree : manifest.trees) {
      w.Object([&] {
        w.Member("log", tree.log);
        w.Member("size", tree.head.size);
        w.Member("root", tree.head.root.Base64());
      });
    }
  });
}

std::string Sizes(const ca::BackupManifest& manifest) {
  std::string text;
  for (const auto& tree : manifest.trees) {
    if (tree.log == ledger::kRecordLog) continue;
    text += "log " + std::to_string(tree.log) + " with " + Counted(tree.head.size, "entry", "entries") + ", ";
  }
  return text + Counted(manifest.TreeOf(ledger::kRecordLog).size, "act", "acts");
}

ca::FilesProgress Shown(Progress& progress) {
  return [&progress](std::uint64_t done, std::uint64_t total) { progress.Show(done, total); };
}

Result<ca::BackupManifest> Make(Context& context, const BackupArguments& a) {
  std::error_code error;
  const fs::path to = fs::absolute(a.to, error).lexically_normal();
  const ca::AuthorityFiles files(fs::absolute(a.directory, error).lexically_normal());
  Progress progress(context.console(), "bytes hashed:");
  auto made = ca::MakeBackup({.files = files,
                              .to = to.has_filename() ? to : to.parent_path(),
                              .keys = a.with_keys ? ca::KeyFiles::kCopied : ca::KeyFiles::kLeftOut,
                              .now = context.Now(),
                              .copy_database = [&](const fs::path& copy) { return CopyDatabase(a, files, copy); },
                              .progress = Shown(progress)});
  if (!made && made.error().code == ErrorCode::kNotFound) return Unfit(made.error().message);
  return made;
}

Result<Exit> Verify(Context& context, const BackupArguments& a) {
  const fs::path backup(a.verify);
  const auto read = ca::ReadManifest(backup);
  if (!read && read.error().code == ErrorCode::kNotFound) return Unfit(read.error().message);
  const ca::BackupManifest manifest = CM_TRY(read);
  std::vector<std::string> wrong;
  {
    Progress progress(context.console(), "bytes checked:");
    wrong = CM_TRY(ca::FindTampering(backup, manifest, Shown(progress)));
  }
  for (const std::string& line : wrong) context.console().Line("✗ " + line);
  std::uint64_t findings = 0;
  if (wrong.empty()) {
    const ca::AuthorityFiles files(backup);
    const auto lists = CM_TRY(ca::ReadTrustLists(files));
    const auto store = CM_TRY(ledger::OpenRocksdbStoreReadOnly(files.database()));
    const auto party_ca = CM_TRY(ca::ReadPartyCa(files, lists.back()));
    Progress progress(context.console(), "entries checked:");
    const ca::FsckOptions options{
        .lists = lists, .party_ca = party_ca ? &*party_ca : nullptr, .progress = Shown(progress)};
    const auto report = CM_TRY(ca::FsckAuthority(*store, options));
    findings = report.findings.total();
  }
  const bool is_good = wrong.empty() && findings == 0;
  json::Writer w;
  w.Object([&] {
    w.Member("good", is_good);
    w.Strings("wrong", wrong);
    w.Member("findings", findings);
    WriteManifest(w, manifest);
  });
  context.console().Object(w.Take());
  if (is_good) {
    context.console().Line("The backup of " + manifest.authority + " made " + FormatDateTime(manifest.created) +
                           " is whole: " + Sizes(manifest) +
                           "; every file is the one in the manifest, and everything agrees.");
    return Exit::kOk;
  }
  context.console().Line(wrong.empty() ? "NOT good: " + Counted(findings, "disagreement", "disagreements") +
                                             "; certmark log fsck " + a.verify + " shows them."
                                       : "NOT good: " + Counted(wrong.size(), "file is", "files are") +
                                             " not what the manifest says.");
  return Exit::kRefused;
}

Result<Exit> RunBackup(Context& context, const BackupArguments& a) {
  if (!a.verify.empty()) return Verify(context, a);
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

// ---- restore

struct RestoreArguments {
  std::string backup, to, anchor, witness_policy, ca_file;
  std::vector<std::string> mirrors;
};

void DeclareRestore(CLI::App& verb, RestoreArguments& a) {
  verb.add_option("BACKUP", a.backup, "A directory that certmark backup made")->required()->type_name("");
  verb.add_option("--to", a.to, "The authority's directory: new, or without its database")
      ->required()
      ->type_name("DIRECTORY");
  verb.add_option("--mirror", a.mirrors, "A copy of the log that may have more: a URL, or a directory of its files")
      ->type_name("URL|DIR");
  verb.add_option("--anchor", a.anchor, "An anchor to compare with, beside the directory's own")->type_name("FILE");
  verb.add_option("--witness-policy", a.witness_policy, "Ask the witnesses of this policy how far they have seen it")
      ->type_name("FILE");
  verb.add_option("--ca-file", a.ca_file, "PEM of the CAs that vouch for the mirrors (default the system's)")
      ->type_name("FILE");
}

ledger::Fetch FetchOf(const RestoreArguments& a, const std::string& mirror) {
  const bool is_url = mirror.starts_with("http://") || mirror.starts_with("https://");
  return is_url ? ledger::Retrying(ledger::FetchUrl(mirror, a.ca_file), {}) : ledger::FetchFiles(mirror);
}

// Phases shows one progress after the other.
class Phases {
 public:
  explicit Phases(Console& console) : console_(console) {}
  void Show(std::string_view what, std::uint64_t done, std::uint64_t total) {
    if (what != what_) {
      progress_.reset();
      what_ = what;
      progress_.emplace(console_, what_);
    }
    progress_->Show(done, total);
  }

 private:
  Console& console_;
  std::string what_;
  std::optional<Progress> progress_;
};

Result<ca::Restored> RestoreAll(Context& context, const RestoreArguments& a) {
  std::optional<ledger::WitnessPolicy> policy;
  if (!a.witness_policy.empty()) {
    const std::string text = CM_TRY(ca::ReadPublicFile(a.witness_policy, ledger::WitnessPolicy::kMaxBytes));
    policy = CM_TRY(ledger::WitnessPolicy::Parse(text));
  }
  std::vector<std::unique_ptr<ledger::TileSource>> sources;
  std::vector<ca::RestoreInput::Mirror> mirrors;
  for (const std::string& mirror : a.mirrors) {
    sources.push_back(ledger::MakePublishedSource(FetchOf(a, mirror)));
    mirrors.push_back({mirror, sources.back().get()});
  }
  std::error_code error;
  Phases phases(context.console());
  return ca::Restore({.backup = a.backup,
                      .directory = fs::absolute(a.to, error).lexically_normal(),
                      .mirrors = mirrors,
                      .anchor = a.anchor.empty() ? std::nullopt : std::optional<fs::path>(a.anchor),
                      .witnesses = policy ? &*policy : nullptr,
                      .now = context.Now(),
                      .progress = [&](std::string_view what, std::uint64_t done, std::uint64_t total) {
                        phases.Show(what, done, total);
                      }});
}

std::string Lost(const ca::Restored& restored) {
  const std::string acts = Counted(restored.manifest.TreeOf(ledger::kRecordLog).size, "act", "acts");
  if (!restored.acts_lost) {
    return "The private record log has the " + acts +
           " of the backup; how many were made later no anchor was there to tell.";
  }
  if (*restored.acts_lost == 0) return "The private record log has all of its " + acts + ".";
  return "The private record log has the " + acts + " of the backup; the " + std::to_string(*restored.acts_lost) +
         " made later are lost, and with them what was in no public log.";
}

void ShowRestored(Console& console, const RestoreArguments& a, const ca::Restored& restored) {
  const ca::Replayed& replayed = restored.replayed;
  if (!restored.old_anchor.empty()) console.Line("– the anchor that was there is now " + restored.old_anchor);
  if (restored.witnesses_silent > 0) {
    console.Line("– " + Counted(restored.witnesses_silent, "witness", "witnesses") + " did not answer");
  }
  if (!restored.compared) {
    console.Line(
        "– no anchor, mirror or witness was there to compare with: if anything was published after the backup, "
        "do not start this");
  }
  for (const std::string& key : restored.missing) console.Line("– put back before the daemon starts: " + key);
  console.Line("Restored " + restored.manifest.authority + " to " + a.to + ": " +
               Counted(restored.log.size, "entry", "entries") + " of the log, " +
               std::to_string(replayed.to - replayed.from) + " of them replayed (" +
               Counted(replayed.credentials, "credential", "credentials") + ", " +
               Counted(replayed.events, "event", "events") + "); everything agrees. " + Lost(restored));
}

Result<Exit> RunRestore(Context& context, const RestoreArguments& a) {
  auto done = RestoreAll(context, a);
  if (!done && done.error().code == ErrorCode::kNotFound) return Unfit(done.error().message);
  const ca::Restored restored = CM_TRY(std::move(done));
  json::Writer w;
  w.Object([&] {
    w.Member("authority", restored.manifest.authority);
    w.Member("size", restored.log.size);
    w.Member("root", restored.log.root.Base64());
    w.Member("records", restored.records.size);
    w.Member("replayed", restored.replayed.to - restored.replayed.from);
    w.Member("credentials", restored.replayed.credentials);
    w.Member("events", restored.replayed.events);
    if (restored.acts_lost) w.Member("actsLost", *restored.acts_lost);
    w.Member("compared", restored.compared);
    w.Member("witnessesAgreed", restored.witnesses_agreed);
    w.Member("witnessesSilent", restored.witnesses_silent);
    w.Strings("missing", restored.missing);
  });
  context.console().Object(w.Take());
  ShowRestored(context.console(), a, restored);
  return Exit::kOk;
}

// ---- log export

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

Result<Exit> RunExport(Context& context, const ExportArguments& a) {
  const ca::AuthorityFiles files(a.directory);
  const auto opened = ledger::OpenRocksdbStoreReadOnly(files.database());
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

void AddBackup(CLI::App& app, Action& chosen) {
  auto* backup = Verb<BackupArguments>(
      app, "backup", "Copy an authority's directory, while its daemon runs or not; or check such a copy.",
      "certmark backup /var/lib/certmark --to /backup/2026-11-24\n"
      "  certmark backup --verify /backup/2026-11-24",
      DeclareBackup, RunBackup, chosen);
  auto* restore = Verb<RestoreArguments>(
      app, "restore",
      "Make an authority's directory again from a backup, and from mirrors of its log what was published since. "
      "A backup behind what the world has seen is refused.",
      "certmark restore /backup/2026-11-24 --to /var/lib/certmark --mirror https://mirror.example/log/1",
      DeclareRestore, RunRestore, chosen);
  backup->group("Founders");
  restore->group("Founders");
}

void AddLogExport(CLI::App& log, Action& chosen) {
  Verb<ExportArguments>(log, "export", "Write the log as files that any web server can serve as the same log.",
                        "certmark log export /var/lib/certmark --to /srv/www", DeclareExport, RunExport, chosen);
}

}  // namespace certmark::cli
