// WitnessPolicy: whose cosignatures a checkpoint needs before it is shown (c2sp.org/tlog-policy).
//
//   log ca.example/log/1+8d1c…+AQ…
//   witness w1 witness.example/w1+57e3…+BE… https://witness.example/w1
//   witness w2 other.example/w2+0ab1…+BC… https://other.example
//   group both all w1 w2
//   quorum both
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/note.h"

namespace certmark::ledger {

/// PolicyWitness is one `witness` line. Its name means something in its policy alone; its key's name is on its lines.
struct PolicyWitness {
  std::string name;
  NoteKey key;      ///< of type kCosignature
  std::string url;  ///< the submission prefix, verbatim; empty: the policy is for offline use
};

/// PolicyLog is one `log` line.
struct PolicyLog {
  NoteKey key;      ///< of type kEd25519; its name is the origin
  std::string url;  ///< verbatim; may be empty
};

/// WitnessPolicy is immutable; safe on any thread.
class WitnessPolicy {
 public:
  static constexpr std::size_t kMaxBytes = 64 * 1024;
  static constexpr std::size_t kMaxLogs = 64, kMaxWitnesses = 64, kMaxGroups = 64;

  /// Parse reads a policy file. InvalidArgument, with the line's number: over a limit above, a byte that is no text, a
  /// last line without LF, an unknown keyword, a surplus or missing item, a vkey that is malformed or of the wrong type
  /// (ML-DSA keys are not known here), a key or a name that is there already, the name `none`, a member or quorum that
  /// no line above defines, a name that is a member twice, a threshold outside 1 to n, no `quorum` line or a second.
  static Result<WitnessPolicy> Parse(std::string_view text);
  /// None is `quorum none` without a witness. There is no other policy by default: what is not said must not be open.
  static WitnessPolicy None() { return {}; }

  const std::vector<PolicyLog>& logs() const { return logs_; }
  const std::vector<PolicyWitness>& witnesses() const { return witnesses_; }

  /// fail_open is true for `quorum none`: every checkpoint is shown, cosigned or not.
  bool fail_open() const { return !quorum_; }

  /// IsMetBy is true iff the witnesses marked in `cosigned` are a quorum; with fail_open always.
  /// REQUIRES: a mark for each of witnesses(), in its order.
  [[nodiscard]] bool IsMetBy(const std::vector<bool>& cosigned) const;

  /// SatisfiedBy is true iff the note bears good cosignatures of a quorum, and no line under the name and id of a known
  /// witness is wrong: such a note is unacceptable, whatever else it bears. The log's own signature is the caller's to
  /// check.
  [[nodiscard]] bool SatisfiedBy(const Note& note) const;

 private:
  WitnessPolicy() = default;

  class Parser;
  // A witness, or a group of nodes before it that is met when `threshold` of them are.
  struct Node {
    std::optional<std::size_t> witness;
    std::size_t threshold = 0;
    std::vector<std::size_t> members;
  };

  std::vector<PolicyLog> logs_;
  std::vector<PolicyWitness> witnesses_;
  std::vector<Node> nodes_;
  std::optional<std::size_t> quorum_;
};

}  // namespace certmark::ledger
