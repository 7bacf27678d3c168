#include "api/cli/proposing.h"

#include "api/cli/resources.h"
#include "api/cli/work_shown.h"
#include "api/convert.h"

namespace certmark::cli {

Result<Exit> Propose(Context& context, const v1::ProposeActRequest& request) {
  PartySession session = CM_TRY(PartySession::Open(context));
  return FinishProposing(context, CM_TRY(session.client.ProposeAct(request)));
}

Result<Exit> FinishProposing(Context& context, const v1::Proposal& proposal) {
  Show(context.console(), proposal);
  CM_TRY(ShowObject(context.console(), proposal));
  context.console().Line("Proposed as " + proposal.name() + "; nothing changes until another person confirms it.");
  return Exit::kOk;
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
