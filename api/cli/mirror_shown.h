// What people and programs are told of a mirror's index: how far whom it has followed, and what is made of it.
#pragma once

#include <filesystem>
#include <string>

#include "api/cli/output.h"
#include "verifier-sdk/core/verify.h"
#include "verifier-sdk/mirror/index.h"

namespace certmark::cli {

/// ShowMirror tells of an index, and of the evidence beside it; states are fresh or not by the policy's status age.
/// Unavailable: the directory cannot be read.
Result<void> ShowMirror(Console& console, const mirror::Index& index, const std::filesystem::path& directory,
                        const Policy& policy, Time now);

}  // namespace certmark::cli
