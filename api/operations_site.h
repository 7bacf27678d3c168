// OperationsSite: what the machine's keeper asks of the process: does it live, does it serve, what are its figures. It
// stands on a door of its own, plain HTTP on a loopback address, and never on the public ones.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "api/http_message.h"
#include "ca/secret.h"
#include "verifier-sdk/core/result.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// CheckReady is what `/readyz` asks: the log writes, and a checkpoint is exposed. Unavailable: which of them is not
/// so, in a line.
Result<void> CheckReady(const std::optional<Error>& stopped, bool has_checkpoint);

/// CheckCertificateEnd is what `/readyz` asks besides: whoever connects now is shown a certificate that is good.
/// Unavailable: it ended at `certificate_end`, inclusive.
Result<void> CheckCertificateEnd(Time certificate_end, Time now);

class OperationsSite {
 public:
  struct Options {
    std::function<Result<void>()> ready;   ///< whether the daemon does all of its work
    std::function<std::string()> metrics;  ///< Prometheus' text format
    /// copy_database makes a new directory a copy of the database, for a backup, one at a time, so that the door's
    /// other worker stays free for who asks how the process is; none: nobody may ask for one.
    std::function<Result<void>(const std::filesystem::path& to)> copy_database = {};
    ca::Secret token = {};  ///< whoever shows it may ask for that
  };
  static constexpr std::size_t kMaxBody = 8 * 1024;
  explicit OperationsSite(Options options) : options_(std::move(options)) {}

  /// Answer is total: a Host that IsOfNoSite denies is a 421, whatever is asked; `/healthz` is 200 while the process
  /// lives; `/readyz` 200, or 503 with the reason; `/metrics` the figures; POST `/backup` with `{"to": ABSOLUTE PATH}`
  /// copies the database to that new directory, and is 401 without the token and 503 while copy_database is
  /// Unavailable; all else 404, another method 405. Nothing is cached. Safe on any thread, as its functions are; a copy
  /// takes as long as it takes.
  HttpResponse Answer(const HttpRequest& request) const;

 private:
  HttpResponse Backup(const HttpRequest& request) const;

  Options options_;
};

}  // namespace certmark::api
