// backup keys: the keys of documents copied beside their authority, and what copies are too old deleted.

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
};

void DeclareKeys(CLI::App& verb, KeysArguments& a) {
  verb.add_option("DIRECTORY", a.directory, "The authority's directory")->type_name("")->required();
  verb.add_option("--to", a.to, "Where the copies are: one directory for all, away from copies of documents/")
      ->type_name("DEST")
      ->required();
  verb.add_option("--config", a.config, "The daemon's file (default DIRECTORY/certmark.toml)")->type_name("FILE");
}

// The old ones go first: a copy that cannot be made is no reason to keep them.
Result<Exit> RunKeys(Context& context, const KeysArguments& a) {
  const ca::AuthorityFiles files = api::FilesOf(CM_TRY(api::Config::LoadFor(a.directory, a.config)));
  const Seconds life = ca::KeyBackupLife(CM_TRY(ca::Schemes::Load(files.schemes())));
  const auto deleted = ca::ExpireKeyBackups(a.to, context.Now(), life);
  if (!deleted && deleted.error().code == ErrorCode::kNotFound) return Unfit(deleted.error().message);
  if (!deleted) return deleted.error();
  const auto made = ca::BackUpKeys(files.document_keys(), a.to, context.Now());
  if (!made && made.error().code == ErrorCode::kNotFound) return Unfit(made.error().message);
  if (!made) return made.error();
  json::Writer w;
  w.Object([&] {
    w.Member("copy", made->string());
    w.Member("deleted", *deleted);
    w.Member("deleteBy", FormatDateTime(context.Now() + life));
  });
  context.console().Object(w.Take());
  context.console().Line("The keys of documents are copied to " + made->string() + ", to be deleted by " +
                         FormatDateTime(context.Now() + life) + "; " + std::to_string(*deleted) +
                         " older copies were deleted.");
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
