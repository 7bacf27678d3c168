// What an operator's Prometheus reads, computed at each scrape from what the log counts anyway.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/key_backup_keeper.h"
#include "ledger/stats.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// Surroundings is what a scrape needs beside the log's own figures.
struct Surroundings {
  Time now;
  std::optional<std::uint64_t> disk_free;  ///< bytes left to us on the database's file system; nothing: not known
  std::uint64_t deadlines_carried = 0, deadlines_failed = 0;  ///< since the start
  const KeyBackupCounts* key_backups = nullptr;               ///< none: this daemon makes no key backups
};

/// kMetricsType is the content type of MetricsText: Prometheus' text format, version 0.0.4.
inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

/// MetricsText writes every metric family, `certmark_log_…`, `certmark_deadlines_…`, `certmark_key_backup…` and
/// `certmark_disk_free_bytes`. The age of the checkpoint is left out before the first one, those of key backups where
/// there is none, and free space where it is not known: no figure rather than a false one.
std::string MetricsText(const ledger::Stats& stats, const Surroundings& around);

}  // namespace certmark::api
