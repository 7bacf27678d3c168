// The half of fsck that compares an authority's rows with what its logs say.
#pragma once

#include "ca/certification.h"
#include "ca/log_fold.h"
#include "ledger/findings.h"
#include "ledger/store.h"

namespace certmark::ca {

/// RowsChecked is what the comparison found, and how much it compared.
struct RowsChecked {
  ledger::Findings findings;
  std::uint64_t rows = 0, digests = 0;
};

/// CheckRows compares every derived row of `store` with `fold`. Unavailable: a row could not be read.
Result<RowsChecked> CheckRows(const ledger::Store& store, const LogFold& fold);

/// CheckActs holds the last act on each file against what the file says now, and digests again the rows that it wrote
/// where they are all still as it wrote them.
Result<RowsChecked> CheckActs(const ledger::Store& store, const LogFold& fold);

/// StatusValueOf is the status list's value of a folded state, or nothing where only the list can tell.
std::optional<StatusValue> StatusValueOf(FoldedState state);

/// StateOf is what a certification's record must say, or nothing where only a status list can tell: the log tells the
/// two ways to end apart.
std::optional<Certification::State> StateOf(const FoldedCertification& folded);

}  // namespace certmark::ca
