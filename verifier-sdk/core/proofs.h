// Proof making (RFC 9162 §2.1.3, §2.1.4) over any source of complete subtree hashes.
#pragma once

#include <cstdint>

#include "verifier-sdk/core/merkle.h"

namespace certmark {

/// NodeReader knows the hashes of complete subtrees.
class NodeReader {
 public:
  virtual ~NodeReader() = default;
  /// Node returns the hash over the leaves [index·2^height, (index+1)·2^height). NotFound: not all of them exist.
  virtual Result<Hash> Node(unsigned height, std::uint64_t index) const = 0;
};

/// SubtreeRoot is the RFC 6962 hash over the leaves [begin, end). REQUIRES: begin < end ≤ 2^63, begin is a multiple of
/// the smallest power of two ≥ end − begin.
Result<Hash> SubtreeRoot(const NodeReader& nodes, std::uint64_t begin, std::uint64_t end);
/// RootAt is the root of the tree of the first `size` leaves. InvalidArgument: size > 2^63.
Result<Hash> RootAt(const NodeReader& nodes, std::uint64_t size);
/// InclusionProof leads from leaf `index` to RootAt(size). InvalidArgument: index ≥ size, or size > 2^63.
Result<Proof> InclusionProof(const NodeReader& nodes, std::uint64_t index, std::uint64_t size);
/// ConsistencyProof shows the first `old_size` leaves to be a prefix of `new_size`; empty for 0 or equal sizes.
/// InvalidArgument: old_size > new_size, or new_size > 2^63.
Result<Proof> ConsistencyProof(const NodeReader& nodes, std::uint64_t old_size, std::uint64_t new_size);

}  // namespace certmark
