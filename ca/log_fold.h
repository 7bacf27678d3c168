// LogFold: a check's memory of what the logs say: each certification's credential and state, each act of the record
// log.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "ca/act_entry.h"
#include "ca/row_product.h"
#include "ca/status_lists.h"
#include "ledger/findings.h"
#include "ledger/tree_check.h"
#include "verifier-sdk/core/event_fold.h"
#include "verifier-sdk/core/log_judge.h"

namespace certmark::ca {

/// IssuedCredential is what is kept of a certification's first good credential.
struct IssuedCredential {
  ledger::LogNumber log = 0;
  std::uint64_t index = 0;
  Hash leaf;
  StatusPlace status;
  std::string kid;
  std::vector<std::string> signers;
  Time valid_from, valid_until;
};

/// Written is what the newest act that names a record says of it.
struct Written {
  std::uint64_t index = 0;     ///< of the act in the record log
  std::optional<Hash> digest;  ///< of the row; nothing: the act erased it
};

/// EarlierLogs says whether a fold begins with the first log of a succession, or with a later one alone: then an event
/// may name a certification that it has not seen, and that is no finding.
enum class EarlierLogs : std::uint8_t { kFolded, kUnread };

/// LogFold judges entries as a check of the logs reads them, folds what counts, and reports what does not. What the
/// newest trust list blocks is folded all the same: the question is whether an authority's rows follow its log, not
/// whom to believe. Kinds: those of log_judge.h, `credential-second`, `event-unissued`, `event-another-app`,
/// `act-malformed`.
class LogFold {
 public:
  /// `lists` are an authority's accepted trust lists, oldest first; they outlive the fold.
  LogFold(std::span<const TrustList> lists, Signatures signatures, EarlierLogs earlier = EarlierLogs::kFolded)
      : lists_(lists), signatures_(signatures), earlier_(earlier), act_rows_(ledger::DrawRowKey()) {}

  /// Visitor is for ledger::FsckOptions; the fold outlives it.
  ledger::EntryVisitor Visitor();

  struct Counts {
    std::uint64_t keys = 0, credentials = 0, events = 0, record_heads = 0, acts = 0, unknown = 0, blocked = 0;
    std::uint64_t elsewhere = 0;  ///< events on certifications of logs that were not read
  };
  struct RecordHeadAt {
    ledger::LogNumber log;
    std::uint64_t index;
    RecordHead head;
  };

  const EventFold& events() const { return events_; }
  const std::unordered_map<std::string, IssuedCredential>& credentials() const { return credentials_; }
  /// keys are the signers that any log announced, by kid.
  const std::map<std::string, LogJudge::LoggedKey>& keys() const { return keys_; }
  /// announced_in are the logs with a good key entry of a signer, and its leaf hash. REQUIRES: it is one of keys().
  const std::map<ledger::LogNumber, Hash>& announced_in(const std::string& kid) const { return announced_.at(kid); }
  /// geneses are the good ones, by log.
  const std::map<ledger::LogNumber, Genesis>& geneses() const { return geneses_; }
  /// orders are those that became public, by number, each with the last event of it.
  const std::map<std::string, EventKind>& orders() const { return orders_; }
  /// written are the records that acts name, by subject.
  const std::unordered_map<std::string, Written>& written() const { return written_; }
  /// act_rows are the index rows that find the acts.
  const RowProduct& act_rows() const { return act_rows_; }
  const std::vector<RecordHeadAt>& record_heads() const { return record_heads_; }
  /// IsReplaced: a restore, which is an act of the record log itself, put another record log in the place of the one
  /// that the head was of, for it stands where that had something else and is no older than the head.
  bool IsReplaced(const RecordHead& head) const;
  const ledger::Findings& findings() const { return findings_; }
  const Counts& counts() const { return counts_; }

 private:
  struct Entry {
    std::uint64_t index = 0;
    Hash leaf;
    ReadEntry read;
  };
  std::function<void()> VisitPublic(const ledger::EntryWindow& window);
  std::function<void()> VisitRecords(const ledger::EntryWindow& window);
  LogJudge* JudgeOf(ledger::LogNumber log);
  void Take(ledger::LogNumber log, Entry& entry);
  void TakeCredential(ledger::LogNumber log, const Entry& entry);
  void TakeEvent(ledger::LogNumber log, const Entry& entry);
  void TakeMalformedEvent(const Entry& entry, const Problem& problem);
  struct ReadAct {
    std::uint64_t index = 0;
    Result<RecordedAct> act;
  };
  void TakeAct(const ReadAct& read);
  void Report(ledger::LogNumber log, std::uint64_t index, Problem problem);

  const std::span<const TrustList> lists_;
  const Signatures signatures_;
  const EarlierLogs earlier_;
  std::mutex mutex_;  ///< guards judges_, which threads look up
  std::map<ledger::LogNumber, std::unique_ptr<LogJudge>> judges_;

  // What follows is changed in order, by one thread at a time.
  EventFold events_;
  std::unordered_map<std::string, IssuedCredential> credentials_;
  std::map<std::string, LogJudge::LoggedKey> keys_;
  std::map<std::string, std::map<ledger::LogNumber, Hash>> announced_;
  std::map<ledger::LogNumber, Genesis> geneses_;
  std::map<std::string, EventKind> orders_;
  std::unordered_map<std::string, Written> written_;
  RowProduct act_rows_;
  std::vector<RecordHeadAt> record_heads_;
  struct RestoredAt {
    std::uint64_t index;
    Time at;
  };
  std::vector<RestoredAt> restores_;  // each later than all before it: an earlier one that is later says more
  ledger::Findings findings_;
  Counts counts_;
};

}  // namespace certmark::ca
