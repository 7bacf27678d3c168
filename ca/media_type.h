// What a document is, by its first bytes, so that nobody is shown something else than was declared.
#pragma once

#include <optional>
#include <string_view>

#include "verifier-sdk/core/bytes.h"

namespace certmark::ca {

/// kMediaTypeBytes is how much of a document's beginning is looked at.
inline constexpr std::size_t kMediaTypeBytes = 512;

/// SniffMediaType names the type of a document that begins so: application/pdf, application/zip, image/png, image/jpeg,
/// and of UTF-8 without NUL: application/json (it begins as an object or an array), text/html (with its document type
/// or its root), application/xml (with its declaration), each after spaces, the latter two after a byte order mark too;
/// text/plain. None: anything else, or nothing. It looks at no more than kMediaTypeBytes; where `first` is that long,
/// its last character may be cut.
std::optional<std::string_view> SniffMediaType(ByteView first);

/// MayBeMediaType: a document that begins so may be declared as `declared`, in lower case and without parameters. JSON,
/// HTML and XML may be declared as text/plain, for they are that too.
bool MayBeMediaType(ByteView first, std::string_view declared);

}  // namespace certmark::ca
