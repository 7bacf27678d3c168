// What people write on a file, as the command line takes it: from a file, never from an argument, which others can see.
#pragma once

#include <string>

#include "api/cli/arguments.h"

namespace certmark::cli {

/// AddStatement declares an option that names a file with a text.
CLI::Option* AddStatement(CLI::App& verb, const char* option, std::string& file, const char* description);

/// ReadStatement reads it, "-" from stdin, without the line end that editors add; nothing where no file is named.
/// Unavailable: it cannot be read. InvalidArgument: ca::CheckStatement.
Result<std::string> ReadStatement(Context& context, const std::string& file);

}  // namespace certmark::cli
