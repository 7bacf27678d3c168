// bulk: one cause, many certifications: found, then suspended, revoked or re-issued by one proposal and one
// confirmation.
#include <set>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/finishing.h"
#include "api/cli/proposing.h"
#include "api/cli/resources.h"
#include "api/cli/session.h"
#include "api/cli/work_shown.h"

namespace certmark::cli {
namespace {

using api::Collection;

// ---- What certifications are found by

struct SelectorArguments {
  std::string by, value;
};

std::set<std::string> Attributes() {
  return {"edition", "laboratory", "operator", "scheme", "signer"};
}

CLI::Option* DeclareBy(CLI::App& verb, SelectorArguments& a) {
  return verb.add_option("BY", a.by, "laboratory, signer, operator, scheme or edition")
      ->type_name("")
      ->check(CLI::IsMember(Attributes()).description(""));
}
CLI::Option* DeclareValue(CLI::App& verb, SelectorArguments& a) {
  return verb
      .add_option("VALUE", a.value,
                  "Which: parties/ID of a laboratory or an operator, a signer's digest, a scheme, \"SCHEME EDITION\"")
      ->type_name("");
}

v1::Selector SelectorOf(const SelectorArguments& a) {
  const bool is_party = a.by == "laboratory" || a.by == "operator";
  v1::Selector selector;
  selector.set_by(a.by);
  selector.set_value(is_party ? FullName(Collection::kParties, a.value) : a.value);
  return selector;
}

// ---- find

void DeclareFind(CLI::App& verb, SelectorArguments& a) {
  DeclareBy(verb, a)->required();
  DeclareValue(verb, a)->required();
}

Result<Exit> RunFind(Context& context, const SelectorArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::FindCertificationsRequest request;
  *request.mutable_selector() = SelectorOf(a);
  v1::FindCertificationsResponse all;
  do {
    v1::FindCertificationsResponse page = CM_TRY(session.client.FindCertifications(request));
    request.set_page_token(page.next_page_token());
    all.mutable_certifications()->MergeFrom(page.certifications());
  } while (!request.page_token().empty());
  for (const std::string& name : all.certifications()) context.console().Line(name);
  CM_TRY(ShowObject(context.console(), all));
  context.console().Line("There are " + std::to_string(all.certifications_size()) + " certifications of " + a.by + " " +
                         a.value + ", ended ones included.");
  return Exit::kOk;
}

// ---- suspend, revoke: one proposes, another confirms.

struct ProposeArguments {
  SelectorArguments selector;
  std::string reason, confirm;
};

void DeclarePropose(CLI::App& verb, ProposeArguments& a) {
  auto* by = DeclareBy(verb, a.selector);
  auto* value = DeclareValue(verb, a.selector);
  auto* reason = verb.add_option("--reason", a.reason, "A code of the scheme")->type_name("CODE");
  by->needs(value)->needs(reason);
  reason->needs(value);
  Hold(verb.add_option("--confirm", a.confirm, "Confirm another's proposal, which sets it going"),
       NameForm(Collection::kProposals))
      ->excludes(by)
      ->excludes(reason);
}

Result<Exit> Confirm(Context& context, const std::string& name, v1::Proposal::Act act) {
  const v1::Proposal confirmed = CM_TRY(ConfirmProposal(context, name, act));
  context.console().Line(confirmed.name() + " is confirmed; " + confirmed.subject() +
                         " is carried out now, and `certmark bulk show " + confirmed.subject() +
                         "` tells how far it is.");
  return Exit::kOk;
}

template <v1::Proposal::Act act>
Result<Exit> RunPropose(Context& context, const ProposeArguments& a) {
  if (!a.confirm.empty()) return Confirm(context, FullName(Collection::kProposals, a.confirm), act);
  if (a.selector.by.empty()) {
    return Error{ErrorCode::kInvalidArgument, "give BY VALUE --reason CODE, or --confirm PROPOSAL"};
  }
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::ProposeBulkRequest request;
  request.set_act(act);
  *request.mutable_selector() = SelectorOf(a.selector);
  request.set_reason(a.reason);
  return FinishProposing(context, CM_TRY(session.client.ProposeBulk(request)));
}

// ---- show, items

struct BulkArguments {
  std::string bulk;
};

void DeclareBulk(CLI::App& verb, BulkArguments& a) {
  Hold(verb.add_option("BULK", a.bulk, "The act on many, as its proposal names it"), NameForm(Collection::kBulks))
      ->required();
}

Result<Exit> RunShow(Context& context, const BulkArguments& a) {
  return ShowOne(context, FullName(Collection::kBulks, a.bulk), &Client::GetBulk);
}

Result<Exit> RunItems(Context& context, const BulkArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::ListBulkItemsRequest request;
  request.set_bulk(FullName(Collection::kBulks, a.bulk));
  v1::ListBulkItemsResponse all;
  do {
    v1::ListBulkItemsResponse page = CM_TRY(session.client.ListBulkItems(request));
    request.set_page_token(page.next_page_token());
    all.mutable_items()->MergeFrom(page.items());
  } while (!request.page_token().empty());
  ShowList(context.console(), all);
  CM_TRY(ShowObject(context.console(), all));
  context.console().Line(std::to_string(all.items_size()) + " of " + request.bulk() + " are dealt with.");
  return Exit::kOk;
}

}  // namespace

void AddBulk(CLI::App& app, Action& chosen) {
  CLI::App* bulk = app.add_subcommand("bulk", "One cause, many certifications");
  bulk->require_subcommand(1);
  bulk->group("Laboratories and staff");
  bulk->footer("Example:\n  certmark bulk find laboratory parties/4h8w…");
  Verb<SelectorArguments>(*bulk, "find",
                          "List the certifications of a laboratory, signer, operator, scheme or edition.",
                          "certmark bulk find laboratory parties/4h8w…", DeclareFind, RunFind, chosen);
  Verb<ProposeArguments>(*bulk, "suspend", "Suspend all that are found: one proposes, another confirms.",
                         "certmark bulk suspend laboratory parties/4h8w… --reason misuse\n"
                         "  certmark bulk suspend --confirm proposals/4h8w…",
                         DeclarePropose, RunPropose<v1::Proposal::SUSPEND_ALL>, chosen);
  Verb<ProposeArguments>(*bulk, "revoke", "Revoke all that are found, for good: one proposes, another confirms.",
                         "certmark bulk revoke signer 5d41… --reason deception\n"
                         "  certmark bulk revoke --confirm proposals/4h8w…",
                         DeclarePropose, RunPropose<v1::Proposal::REVOKE_ALL>, chosen);
  Verb<ProposeArguments>(*bulk, "reissue",
                         "Sign all that are found anew, by today's signer; those of an edition, under the newest one.",
                         "certmark bulk reissue edition \"CNCA-App-001 2019\" --reason edition-corrected\n"
                         "  certmark bulk reissue --confirm proposals/4h8w…",
                         DeclarePropose, RunPropose<v1::Proposal::REISSUE_ALL>, chosen);
  Watchable(Verb<BulkArguments>(*bulk, "show", "Show how far an act on many has come.",
                                "certmark bulk show bulks/4h8w…", DeclareBulk, RunShow, chosen));
  Watchable(Verb<BulkArguments>(*bulk, "items", "List what became of each certification.",
                                "certmark bulk items bulks/4h8w…", DeclareBulk, RunItems, chosen));
}

}  // namespace certmark::cli
