#include "api/cli/program.h"

#include <algorithm>
#include <exception>
#include <optional>

#include "api/cli/arguments.h"
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
  app.add_option("--context", globals.told.context,
                 "A named set of what follows; over CERTMARK_CONTEXT and `certmark context use`")
      ->type_name(kContextType);
  for (const SettingRow& row : SettingTable()) {
    const std::string text = std::string(row.description) + "; over " + row.variable;
    Hold(app.add_option(row.flag, TextOf(globals.told.flags, row.setting), text), Form::Of(row.type_name, row.check));
  }
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
  AddContext(app, chosen);
  AddDoctor(app, chosen);
  AddCompletion(app, chosen);
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
  AddSubscription(app, chosen);
  AddRecord(app, chosen);
  AddInit(app, chosen);
  AddBackup(app, chosen);
  AddRestore(app, chosen);
  AddWitness(app, chosen);
  AddMirror(app, chosen);
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
    Context context(environment, globals, Settings::Resolve(globals.told, environment.variables));
    // The doctor is asked what is wrong; for every other verb this is the end.
    if (const auto& mistake = context.settings().mistake(); mistake && !app.got_subcommand("doctor")) {
      context.console().Error(mistake->message);
      return Code(ExitFor(mistake->code));
    }
    return RunAction(chosen, context);
  } catch (const std::exception& error) {
    Console(environment.out, environment.err).Error(error.what());
    return Code(Exit::kUnknown);
  }
}

}  // namespace certmark::cli
