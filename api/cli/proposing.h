// What the verbs of acts that take two people have in common.
#pragma once

#include <string>

#include "api/cli/context.h"
#include "api/cli/session.h"
#include "certmark/v1/resources.pb.h"

namespace certmark::cli {

/// Proposing is what a proposal says; an act that has no reason or no details leaves them empty.
struct Proposing {
  v1::Proposal::Act act;
  std::string subject, reason{}, details{};
};
/// Propose proposes an act, and ends as FinishProposing.
Result<Exit> Propose(Context& context, const Proposing& proposing);

/// FinishProposing shows what was proposed, and says that another person is needed.
Result<Exit> FinishProposing(Context& context, const v1::Proposal& proposal);

/// LookAtProposal fetches a proposal and shows it; of an act on many the act too, with how many that are.
Result<v1::Proposal> LookAtProposal(Context& context, PartySession& session, const std::string& name);

/// ConfirmProposal confirms the proposal of that name, if it proposes `act`: what is confirmed is looked at first.
/// FailedPrecondition: it proposes another act, and nothing was done.
Result<v1::Proposal> ConfirmProposal(Context& context, const std::string& name, v1::Proposal::Act act);

}  // namespace certmark::cli
