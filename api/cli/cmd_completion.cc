// completion: what a shell reads so that it completes this command line.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/completion.h"
#include "api/cli/contexts.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

constexpr char kContexts[] = "contexts";

struct CompletionArguments {
  std::string what;
  const CLI::App* program = nullptr;
};

Result<Shell> ParseShell(std::string_view text) {
  if (text == "bash") return Shell::kBash;
  if (text == "zsh") return Shell::kZsh;
  if (text == "fish") return Shell::kFish;
  return Error{ErrorCode::kInvalidArgument, Quote(text) + " is not bash, zsh, fish or contexts"};
}

Result<void> CheckWhat(std::string_view text) {
  if (text == kContexts) return {};
  (void)CM_TRY(ParseShell(text));
  return {};
}

void Declare(CLI::App& verb, CompletionArguments& a) {
  Hold(verb.add_option("WHAT", a.what, "A shell; or contexts: the names that its script asks for, one a line"),
       Form::Of("bash|zsh|fish|contexts", CheckWhat))
      ->required();
  a.program = verb.get_parent();
}

Result<Exit> ListContexts(Context& context) {
  const Contexts contexts = CM_TRY(Contexts::Load(context.settings().contexts_file()));
  json::Writer w;
  w.Object([&] {
    w.Key("contexts").Array([&] {
      for (const NamedContext& each : contexts.all()) w.String(each.name);
    });
  });
  context.console().Object(w.Take());
  for (const NamedContext& each : contexts.all()) context.console().Line(each.name);
  return Exit::kOk;
}

// What is written is for a shell alone: no sentence for people, who are told by --help what to do with it.
Result<Exit> RunCompletion(Context& context, const CompletionArguments& a) {
  if (a.what == kContexts) return ListContexts(context);
  const std::string script = ScriptFor(CM_TRY(ParseShell(a.what)), LevelsOf(*a.program));
  json::Writer w;
  w.Object([&] { w.Member("script", script); });
  context.console().Object(w.Take());
  context.console().Text(script);
  return Exit::kOk;
}

}  // namespace

void AddCompletion(CLI::App& app, Action& chosen) {
  Verb<CompletionArguments>(
      app, "completion", "Write what a shell reads to complete certmark's verbs and flags.",
      "source <(certmark completion bash)\n"
      "  certmark completion zsh > ~/.zfunc/_certmark      # in a directory of $fpath, or source it\n"
      "  certmark completion fish > ~/.config/fish/completions/certmark.fish",
      Declare, RunCompletion, chosen)
      ->group("Everybody");
}

}  // namespace certmark::cli
