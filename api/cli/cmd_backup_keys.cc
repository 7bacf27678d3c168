// backup keys: the keys of documents copied beside their authority, and what copies are too old deleted.

#include <filesystem>
#include <string>
#include <vector>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/exit.h"
#include "api/config.h"
#include "ca/key_backups.h"
#include "ca/schemes.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

struct KeysArguments {
  std::string directory, to, config;
  bool first = false;
};

void DeclareKeys(CLI::App& verb, KeysArguments& a) {
  verb.add_option("DIRECTORY", a.directory, "The authority's directory")->type_name("")->required();
  verb.add_option("--to", a.to, "Where the copies are: one directory for all, away from copies of documents/")
      ->type_name("DEST")
      ->required();
  verb.add_flag("--first", a.first, "Begin: DEST is where copies are kept from now on, once its disk is mounted");
  verb.add_option("--config", a.config, "The daemon's file (default DIRECTORY/certmark.toml)")->type_name("FILE");
}

struct Done {
  std::string copy;
  std::size_t deleted;
  Time delete_by;
  std::vector<std::string> strange;
};

// The old ones go first: a copy that cannot be made is no reason to keep them, unless there are no keys to copy.
Result<Done> Keep(Time now, const KeysArguments& a) {
  const ca::AuthorityFiles files = api::FilesOf(CM_TRY(api::Config::LoadFor(a.directory, a.config)));
  const Seconds life = ca::KeyBackupLife(CM_TRY(ca::Schemes::Load(files.schemes())));
  CM_TRY(ca::RequireKeys(files.document_keys()));
  if (a.first) CM_TRY(ca::BeginKeyBackups(a.to));
  const std::size_t deleted = CM_TRY(ca::ExpireKeyBackups(a.to, now, life));
  const std::filesystem::path made = CM_TRY(ca::BackUpKeys(files.document_keys(), a.to, now));
  const std::vector<std::filesystem::path> strange = CM_TRY(ca::StrangeKeyBackups(a.to, now));
  return Done{made, deleted, now + life, {strange.begin(), strange.end()}};
}

Result<Exit> RunKeys(Context& context, const KeysArguments& a) {
  const auto done = Keep(context.Now(), a);
  if (!done && done.error().code == ErrorCode::kNotFound) return Unfit(done.error().message);
  if (!done) return done.error();
  json::Writer w;
  w.Object([&] {
    w.Member("copy", done->copy);
    w.Member("deleted", done->deleted);
    w.Member("deleteBy", FormatDateTime(done->delete_by));
    w.Strings("strange", done->strange);
  });
  context.console().Object(w.Take());
  context.console().Line("The keys of documents are copied to " + done->copy + ", to be deleted by " +
                         FormatDateTime(done->delete_by) + "; " + std::to_string(done->deleted) +
                         " older copies were deleted.");
  for (const std::string& path : done->strange) {
    context.console().Line(path + " is named as a copy, is none or of a time to come, and is left: look into it.");
  }
  return Exit::kOk;
}

}  // namespace

void AddBackupKeys(CLI::App& backup, Action& chosen) {
  Verb<KeysArguments>(backup, "keys",
                      "Copy the keys of documents, and delete the copies that are too old: every day, where the "
                      "daemon does not (key_backups in certmark.toml).",
                      "certmark backup keys /var/lib/certmark --to /mnt/keys", DeclareKeys, RunKeys, chosen);
}

}  // namespace certmark::cli
