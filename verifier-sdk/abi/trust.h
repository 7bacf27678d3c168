// The trust store behind certmark_trust: many authorities' chains, and their state as bytes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certmark/verify.h"
#include "verifier-sdk/core/trust_chain.h"

struct certmark_trust {
  std::map<std::string, certmark::TrustChain, std::less<>> chains;  ///< by authority

  /// Add accepts a list as TrustChain does; a new authority needs its pin. InvalidArgument: a new one without a pin, or
  /// another pin than the one it was begun with. FailedPrecondition: also of a store that is full, and takes no list of
  /// a number that it does not hold.
  certmark::Result<certmark::TrustChain::Added> Add(std::string_view jws, const std::optional<certmark::Pin>& pin);

  /// Newest are the lists that count.
  std::vector<certmark::TrustList> Newest() const;

  std::string Export() const;
  /// Import walks every chain of an exported state again.
  certmark::Result<void> Import(std::string_view state);
};
