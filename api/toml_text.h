// TOML, as both programs' files are written.
#pragma once

#include <toml++/toml.h>

#include <string>

#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// ParseToml reads a whole file's text. InvalidArgument: it is none; the message begins with the line.
Result<toml::table> ParseToml(const std::string& text);

}  // namespace certmark::api
