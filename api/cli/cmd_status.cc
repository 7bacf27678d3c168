// suspend, revoke, reinstate, withdraw: what changes a certification's state.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/finishing.h"
#include "api/cli/proposing.h"

namespace certmark::cli {
namespace {

using api::Collection;

std::string CertificationName(const std::string& number) {
  return api::ResourceName(Collection::kCertifications, number);
}

Result<Exit> FinishChange(Context& context, const v1::Certification& certification) {
  return Finish(context, certification, certification.number() + " is " + StateOf(certification) + " now.");
}

// ---- suspend, revoke: one proposes, another confirms.

struct ProposeArguments {
  std::string number, reason, confirm;
};

void DeclarePropose(CLI::App& verb, ProposeArguments& a) {
  auto* number = Hold(verb.add_option("NUMBER", a.number, "The certification, to propose it"), NumberForm());
  auto* reason = verb.add_option("--reason", a.reason, "A code of the scheme")->type_name("CODE");
  number->needs(reason);
  reason->needs(number);
  Hold(verb.add_option("--confirm", a.confirm, "Confirm another's proposal, which carries it out"),
       NameForm(Collection::kProposals))
      ->excludes(number)
      ->excludes(reason);
}

Result<Exit> Confirm(Context& context, const std::string& name, v1::Proposal::Act act) {
  const v1::Proposal confirmed = CM_TRY(ConfirmProposal(context, name, act));
  context.console().Line(confirmed.name() + " is confirmed and carried out: " + confirmed.subject() + ".");
  return Exit::kOk;
}

template <v1::Proposal::Act act>
Result<Exit> RunPropose(Context& context, const ProposeArguments& a) {
  if (!a.confirm.empty()) return Confirm(context, FullName(Collection::kProposals, a.confirm), act);
  if (a.number.empty()) return Error{ErrorCode::kInvalidArgument, "give NUMBER --reason CODE, or --confirm PROPOSAL"};
  return Propose(context, {act, CertificationName(a.number), a.reason});
}

// ---- reinstate, withdraw

struct ChangeArguments {
  std::string number, reason;
};

void DeclareChange(CLI::App& verb, ChangeArguments& a) {
  Hold(verb.add_option("NUMBER", a.number, "The certification"), NumberForm())->required();
  verb.add_option("--reason", a.reason, "A code of the scheme")->required()->type_name("CODE");
}

Result<Exit> RunReinstate(Context& context, const ChangeArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::ReinstateCertificationRequest request;
  request.set_name(CertificationName(a.number));
  request.set_reason(a.reason);
  return FinishChange(context, CM_TRY(session.client.ReinstateCertification(request)));
}

Result<Exit> RunWithdraw(Context& context, const ChangeArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::WithdrawCertificationRequest request;
  request.set_name(CertificationName(a.number));
  request.set_reason(a.reason);
  return FinishChange(context, CM_TRY(session.client.WithdrawCertification(request)));
}

}  // namespace

void AddStatus(CLI::App& app, Action& chosen) {
  const char* staff = "Laboratories and staff";
  Verb<ProposeArguments>(app, "suspend", "Suspend a certification: one proposes, another confirms.",
                         "certmark suspend CM-2026-7K3Q9X2M4T4 --reason misuse\n"
                         "  certmark suspend --confirm proposals/4h8w…",
                         DeclarePropose, RunPropose<v1::Proposal::SUSPEND>, chosen)
      ->group(staff);
  Verb<ProposeArguments>(app, "revoke", "Revoke a certification, for good: one proposes, another confirms.",
                         "certmark revoke CM-2026-7K3Q9X2M4T4 --reason serious-defect\n"
                         "  certmark revoke --confirm proposals/4h8w…",
                         DeclarePropose, RunPropose<v1::Proposal::REVOKE>, chosen)
      ->group(staff);
  Verb<ChangeArguments>(app, "reinstate", "Lift a suspension whose cause is corrected.",
                        "certmark reinstate CM-2026-7K3Q9X2M4T4 --reason cause-corrected", DeclareChange, RunReinstate,
                        chosen)
      ->group(staff);
  Verb<ChangeArguments>(app, "withdraw", "End one's own certification, for good.",
                        "certmark withdraw CM-2026-7K3Q9X2M4T4 --reason product-discontinued", DeclareChange,
                        RunWithdraw, chosen)
      ->group("Operators");
}

}  // namespace certmark::cli
