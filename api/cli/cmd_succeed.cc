// log succeed: ends the authority's log and begins the next; out of mirrors where the database is gone.
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/log_copy.h"
#include "api/config.h"
#include "ca/authority_files.h"
#include "ca/succession.h"
#include "ledger/tile_source.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

struct SucceedArguments {
  std::string directory, config, root_key, registrar, ca_file;
  std::vector<std::string> mirrors;
};

void Declare(CLI::App& verb, SucceedArguments& a) {
  verb.add_option("DIR", a.directory, "The authority's directory; its daemon is stopped")->required()->type_name("");
  verb.add_option("--root-key", a.root_key, "The offline root key (default DIR/offline/root.pem)")->type_name("FILE");
  verb.add_option("--config", a.config, "The daemon's file (default DIR/certmark.toml)")->type_name("FILE");
  const char* group = "When the database is gone";
  verb.add_option("--from-mirror", a.mirrors,
                  "A mirror of each log of the trust list: its URL, or a directory of its files")
      ->type_name("URL|DIR")
      ->group(group);
  verb.add_option("--registrar", a.registrar, "The name of a first registrar, if there is none in DIR/registrar")
      ->type_name("NAME")
      ->group(group);
  verb.add_option("--ca-file", a.ca_file, "PEM of the CAs that vouch for the mirrors (default the system's)")
      ->type_name("FILE")
      ->group(group);
}

void Tell(Context& context, const ca::SuccessionReport& report, const std::filesystem::path& registrar_home) {
  json::Writer w;
  w.Object([&] {
    w.Member("wasDone", report.was_done);
    w.Key("last").Object([&] {
      w.Member("origin", report.last.origin);
      w.Member("size", report.last.size);
      w.Member("root", report.last.root.Base64());
    });
    w.Member("origin", report.origin);
    w.Member("seq", report.seq);
    w.Member("trustList", report.trust_list.string());
    if (report.rebuilt) w.Member("rebuiltCertifications", *report.rebuilt);
    if (!report.new_registrar.empty()) w.Member("registrar", "parties/" + report.new_registrar);
  });
  Console& console = context.console();
  console.Object(w.Take());
  console.Field("ended", report.last.origin + " at size " + std::to_string(report.last.size));
  console.Field("root", report.last.root.Base64());
  console.Field("begun", report.origin);
  console.Field("trust list", report.trust_list.string());
  if (!report.new_registrar.empty()) {
    console.Field("registrar", registrar_home.string() + "  parties/" + report.new_registrar);
  }
  if (report.was_done) return console.Line("Nothing to do: " + report.origin + " has only just begun.");
  if (report.rebuilt) {
    return console.Line("Done, out of mirrors: " + std::to_string(*report.rebuilt) +
                        " certifications stand as the log says. Parties, applications, reports and the record log are "
                        "not in it: they begin anew, everybody is enrolled again, and holders' own requests go through "
                        "the officers. Start the daemon, and give everybody the new trust list.");
  }
  console.Line("Done. Take the root key away again, start the daemon, and give everybody the new trust list.");
}

// Mirrors are open for as long as they are read.
using Mirrors = std::vector<std::unique_ptr<ledger::TileSource>>;

Mirrors OpenMirrors(const SucceedArguments& a) {
  Mirrors mirrors;
  for (const std::string& where : a.mirrors) mirrors.push_back(OpenLogCopy(where, a.ca_file));
  return mirrors;
}

Result<ca::SuccessionRequest> RequestOf(const Context& context, const SucceedArguments& a, const Mirrors& mirrors) {
  const api::Config config = CM_TRY(api::Config::LoadFor(a.directory, a.config));
  ca::Secret passphrase = CM_TRY(context.Passphrase());
  ca::SuccessionRequest request{.files = api::FilesOf(config),
                                .root_key = a.root_key,
                                .passphrase = std::move(passphrase),
                                .witness_policy = config.witness_policy,
                                .registrar = a.registrar};
  for (std::size_t i = 0; i < mirrors.size(); ++i) request.mirrors.push_back({a.mirrors[i], mirrors[i].get()});
  return request;
}

Result<Exit> Run(Context& context, const SucceedArguments& a) {
  const Mirrors mirrors = OpenMirrors(a);
  ca::SuccessionRequest request = CM_TRY(RequestOf(context, a, mirrors));
  std::vector<std::string> heard;
  request.heard = [&heard](const ledger::OutsideView::Witness& witness) {
    std::string line = "– witness " + witness.name +
                       (witness.has_agreed ? " agrees" : " does not vouch for the log: " + witness.answer.text);
    // Out of mirrors they are asked twice: about the mirror, and about the database that was made of it.
    if (std::ranges::find(heard, line) == heard.end()) heard.push_back(std::move(line));
  };
  const auto done = [&] {
    const Waiting waiting(context.console(), "ending one log, beginning the next");
    return ca::SucceedLog(
        request, [&] { return context.Now(); }, ca::SystemRandom);
  }();
  for (const std::string& line : heard) context.console().Line(line);
  Tell(context, CM_TRY(done), request.files.registrar());
  return Exit::kOk;
}

}  // namespace

void AddLogSucceed(CLI::App& log, Action& chosen) {
  Verb<SucceedArguments>(log, "succeed",
                         "End the authority's log and begin the next, which names it. The daemon is stopped, the root "
                         "key is at hand. What was begun and not finished is gone on with.",
                         "certmark log succeed /var/lib/certmark --passphrase-file passphrase\n  certmark log succeed "
                         "/var/lib/certmark --from-mirror https://mirror.example/log/1",
                         Declare, Run, chosen);
}

}  // namespace certmark::cli
