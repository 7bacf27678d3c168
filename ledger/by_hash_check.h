// The by_hash rows of a log, both ways: every entry has its row, and no row is without its entry.
#pragma once

#include <string>
#include <vector>

#include "ledger/findings.h"
#include "ledger/store.h"
#include "ledger/tree_check.h"

namespace certmark::ledger {

/// ByHashInput is a log whose tree was checked. References outlive the check.
struct ByHashInput {
  const Store& store;
  LogNumber log = 0;
  std::string name;  ///< as findings name the log
  std::uint64_t size = 0;
  const TreeCheckResult& tree;
  unsigned threads = 2;
};

/// ByHashResult is what is wrong, and the rows of indices from the size on, which are not judged here.
struct ByHashResult {
  Findings findings;
  struct Row {
    Bytes key;
    std::uint64_t index;
  };
  std::vector<Row> beyond;  ///< the first Findings::kMax of each part of the column
};

/// CheckByHash compares the set of rows with the set of leaves by their products (row_set.h), in one scan; only where
/// those differ is every row looked up, to name it. Kinds: `by-hash-missing`,
/// `by-hash-differs`, `by-hash-extra`. Unavailable: a row could not be read.
Result<ByHashResult> CheckByHash(const ByHashInput& input);

}  // namespace certmark::ledger
