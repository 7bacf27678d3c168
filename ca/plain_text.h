// Text from outside that people will read: names and addresses.
#pragma once

#include <cstddef>
#include <string_view>

namespace certmark::ca {

/// IsPlainText: 1 to `max_bytes` bytes of UTF-8 without control characters and without those that show nothing or turn
/// the reading direction, for two names that look alike must be alike; no space at either end.
bool IsPlainText(std::string_view text, std::size_t max_bytes);

/// IsName: plain text of 1 to 64 characters, as X.520 bounds the names in certificates.
bool IsName(std::string_view text);

/// IsHttpsUrl: `https://`, a host name, an optional port, then printable ASCII that may stand in a URL; at most 500
/// bytes, no user information.
bool IsHttpsUrl(std::string_view text);

/// IsCode: 1 to 64 of lower-case letters, digits and single hyphens between them.
bool IsCode(std::string_view text);

}  // namespace certmark::ca
