// What an operator's Prometheus reads, computed at each scrape from what the log counts anyway.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call_stats.h"
#include "api/deliveries.h"
#include "api/key_backup_keeper.h"
#include "ledger/stats.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// CertificateEnd is until when one of the authority's own certificates is of use.
struct CertificateEnd {
  std::string name;  ///< one of few: it becomes a label
  Time end;
};

/// Surroundings is what a scrape needs beside the log's own figures.
struct Surroundings {
  Time now;
  std::optional<std::uint64_t> disk_free;  ///< bytes left to us on the database's file system; nothing: not known
  std::uint64_t deadlines_carried = 0, deadlines_failed = 0;               ///< since the start
  const KeyBackupCounts* key_backups = nullptr;                            ///< none: this daemon makes no key backups
  const DeliveryCounts* deliveries = nullptr;                              ///< none: nothing is delivered
  const CallStats* calls = nullptr;                                        ///< none: RPCs are not counted
  const std::map<std::string, DoorFigures, std::less<>>* doors = nullptr;  ///< by name; none: likewise
  std::vector<CertificateEnd> certificates = {};
  std::optional<Time> trust_list_end = {};
  bool ready = false;  ///< as `/readyz` says
};

/// kMetricsType is the content type of MetricsText: Prometheus' text format, version 0.0.4.
inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

/// MetricsText writes every metric family, which are those of the table in README.md. The age of the checkpoint is left
/// out before the first one, those of key backups where there is none, free space where it is not known, and the
/// durations of an RPC before its first call: no figure rather than a false one.
std::string MetricsText(const ledger::Stats& stats, const Surroundings& around);

}  // namespace certmark::api
