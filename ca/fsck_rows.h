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
  std::uint64_t replaced_heads = 0;  ///< of record logs that a restore put another in the place of
};

/// CheckRows compares certifications, signers and record heads with what the logs say of them. Unavailable: a row could
/// not be read.
Result<RowsChecked> CheckRows(const ledger::Store& store, const LogFold& fold);

/// CheckRecords holds every record to the newest act that names it, and every index row to the records and acts that it
/// follows from.
Result<RowsChecked> CheckRecords(const ledger::Store& store, const LogFold& fold);

/// PartyRules: `party_ca` is who signs the certificates of parties; without it their signatures are not checked. It
/// outlives the check.
struct PartyRules {
  std::string iss;
  const Certificate* party_ca = nullptr;
};

/// CheckParties holds parties to the enrolments that made them, their certificates to the Party CA, and approvals to
/// registrars.
Result<RowsChecked> CheckParties(const ledger::Store& store, const LogFold& fold, const PartyRules& rules);

/// StatusValueOf is the status list's value of a folded state, or nothing where only the list can tell.
std::optional<StatusValue> StatusValueOf(FoldedState state);

/// StateOf is what a certification's record must say, or nothing where only a status list can tell: the log tells the
/// two ways to end apart.
std::optional<Certification::State> StateOf(const FoldedCertification& folded);

}  // namespace certmark::ca
