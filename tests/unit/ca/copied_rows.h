// A store as a backup has it: every row of another, at one moment.
#pragma once

#include <gtest/gtest.h>

#include "ledger/store.h"

namespace certmark::ca::testing {

/// CopyRows puts every row of `from` into `to`, which is empty.
inline void CopyRows(const ledger::Store& from, ledger::Store& to) {
  ledger::Batch batch{from.Head().value(), {}};
  for (const ledger::Column column : ledger::kAllColumns) {
    EXPECT_TRUE(from.Scan(column, {}, {}, [&](ByteView key, ByteView value) {
      batch.writes.push_back({column, Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end())});
      return true;
    }));
  }
  EXPECT_TRUE(to.Commit({}, batch));
}

}  // namespace certmark::ca::testing
