// Changes: what the next generation of an index has that its last has not. It takes what counts of a log's entries
// (BulkLog's sink), folds it, and writes it: into a delta file where no more than a few apps changed since the base was
// written, else into a new base, or beside one that was written meanwhile (NewBase).
//
// Room: records that changed are held until the commit, two for an entry at most. Whoever tells of entries commits
// every so often: small steps are many bases written, large ones much memory, and much to do again for who is
// interrupted.
#pragma once

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

namespace certmark::mirror {

/// Changes is for one thread. What goes wrong while entries are taken, Commit says: nothing is committed then.
class Changes {
 public:
  struct Limits {
    /// step is how many entries a commit is of at most: it ends at a multiple of that, or where the log ends.
    std::uint64_t step = std::uint64_t{1} << 19;
    /// delta_apps is how many records one commit may add to a delta file, which is written anew each time, and from how
    /// many on a new base is written beside it. It never has more than twice as many.
    std::size_t delta_apps = 20'000;
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
  struct HashNumber {
    std::size_t operator()(const NumberKey& key) const {
      return std::hash<std::uint64_t>()(key.number) ^ (std::size_t{key.authority} << 50);
    }
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
  Generation generation_;
  const Generation before_;
  std::shared_ptr<const Index> from_;  // null: nothing was there
  NewBase* const next_;
  std::optional<std::uint8_t> dropped_;  // the authority of whose words nothing is taken from there
  std::unordered_map<std::string, AppRecord> held_;
  std::unordered_map<NumberKey, AppRecord*, HashNumber> numbers_;  // of the records held
  std::uint8_t authority_ = 0;
  std::size_t log_ = 0;
  std::string last_kid_;
  std::uint64_t last_key_ = 0;
  std::optional<Error> failed_;
};

}  // namespace certmark::mirror
