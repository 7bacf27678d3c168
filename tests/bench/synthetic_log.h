// SyntheticLog: a published log of any size in a directory, that a mirror can follow: a real genesis, a real signer,
// credentials that bear no signature of their own (the log's answers for them), and events that do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/grown_log.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::bench {

class SyntheticLog {
 public:
  explicit SyntheticLog(std::filesystem::path directory);

  /// AddCredentials certifies `count` more apps; AddEvent suspends one that was certified.
  void AddCredentials(std::uint64_t count);
  void AddEvent(std::uint64_t app);
  /// Publish writes what is not written yet, and the checkpoint last.
  void Publish();

  std::uint64_t size() const { return tree_.size(); }
  const std::vector<TrustList>& lists() const { return lists_; }
  static std::string PackageAt(std::uint64_t app);

 private:
  void Add(const std::string& entry);
  void WriteTile(std::uint8_t level, std::uint64_t tile) const;
  void Write(const std::string& path, std::string_view bytes) const;

  const std::filesystem::path directory_;
  testing::TestPki pki_;
  testing::GrownLog maker_;  // of entries
  std::vector<TrustList> lists_;
  std::uint64_t apps_ = 0;
  Bytes bundle_;                           // the last, not full yet
  std::vector<std::vector<Hash>> levels_;  // all hashes, by level of tile
  GrowingTree tree_;
};

}  // namespace certmark::bench
