// order: orders to rectify. They are made, exposed and annulled by proposals, which another person confirms.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/exit.h"
#include "api/cli/files.h"
#include "api/cli/finishing.h"
#include "api/cli/proposing.h"
#include "api/cli/words.h"
#include "ca/order_draft.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

using api::Collection;

// ---- order propose

struct ProposeArguments {
  std::string what, reason, details;
  std::string operator_party, operator_name, version, store, body, edition;
  std::vector<std::string> findings, tested;
};

// SubjectOf is an app or a certification, as resources are named.
Result<std::string> SubjectOf(const std::string& what) {
  if (IsCertificationNumber(what)) return api::ResourceName(Collection::kCertifications, what);
  if (const auto app = App::Parse(what)) return "apps/" + app->ToText();
  return Error{ErrorCode::kInvalidArgument, Quote(what) + " is neither PLATFORM:PACKAGE nor a certification number"};
}

void DeclarePropose(CLI::App& verb, ProposeArguments& a) {
  Hold(verb.add_option("WHAT", a.what, "The app, or its certification"),
       Form::Of("PLATFORM:PACKAGE | CM-…", [](auto text) { return SubjectOf(std::string(text)); }))
      ->required();
  verb.add_option("--reason", a.reason, "A code of the scheme")->required()->type_name("CODE");
  auto* details =
      verb.add_option("--details", a.details, "A JSON file instead of the options below")->type_name("FILE");
  const auto add = [&](const char* name, auto& value, const char* text, const char* type) {
    verb.add_option(name, value, text)->type_name(type)->excludes(details);
  };
  add("--build", a.version, "The build that was tested", "BUILD");
  add("--store", a.store, "Where it came from", "NAME");
  add("--body", a.body, "Who tested it: a laboratory, or an authority", "NAME");
  add("--finding", a.findings, "A code of the edition's criteria; once for each", "CODE");
  verb.add_option("--tested", a.tested, "The first and the last day of the test")
      ->type_name("DATE")
      ->expected(2)
      ->excludes(details);
  add("--edition", a.edition, "The rules that count", "EDITION");
  Hold(verb.add_option("--operator", a.operator_party, "Of an app without certification: its operator, if enrolled"),
       NameForm(Collection::kParties))
      ->excludes(details);
  add("--operator-name", a.operator_name, "Likewise, of an operator that is not enrolled", "NAME");
}

Result<ca::OrderDraft> DraftOf(Context& context, const ProposeArguments& a) {
  if (!a.details.empty()) {
    return ca::OrderDraft::Parse(CM_TRY(ReadInput(context.in(), a.details, ca::OrderDraft::kMaxBytes)));
  }
  if (a.version.empty() || a.store.empty() || a.body.empty() || a.findings.empty() || a.tested.empty() ||
      a.edition.empty()) {
    return Unfit("give --build, --store, --body, --finding, --tested and --edition, or --details FILE");
  }
  ca::OrderDraft draft;
  if (!a.operator_party.empty()) {
    draft.operator_party =
        CM_TRY(api::ParseResourceName(Collection::kParties, FullName(Collection::kParties, a.operator_party)));
  }
  draft.operator_name = a.operator_name;
  draft.version = a.version;
  draft.store = a.store;
  draft.body = a.body;
  draft.findings = a.findings;
  draft.tested_first = CM_TRY(ParseDate(a.tested[0]));
  draft.tested_last = CM_TRY(ParseDate(a.tested[1]));
  draft.edition = a.edition;
  return draft;
}

Result<Exit> RunPropose(Context& context, const ProposeArguments& a) {
  const std::string subject = CM_TRY(SubjectOf(a.what));
  const ca::OrderDraft draft = CM_TRY(DraftOf(context, a));
  return Propose(context, {v1::Proposal::ORDER, subject, a.reason, draft.ToJson()});
}

// ---- order expose, annul, close

struct TurnArguments {
  std::string order, reason;
};

void DeclareTurn(CLI::App& verb, TurnArguments& a) {
  Hold(verb.add_option("ORDER", a.order, "The order"), NameForm(Collection::kOrders))->required();
  verb.add_option("--reason", a.reason, "A code of the scheme")->required()->type_name("CODE");
}

template <v1::Proposal::Act act>
Result<Exit> RunTurn(Context& context, const TurnArguments& a) {
  return Propose(context, {act, FullName(Collection::kOrders, a.order), a.reason});
}

Result<Exit> RunClose(Context& context, const TurnArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::CloseOrderRequest request;
  request.set_name(FullName(Collection::kOrders, a.order));
  request.set_reason(a.reason);
  return Finish(context, CM_TRY(session.client.CloseOrder(request)));
}

// ---- order show, list

struct ShowArguments {
  std::string order;
  bool as_anybody = false;
};

// An order, or the proposal that made it.
Result<void> ParseOrder(std::string_view text) {
  if (api::ParseResourceName(Collection::kProposals, text)) return {};
  CM_TRY(api::ParseResourceName(Collection::kOrders, FullName(Collection::kOrders, text)));
  return {};
}

void DeclareShow(CLI::App& verb, ShowArguments& a) {
  Hold(verb.add_option("ORDER", a.order, "The order, or the proposal that made it"),
       Form::Of("orders/ID | proposals/ID", ParseOrder))
      ->required();
  verb.add_flag("--public", a.as_anybody, "As anybody sees it, once it is exposed");
}

Result<Exit> RunShow(Context& context, const ShowArguments& a) {
  const std::string name = FullName(Collection::kOrders, a.order);
  if (!a.as_anybody) return ShowOne(context, name, &Client::GetOrder);
  PublicSession session = CM_TRY(PublicSession::Open(context));
  v1::GetExposedOrderRequest request;
  request.set_name(name);
  const v1::ExposedOrder order = CM_TRY(session.client.GetExposedOrder(request));
  return Finish(context, order, order.name() + " is public since it was exposed.");
}

struct ListArguments {
  std::string page;
};

void DeclareList(CLI::App& verb, ListArguments& a) {
  verb.add_option("--page", a.page, "The token that the page before ended with")->type_name("TOKEN");
}

Result<Exit> RunList(Context& context, const ListArguments& a) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  v1::ListExposedOrdersRequest request;
  request.set_page_token(a.page);
  const v1::ListExposedOrdersResponse response = CM_TRY(session.client.ListExposedOrders(request));
  ShowList(context.console(), response);
  CM_TRY(ShowObject(context.console(), response));
  const std::string& next = response.next_page_token();
  context.console().Line(Counted(response.orders_size(), "order") + " public, now or once" +
                         (next.empty() ? "." : "; the next page is `certmark order list --page " + next + "`."));
  return Exit::kOk;
}

}  // namespace

void AddOrder(CLI::App& app, Action& chosen) {
  CLI::App* order = app.add_subcommand("order", "Orders to rectify: what an operator must correct, and by when");
  order->require_subcommand(1);
  order->group("Laboratories and staff");
  order->footer("Example:\n  certmark order list");
  Verb<ProposeArguments>(*order, "propose", "Propose an order on an app, certified or not; another person confirms it.",
                         "certmark order propose android:org.example.app --reason unlawful-collection --build 150 \\\n"
                         "      --store \"Example Store\" --body \"Example Laboratory\" --finding APP-2019/1.1 \\\n"
                         "      --tested 2026-11-02 2026-11-03 --edition \"CNCA-App-001 2019\"",
                         DeclarePropose, RunPropose, chosen);
  Verb<TurnArguments>(*order, "expose", "Propose to make an order public before the clock does.",
                      "certmark order expose orders/CO-2026-7K3Q9X2M4T4 --reason serious-defect", DeclareTurn,
                      RunTurn<v1::Proposal::EXPOSE_ORDER>, chosen);
  Verb<TurnArguments>(*order, "annul", "Propose to annul an order that was made or exposed in error.",
                      "certmark order annul orders/CO-2026-7K3Q9X2M4T4 --reason order-in-error", DeclareTurn,
                      RunTurn<v1::Proposal::ANNUL_ORDER>, chosen);
  Verb<TurnArguments>(*order, "close", "Say that an order was met.",
                      "certmark order close orders/CO-2026-7K3Q9X2M4T4 --reason cause-corrected", DeclareTurn, RunClose,
                      chosen);
  Watchable(
      Verb<ShowArguments>(*order, "show", "Show an order to its operator and to staff, or, once exposed, to anybody.",
                          "certmark order show orders/CO-2026-7K3Q9X2M4T4 --public", DeclareShow, RunShow, chosen));
  Watchable(Verb<ListArguments>(*order, "list", "List the orders that are public, or were.", "certmark order list",
                                DeclareList, RunList, chosen));
}

}  // namespace certmark::cli
