// Witness: the rules and the state of a tlog-witness (c2sp.org/tlog-witness). For every log that it follows it
// remembers the newest checkpoint that it cosigned, and cosigns only what continues that one.
//
// Invariants: 1. What is cosigned is on disk before the cosignature leaves. 2. Checking and persisting are one step:
// one request at a time. 3. The times that are signed never go back. 4. After a write whose outcome is unknown nothing
// more is cosigned until the witness is opened again.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/io/directory_lock.h"

namespace certmark::ledger {

/// WitnessReply is an HTTP answer.
struct WitnessReply {
  int status = 0;
  std::string content_type;
  std::string body;
};

/// Witness holds its directory for itself. AddCheckpoint and Latest are safe on any thread.
class Witness {
 public:
  /// A longer request is 400: 63 lines of proof, and the largest note.
  static constexpr std::size_t kMaxRequest = 72 * 1024;
  static constexpr std::size_t kMaxProof = 63;

  struct Options {
    std::filesystem::path directory;  ///< one file for each log, named by the hex SHA-256 of its origin; it must exist
    NoteKey key;                      ///< of type kCosignature, and the key of none of the logs
    std::vector<NoteKey> logs;        ///< of type kEd25519; a key's name is its log's origin, several may share one
    std::function<Result<Bytes>(std::string_view message)> sign;  ///< returns the 64-byte Ed25519 signature
    std::function<Time()> clock;
  };

  /// Open reads what was cosigned before. A log without a file is begun with whatever it shows first. Corruption: a
  /// file is no checkpoint of its log, or lacks the log's signature or the witness's own. FailedPrecondition: another
  /// process has the directory. InvalidArgument: keys as above, or a function is missing. Unavailable: not readable.
  static Result<std::unique_ptr<Witness>> Open(Options options);

  /// AddCheckpoint judges one request's body, and persists before it answers. Total. 200: the cosignature's line. 400:
  /// malformed, or old size above the checkpoint's. 403: no good signature of a key of the log's, or a wrong one beside
  /// it. 404: the log is not followed. 409: the old size is not the one cosigned last (body: that size), or the root at
  /// an equal size is another (a line of text). 422: the proof does not verify. 500: it could not be signed or stored,
  /// or the clock went back; nothing was cosigned.
  WitnessReply AddCheckpoint(std::string_view body);

  /// Latest answers the monitoring GET for the log of this hash (64 lower-case hex digits): the last checkpoint that
  /// was cosigned, with the log's signatures and the witness's own, or 404.
  WitnessReply Latest(std::string_view origin_hash) const;

 private:
  struct Log {
    std::vector<NoteKey> keys;
    std::filesystem::path file;
    std::optional<Checkpoint> last;
    std::string note;  // the last one's, as on disk
  };
  struct Request;

  Witness(Options options, io::DirectoryLock lock);
  Result<void> Load(Log& log);
  WitnessReply Judge(const Request& request);
  WitnessReply Continue(Log& log, const Request& request);
  Result<std::string> Sign(std::string_view note_text);
  Result<void> Persist(Log& log, const Request& request, const std::string& line);

  const Options options_;
  const io::DirectoryLock lock_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, Log, std::less<>> logs_;
  Time last_time_{};
  bool broken_ = false;
};

/// OriginHash is the hex SHA-256 of an origin: what a log is called on disk, and at a monitoring prefix.
std::string OriginHash(std::string_view origin);

}  // namespace certmark::ledger
