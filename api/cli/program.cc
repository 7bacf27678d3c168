#include "api/cli/program.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <optional>

#include "api/cli/commands.h"

namespace certmark::cli {
namespace {

constexpr const char* kDescription =
    "Certmark: certification of apps that anybody can check.\n"
    "A party's key, certificate and trust are in its home directory; keys never leave it.";
constexpr const char* kFooter =
    "Exit codes: 0 done, or valid; 1 not valid, or refused by the authority; 2 could not tell; 3 usage.\n"
    "`certmark VERB --help` explains a verb and shows an example.";

void AddGlobals(CLI::App& app, Globals& globals) {
  app.add_option("--home", globals.home, "The party's home directory (default ~/.config/certmark)")
      ->envname("CERTMARK_HOME")
      ->type_name("DIR");
  app.add_option("--passphrase-file", globals.passphrase_file,
                 "A private file whose first line is the passphrase of the home's key")
      ->envname("CERTMARK_PASSPHRASE_FILE")
      ->type_name("FILE");
  app.add_flag("--json", globals.json, "Print one JSON object for programs, nothing for people");
  app.set_version_flag("--version", std::string("certmark ") + CERTMARK_VERSION);
}

void AddVerbs(CLI::App& app, Action& chosen) {
  // Subcommands made from here on inherit it: global flags may stand after the verb.
  app.fallthrough();
  app.require_subcommand(1);
  AddVerify(app, chosen);
  AddShow(app, chosen);
  AddSearch(app, chosen);
  AddLog(app, chosen);
  AddTrust(app, chosen);
  AddParty(app, chosen);
  AddSelfCheck(app, chosen);
  AddChallenge(app, chosen);
  AddApply(app, chosen);
  AddEvaluate(app, chosen);
  AddDecide(app, chosen);
  AddDocument(app, chosen);
  AddFile(app, chosen);
  AddStatus(app, chosen);
  AddOrder(app, chosen);
  AddComplaint(app, chosen);
  AddCase(app, chosen);
  AddAppeal(app, chosen);
  AddProposal(app, chosen);
  AddAccreditation(app, chosen);
  AddBar(app, chosen);
  AddBulk(app, chosen);
  AddWork(app, chosen);
  AddRecord(app, chosen);
  AddInit(app, chosen);
  AddBackup(app, chosen);
  AddRestore(app, chosen);
  AddWitness(app, chosen);
}

int Code(Exit exit) {
  return static_cast<int>(exit);
}

// A verb that does not exist is to CLI11 an argument left over while one is missing.
std::string Explain(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> left_over = app.remaining(true);
  const bool no_verb = dynamic_cast<const CLI::RequiredError*>(&error) && !left_over.empty();
  return no_verb ? "no such verb or option: " + left_over.front() + " (see certmark --help)" : error.what();
}

// CLI11 speaks by throwing, also of --help. Returns the code to end with, or nothing: go on.
std::optional<int> Parse(CLI::App& app, std::vector<std::string> arguments, const Environment& environment) {
  try {
    std::ranges::reverse(arguments);  // CLI11 takes them from the back
    app.parse(arguments);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error, environment.out, environment.err);
    Console(environment.out, environment.err).Error(Explain(app, error));
    return Code(Exit::kUsage);
  }
}

int RunAction(const Action& action, Context& context) {
  const auto exit = action(context);
  if (exit) return Code(*exit);
  context.console().Error(exit.error().message);
  return Code(ExitFor(exit.error().code));
}

}  // namespace

int Run(const std::vector<std::string>& arguments, const Environment& environment) {
  try {
    CLI::App app(kDescription, "certmark");
    app.footer(kFooter);
    Globals globals;
    Action chosen;
    AddGlobals(app, globals);
    AddVerbs(app, chosen);
    if (const auto code = Parse(app, arguments, environment)) return *code;
    Context context(environment, globals);
    return RunAction(chosen, context);
  } catch (const std::exception& error) {
    Console(environment.out, environment.err).Error(error.what());
    return Code(Exit::kUnknown);
  }
}

}  // namespace certmark::cli
