#include "api/cli/proposing.h"

#include "api/cli/finishing.h"
#include "api/convert.h"

namespace certmark::cli {

Result<Exit> Propose(Context& context, const Proposing& proposing) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::ProposeActRequest request;
  request.set_act(proposing.act);
  request.set_subject(proposing.subject);
  request.set_reason(proposing.reason);
  request.set_details(proposing.details);
  return FinishProposing(context, CM_TRY(session.client.ProposeAct(request)));
}

Result<Exit> FinishProposing(Context& context, const v1::Proposal& proposal) {
  return Finish(context, proposal,
                "Proposed as " + proposal.name() + "; nothing changes until another person confirms it.");
}

Result<v1::Proposal> LookAtProposal(Context& context, PartySession& session, const std::string& name) {
  v1::GetProposalRequest request;
  request.set_name(name);
  v1::Proposal proposal = CM_TRY(session.client.GetProposal(request));
  Show(context.console(), proposal);
  if (!api::ParseResourceName(api::Collection::kBulks, proposal.subject())) return proposal;
  v1::GetBulkRequest bulk;
  bulk.set_name(proposal.subject());
  Show(context.console(), CM_TRY(session.client.GetBulk(bulk)));
  return proposal;
}

Result<v1::Proposal> ConfirmProposal(Context& context, const std::string& name, v1::Proposal::Act act) {
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::Proposal proposal = CM_TRY(LookAtProposal(context, session, name));
  if (proposal.act() != act)
    return Error{ErrorCode::kFailedPrecondition, name + " proposes another act: nothing was done"};
  v1::ConfirmActRequest request;
  request.set_proposal(name);
  const v1::Proposal confirmed = CM_TRY(session.client.ConfirmAct(request));
  CM_TRY(ShowObject(context.console(), confirmed));
  return confirmed;
}

}  // namespace certmark::cli
