// LogSite: what stands under `/log/`, as C2SP tlog-tiles has it: the checkpoint, hash tiles, entry bundles.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "api/http_message.h"
#include "api/tile_cache.h"
#include "ca/service.h"

namespace certmark::api {

class LogSite {
 public:
  /// LogSite keeps a reference: `service` outlives it.
  explicit LogSite(const ca::Service& service);

  /// Answer serves `{n}/checkpoint`, `{n}/tile/<L>/<N>[.p/<W>]` and `{n}/tile/entries/<N>[.p/<W>]`, given what follows
  /// `/log/`. The answer has its ETag. NotFound: a log that is not served, a path that is not a resource's one name, a
  /// width that the exposed checkpoint does not imply. Safe on any thread.
  Result<HttpResponse> Answer(std::string_view path) const;

 private:
  // One log as it may be shown now.
  struct Log {
    const ledger::LogReader& reader;
    // Shared with the log, which exposes a newer one while this is served.
    std::shared_ptr<const ledger::SignedCheckpoint> exposed;
  };
  // Log of a number as it stands in a path; nothing: not served, or nothing of it is exposed.
  std::optional<Log> Find(std::string_view number) const;
  HttpResponse Checkpoint(const Log& log) const;
  Result<HttpResponse> Tile(const Log& log, std::string_view path, std::string_view name) const;

  // The checkpoint's answer, as long as the checkpoint is the same.
  struct CheckpointAnswer {
    std::shared_ptr<const ledger::SignedCheckpoint> of;
    HttpResponse response;
  };

  const ca::Service& service_;
  const std::string key_;  // the log's: tags of its tiles are made from it and their names
  mutable TileCache tiles_;
  mutable std::mutex mutex_;  // guards what follows
  mutable CheckpointAnswer checkpoint_;
};

}  // namespace certmark::api
