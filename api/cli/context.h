// What every verb is given: the global flags, the home, where to write, what time it is.
#pragma once

#include <filesystem>
#include <functional>
#include <istream>
#include <ostream>

#include "api/cli/exit.h"
#include "api/cli/home.h"
#include "api/cli/output.h"
#include "ca/clock.h"
#include "ca/secret.h"

namespace certmark::cli {

/// Environment is what surrounds the process; tests bring their own.
struct Environment {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  ca::Clock clock;
  bool err_is_terminal = false;  ///< progress may be drawn over itself there
};

/// Globals are the flags that every verb takes.
struct Globals {
  std::filesystem::path home;             ///< empty: the default
  std::filesystem::path passphrase_file;  ///< empty: the home's key is not encrypted
  bool json = false;
};

class Context {
 public:
  Context(const Environment& environment, Globals globals);

  Console& console() { return console_; }
  const Home& home() const { return home_; }
  std::istream& in() { return environment_.in; }
  Time Now() const { return environment_.clock(); }
  const Globals& globals() const { return globals_; }
  /// Passphrase reads the passphrase file; without one it is empty. InvalidArgument: no such
  /// file, others may read it, or it holds no single line.
  Result<ca::Secret> Passphrase() const;

 private:
  Environment environment_;
  Globals globals_;
  Console console_;
  Home home_;
};

/// Action is a verb with its arguments, ready to be run. An Error is told on stderr and becomes ExitFor(code).
using Action = std::function<Result<Exit>(Context&)>;

}  // namespace certmark::cli
