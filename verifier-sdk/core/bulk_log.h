// BulkLog: a whole log verified straight from its entry bundles (FORMATS.md §9, "Bulk"). Pure: bundles and trust lists
// in, what counts of them out.
//
//   BulkLog log(lists, origin, Signatures::kTrustLogForSignatures);
//   log.Take(CM_TRY(log.Read(reader, {0, 256}, bundle)), sink);    // bundle after bundle
//   if (log.tree().root() != checkpoint.root) …                    // only now is any of it believed
//
// Read is most of the work and asks nothing of what stands before, so that several threads may read; Take goes in
// order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verifier-sdk/core/credential_reader.h"
#include "verifier-sdk/core/event_fold.h"
#include "verifier-sdk/core/growing_tree.h"
#include "verifier-sdk/core/log_judge.h"

namespace certmark {

/// ReadBundle is what a bundle holds, and the hashes of its entries. It owns what it says.
class ReadBundle {
 public:
  std::uint64_t begin() const { return begin_; }
  std::size_t size() const { return leaves_.size(); }

 private:
  friend class BulkLog;
  struct Other {
    std::uint64_t index = 0;
    ReadEntry read;
    Bytes bytes;  ///< of what a follower may keep: genesis, key, record head
  };
  std::uint64_t begin_ = 0;
  std::vector<Hash> leaves_;
  std::optional<Hash> whole_;  ///< the root over a whole tile's
  std::vector<std::pair<std::uint64_t, CredentialFacts>> credentials_;
  std::vector<Other> others_;
  std::unique_ptr<char[]> texts_;  ///< what the facts view
  std::vector<std::string_view> signers_;
};

/// EntryRange is [begin, end) of one log, within one bundle.
struct EntryRange {
  std::uint64_t begin = 0, end = 0;
};

/// BulkLog verifies one log of one authority. Read is safe on several threads at once, with a reader each.
class BulkLog {
 public:
  /// `lists` are accepted trust lists of one authority, oldest first, the last of which knows `origin`; they outlive
  /// the BulkLog. `tree` is what was taken before; then the entries that were told to be kept are to be taken first, by
  /// TakeKept.
  BulkLog(std::span<const TrustList> lists, const std::string& origin, Signatures signatures, GrowingTree tree = {})
      : lists_(lists), signatures_(signatures), judge_(lists, origin, signatures), tree_(std::move(tree)) {}

  /// Read reads entries of a bundle of `width` entries. InvalidArgument: it is none, or has not these.
  Result<ReadBundle> Read(CredentialReader& reader, EntryRange range, ByteView bundle, unsigned width);

  /// Take adds a bundle's entries to the tree and tells `sink`, in order of index, what each is worth:
  ///   void OnCredential(std::uint64_t index, const CredentialFacts& facts);   good; whether its number is new is the
  ///                                                                           sink's to know
  ///   void OnEvent(std::uint64_t index, const Event& event);                  counts
  ///   void OnSpoiled(std::uint64_t index, const std::string& number);         an event that nobody can read named it
  ///   void OnKept(std::uint64_t index, EntryType type, ByteView entry);       a genesis or record head
  ///   void OnKey(std::uint64_t index, const LogJudge::LoggedKey& key, ByteView entry);      to be kept as well
  ///   void OnIgnored(std::uint64_t index, std::string_view kind);             counts for nothing (LogJudge's kinds, or
  ///                                                                           `blocked`)
  /// REQUIRES: it begins where the tree ends.
  template <class Sink>
  void Take(ReadBundle bundle, Sink& sink);

  /// TakeKept makes known what OnKept told of the entries before the tree's end. REQUIRES: in order of index, before
  /// anything is read.
  void TakeKept(std::uint64_t index, ByteView entry);

  struct Counts {
    std::uint64_t credentials = 0, events = 0, keys = 0, record_heads = 0, unknown = 0, ignored = 0;
  };
  const GrowingTree& tree() const { return tree_; }
  const Counts& counts() const { return counts_; }
  const LogJudge& judge() const { return judge_; }

 private:
  /// MayBeRead: it is worth asking the reader, for signatures are not verified, and it may be a credential.
  bool MayBeRead(const CredentialReader& reader, std::string_view entry) const;
  CredentialFacts Keep(const CredentialFacts& facts, ReadBundle& out, char*& room) const;
  void Grow(const ReadBundle& bundle);
  template <class Sink>
  void TakeCredential(std::uint64_t index, const CredentialFacts& facts, Sink& sink);
  template <class Sink>
  void TakeOther(ReadBundle::Other& other, Sink& sink);
  template <class Sink>
  void Ignore(std::uint64_t index, std::string_view kind, Sink& sink) {
    ++counts_.ignored;
    sink.OnIgnored(index, kind);
  }

  const std::span<const TrustList> lists_;
  const Signatures signatures_;
  LogJudge judge_;
  GrowingTree tree_;
  Counts counts_;
};

template <class Sink>
void BulkLog::Take(ReadBundle bundle, Sink& sink) {
  Grow(bundle);
  auto credential = bundle.credentials_.begin();
  auto other = bundle.others_.begin();
  while (credential != bundle.credentials_.end() || other != bundle.others_.end()) {
    const bool is_credential =
        other == bundle.others_.end() || (credential != bundle.credentials_.end() && credential->first < other->index);
    if (is_credential) {
      TakeCredential(credential->first, credential->second, sink);
      ++credential;
    } else {
      TakeOther(*other++, sink);
    }
  }
}

template <class Sink>
void BulkLog::TakeCredential(std::uint64_t index, const CredentialFacts& facts, Sink& sink) {
  const Judged judged = judge_.JudgeLean(index, {facts.alg, facts.kid, facts.iss, facts.iat});
  if (judged.problem) return Ignore(index, judged.problem->kind, sink);
  if (judged.is_blocked) return Ignore(index, "blocked", sink);
  ++counts_.credentials;
  sink.OnCredential(index, facts);
}

template <class Sink>
void BulkLog::TakeOther(ReadBundle::Other& other, Sink& sink) {
  ReadEntry& read = other.read;
  const Judged judged = judge_.Judge(other.index, read);
  if (judged.problem) {
    // An event that its signer signed, and that nobody can read, leaves open the state of every number that it names.
    if (read.type == EntryType::kEvent && judged.problem->kind == "entry-malformed" && read.jws) {
      const std::vector<std::string> numbers = NumbersNamedBy(read.jws->payload_text());
      for (const std::string& number : numbers) sink.OnSpoiled(other.index, number);
    }
    return Ignore(other.index, judged.problem->kind, sink);
  }
  switch (read.type) {
    case EntryType::kCredential: {
      if (judged.is_blocked) return Ignore(other.index, "blocked", sink);
      ++counts_.credentials;
      std::vector<std::string_view> signers;
      return sink.OnCredential(other.index,
                               FactsOf(*read.jws, std::get<Credential>(read.content), *read.claims, signers));
    }
    case EntryType::kEvent: {
      const Event& event = std::get<Event>(read.content);
      if (judged.is_blocked && !MakesWorse(event.kind)) return Ignore(other.index, "blocked", sink);
      ++counts_.events;
      return sink.OnEvent(other.index, event);
    }
    case EntryType::kKey:
      ++counts_.keys;
      return sink.OnKey(other.index, judge_.keys().at(read.jws->kid), other.bytes);
    case EntryType::kRecord:
      ++counts_.record_heads;
      return sink.OnKept(other.index, read.type, other.bytes);
    case EntryType::kGenesis:
      return sink.OnKept(other.index, read.type, other.bytes);
    case EntryType::kUnknown:
      ++counts_.unknown;
      return;
  }
}

/// CosignatureTimes are when these witnesses cosigned a note. REQUIRES: no cosignature is wrong (CountCosignatures).
std::vector<Time> CosignatureTimes(const Note& note, std::span<const NoteKey> witnesses);

/// StatusAge is how old a state may be, and how far clocks may differ.
struct StatusAge {
  Seconds age{24 * 3600};
  Seconds skew{60};
};
/// IsFresh: folded states may stand in for a status list (FORMATS.md §9), for at least max(1, quorum) of the
/// cosignatures are neither of the future nor too old at `now`.
bool IsFresh(std::span<const Time> cosigned, std::size_t quorum, StatusAge limits, Time now);

}  // namespace certmark
