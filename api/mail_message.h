// Mail, and its bytes: one letter of plain text, which any relay carries unchanged.
#pragma once

#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// Mail is what is written to somebody.
struct Mail {
  std::string to;       ///< CheckMailAddress
  std::string subject;  ///< UTF-8 of 1 to 400 bytes, without control characters
  std::string text;     ///< UTF-8 of at most 64 KiB, lines ended by `\n`
  std::string id;  ///< of its Message-ID, before the `@`: 1 to 64 letters, digits, `.`, `_`, `-`, the first and the
                   ///< last no full stop; the same in each attempt, so that receivers tell doubles
  Time at;         ///< its date: of what it is about, the same in each attempt
};

/// WriteMail writes it by RFC 5322 and MIME, in short lines of ASCII that end in CR LF: the text as base64, the subject
/// as encoded words (RFC 2047) where it is not short and plain. It says that nobody wrote it by hand (RFC 3834), so
/// that no absence notice answers it. The Message-ID is of the domain of `from`. InvalidArgument: a member is not as
/// said above; the message names which, and holds nothing of it.
Result<std::string> WriteMail(const Mail& mail, std::string_view from);

}  // namespace certmark::api
