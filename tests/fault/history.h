// History: what the world has been told of a log over all the lives of its writer, and whether a ledger keeps it.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fault/fault_ledger.h"

namespace certmark::ledger {

/// Fsck is the product's own check of everything in a fault test's database: a line for each finding.
std::vector<std::string> Fsck(const Store& store);

/// History collects the reports of writing processes, one a line:
/// `ack S|P INDEX ENTRY`: acknowledged as sequenced or as published; `note BASE64`: a checkpoint that was exposed.
/// Other lines are passed over.
class History {
 public:
  /// Remember takes one line; what it contradicts is kept for Contradictions.
  void Remember(std::string_view line);

  /// Contradictions lists what no ledger could keep: one index given twice, two notes of one size.
  const std::vector<std::string>& contradictions() const { return contradictions_; }
  std::size_t acknowledged() const { return acknowledged_.size(); }
  std::size_t notes() const { return notes_.size(); }

  /// How much of the old entries Check looks at: what was acknowledged since the last Check is always looked at.
  enum class Depth { kSample, kAll };
  /// Check holds a reopened ledger to the history and returns a line for everything that is wrong: an acknowledged
  /// entry that is not there with its index, record and proof; a note that is lost or replaced; whatever fsck
  /// finds. Notes that are stored are remembered.
  std::vector<std::string> Check(FaultLedger& ledger, Depth depth);

 private:
  void CheckEntry(FaultLedger& ledger, std::uint64_t index, const std::string& entry);
  void CheckStoredNotes(FaultLedger& ledger);
  void Wrong(std::string what) { wrong_.push_back(std::move(what)); }
  void RememberNote(std::uint64_t size, const std::string& note);

  std::map<std::uint64_t, std::string> acknowledged_;  // index → entry
  std::map<std::uint64_t, std::string> unchecked_;     // those of them that no Check has met
  std::map<std::uint64_t, std::string> notes_;         // size → note
  std::uint64_t published_ = 0;                        // so many entries at least were acknowledged as published
  std::vector<std::string> contradictions_, wrong_;
  std::mt19937 random_{1};  // NOLINT: the same sample every time
};

}  // namespace certmark::ledger
