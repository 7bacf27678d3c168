// The trust store: which authorities this home believes, told by a pin out of band, and how far it has walked their
// lists.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/trust_chain.h"

namespace certmark::cli {

/// TrustStore keeps one file an authority, `trust/ca.example.json`: the pin, the accepted lists verbatim, the highest
/// seq.
class TrustStore {
 public:
  explicit TrustStore(std::filesystem::path directory) : directory_(std::move(directory)) {}

  struct Accepted {
    TrustChain chain;
    TrustChain::Added added;
  };
  /// Add accepts one list and stores the result durably before it returns. Without a pin the authority must be known.
  /// InvalidArgument: unknown and no pin, or another pin than the one stored. Others as TrustChain. One process at a
  /// time.
  Result<Accepted> Add(std::string_view jws, const std::optional<Pin>& pin) const;

  /// Find returns what is believed of an authority, or nothing. Corruption: the file is not what was stored.
  Result<std::optional<TrustChain>> Find(std::string_view authority) const;
  /// All returns every authority, in order of file name.
  Result<std::vector<TrustChain>> All() const;

  /// File is where an authority is kept. REQUIRES: IsAuthority.
  std::filesystem::path File(std::string_view authority) const;

 private:
  Result<std::optional<TrustChain>> Load(const std::filesystem::path& file) const;
  Result<void> Save(const TrustChain& chain) const;
  std::filesystem::path directory_;
};

}  // namespace certmark::cli
