// certmark: the command line of every role.
#include <unistd.h>

#include <iostream>

#include "api/cli/program.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return certmark::cli::Run(arguments,
                            {std::cin, std::cout, std::cerr, certmark::ca::SystemTime, ::isatty(STDERR_FILENO) == 1});
}
