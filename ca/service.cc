#include "ca/service.h"

namespace certmark::ca {
namespace {

// HalfOf is what a subject adds to the way of proposals. The subject outlives whoever calls it.
template <class Subject>
Proposals::Half HalfOf(const Subject& subject) {
  return {[&subject](const Party& proposer, const Proposal& proposal, ledger::Change& change) {
            return subject.CheckProposal(proposer, proposal, change);
          },
          [&subject](const Party& confirmer, const Proposal& proposal, ledger::Change change) {
            return subject.Confirmed(confirmer, proposal, std::move(change));
          }};
}

}  // namespace

Service::Service(Desk::Dependencies dependencies)
    : desk_(std::move(dependencies)),
      enrolments_(desk_),
      certifications_(desk_),
      granting_(desk_, certifications_),
      applications_(desk_, granting_),
      proposals_(desk_),
      accreditations_(desk_),
      bars_(desk_),
      challenges_(desk_),
      parties_(desk_) {
  for (const Proposed act : {Proposed::kSuspend, Proposed::kRevoke}) proposals_.Serve(act, HalfOf(certifications_));
  for (const Proposed act : {Proposed::kAccredit, Proposed::kSuspendAccreditation, Proposed::kRestoreAccreditation,
                             Proposed::kEndAccreditation}) {
    proposals_.Serve(act, HalfOf(accreditations_));
  }
  for (const Proposed act : {Proposed::kBar, Proposed::kLiftBar}) proposals_.Serve(act, HalfOf(bars_));
}

}  // namespace certmark::ca
