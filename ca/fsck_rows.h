// The half of fsck that compares an authority's rows with what its logs say.
#pragma once

#include <string>

#include "ca/certification.h"
#include "ca/log_fold.h"
#include "ledger/findings.h"
#include "ledger/store.h"
#include "verifier-sdk/core/certificate.h"

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

/// CheckUnknownRows looks for rows that have none of the authority's names.
Result<RowsChecked> CheckUnknownRows(const ledger::Store& store, const LogFold& fold);

/// PartyRules: `party_ca` is who signs the certificates of parties; without it their signatures are not checked. It
/// outlives the check.
struct PartyRules {
  std::string iss;
  const Certificate* party_ca = nullptr;
};

/// CheckParties holds parties to the enrolments and acts that made them, certificates to the Party CA, and every row
/// that finds a party, a key, a registrar or an open enrolment to those.
Result<RowsChecked> CheckParties(const ledger::Store& store, const LogFold& fold, const PartyRules& rules);

/// StatusValueOf is the status list's value of a folded state, or nothing where only the list can tell.
std::optional<StatusValue> StatusValueOf(FoldedState state);

/// StateOf is what a certification's record must say, or nothing where only a status list can tell: the log tells the
/// two ways to end apart.
std::optional<Certification::State> StateOf(const FoldedCertification& folded);

}  // namespace certmark::ca
