#include "api/toml_text.h"

namespace certmark::api {

// toml++ throws; no exception leaves this function.
Result<toml::table> ParseToml(const std::string& text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return Error{ErrorCode::kInvalidArgument,
                 "line " + std::to_string(error.source().begin.line) + ": " + std::string(error.description())};
  }
}

}  // namespace certmark::api
