// What people and programs are told of a backup, whoever looks at it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "api/cli/output.h"
#include "ca/backup_manifest.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {

/// Mebibytes is a size, rounded up: `3 MiB`.
std::string Mebibytes(std::uint64_t bytes);
/// Sizes are those of the logs: `log 1 with 9 entries, 20 acts`.
std::string Sizes(const ca::BackupManifest& manifest);
/// WriteManifest writes members into the object that is open.
void WriteManifest(json::Writer& w, const ca::BackupManifest& manifest);
/// Shown shows what is told as progress, which outlives it.
std::function<void(std::uint64_t done, std::uint64_t total)> Shown(Progress& progress);

}  // namespace certmark::cli
