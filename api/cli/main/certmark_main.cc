// certmark: the command line of every role.
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <optional>

#include "api/cli/interrupt.h"
#include "api/cli/program.h"

namespace {

std::optional<std::string> Variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

// Columns of the terminal that standard output is; 0: it is none, or does not say.
std::size_t Columns() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) != 1 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return certmark::cli::Run(arguments, {.in = std::cin,
                                        .out = std::cout,
                                        .err = std::cerr,
                                        .clock = certmark::ca::SystemTime,
                                        .err_is_terminal = ::isatty(STDERR_FILENO) == 1,
                                        .variables = Variable,
                                        .columns = Columns(),
                                        .pause = certmark::cli::PauseUntilInterrupted});
}
