// restore: an authority's directory made again from a backup.
#include <filesystem>
#include <memory>
#include <system_error>

#include "api/cli/arguments.h"
#include "api/cli/backup_shown.h"
#include "api/cli/commands.h"
#include "api/cli/log_copy.h"
#include "api/cli/words.h"
#include "api/config.h"
#include "ca/restore.h"
#include "ca/small_file.h"
#include "ledger/tile_source.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

namespace fs = std::filesystem;

struct RestoreArguments {
  std::string backup, to, anchor, witness_policy, ca_file;
  std::vector<std::string> mirrors;
  bool nothing_vouches = false;
};

void DeclareRestore(CLI::App& verb, RestoreArguments& a) {
  verb.add_option("BACKUP", a.backup, "A directory that certmark backup made")->required()->type_name("");
  verb.add_option("--to", a.to, "The authority's directory: new, or without its database")
      ->required()
      ->type_name("DIRECTORY");
  verb.add_option("--mirror", a.mirrors,
                  "A copy of a log that may have more: a URL, or a directory of its files; one of each log, or more")
      ->type_name("URL|DIR");
  verb.add_option("--anchor", a.anchor, "An anchor that vouches that this is all, beside the authority's own")
      ->type_name("FILE");
  verb.add_option("--witness-policy", a.witness_policy,
                  "Ask the witnesses of this policy, of which a quorum vouches (default the configuration's)")
      ->type_name("FILE");
  verb.add_flag(
      "--nothing-vouches", a.nothing_vouches,
      "Restore though no anchor and no quorum is left to say that nothing was published after the backup: what "
      "was revoked since is VALID AGAIN. The record log says so");
  verb.add_option("--ca-file", a.ca_file, "PEM of the CAs that vouch for the mirrors (default the system's)")
      ->type_name("FILE");
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

// ConfigOf is the configuration that the daemon will go by: what is in the directory stays, else the backup's is put
// there, with the paths in it that count from where it lies.
Result<api::Config> ConfigOf(const RestoreArguments& a) {
  std::error_code error;
  const fs::path to = fs::absolute(a.to, error).lexically_normal();
  const fs::path backup = fs::absolute(a.backup, error).lexically_normal();
  const fs::path backed_up = ca::AuthorityFiles(backup).config();
  if (fs::exists(ca::AuthorityFiles(to).config(), error) || !fs::exists(backed_up, error)) {
    return api::Config::LoadFor(to, {});
  }
  api::Config config = CM_TRY(api::Config::Load(backed_up));
  config.directory = to.has_filename() ? to : to.parent_path();
  for (fs::path* path : {&config.anchor, &config.witness_policy}) {
    const fs::path inside = path->lexically_relative(backup);
    if (!inside.empty() && *inside.begin() != "..") *path = config.directory / inside;
  }
  return config;
}

// PolicyOf is the policy that was named, or the configured one where its file has come along.
Result<std::optional<ledger::WitnessPolicy>> PolicyOf(const RestoreArguments& a, const api::Config& config) {
  std::error_code error;
  const fs::path file = a.witness_policy.empty() ? config.witness_policy : fs::path(a.witness_policy);
  if (file.empty() || (a.witness_policy.empty() && !fs::exists(file, error))) {
    return std::optional<ledger::WitnessPolicy>();
  }
  const std::string text = CM_TRY(ca::ReadPublicFile(file, ledger::WitnessPolicy::kMaxBytes));
  return std::optional(CM_TRY(ledger::WitnessPolicy::Parse(text)));
}

Result<ca::Restored> RestoreAll(Context& context, const RestoreArguments& a) {
  const api::Config config = CM_TRY(ConfigOf(a));
  const auto policy = CM_TRY(PolicyOf(a, config));
  std::vector<std::unique_ptr<ledger::TileSource>> sources;
  std::vector<ca::Mirror> mirrors;
  for (const std::string& mirror : a.mirrors) {
    sources.push_back(OpenLogCopy(mirror, a.ca_file));
    mirrors.push_back({mirror, sources.back().get()});
  }
  Phases phases(context.console());
  return ca::Restore(
      {.backup = a.backup,
       .files = api::FilesOf(config),
       .mirrors = mirrors,
       .anchor = a.anchor.empty() ? std::nullopt : std::optional<fs::path>(a.anchor),
       .witnesses = policy ? &*policy : nullptr,
       .if_nothing_vouches = a.nothing_vouches ? ca::IfNothingVouches::kRestore : ca::IfNothingVouches::kRefuse,
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
  if (!restored.old_anchor.empty()) console.Line("– the anchor that was there is kept as " + restored.old_anchor);
  if (restored.witnesses.silent > 0) {
    console.Line("– " + Counted(restored.witnesses.silent, "witness", "witnesses") + " did not answer");
  }
  for (const std::string& key : restored.missing) console.Line("– put back before the daemon starts: " + key);
  console.Line("Restored " + restored.manifest.authority + " to " + a.to + ": " + restored.origin + " with " +
               Counted(restored.log.size, "entry", "entries") + "; replayed " +
               Counted(replayed.entries, "entry", "entries") + " (" +
               Counted(replayed.credentials, "credential", "credentials") + ", " +
               Counted(replayed.events, "event", "events") + "); everything agrees. " + Lost(restored));
  if (restored.extended > 0) {
    console.Line(Counted(restored.extended, "deadline begins", "deadlines begin") +
                 " anew, for it may have been met meanwhile: returned and rectifying applications, and orders.");
  }
  console.Line(
      restored.vouched_by.empty()
          ? "NOTHING VOUCHES that this is all that was published, and the record log says so: what was revoked "
            "after the backup and is in no mirror is valid again. Ask whoever follows the log before the "
            "daemon starts."
          : "That this is all that was published, vouches: " + Joined(restored.vouched_by) + ".");
}

void WriteRestored(json::Writer& w, const ca::Restored& restored) {
  w.Object([&] {
    w.Member("authority", restored.manifest.authority);
    w.Member("origin", restored.origin);
    w.Member("size", restored.log.size);
    w.Member("root", restored.log.root.Base64());
    w.Member("records", restored.records.size);
    w.Member("replayed", restored.replayed.entries);
    w.Member("credentials", restored.replayed.credentials);
    w.Member("events", restored.replayed.events);
    if (restored.acts_lost) w.Member("actsLost", *restored.acts_lost);
    w.Member("deadlinesExtended", restored.extended);
    w.Strings("vouchedBy", restored.vouched_by);
    w.Member("witnessesAgreed", restored.witnesses.agreed);
    w.Member("witnessesSilent", restored.witnesses.silent);
    w.Strings("missing", restored.missing);
  });
}

Result<Exit> RunRestore(Context& context, const RestoreArguments& a) {
  auto done = RestoreAll(context, a);
  if (!done && done.error().code == ErrorCode::kNotFound) {
    return Error{ErrorCode::kInvalidArgument, done.error().message};
  }
  const ca::Restored restored = CM_TRY(std::move(done));
  json::Writer w;
  WriteRestored(w, restored);
  context.console().Object(w.Take());
  ShowRestored(context.console(), a, restored);
  return Exit::kOk;
}

}  // namespace

void AddRestore(CLI::App& app, Action& chosen) {
  auto* restore = Verb<RestoreArguments>(
      app, "restore",
      "Make an authority's directory again from a backup, and from mirrors of its log what was published since. "
      "A backup behind what the world has seen is refused.",
      "certmark restore /backup/2026-11-24 --to /var/lib/certmark --mirror https://mirror.example/log/1",
      DeclareRestore, RunRestore, chosen);
  restore->group("Founders");
}

}  // namespace certmark::cli
