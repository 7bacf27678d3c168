// Text from outside that people will read: names and addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace certmark::ca {

/// IsPlainText: 1 to `max_bytes` bytes of UTF-8 without control characters and without those that show nothing or turn
/// the reading direction, for two names that look alike must be alike; no space at either end.
bool IsPlainText(std::string_view text, std::size_t max_bytes);

/// NextCodePoint reads the character that begins at byte `at` and moves `at` past it. REQUIRES: well-formed UTF-8, `at`
/// within it.
std::uint32_t NextCodePoint(std::string_view text, std::size_t& at);

/// IsHidden is true for a control character, for one that shows nothing or turns the reading direction, for a line or
/// paragraph separator, and for private use and noncharacters. It is the one table of these; AppName stands on it.
bool IsHidden(std::uint32_t code_point);

/// IsName: plain text of 1 to 64 characters, as X.520 bounds the names in certificates.
bool IsName(std::string_view text);

/// IsHttpsUrl: `https://`, a host name, an optional port, then printable ASCII that may stand in a URL; at most 500
/// bytes, no user information.
bool IsHttpsUrl(std::string_view text);

/// IsCode: 1 to 64 of lower-case letters, digits and single hyphens between them.
bool IsCode(std::string_view text);

}  // namespace certmark::ca
