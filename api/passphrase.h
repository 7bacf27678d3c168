// Where the passphrase of the authority's keys comes from, and every other secret of a daemon's: always a file, never
// an argument's or a variable's value.
#pragma once

#include <filesystem>
#include <string_view>

#include "ca/secret.h"

namespace certmark::api {

/// PassphrasePlaces are the files that may be named: by hand, by the environment (CERTMARK_PASSPHRASE_FILE), by the
/// configuration; and the directory in which a service manager lays credentials down ($CREDENTIALS_DIRECTORY). Each
/// may be empty.
struct PassphrasePlaces {
  std::filesystem::path by_hand, environment, configuration, credentials;
};
/// kPassphraseCredential is the name of the passphrase among them: `LoadCredential=passphrase:FILE` in a unit.
inline constexpr char kPassphraseCredential[] = "passphrase";
/// PassphraseFile is the first of them that is named; of credentials, if there is such a file. Empty: none.
std::filesystem::path PassphraseFile(const PassphrasePlaces& places);

/// ReadSecretLine reads a file's first and only line; `what` it is, errors say. NotFound: no such file.
/// PermissionDenied: other users may read it. InvalidArgument: it is empty, of several lines, or over 1 KiB. All name
/// the file.
Result<ca::Secret> ReadSecretLine(const std::filesystem::path& file, std::string_view what);
/// ReadPassphrase reads a passphrase likewise; an empty path is an empty passphrase.
Result<ca::Secret> ReadPassphrase(const std::filesystem::path& file);

}  // namespace certmark::api
