#include "api/cli/watch.h"

#include <optional>
#include <sstream>
#include <string>

#include "api/cli/words.h"

namespace certmark::cli {
namespace {

constexpr char kClear[] = "\x1b[H\x1b[2J\x1b[3J";

// Look is what one run of the verb came to.
struct Look {
  Result<Exit> exit;
  std::string out, err;
};

// A context of its own each time: what was written is kept, and what was connected or read is so anew.
Look LookOnce(Context& context, const Action& action) {
  std::ostringstream out, err;
  const Environment& around = context.environment();
  Context inner({.in = around.in,
                 .out = out,
                 .err = err,
                 .clock = around.clock,
                 .variables = around.variables,
                 .columns = around.columns},
                context.globals(), context.settings());
  auto exit = action(inner);
  return {std::move(exit), out.str(), err.str()};
}

bool MayPass(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kResourceExhausted;
}

// Shown is what whoever watches has before them.
struct Shown {
  std::optional<std::string> out;
  std::string err;
  std::size_t changes = 0;
};

void Draw(Context& context, const std::string& text, std::chrono::seconds interval) {
  const Environment& around = context.environment();
  const bool is_terminal = around.columns > 0;
  if (is_terminal) around.out << kClear;
  around.out << text;
  context.console().Line("As of " + FormatDateTime(context.Now()) + "; looked at every " +
                         Counted(static_cast<std::uint64_t>(interval.count()), "second") + ", Ctrl-C ends it." +
                         (is_terminal ? "" : "\n"));
  context.console().Flush();
}

// Tell writes what is new to whoever watches.
void Tell(Context& context, const Look& look, std::chrono::seconds interval, Shown& shown) {
  const std::string err = look.exit ? look.err : look.err + look.exit.error().message;
  if (!err.empty() && err != shown.err) {
    context.environment().err << look.err << std::flush;
    if (!look.exit) context.console().Notice(look.exit.error().message + "; asked again, Ctrl-C ends it");
  }
  shown.err = err;
  if (!look.exit || look.out == shown.out) return;
  shown.changes += shown.out ? 1 : 0;
  shown.out = look.out;
  Draw(context, look.out, interval);
}

}  // namespace

Result<Exit> Watch(Context& context, const Action& action, std::chrono::seconds interval) {
  const Pause& pause = context.environment().pause;
  Shown shown;
  Exit newest = Exit::kOk;
  // From this pause on, which is none, Ctrl-C ends the watch and not the process.
  if (pause) pause(std::chrono::milliseconds(0));
  do {
    const Look look = LookOnce(context, action);
    if (!look.exit && (!shown.out || !MayPass(look.exit.error()))) {
      context.environment().err << look.err;
      return look.exit;
    }
    if (look.exit) newest = *look.exit;
    Tell(context, look, interval, shown);
  } while (pause && pause(interval));
  context.console().Line("Watched until now: it changed " +
                         (shown.changes == 1 ? std::string("once.") : std::to_string(shown.changes) + " times."));
  return newest;
}

}  // namespace certmark::cli
