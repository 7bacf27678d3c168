// What may be written to: one mail address, as it stands in SMTP and in a header without any quoting.
#pragma once

#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// CheckMailAddress takes `local-part@domain` of ASCII, at most 254 bytes, 64 of them before the `@` (RFC 5321
/// §4.5.3.1; 254, for a path has two brackets more). The local part is a dot-atom (RFC 5322 §3.2.3) without the
/// characters by which some relays are told a route, a file or a program (`% ! / |` and the shell's), and begins with
/// no hyphen; the domain is a DNS name of two labels at least, so that nobody names a mailbox of the relay itself.
/// InvalidArgument says what is wrong, and nothing of the address.
Result<void> CheckMailAddress(std::string_view address);

}  // namespace certmark::api
