// Changes: what the next generation of an index has that its last has not. It takes what counts of a log's entries
// (BulkLog's sink), folds it, and writes it: a few changes into a delta file, many into a new base.
//
// Room: records that changed are held until they are many (kMaxHeld); then they are merged with what was there into a
// file that no generation names yet, and that one is gone on from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "verifier-sdk/core/bulk_log.h"
#include "verifier-sdk/mirror/generation.h"
#include "verifier-sdk/mirror/index.h"

namespace certmark::mirror {

/// Changes is for one thread. An error of any kind: nothing of it may be committed, which `failed` says at the end too.
class Changes {
 public:
  struct Limits {
    std::size_t held = 400'000;       ///< records in memory
    std::size_t delta_apps = 20'000;  ///< records of a delta file, which is written anew each time
  };

  /// Changes begins from the newest generation of a directory, or from nothing.
  Changes(std::filesystem::path directory, std::shared_ptr<const Index> from, Limits limits);
  ~Changes();
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  /// generation is what will be written, but for its number and files: the caller's to change.
  Generation& generation() { return generation_; }

  /// Enter says whose entries come next: an authority and a log by their places in the generation.
  void Enter(std::uint8_t authority, std::size_t log);
  /// Drop takes out whatever an authority said, for its logs are to be folded anew. Others as Commit.
  Result<void> Drop(std::uint8_t authority);

  // BulkLog's sink.
  void OnCredential(std::uint64_t index, const CredentialFacts& facts);
  void OnEvent(std::uint64_t index, const Event& event);
  void OnSpoiled(std::uint64_t index, const std::string& number);
  void OnKept(std::uint64_t index, EntryType type, ByteView entry);
  void OnKey(std::uint64_t index, const LogJudge::LoggedKey& key, ByteView entry);
  void OnIgnored(std::uint64_t, std::string_view) { ++counts().ignored; }

  /// Relieve writes out what is held once that is much. To be called now and then.
  Result<void> Relieve();

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
  Result<void> WriteDelta(const std::filesystem::path& file);
  bool FitsDelta() const;
  Result<void> Spill();
  void RemoveOldFiles(const Generation& before) const;

  const std::filesystem::path directory_;
  const Limits limits_;
  Generation generation_;
  const Generation before_;
  std::shared_ptr<const Index> from_;   // null: nothing was there
  std::optional<IndexFile> spilled_;    // takes its place once something was spilled
  std::filesystem::path spilled_file_;  // not named by any generation
  unsigned spills_ = 0;
  std::optional<std::uint8_t> dropped_;  // the authority whose records are left out of the next merge
  std::unordered_map<std::string, AppRecord> held_;
  std::unordered_map<NumberKey, AppRecord*, HashNumber> numbers_;  // of the records held
  std::uint8_t authority_ = 0;
  std::size_t log_ = 0;
  std::string last_kid_;
  std::uint64_t last_key_ = 0;
  std::optional<Error> failed_;
};

}  // namespace certmark::mirror
