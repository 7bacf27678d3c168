// What every verb is given: the settings, the home, where to write, what time it is.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <istream>
#include <ostream>

#include "api/cli/exit.h"
#include "api/cli/home.h"
#include "api/cli/output.h"
#include "api/cli/settings.h"
#include "ca/clock.h"
#include "ca/secret.h"

namespace certmark::cli {

/// Pause waits; false, and at once: whoever watches has had enough.
using Pause = std::function<bool(std::chrono::milliseconds)>;

/// Environment is what surrounds the process; tests bring their own.
struct Environment {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  ca::Clock clock;
  bool err_is_terminal = false;  ///< progress may be drawn over itself there
  Variables variables{};         ///< none: no variable is set
  std::size_t columns = 0;       ///< how wide the terminal is that `out` is; 0: it is none
  Pause pause{};                 ///< none: nobody waits, and a watch looks once
};

/// Globals are what every verb's command line may say beside its own.
struct Globals {
  ToldByHand told;
  bool json = false;
};

class Context {
 public:
  Context(const Environment& environment, const Globals& globals, Settings settings);

  Console& console() { return console_; }
  const Home& home() const { return home_; }
  std::istream& in() { return environment_.in; }
  Time Now() const { return environment_.clock(); }
  const Settings& settings() const { return settings_; }
  const Globals& globals() const { return globals_; }
  const Environment& environment() const { return environment_; }
  /// Passphrase reads the passphrase file; without one it is empty. InvalidArgument: no such
  /// file, others may read it, or it holds no single line.
  Result<ca::Secret> Passphrase() const;
  std::filesystem::path passphrase_file() const { return settings_.text(Setting::kPassphraseFile); }

  /// WhereToAsk is the authority and its listeners: what the settings say, and for the rest what the home knows, if
  /// that is of the same authority. `needed` is an address that must be among them. InvalidArgument: it is not.
  Result<Endpoints> WhereToAsk(Setting needed) const;

 private:
  Environment environment_;
  Globals globals_;
  Settings settings_;
  Console console_;
  Home home_;
};

/// Action is a verb with its arguments, ready to be run. An Error is told on stderr and becomes ExitFor(code).
using Action = std::function<Result<Exit>(Context&)>;

}  // namespace certmark::cli
