// doctor: is everything here as it should be, and if not, what to do?
#include <algorithm>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/doctor.h"
#include "api/cli/words.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

struct DoctorArguments {
  std::string config, site, ca_file;
};

void Declare(CLI::App& verb, DoctorArguments& a) {
  verb.add_option("--config", a.config, "Look at a daemon too: its certmark.toml, on its own machine")
      ->type_name("FILE");
  verb.add_option("--site", a.site, "Whose clock to compare with (default: the authority's site)")->type_name("URL");
  verb.add_option("--ca-file", a.ca_file, "PEM of the CAs that vouch for that site (default the system's)")
      ->type_name("FILE");
}

std::string ObjectOf(const std::vector<Finding>& findings) {
  json::Writer w;
  w.Object([&] {
    w.Member("health", Name(Worst(findings)));
    w.Key("findings").Array([&] {
      for (const Finding& finding : findings) {
        w.Object([&] {
          w.Member("check", finding.check);
          w.Member("health", Name(finding.health));
          w.Member("text", finding.text);
          w.Member("remedy", finding.remedy);
        });
      }
    });
  });
  return w.Take();
}

// What is to be done is never cut.
Table TableOf(const std::vector<Finding>& findings) {
  Table table({{"CHECK"}, {"IS"}, {"FOUND"}});
  for (const Finding& finding : findings) {
    const std::string remedy = finding.remedy.empty() ? "" : ". To do: " + finding.remedy;
    table.Row({finding.check, std::string(Name(finding.health)), finding.text + remedy});
  }
  return table;
}

std::uint64_t Count(const std::vector<Finding>& findings, Health health) {
  return static_cast<std::uint64_t>(std::ranges::count(findings, health, &Finding::health));
}

std::string Sentence(const std::vector<Finding>& findings) {
  const std::string skipped = Counted(Count(findings, Health::kSkipped), "check") + " did not apply here.";
  const std::uint64_t failed = Count(findings, Health::kFailed), warned = Count(findings, Health::kWarning);
  if (failed == 0 && warned == 0) return "All that could be looked at is well; " + skipped;
  return Counted(failed, "check") + " failed, " + Counted(warned, "thing") + " to look at; " + skipped;
}

Result<Exit> RunDoctor(Context& context, const DoctorArguments& a) {
  const std::vector<Finding> findings = Judge(Gather(context, {a.config, a.site, a.ca_file}));
  context.console().List(TableOf(findings));
  context.console().Object(ObjectOf(findings));
  context.console().Line(Sentence(findings));
  return ExitOf(Worst(findings));
}

}  // namespace

void AddDoctor(CLI::App& app, Action& chosen) {
  Verb<DoctorArguments>(
      app, "doctor",
      "Look at configuration, clock, certificates near their end, disk, anchor and witnesses.\n"
      "Exit code 0: all is well; 1: a check failed; 2: none failed, but something is to be looked at.",
      "certmark doctor\n  certmark doctor --config /etc/certmark/certmark.toml", Declare, RunDoctor, chosen)
      ->group("Everybody");
}

}  // namespace certmark::cli
