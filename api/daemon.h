// Daemon: composes store, log, authority, service and servers, in the order in which they need each other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "api/config.h"
#include "api/deadline_rounds.h"
#include "api/ended.h"
#include "ca/secret.h"

namespace certmark::api {

/// IfDocumentsAreGone says what becomes of documents whose keys are not here, or of the two folders where they are not:
/// by default the daemon does without, for they may lie on a disk that is not mounted. kLose: they will not come back;
/// the folders are made anew, and every such document is on record as lost.
enum class IfDocumentsAreGone : std::uint8_t { kDoWithout, kLose };

class Daemon {
 public:
  /// Start brings everything up. Every error is one line that names the thing: a port taken, a database locked by
  /// another process, a wrong passphrase, an expired certificate, a witness policy that is missing.
  static Result<std::unique_ptr<Daemon>> Start(const Config& config, const ca::Secret& passphrase,
                                               IfDocumentsAreGone gone = IfDocumentsAreGone::kDoWithout);
  /// ~Daemon is Stop, and closes the database.
  ~Daemon();

  /// Stop stops the servers first, then the sequencer: every answered change is on disk then. A copy that is being
  /// made, of the database or of the keys of documents, is told to stop before them, and given up five seconds after;
  /// kAbandoned says that it still goes on, and that the database stays open for it: end the process then without
  /// clearing up (std::_Exit), as a power cut would. Nothing else may be called after it.
  Ended Stop();

  /// Reload takes up, without closing a connection: the listeners' certificate and key, as they are in the authority's
  /// directory now, for every connection from now on; and the limits of `next`, of which the other keys wait for a
  /// start. Fails as Start over that certificate and its passphrase, and then everything stays as it was. Not while
  /// Stop runs.
  Result<void> Reload(const Config& next, const ca::Secret& passphrase);

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

  /// Tick does what is due by the clock: status lists re-signed, parties reminded, the Party CA's CRL renewed, and what
  /// is due on records (ca/deadlines.h), for a few seconds at most; what fails there is logged and tried again at the
  /// next; the keys of documents are copied meanwhile, where the configuration says so. It returns when to call it
  /// again. Unavailable: the log has stopped writing, and why; end the process then.
  Result<Again> Tick();

 private:
  struct Body;
  explicit Daemon(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace certmark::api
