// The payload of a trust list (FORMATS.md §8).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ca/x509_profiles.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::ca {

/// TrustDraft is a trust list before the root signs it.
struct TrustDraft {
  std::string iss;
  std::uint64_t seq = 1;
  Time iat, exp;
  TrustList::Environment environment = TrustList::Environment::kTest;
  AuthorityOids oids;
  std::vector<Certificate> roots;
  std::vector<TrustList::LogKey> logs;  ///< in order of succession
  std::vector<std::string> witnesses;   ///< vkeys
  std::size_t quorum = 0;
  std::vector<TrustList::Block> blocked;
};
std::string TrustPayload(const TrustDraft& draft);

/// kTrustLife is how long a list is good: the longest that a withheld block can stay unseen.
inline constexpr Seconds kTrustLife{180 * 24 * 3600};

/// NextDraft is the successor of `list`, which says the same for another kTrustLife.
TrustDraft NextDraft(const TrustList& list, Time now);

}  // namespace certmark::ca
