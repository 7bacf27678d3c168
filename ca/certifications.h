// Certifications: the use cases of a certification's life, and what anybody may read of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/application.h"
#include "ca/certification.h"
#include "ca/desk.h"
#include "ca/parsed_rows.h"
#include "ca/rights.h"

namespace certmark::ca {

class Certifications {
 public:
  explicit Certifications(const Desk& desk) : desk_(desk) {}

  // ---- Acts of one person
  Result<Certification> Reinstate(const Party& caller, std::string_view number, std::string_view reason);
  Result<Certification> Withdraw(const Party& caller, std::string_view number, std::string_view reason);

  // ---- What proposals bring about (proposals.h)
  /// CheckProposal: may `proposer` propose that? The holder asks for their own suspension and for nothing else; an
  /// officer has a cause, and no part in the holder. It adds what it read to the change's preconditions, and returns
  /// how long the proposal may wait.
  Result<Seconds> CheckProposal(const Party& proposer, const Proposal& proposal, ledger::Change& change) const;
  /// Concerned are the parties that a proposal is about.
  Result<std::vector<std::string>> Concerned(const Proposal& proposal) const;
  /// Confirmed carries out a suspension or revocation that `confirmer`, who must be nobody of the holder's, confirms;
  /// `change` holds the proposal as confirmed. FailedPrecondition: its state forbids it; of one that was superseded
  /// meanwhile the error names the successor, on which the same is proposed anew: two people agreed on what they named,
  /// and on nothing that was granted since.
  Result<void> Confirmed(const Party& confirmer, const Proposal& proposal, ledger::Change change) const;

  // ---- What the clock does
  /// OnDue carries out what is due: the end, or revocation where a suspension outlived its limit before that, however
  /// late the clock comes.
  Result<void> OnDue(std::string_view number) const;

  /// ExpireHolders lets the clock at an app's certifications that are over: they hold their unit until it has been at
  /// them. FailedPrecondition: one of them is to be revoked, which the clock does first.
  Result<void> ExpireHolders(const App& app) const;

  /// Supersede adds to `change` that `by` takes the place of a VALID certification: record, rows, event, and how long
  /// its file is kept. The successor's credential must follow in the same change.
  Result<void> Supersede(const Stored<Certification>& read, std::string_view by, ledger::Change& change) const;
  /// Renumber adds the same to `change` where the file goes on under the number `by`: how long it is kept, that one's
  /// end will say.
  Result<void> Renumber(const Stored<Certification>& read, std::string_view by, ledger::Change& change) const;

  /// Turn is one change of a certification's state.
  struct Turn {
    const Stored<Certification>& read;
    EventKind kind;
    std::string reason, actor, act;
    std::string rests_on{};  ///< the act that it follows from
    bool by_holder = false;
    std::optional<Time> was_due{};  ///< of an act of the clock, which may come after the end: when it should have come
  };
  /// Turned is a turn that was taken, and waits for its commit.
  struct Turned {
    Certification certification;
    ledger::Change change;
    ActEntry act;
  };
  /// Take adds to `change` record, rows, status and signed event of the turn. FailedPrecondition: its state forbids it.
  Result<Turned> Take(const Turn& turn, ledger::Change change) const;
  /// Carry takes the turn and commits it, with what `change` holds already.
  Result<Certification> Carry(const Turn& turn, ledger::Change change) const;
  /// Add adds the turn to `change`, with an act of its own beside those that are there.
  Result<void> Add(const Turn& turn, ledger::Change& change) const;

  // ---- Public reading
  Result<Certification> Get(std::string_view number) const;
  /// Every certification of an app, newest last; `signer` narrows.
  Result<std::vector<Certification>> LookUp(const App& app, std::optional<std::string_view> signer) const;
  /// The bundle JSON, proven against the exposed checkpoint of the credential's own log, with the list's newest token.
  /// No check of its state: the verifier's.
  Result<std::string> Bundle(std::string_view number) const;
  /// BundleAgainst proves a certification against the checkpoint of `log`, in which its credential is.
  Result<std::string> BundleAgainst(const Certification& certification, const ReadableLog& log) const;

 private:
  /// SignedEvent is the event that tells everybody of `certification`, as its newest Happened says.
  Result<std::string> SignedEvent(const Certification& certification) const;
  Result<void> Expire(const Stored<Certification>& read, Time now) const;

  const Desk& desk_;
  const ParsedRows<Certification> looked_up_;
};

}  // namespace certmark::ca
