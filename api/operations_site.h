// OperationsSite: what the machine's keeper asks of the process: does it live, does it serve, what are its figures. It
// stands on a door of its own, plain HTTP on a loopback address, and never on the public ones.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/http_message.h"
#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// CheckReady is what `/readyz` asks: the log writes, and a checkpoint is exposed. Unavailable: which of them is not
/// so, in a line.
Result<void> CheckReady(const std::optional<Error>& stopped, bool has_checkpoint);

class OperationsSite {
 public:
  struct Options {
    std::function<Result<void>()> ready;   ///< CheckReady of the running log
    std::function<std::string()> metrics;  ///< Prometheus' text format
  };
  explicit OperationsSite(Options options) : options_(std::move(options)) {}

  /// Answer is total: `/healthz` is 200 while the process lives; `/readyz` 200, or 503 with the reason; `/metrics` the
  /// figures; all else 404, another method than GET or HEAD 405. Nothing is cached. Safe on any thread, as its
  /// functions are.
  HttpResponse Answer(const HttpRequest& request) const;

 private:
  Options options_;
};

}  // namespace certmark::api
