// Changes: what the next generation of an index has that its last has not. It takes what counts of a log's entries
// (BulkLog's sink), folds it, and writes it: into a delta file where no more than a few apps changed since the base was
// written, else into a new base, or beside one that was written meanwhile (NewBase).
//
// Room: records that changed are held until the commit, two for an entry at most, and an entry of a few bytes may be
// about a record of many. Whoever tells of entries commits every so often, and when IsFull: small steps are many bases
// written, large ones much memory, and much to do again for who is interrupted.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "verifier-sdk/core/bulk_log.h"
#include "verifier-sdk/mirror/generation.h"
#include "verifier-sdk/mirror/index.h"
#include "verifier-sdk/mirror/new_base.h"
#include "verifier-sdk/mirror/sip_hash.h"

namespace certmark::mirror {

/// Changes is for one thread. What goes wrong while entries are taken, Commit says: nothing is committed then.
class Changes {
 public:
  struct Limits {
    /// step is how many entries a commit is of at most: it ends at a multiple of that, or where the log ends.
    std::uint64_t step = std::uint64_t{1} << 19;
    /// bytes is how much may be held of records before a commit is due, however few its entries; it may be more by what
    /// one bundle of entries is about.
    std::size_t bytes = std::size_t{256} << 20;
    /// time is how long a commit may take to be read, however slow the server, and proof_time the tiles of its proofs:
    /// each longer by what the source needs for one.
    std::chrono::milliseconds time = std::chrono::seconds(60);
    std::chrono::milliseconds proof_time = std::chrono::seconds(60);
    /// delta_apps is how many records one commit may add to a delta file, which is written anew each time, and from how
    /// many on a new base is written beside it. It never has more than three times as many.
    std::size_t delta_apps = 5'000;
    /// delta_bytes is likewise how much they may come to: a few apps may have large records.
    std::size_t delta_bytes = std::size_t{32} << 20;

    bool FitsDelta(std::uint64_t apps, std::uint64_t bytes) const { return apps <= delta_apps && bytes <= delta_bytes; }
  };

  /// Changes begins from the newest generation of a directory, or from nothing. `next` is a base that was begun out of
  /// an earlier one, or null: Commit takes it where it is of use.
  Changes(std::filesystem::path directory, std::shared_ptr<const Index> from, Limits limits, NewBase* next = nullptr);
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  /// generation is what will be written, but for its number and files: the caller's to change.
  Generation& generation() { return generation_; }

  /// Enter says whose entries come next: an authority and a log by their places in the generation.
  void Enter(std::uint8_t authority, std::size_t log);
  /// Drop takes out whatever an authority said before, for its logs are to be folded anew. REQUIRES: nothing was taken
  /// yet.
  void Drop(std::uint8_t authority) { dropped_ = authority; }

  // BulkLog's sink.
  void OnCredential(std::uint64_t index, const CredentialFacts& facts);
  void OnEvent(std::uint64_t index, const Event& event);
  void OnSpoiled(std::uint64_t index, const std::string& number);
  void OnKept(std::uint64_t index, EntryType type, ByteView entry);
  void OnKey(std::uint64_t index, const LogJudge::LoggedKey& key, ByteView entry);
  void OnIgnored(std::uint64_t, std::string_view) { ++counts().ignored; }

  /// IsFull: as much is held as may be (Limits::bytes), or it was begun as long ago as may be (Limits::time), and what
  /// comes next belongs to the next commit.
  bool IsFull() const {
    return held_bytes_ > limits_.bytes || std::chrono::steady_clock::now() - begun_ >= limits_.time;
  }
  /// failed is what went wrong while entries were taken, if anything did: none that come after it are of use.
  /// Corruption: the index that it began from is damaged. ResourceExhausted: more keys than it has room for.
  const std::optional<Error>& failed() const { return failed_; }

  /// Commit writes the next generation, durably, and takes away files that neither it nor the one before needs. After
  /// it this is of no use. Corruption: the index that it began from is damaged. Unavailable: it could not be written,
  /// and the last generation stands. OutcomeUnknown: it may be there.
  Result<void> Commit();

 private:
  struct NumberKey {
    std::uint8_t authority;
    std::uint64_t number;
    bool operator==(const NumberKey&) const = default;
  };
  // Whoever writes a log chooses names and numbers, and none that lie in one place of these tables.
  struct HashNumber {
    SipKey seed;
    std::size_t operator()(const NumberKey& key) const { return NumberHash(seed, key.authority, key.number); }
  };
  struct HashText {
    SipKey seed;
    std::size_t operator()(const std::string& text) const { return SipHash(seed, 0, AsBytes(text)); }
  };

  Counts& counts() { return generation_.authorities[authority_].counts; }
  FollowedLog& log() { return generation_.authorities[authority_].logs[log_]; }
  void Fail(Error error);
  static std::string KeyOf(Platform platform, std::string_view package);
  AppRecord* Held(Platform platform, std::string_view package);
  /// Edit returns the record of an app, to be changed: as it is held, or was, or a new one. Null: it failed.
  AppRecord* Edit(Platform platform, std::string_view package);
  /// Named returns the record that has a number. Null: there is none, or it failed.
  AppRecord* Named(std::uint64_t number);
  /// CheckUnknown fails where a number that Named does not know is in that app's record all the same.
  void CheckUnknown(const App& app, std::uint64_t number);
  template <class Change>
  void ChangeOne(AppRecord& record, std::uint64_t number, const Change& change);
  void TakeOrder(const Event& event);
  std::uint64_t PlaceOfKey(std::string_view kid);

  Result<void> WriteMerged(const std::filesystem::path& file);
  /// WriteDelta leaves out what `known`, or nothing, has as well.
  Result<void> WriteDelta(const IndexFile* known);
  bool FitsDelta() const;
  bool MayTakeNext() const;
  Result<bool> TakeNext();
  void RemoveOldFiles(const Generation& before) const;

  const std::filesystem::path directory_;
  const Limits limits_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  Generation generation_;
  const Generation before_;
  std::shared_ptr<const Index> from_;  // null: nothing was there
  NewBase* const next_;
  std::optional<std::uint8_t> dropped_;  // the authority of whose words nothing is taken from there
  const SipKey seed_ = DrawSipKey();
  std::unordered_map<std::string, AppRecord, HashText> held_{0, HashText{seed_}};
  std::unordered_map<NumberKey, AppRecord*, HashNumber> numbers_{0, HashNumber{seed_}};  // of the records held
  std::size_t held_bytes_ = 0;
  std::uint8_t authority_ = 0;
  std::size_t log_ = 0;
  std::size_t kept_bytes_ = 0;                // of the entries that are kept of this authority
  std::optional<std::uint64_t> record_head_;  // the entry that is kept of this log as its newest
  std::string last_kid_;
  std::uint64_t last_key_ = 0;
  std::optional<Error> failed_;
};

}  // namespace certmark::mirror
