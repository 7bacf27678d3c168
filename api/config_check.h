// What `certmarkd --check-config` finds beside what is written in the file: the files that it names, and its listeners.
#pragma once

#include <string>
#include <vector>

#include "api/config.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// MistakesAround is a line for each thing for which a daemon with this configuration would not start, or would start
/// without something, as far as it shows at `now` without opening the database or a listener, or asking anybody: the
/// passphrase, keys and certificates, schemes, the witness policy, places that are not there, listeners that are in
/// each other's way, what couriers of notices are made of. No line holds a secret.
std::vector<std::string> MistakesAround(const Config& config, const std::filesystem::path& passphrase_file, Time now);

}  // namespace certmark::api
