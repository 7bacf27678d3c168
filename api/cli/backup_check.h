// A backup held against its manifest and its logs: `certmark backup --verify`.
#pragma once

#include <filesystem>

#include "api/cli/context.h"

namespace certmark::cli {

/// CheckBackup says whether every file is the one in the manifest and log fsck finds nothing; kRefused: not so.
/// InvalidArgument: no backup is there.
Result<Exit> CheckBackup(Context& context, const std::filesystem::path& backup);

}  // namespace certmark::cli
