// Untrusted text in a message.
#pragma once

#include <string>
#include <string_view>

namespace certmark {

/// Quote shows untrusted text in an error message: in double quotes, one line, whatever is not printable ASCII as `?`,
/// cut after 64 characters.
std::string Quote(std::string_view text);

}  // namespace certmark
