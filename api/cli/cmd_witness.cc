// witness: being one of those who see to it that a log shows everybody the same history.
#include <algorithm>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/stop_signals.h"
#include "api/cli/witness_home.h"
#include "api/cli/witness_site.h"
#include "api/descriptor_limit.h"
#include "api/http_server.h"
#include "api/stderr_log.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

// ---- witness init

struct WitnessInitArguments {
  std::string directory, name;
  bool dev = false;
};

void DeclareInit(CLI::App& verb, WitnessInitArguments& a) {
  verb.add_option("--directory", a.directory, "A new directory, which becomes the witness's")
      ->required()
      ->type_name("DIR");
  verb.add_option("--name", a.name, "The witness's name: its URL without the scheme")->required()->type_name("NAME");
  verb.add_flag("--dev", a.dev, "Keep the key unencrypted: for development alone");
}

// Encrypted or not is never left to chance.
Result<ca::Secret> PassphraseOf(const Context& context, bool dev) {
  const bool named = !context.passphrase_file().empty();
  if (dev == named) {
    return Error{ErrorCode::kInvalidArgument,
                 "how is the key to be kept? Give --passphrase-file FILE or --dev, not both"};
  }
  return context.Passphrase();
}

Result<Exit> RunInit(Context& context, const WitnessInitArguments& a) {
  const ca::Secret passphrase = CM_TRY(PassphraseOf(context, a.dev));
  const NoteKey key = CM_TRY(WitnessHome(a.directory).Create(a.name, passphrase));
  json::Writer w;
  w.Object([&] {
    w.Member("directory", a.directory);
    w.Member("vkey", key.ToVkey());
  });
  context.console().Object(w.Take());
  context.console().Field("directory", a.directory);
  context.console().Field("vkey", key.ToVkey());
  context.console().Line(
      "Made. Give the vkey to the logs that are to be witnessed; keep the directory, and no copy of it.");
  return Exit::kOk;
}

// ---- witness serve

struct WitnessServeArguments {
  std::string directory, listen;
  std::vector<std::string> logs;
};

void DeclareServe(CLI::App& verb, WitnessServeArguments& a) {
  verb.add_option("--directory", a.directory, "The witness's, made by `witness init`")->required()->type_name("DIR");
  Hold(verb.add_option("--listen", a.listen, "Where to serve plain HTTP; port 0 takes a free one"),
       Form::Of("ADDRESS:PORT", api::Listener::Parse))
      ->required();
  Hold(verb.add_option("--log", a.logs, "The logs to follow"), VkeyForm())->required();
}

Result<std::unique_ptr<ledger::Witness>> OpenWitness(const Context& context, const WitnessServeArguments& a,
                                                     const WitnessHome& home, const WitnessHome::Key& key) {
  ledger::Witness::Options options{.directory = home.memory(),
                                   .key = key.key,
                                   .logs = {},
                                   .sign = [&key](std::string_view message) { return key.signer->Sign(message); },
                                   .clock = [&context] { return context.Now(); }};
  for (const std::string& log : a.logs) options.logs.push_back(CM_TRY(NoteKey::Parse(log)));
  return ledger::Witness::Open(std::move(options));
}

void TellReady(Context& context, const WitnessServeArguments& a, const NoteKey& key, const std::string& url) {
  json::Writer w;
  w.Object([&] {
    w.Member("url", url);
    w.Member("vkey", key.ToVkey());
  });
  context.console().Object(w.Take());
  context.console().Field("vkey", key.ToVkey());
  context.console().Field("logs", std::to_string(a.logs.size()));
  context.console().Line("ready: " + url);
  context.console().Flush();
}

Result<Exit> RunServe(Context& context, const WitnessServeArguments& a) {
  api::LogToStderr("witness", "info", api::LogFormat::kText);  // standard output is what the verb tells
  const WitnessHome home(a.directory);
  const WitnessHome::Key key = CM_TRY(home.Load(CM_TRY(context.Passphrase())));
  const auto witness = CM_TRY(OpenWitness(context, a, home, key));
  WitnessSite site(*witness);
  // A flood of connections must leave descriptors to the disk.
  const std::size_t most = std::min<std::size_t>(1024, CM_TRY(api::RaiseDescriptorLimit()) / 2);
  api::HttpServer::Options options;
  api::Listener listener = CM_TRY(api::Listener::Parse(a.listen));
  options.doors.push_back({.name = "witness",
                           .listener = listener,
                           .answer = [&site](const api::HttpRequest& request) { return site.Answer(request); },
                           .max_body = ledger::Witness::kMaxRequest,
                           .workers = 2,  // it waits for the disk, one request at a time
                           .max_connections = most});
  const StopSignals stop;
  const auto server = CM_TRY(api::HttpServer::Start(std::move(options)));
  listener.port = server->port("witness");
  TellReady(context, a, key.key, "http://" + listener.ToText());
  stop.Wait();
  return Exit::kOk;
}

}  // namespace

void AddWitness(CLI::App& app, Action& chosen) {
  CLI::App* witness = app.add_subcommand("witness", "Witness logs: cosign what continues what was cosigned before");
  witness->require_subcommand(1);
  witness->group("Witnesses");
  witness->footer("Example:\n  certmark witness init --directory w1 --name witness.example/w1 --dev");
  Verb<WitnessInitArguments>(*witness, "init", "Make a witness: its key, its name, its empty memory. Prints its vkey.",
                             "certmark witness init --directory w1 --name witness.example/w1 --dev", DeclareInit,
                             RunInit, chosen);
  Verb<WitnessServeArguments>(
      *witness, "serve",
      "Serve a witness over plain HTTP, for a proxy to put TLS before: POST /add-checkpoint, and\n"
      "GET /<hex SHA-256 of a log's origin>/checkpoint for monitors. Runs until it is told to stop.",
      "certmark witness serve --directory w1 --listen 127.0.0.1:7500 \\\n"
      "      --log ca.example/log/1+5a2f…+AV…",
      DeclareServe, RunServe, chosen);
}

}  // namespace certmark::cli
