// Where the passphrase of the authority's keys comes from: always a file, never an argument's or a variable's value.
#pragma once

#include <filesystem>

#include "ca/secret.h"

namespace certmark::api {

/// ReadPassphrase reads a file's first and only line; an empty path is an empty passphrase. NotFound: no such file.
/// PermissionDenied: other users may read it. InvalidArgument: it is empty, of several lines, or over 1 KiB. All name
/// the file.
Result<ca::Secret> ReadPassphrase(const std::filesystem::path& file);

}  // namespace certmark::api
