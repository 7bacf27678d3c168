#include "ca/service.h"

namespace certmark::ca {

Service::Service(Desk::Dependencies dependencies)
    : desk_(std::move(dependencies)),
      enrolments_(desk_),
      certifications_(desk_),
      granting_(desk_, certifications_),
      applications_(desk_, granting_),
      orders_(desk_, certifications_),
      appeals_(desk_, certifications_, orders_),
      cases_(desk_),
      proposals_(desk_) {
  const auto check = [this](const Party& proposer, const Proposal& proposal, ledger::Change& change) {
    return certifications_.CheckProposal(proposer, proposal, change);
  };
  const auto carry = [this](const Party& confirmer, const Proposal& proposal, ledger::Change change) {
    return certifications_.Confirmed(confirmer, proposal, std::move(change));
  };
  for (const Proposed act : {Proposed::kSuspend, Proposed::kRevoke}) proposals_.Serve(act, {check, carry});
  orders_.Serve(proposals_);
}

}  // namespace certmark::ca
