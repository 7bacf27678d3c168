#include "ca/service.h"

namespace certmark::ca {
namespace {

// DueOf lets a subject's class carry out what is due on its records.
template <class Subject>
Deadlines::OnDue DueOf(const Subject& subject) {
  return [&subject](std::string_view id) { return subject.OnDue(id); };
}

// HalfOf lets a subject's class check and carry out what is proposed of it.
template <class Subject>
Proposals::Half HalfOf(const Subject& subject) {
  return {
      .check = [&subject](const Party& proposer, const Proposal& proposal,
                          ledger::Change& change) { return subject.CheckProposal(proposer, proposal, change); },
      .concerned = [&subject](const Proposal& proposal) { return subject.Concerned(proposal); },
      .carry = [&subject](const Party& confirmer, const Proposal& proposal,
                          ledger::Change change) { return subject.Confirmed(confirmer, proposal, std::move(change)); }};
}

}  // namespace

Service::Service(Desk::Dependencies dependencies)
    : desk_(std::move(dependencies)),
      enrolments_(desk_),
      certifications_(desk_),
      granting_(desk_, certifications_),
      challenges_(desk_),
      applications_(desk_, granting_, challenges_),
      orders_(desk_, certifications_),
      appeals_(desk_, orders_),
      cases_(desk_),
      proposals_(desk_),
      accreditations_(desk_),
      bars_(desk_),
      parties_(desk_),
      certificate_revocations_(desk_),
      bulks_(desk_, certifications_, granting_, proposals_),
      documents_(desk_),
      work_lists_(desk_),
      act_reading_(desk_),
      record_heads_(desk_),
      notices_(desk_),
      subscriptions_(desk_, notices_),
      reminders_(desk_),
      deadlines_(desk_) {
  ServeProposals();
  ServeDeadlines();
}

void Service::ServeProposals() {
  for (const Proposed act : {Proposed::kSuspend, Proposed::kRevoke}) proposals_.Serve(act, HalfOf(certifications_));
  for (const Proposed act : {Proposed::kSuspendAll, Proposed::kRevokeAll, Proposed::kReissueAll})
    proposals_.Serve(act, HalfOf(bulks_));
  for (const Proposed act : {Proposed::kAccredit, Proposed::kSuspendAccreditation, Proposed::kRestoreAccreditation,
                             Proposed::kEndAccreditation}) {
    proposals_.Serve(act, HalfOf(accreditations_));
  }
  for (const Proposed act : {Proposed::kOrder, Proposed::kExposeOrder, Proposed::kAnnulOrder})
    proposals_.Serve(act, HalfOf(orders_));
  for (const Proposed act : {Proposed::kBar, Proposed::kLiftBar}) proposals_.Serve(act, HalfOf(bars_));
  proposals_.Serve(Proposed::kRevokeCertificates, HalfOf(certificate_revocations_));
}

// ServeDeadlines: a line for every kind of record that has a due row.
void Service::ServeDeadlines() {
  deadlines_.Serve(Accreditation::kKind, DueOf(accreditations_));
  deadlines_.Serve(Application::kKind, DueOf(applications_));
  deadlines_.Serve(Bulk::kKind, DueOf(bulks_));
  deadlines_.Serve(Certification::kKind, DueOf(certifications_));
  deadlines_.Serve(Challenge::kKind, DueOf(challenges_));
  deadlines_.Serve(StoredDocument::kKind, DueOf(documents_));
  deadlines_.Serve(Order::kKind, DueOf(orders_));
  deadlines_.Serve(Party::kKind, DueOf(parties_));
  deadlines_.Serve(Proposal::kKind, DueOf(proposals_));
  deadlines_.Serve(RecordHeadRow::kKind, DueOf(record_heads_));
}

}  // namespace certmark::ca
