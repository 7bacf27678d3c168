// Cosigner: keeps every witness of a policy cosigning the newest published checkpoint.
//
// All witnesses work on one checkpoint at a time, a round. It begins with the newest published checkpoint and ends when
// the policy is satisfied, or when every witness has answered or is known not to: then the next takes what is newest.
// A witness that returns late joins the round that is going on; what it brings for an older one is still delivered.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ledger/signed_checkpoint.h"
#include "ledger/stats.h"
#include "ledger/witness_client.h"
#include "ledger/witness_policy.h"

namespace certmark::ledger {

/// Cosigner has one thread for each witness, so that a slow one delays no other, and one that begins the rounds.
class Cosigner {
 public:
  struct Options {
    WitnessPolicy policy = WitnessPolicy::None();  ///< every witness needs a URL
    NoteKey log_key;                               ///< a checkpoint that it did not sign is offered to nobody

    // The functions must outlive the Cosigner and be safe on any thread.
    ConsistencySource consistency;  ///< called from many threads at once
    /// await_published returns the newest published checkpoint, null before the first. It waits until that one's size
    /// differs from `known_size`, but no longer than `patience`.
    std::function<std::shared_ptr<const SignedCheckpoint>(std::uint64_t known_size, std::chrono::milliseconds patience)>
        await_published;
    /// deliver takes verified signature lines for a checkpoint: once its policy is satisfied all lines so far, then
    /// each later one by itself. One call at a time; it must not call the Cosigner.
    std::function<void(const SignedCheckpoint& checkpoint, std::vector<std::string> lines)> deliver;
    std::function<Time()> clock;
    /// alarm, if given, is told when a witness begins to claim another history than ours, and when the log did not sign
    /// what it published. Called as deliver is.
    std::function<void(const std::string& line)> alarm{};
    Stats* stats = nullptr;  ///< may be null; else outlives the Cosigner

    std::chrono::milliseconds request_timeout{10'000};
    /// A witness that failed is asked again after the shortest back-off, doubled with each failure up to the longest,
    /// less up to a half by chance.
    std::chrono::milliseconds shortest_backoff{100}, longest_backoff{10'000};
    /// The newest checkpoint of an idle log is cosigned again this long after its round began: cosignatures have times.
    Seconds renew_after{15 * 60};
  };

  /// Witness is what is known of one witness.
  struct Witness {
    std::string name;                 ///< in the policy
    std::uint64_t cosigned_size = 0;  ///< the size it last cosigned for us; 0: none in this run
    std::string outcome;              ///< its last one, one line; empty before the first
    std::uint64_t failures = 0;       ///< since its last cosignature
    bool alarming = false;            ///< the last outcome claims another history than ours
  };

  /// Start begins the first round as soon as there is a checkpoint. InvalidArgument: a function is missing, or a
  /// witness has no URL. Internal: no HTTP client could be made.
  static Result<std::unique_ptr<Cosigner>> Start(Options options);
  Cosigner(const Cosigner&) = delete;
  Cosigner& operator=(const Cosigner&) = delete;
  /// ~Cosigner cuts the requests in flight and stops the threads; nothing is delivered after it.
  ~Cosigner();

  /// Snapshot returns the witnesses in the policy's order. Safe on any thread.
  std::vector<Witness> Snapshot() const;

 private:
  struct Round;
  struct Seat;

  explicit Cosigner(Options options);

  // The thread that begins rounds.
  void Preside() noexcept;
  bool IsStopping() const;
  bool IsSignedByLog(const SignedCheckpoint& checkpoint) const;
  void Begin(std::shared_ptr<const SignedCheckpoint> checkpoint);
  void AwaitEnd();

  // The thread of one witness.
  void Attend(std::size_t witness) noexcept;
  std::shared_ptr<Round> AwaitTurn(std::size_t witness);
  void Conclude(std::size_t witness, Round& round, const WitnessAnswer& answer);
  void Alarm(const std::string& line);
  std::vector<std::string> Count(std::size_t witness, Round& round, const WitnessAnswer& answer);

  const Options options_;

  std::mutex speaking_;  // held while deliver or alarm runs; taken before mutex_
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  // Shared by the witnesses at work on it, which may be behind.
  std::shared_ptr<Round> round_;
  std::vector<std::unique_ptr<Seat>> seats_;  // the vector itself is fixed from Start on

  std::thread presider_;
};

}  // namespace certmark::ledger
