// subscription, notices: what a party is told without asking, and where.
#include <optional>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/finishing.h"

namespace certmark::cli {
namespace {

using api::Collection;

// ---- notices

struct NoticesArguments {
  std::string after;
};

void DeclareNotices(CLI::App& verb, NoticesArguments& a) {
  verb.add_option("--after", a.after, "What a list before ended with")->type_name("TOKEN");
}

Result<Exit> RunNotices(Context& context, const NoticesArguments& a) {
  v1::ListNoticesRequest request;
  request.set_page_token(a.after);
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::ListNoticesResponse notices = CM_TRY(session.client.ListNotices(request));
  ShowList(context.console(), notices);
  CM_TRY(ShowObject(context.console(), notices));
  context.console().Line(notices.notices().empty()
                             ? "There is nothing new."
                             : "Later ones: `certmark notices --after " + notices.next_page_token() + "`.");
  return Exit::kOk;
}

// ---- subscription create

Result<v1::Subscription::Of> OfIn(std::string_view text) {
  if (text == "notices") return v1::Subscription::NOTICES;
  if (text == "events") return v1::Subscription::EVENTS;
  return Error{ErrorCode::kInvalidArgument, "neither notices nor events"};
}

struct CreateArguments {
  std::string of = "notices", target;
  std::optional<std::uint64_t> from;
};

void DeclareCreate(CLI::App& verb, CreateArguments& a) {
  verb.add_option("TARGET", a.target, "An https URL, or, of notices, mailto: and an address")->required();
  Hold(verb.add_option("--of", a.of, "What to be told of: what concerns you, or the public log's events"),
       Form::Of("notices|events", OfIn))
      ->capture_default_str();
  verb.add_option("--from", a.from, "The log's entry to begin at (default: what comes from now on)")
      ->type_name("INDEX");
}

Result<Exit> RunCreate(Context& context, const CreateArguments& a) {
  v1::CreateSubscriptionRequest request;
  request.set_of(CM_TRY(OfIn(a.of)));
  request.set_target(a.target);
  if (a.from) request.set_from(*a.from);
  PartySession session = CM_TRY(PartySession::Open(context));
  return Finish(context, CM_TRY(session.client.CreateSubscription(request)));
}

// ---- subscription show, list, replay, end

struct OneArguments {
  std::string name;
  std::optional<std::uint64_t> from;
};

void DeclareOne(CLI::App& verb, OneArguments& a) {
  Hold(verb.add_option("SUBSCRIPTION", a.name, "The subscription"), NameForm(Collection::kSubscriptions))->required();
}

void DeclareReplay(CLI::App& verb, OneArguments& a) {
  DeclareOne(verb, a);
  verb.add_option("--from", a.from, "The log's entry to begin at (default: where it is)")->type_name("INDEX");
}

Result<Exit> RunShow(Context& context, const OneArguments& a) {
  return ShowOne(context, FullName(Collection::kSubscriptions, a.name), &Client::GetSubscription);
}

struct NoArguments {};
void DeclareNothing(CLI::App&, NoArguments&) {}

Result<Exit> RunList(Context& context, const NoArguments&) {
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::ListSubscriptionsResponse own = CM_TRY(session.client.ListSubscriptions({}));
  ShowList(context.console(), own);
  CM_TRY(ShowObject(context.console(), own));
  context.console().Line(own.subscriptions().empty()
                             ? "You have no subscription: `certmark subscription create` makes one."
                             : "`certmark subscription show NAME` shows one, with what its target refused.");
  return Exit::kOk;
}

Result<Exit> RunReplay(Context& context, const OneArguments& a) {
  v1::ReplaySubscriptionRequest request;
  request.set_name(FullName(Collection::kSubscriptions, a.name));
  if (a.from) request.set_from(*a.from);
  PartySession session = CM_TRY(PartySession::Open(context));
  return Finish(context, CM_TRY(session.client.ReplaySubscription(request)));
}

Result<Exit> RunEnd(Context& context, const OneArguments& a) {
  v1::DeleteSubscriptionRequest request;
  request.set_name(FullName(Collection::kSubscriptions, a.name));
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::DeleteSubscriptionResponse ended = CM_TRY(session.client.DeleteSubscription(request));
  CM_TRY(ShowObject(context.console(), ended));
  context.console().Line(request.name() + " is no more, and where it led is forgotten.");
  return Exit::kOk;
}

}  // namespace

void AddSubscription(CLI::App& app, Action& chosen) {
  Watchable(Verb<NoticesArguments>(app, "notices", "List what you were told, the oldest first.", "certmark notices",
                                   DeclareNotices, RunNotices, chosen))
      ->group("Every party");
  CLI::App* group = app.add_subcommand("subscription", "Be told of what concerns you, or becomes public, elsewhere.");
  group->group("Every party");
  group->require_subcommand(1);
  Verb<CreateArguments>(*group, "create", "Have notices or events sent to an https URL, notices to a mailbox too.",
                        "certmark subscription create https://store.example/hook --of events", DeclareCreate, RunCreate,
                        chosen);
  Watchable(Verb<OneArguments>(*group, "show", "Show how far one has come, its secret, and what was refused.",
                               "certmark subscription show subscriptions/7d3k…", DeclareOne, RunShow, chosen));
  Watchable(
      Verb<NoArguments>(*group, "list", "List yours.", "certmark subscription list", DeclareNothing, RunList, chosen));
  Verb<OneArguments>(*group, "replay", "Begin again, at an entry or where it is, and forget what was refused.",
                     "certmark subscription replay subscriptions/7d3k… --from 4711", DeclareReplay, RunReplay, chosen);
  Verb<OneArguments>(*group, "end", "End one.", "certmark subscription end subscriptions/7d3k…", DeclareOne, RunEnd,
                     chosen);
}

}  // namespace certmark::cli
