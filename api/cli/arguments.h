// How verbs declare their arguments: forms are checked while the command line is read, so that a verb meets none that
// is wrong.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "api/cli/context.h"
#include "api/convert.h"
#include "verifier-sdk/core/time.h"

namespace certmark::cli {

/// Form is how an argument must be written: what --help calls it, and what refuses another.
struct Form {
  std::string name;
  CLI::Validator validator;

  /// Of holds a text to what `parse` accepts, and refuses another in its words.
  template <class Parse>
  static Form Of(std::string name, Parse parse) {
    const auto refuse = [parse](const std::string& text) {
      const auto parsed = parse(std::string_view(text));
      return parsed ? std::string() : parsed.error().message;
    };
    return {std::move(name), CLI::Validator(refuse, "")};
  }
};

/// Hold makes an option take that form alone.
CLI::Option* Hold(CLI::Option* option, const Form& form);
/// HoldSeconds makes an option take whole seconds, up to a hundred years.
CLI::Option* HoldSeconds(CLI::Option* option);

/// ParseMoment reads seconds since 1970 or an RFC 3339 time in UTC, `2026-11-03T00:00:00Z`.
Result<Time> ParseMoment(std::string_view text);

/// ParseDayOrMoment reads a day, which is its beginning in UTC, or what ParseMoment reads.
Result<Time> ParseDayOrMoment(std::string_view text);

/// ParseFingerprint reads a key's fingerprint as people tell it: hex in either case, with spaces or colons between.
Result<std::string> ParseFingerprint(std::string_view text);

/// kContextType is what --help calls a context's name, and by which completion knows where one stands.
inline constexpr char kContextType[] = "CONTEXT";

// The forms that several verbs take.
Form AuthorityForm();
Form AppForm();
Form PinForm();
Form VkeyForm();
Form MomentForm();
Form DayOrMomentForm();
Form FingerprintForm();
Form RoleForm();
Form NumberForm();
Form ContextForm();
/// NameForm takes a resource's name with or without its collection; FullName writes it with.
Form NameForm(api::Collection collection);
std::string FullName(api::Collection collection, std::string_view text);

/// Watchable gives a verb that reads the flag `--watch`, by which it reads again and again (watch.h), and returns it.
CLI::App* Watchable(CLI::App* verb);
/// Watched is what a verb does as it was given: `action` itself, or with `--watch` again and again.
Action Watched(const CLI::App& verb, Action action);

/// Verb declares a verb under `parent`: what it does, an example, and how its arguments become an action. `Arguments`
/// is shared between the parser, which fills it in, and the action, which may outlive it.
template <class Arguments>
CLI::App* Verb(CLI::App& parent, const char* name, const char* description, const char* example,
               void (*declare)(CLI::App&, Arguments&), Result<Exit> (*run)(Context&, const Arguments&),
               Action& chosen) {
  CLI::App* verb = parent.add_subcommand(name, description);
  verb->footer(std::string("Example:\n  ") + example);
  auto arguments = std::make_shared<Arguments>();
  declare(*verb, *arguments);
  // A verb that has verbs of its own under it is called back as well when one of those is chosen.
  verb->callback([verb, arguments, run, &chosen] {
    if (!verb->get_subcommands().empty()) return;
    chosen = Watched(*verb, [arguments, run](Context& context) { return run(context, *arguments); });
  });
  return verb;
}

}  // namespace certmark::cli
