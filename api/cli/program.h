// The program as a function, so that a test can run it without a process.
#pragma once

#include <string>
#include <vector>

#include "api/cli/context.h"

namespace certmark::cli {

/// Run reads a command line (without the program's name), runs the verb and returns the exit code of exit.h. Total:
/// whatever is thrown below becomes an error line.
int Run(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace certmark::cli
