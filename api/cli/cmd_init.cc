// init: the ceremony that makes an authority, and the first registrar's home.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/home.h"
#include "api/config.h"
#include "ca/authority_files.h"
#include "ca/ceremony.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

struct InitArguments {
  std::string directory, authority, name, registrar;
  std::string public_grpc, party_grpc, public_http, party_http, operations;
  std::vector<std::string> hosts = {"localhost", "127.0.0.1"};
  std::vector<std::string> witnesses;
  std::size_t quorum = 0;
  std::uint32_t pen = ca::kPenDocumentation;
  bool dev = false, production = false;
};

void DeclareListeners(CLI::App& verb, InitArguments& a) {
  const api::Config defaults;
  const auto listener = [&](const char* name, std::string& value, const api::Listener& usual) {
    Hold(verb.add_option(name, value, "default " + usual.ToText()), Form::Of("ADDRESS:PORT", api::Listener::Parse))
        ->group("Listeners");
  };
  listener("--public-grpc", a.public_grpc, defaults.public_grpc);
  listener("--party-grpc", a.party_grpc, defaults.party_grpc);
  listener("--public-http", a.public_http, defaults.public_http);
  listener("--party-http", a.party_http, defaults.party_http);
  listener("--operations", a.operations, defaults.operations);
}

void Declare(CLI::App& verb, InitArguments& a) {
  verb.add_option("DIR", a.directory, "A new directory, which becomes the authority's")->required()->type_name("");
  Hold(verb.add_option("--authority", a.authority, "Its name on the web, and in every credential"), AuthorityForm())
      ->required();
  verb.add_option("--name", a.name, "The organisation, as certificates name it")->required()->type_name("NAME");
  verb.add_option("--registrar", a.registrar, "The first registrar's name")->required()->type_name("NAME");
  auto* dev = verb.add_flag("--dev", a.dev, "Keep every key unencrypted: for development alone");
  verb.add_option("--host", a.hosts, "Where its servers are reached (default localhost 127.0.0.1)")
      ->type_name("NAME_OR_IP");
  DeclareListeners(verb, a);

  const char* group = "Production";
  auto* production = verb.add_flag("--production", a.production,
                                   "A production authority; without it, one whose credentials are refused by default")
                         ->excludes(dev)
                         ->group(group);
  const auto with_production = [&](CLI::Option* option) { option->needs(production)->group(group); };
  with_production(verb.add_option("--pen", a.pen, "Its IANA private enterprise number")->type_name("N"));
  Hold(verb.add_option("--witness", a.witnesses, "Witnesses of its log"), VkeyForm())->group(group);
  verb.add_option("--quorum", a.quorum, "How many of them must sign")->type_name("K")->group(group);
}

Result<ca::CeremonyRequest> RequestOf(const InitArguments& a, const ca::Secret& passphrase) {
  ca::CeremonyRequest request;
  request.directory = a.directory;
  request.authority = a.authority;
  request.name = a.name;
  request.registrar = a.registrar;
  request.environment = a.production ? TrustList::Environment::kProduction : TrustList::Environment::kTest;
  request.pen = a.pen;
  request.witnesses = a.witnesses;
  request.quorum = a.quorum;
  request.hosts = a.hosts;
  request.passphrase = ca::Secret(passphrase.Reveal());
  return request;
}

Result<void> SetListener(api::Listener& listener, const std::string& text) {
  if (!text.empty()) listener = CM_TRY(api::Listener::Parse(text));
  return {};
}

Result<api::Config> ConfigOf(const InitArguments& a, const std::filesystem::path& passphrase_file) {
  api::Config config;
  config.directory = ".";
  CM_TRY(SetListener(config.public_grpc, a.public_grpc));
  CM_TRY(SetListener(config.party_grpc, a.party_grpc));
  CM_TRY(SetListener(config.public_http, a.public_http));
  CM_TRY(SetListener(config.party_http, a.party_http));
  CM_TRY(SetListener(config.operations, a.operations));
  std::error_code code;
  if (!passphrase_file.empty()) config.passphrase_file = std::filesystem::absolute(passphrase_file, code);
  return config;
}

// The registrar's home: where to ask, and whom to believe. Key and certificate are there already.
Result<void> PrepareHome(const Home& home, const InitArguments& a, const api::Config& config,
                         const ca::CeremonyReport& report) {
  const auto at = [&](const api::Listener& listener) { return api::Listener{a.hosts.front(), listener.port}.ToText(); };
  CM_TRY(home.Save(Endpoints{a.authority, at(config.public_grpc), at(config.party_grpc)}));
  const auto list = CM_TRY(ledger::ReadSmallFile(report.trust_list, TrustList::kMaxBytes));
  if (!list) return Error{ErrorCode::kInternal, "the ceremony left no " + report.trust_list.string()};
  CM_TRY(home.trust().Add(*list, report.pin));
  return {};
}

void Tell(Context& context, const InitArguments& a, const ca::CeremonyReport& report,
          const std::filesystem::path& config) {
  json::Writer w;
  w.Object([&] {
    w.Member("authority", a.authority);
    w.Member("pin", report.pin.ToText());
    w.Member("config", config.string());
    w.Member("trustList", report.trust_list.string());
    w.Member("registrar", "parties/" + report.registrar_id);
    w.Member("registrarHome", report.registrar_home.string());
  });
  Console& console = context.console();
  console.Object(w.Take());
  console.Line(a.authority + "  " + a.name);
  console.Field("configuration", config.string());
  console.Field("trust list", report.trust_list.string());
  console.Field("registrar", report.registrar_home.string() + "  parties/" + report.registrar_id);
  console.Field("offline keys", (ca::AuthorityFiles(a.directory).offline_key("root")).parent_path().string() +
                                    "  take them away from here");
  console.Field("start it with", "certmarkd --config " + config.string());
  console.Line("Made. Tell everybody this pin by another way: " + report.pin.ToText());
}

// Encrypted or not is never left to chance.
Result<ca::Secret> PassphraseOf(const Context& context, const InitArguments& a) {
  const bool named = !context.passphrase_file().empty();
  if (a.dev && named) {
    return Error{ErrorCode::kInvalidArgument,
                 "--dev keeps the keys unencrypted, yet a passphrase file is named: which?"};
  }
  if (!a.dev && !named) {
    return Error{ErrorCode::kInvalidArgument, "how are the keys to be kept? Give --passphrase-file FILE, or --dev"};
  }
  return context.Passphrase();
}

Result<Exit> RunInit(Context& context, const InitArguments& a) {
  const ca::Secret passphrase = CM_TRY(PassphraseOf(context, a));
  const ca::CeremonyRequest request = CM_TRY(RequestOf(a, passphrase));
  const api::Config config = CM_TRY(ConfigOf(a, context.passphrase_file()));
  const ca::CeremonyReport report = CM_TRY(([&] {
    const Waiting waiting(context.console(), "making keys and certificates");
    return ca::RunCeremony(
        request, [&] { return context.Now(); }, ca::SystemRandom);
  }()));
  const std::filesystem::path config_file = ca::AuthorityFiles(a.directory).config();
  CM_TRY(ledger::ReplaceFile(config_file, config.ToToml()));
  CM_TRY(PrepareHome(Home(report.registrar_home), a, config, report));
  Tell(context, a, report, config_file);
  return Exit::kOk;
}

}  // namespace

void AddInit(CLI::App& app, Action& chosen) {
  Verb<InitArguments>(
      app, "init",
      "The ceremony: make a new authority with its keys, certificates, trust list, log and first registrar.",
      "certmark init authority --authority https://ca.example --name \"Example Certification Authority\" \\\n"
      "      --registrar \"Example Registrar 01\" --dev",
      Declare, RunInit, chosen)
      ->group("Founders");
}

}  // namespace certmark::cli
