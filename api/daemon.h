// Daemon: composes store, log, authority, service and servers, in the order in which they need each other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "api/config.h"
#include "api/database_copies.h"
#include "ca/secret.h"

namespace certmark::api {

class Daemon {
 public:
  /// Start brings everything up. Every error is one line that names the thing: a port taken, a database locked by
  /// another process, a wrong passphrase, an expired certificate, a witness policy that is missing.
  static Result<std::unique_ptr<Daemon>> Start(const Config& config, const ca::Secret& passphrase);
  /// ~Daemon is Stop, and closes the database.
  ~Daemon();

  /// Stop stops the servers first, then the sequencer: every answered change is on disk then. A copy of the database
  /// that is being made is given up after five seconds; kAbandoned says that it still reads, and that the database
  /// stays open for it: end the process then without clearing up (std::_Exit), as a power cut would. Nothing else may
  /// be called after it.
  DatabaseCopies::Ended Stop();

  struct Ports {
    std::uint16_t public_grpc, party_grpc, public_http, party_http, operations;
    std::uint16_t public_http_plain;  ///< 0: there is none
  };
  Ports ports() const;
  /// ReadOnly says why this daemon only shows what was published: a damaged database, `ROLLBACK DETECTED`, a clock that
  /// was set back, nothing outside that vouches for the database. It signs nothing then, no status list either.
  std::optional<Error> ReadOnly() const;
  /// Listening says where each listener listens, in one line for people.
  std::string Listening() const;

  /// Tick does what is due by the clock: status lists re-signed, the Party CA's CRL renewed, and what is due on records
  /// (ca/deadlines.h), a bounded number of them; what fails there is logged and tried again at the next. Call it every
  /// few seconds. Unavailable: the log has stopped writing, and why; end the process then.
  Result<void> Tick();

 private:
  struct Body;
  explicit Daemon(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace certmark::api
