// proposal: what one person proposed, whatever it is, and what another makes of it.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/finishing.h"
#include "api/cli/proposing.h"

namespace certmark::cli {
namespace {

using api::Collection;

struct ProposalArguments {
  std::string name, reason;
};

void DeclareName(CLI::App& verb, ProposalArguments& a) {
  Hold(verb.add_option("PROPOSAL", a.name, "The proposal"), NameForm(Collection::kProposals))->required();
}

void DeclareReject(CLI::App& verb, ProposalArguments& a) {
  DeclareName(verb, a);
  verb.add_option("--reason", a.reason, "A code, if there is one to give")->type_name("CODE");
}

Result<Exit> RunShow(Context& context, const ProposalArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::Proposal proposal = CM_TRY(LookAtProposal(context, session, FullName(Collection::kProposals, a.name)));
  CM_TRY(ShowObject(context.console(), proposal));
  return Exit::kOk;
}

// What is confirmed is looked at first, and shown.
Result<Exit> RunConfirm(Context& context, const ProposalArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::ConfirmActRequest request;
  request.set_proposal(FullName(Collection::kProposals, a.name));
  CM_TRY(LookAtProposal(context, session, request.proposal()));
  const v1::Proposal confirmed = CM_TRY(session.client.ConfirmAct(request));
  CM_TRY(ShowObject(context.console(), confirmed));
  context.console().Line(confirmed.name() + " is confirmed and carried out: " + confirmed.subject() + ".");
  return Exit::kOk;
}

Result<Exit> RunReject(Context& context, const ProposalArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::RejectActRequest request;
  request.set_proposal(FullName(Collection::kProposals, a.name));
  request.set_reason(a.reason);
  const v1::Proposal rejected = CM_TRY(session.client.RejectAct(request));
  return Finish(context, rejected, rejected.name() + " is rejected; nothing was done.");
}

}  // namespace

void AddProposal(CLI::App& app, Action& chosen) {
  CLI::App* group = app.add_subcommand("proposal", "Show, confirm or reject what another person proposed.");
  group->group("Laboratories and staff");
  group->require_subcommand(1);
  Watchable(Verb<ProposalArguments>(*group, "show", "Show a proposal.", "certmark proposal show proposals/4h8w…",
                                    DeclareName, RunShow, chosen));
  Verb<ProposalArguments>(*group, "confirm", "Confirm another's proposal, which carries it out.",
                          "certmark proposal confirm proposals/4h8w…", DeclareName, RunConfirm, chosen);
  Verb<ProposalArguments>(*group, "reject", "End a proposal without carrying it out.",
                          "certmark proposal reject proposals/4h8w…", DeclareReject, RunReject, chosen);
}

}  // namespace certmark::cli
