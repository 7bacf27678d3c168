// LogSite: what stands under `/log/`, as C2SP tlog-tiles has it: the checkpoint, hash tiles, entry bundles.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
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
  /// `/log/`: of the current log, and of the frozen ones before it. The answer has its ETag. NotFound: a log that is
  /// not served, a path that is not a resource's one name, a width that the exposed checkpoint does not imply. Safe on
  /// any thread.
  Result<HttpResponse> Answer(std::string_view path) const;

 private:
  HttpResponse Checkpoint(const ca::ReadableLog& log) const;
  Result<HttpResponse> Tile(const ca::ReadableLog& log, std::string_view path, std::string_view name) const;

  // A checkpoint's answer, as long as the checkpoint is the same.
  struct CheckpointAnswer {
    std::shared_ptr<const ledger::SignedCheckpoint> of;
    HttpResponse response;
  };

  const ca::Service& service_;
  mutable TileCache tiles_;
  mutable std::mutex mutex_;                                                  // guards what follows
  mutable std::map<std::string, CheckpointAnswer, std::less<>> checkpoints_;  // by origin: one for each log listed
};

}  // namespace certmark::api
