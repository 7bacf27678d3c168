// Bulks: one cause, many certifications: found by what they say, then suspended, revoked or re-issued by one proposal
// and one confirmation, carried out by the clock in batches, and reported item by item.
//
// To re-issue is to supersede by a credential with the same facts and the same end, by today's signer of the authority
// and under the name that its operator has by now: under the edition that the certification was decided under; of those
// found by their edition, under the newest edition of their scheme, if their reports show them conform to it.
//
// Each item is a commit of its own: the certification, its public event, its act, which rests on the proposal, and the
// BulkItem, which must not be there yet. So a stop in the middle neither repeats an item nor leaves one out. The
// position in the Bulk is only where to go on; it moves once all before it is published.
//
// The list is fixed, and no way out of it: what was superseded since stands for what took its place, as long as that
// is found by the same selector. One that another laboratory evaluated anew is nothing to "laboratory X".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/bulk.h"
#include "ca/certifications.h"
#include "ca/desk.h"
#include "ca/granting.h"
#include "ca/pending_commit.h"
#include "ca/proposals.h"

namespace certmark::ca {

class Bulks {
 public:
  /// kMaxItems bounds one act on many; kBatch is how many the clock has under way at once, and whoever else wants the
  /// log waits behind no more; kMaxPage how many are listed.
  static constexpr std::size_t kMaxItems = 100'000, kBatch = 512, kMaxPage = 1000;

  Bulks(const Desk& desk, const Certifications& certifications, const Granting& granting, Proposals& proposals)
      : desk_(desk), certifications_(certifications), granting_(granting), proposals_(proposals) {}

  /// Find lists the numbers that a selector finds, ended certifications too, in order, those behind `after`, a page.
  /// PermissionDenied: not the role.
  Result<std::vector<std::string>> Find(const Party& caller, const Selector& selector, std::string_view after) const;

  struct Draft {
    Proposed act;  ///< kSuspendAll, kRevokeAll or kReissueAll
    Selector selector;
    std::string reason;
  };
  /// Propose fixes what the selector finds now, but for what has ended, and proposes the act on it. The proposal's
  /// subject is the bulk, `bulk/<id>`. FailedPrecondition: nothing is found. ResourceExhausted: over kMaxItems.
  /// PermissionDenied: not the role, or one of the operators is not another. InvalidArgument: a reason that a scheme of
  /// these does not have; a re-issue is nobody's fault, and its reason any code.
  Result<Proposal> Propose(const Party& caller, const Draft& draft);

  Result<Bulk> Get(const Party& caller, std::string_view id) const;
  /// Report is what became of the items from `position` on, in order, as far as it is known; a page.
  Result<std::vector<BulkItem>> Report(const Party& caller, std::string_view id, std::uint64_t position) const;

  // ---- What proposals bring about (proposals.h)
  Result<Seconds> CheckProposal(const Party& proposer, const Proposal& proposal, ledger::Change& change) const;
  /// Concerned are the parties that a proposal is about.
  Result<std::vector<std::string>> Concerned(const Proposal& proposal) const;
  Result<void> Confirmed(const Party& confirmer, const Proposal& proposal, ledger::Change change) const;

  // ---- What the clock does
  /// OnDue carries out the next batch; or forgets the list of what nobody confirmed in time. After an error items of
  /// the batch may still be under way: they are known by their BulkItem when it is their turn again.
  Result<void> OnDue(std::string_view id) const;

 private:
  struct Selection {
    BulkList list;
    Seconds life;  ///< of the proposal
  };
  /// Item is one of a list, and what it is to become.
  struct Item {
    const Proposal& proposal;
    const Selector& selector;
    EventKind kind;
    std::string id, number;
  };
  /// Begun is an item under way, and what will have become of it.
  struct Begun {
    BulkItem::Outcome outcome;
    std::optional<PendingCommit> commit;  ///< none: it was its turn before
  };
  static Result<EventKind> EventOf(Proposed act);
  /// RequireReason: what holders are blamed for is in their scheme's catalogue. A re-issue is nobody's fault.
  static Result<void> RequireReason(const Scheme& scheme, const Proposal& proposal);
  Result<Selection> Select(const Party& proposer, const Proposal& proposal) const;
  // ---- The clock (bulk_carrying.cc)
  Result<void> CarryBatch(const Stored<Bulk>& read) const;
  Result<void> CarryItems(const std::vector<Item>& items, Bulk& bulk) const;
  Result<Begun> Begin(const Item& item) const;
  Result<BulkItem::Outcome> Finish(const Item& item, Result<Begun> begun) const;
  Result<Stored<Certification>> Meant(const Item& item) const;
  Result<bool> MayBlame(const Item& item, const Certification& certification) const;
  Result<Begun> Turn(const Item& item, const Stored<Certification>& read) const;
  Result<Begun> Reissue(const Item& item, const Stored<Certification>& read) const;
  Result<const Scheme*> EditionFor(const Item& item, const Certification& certification) const;
  Result<Begun> Note(const Item& item, const Stored<Certification>& read, BulkItem::Outcome outcome) const;
  Result<void> MakeVoid(const Stored<Bulk>& read) const;

  const Desk& desk_;
  const Certifications& certifications_;
  const Granting& granting_;
  Proposals& proposals_;
};

}  // namespace certmark::ca
