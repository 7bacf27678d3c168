// Fsck of an authority: do its logs say only what they may, and do its rows say what its logs do?
//
// It reads, and changes nothing. What is held in memory is a state for each certification and each file, and the rows
// that find each party; entries are not.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "ca/authority_files.h"
#include "ca/log_fold.h"
#include "ledger/findings.h"
#include "ledger/fsck.h"
#include "ledger/store.h"
#include "ledger/tile_source.h"
#include "verifier-sdk/core/log_judge.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::ca {

/// FsckOptions: `lists` are the authority's accepted trust lists, oldest first; they outlive the check.
struct FsckOptions {
  std::span<const TrustList> lists;
  Signatures signatures = Signatures::kVerify;
  const Certificate* party_ca = nullptr;  ///< who signs parties' certificates; without it that is not checked
  unsigned threads = 2;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};  ///< as ledger::FsckOptions
};

/// FsckReport is what was found in trees, entries and rows, in this order, and how much was looked at.
struct FsckReport {
  ledger::Findings findings;
  ledger::FsckReport ledger;  ///< its findings are in `findings` too
  LogFold::Counts counts;
  std::uint64_t certifications = 0;  ///< by their credentials in the log
  std::uint64_t rows = 0;            ///< derived rows that were compared
  std::uint64_t digests = 0;         ///< acts whose rows are still there, and were digested again
  std::uint64_t status_lists = 0;    ///< served tokens that were compared
  /// heads that no longer are of the record log, because a restore which is on record replaced what they were of: what
  /// stands before that restore, later heads alone prove
  std::uint64_t replaced_heads = 0;
};

/// FsckAuthority checks a database that nobody writes to meanwhile, as one opened to be read is: ledger::FsckStore,
/// every public entry, and every row that follows from them. Kinds beside those of ledger/fsck.h and log_fold.h:
/// `certification-unissued`, `certification-state`, `certification-differs`, `certification-missing`, `signer-missing`,
/// `signer-differs`, `signer-unannounced`, `order-missing`, `order-state`, `record-head-beyond`, `record-head-differs`;
/// `record-unreadable`, `record-missing`, `act-missing`, `act-digest`, `act-rows`, `index-row-missing`,
/// `index-row-differs`, `index-row-extra`, `row-unreadable`, `row-unknown`; `enrolment-differs`, `party-missing`,
/// `party-differs`, `party-unenrolled`; `genesis-previous` (a successor's genesis names another root), `log-final-size`
/// (a frozen log is not of the size at which the list ends it). InvalidArgument: no trust list. Unavailable: something
/// could not be read, and nothing can be told.
Result<FsckReport> FsckAuthority(const ledger::Store& store, const FsckOptions& options);

/// ReadPartyCa reads the certificate of the Party CA beside a database; nothing where there is none.
/// FailedPrecondition: no root of the list issued it.
Result<std::optional<Certificate>> ReadPartyCa(const AuthorityFiles& files, const TrustList& list);

/// ServedStatus is where an authority serves its status lists, and when it is now.
struct ServedStatus {
  ledger::Fetch fetch;  ///< below the authority's own URL
  Time now;
};

/// PublicLog is one log of the newest trust list, and where it is read.
struct PublicLog {
  const ledger::TileSource& source;
  std::string origin;
  std::optional<ServedStatus> status{};
};

/// FsckPublicLog checks what the world sees: ledger::FsckPublished, every entry, and, if told where, every status list
/// bit by bit. A change of state as young as a list is not held against it. Of a succession this is one log: what
/// earlier ones said is not known, so events on their certifications are counted and not judged, and of the status
/// lists the places of this log's own credentials alone are compared, if no later log can have changed them. Kinds
/// beside: `status-list-unreadable`, `status-list-untrusted`, `status-list-stale`, `status-differs`, `log-final-size`.
/// InvalidArgument: no trust list, or none that knows the log, or status lists to be compared with a log that has a
/// successor. Unavailable as above.
Result<FsckReport> FsckPublicLog(const PublicLog& log, const FsckOptions& options);

/// KeysOf are the checkpoint keys of every log that the newest list knows, by number.
std::map<ledger::LogNumber, ledger::CheckpointKeys> KeysOf(const TrustList& list);

}  // namespace certmark::ca
