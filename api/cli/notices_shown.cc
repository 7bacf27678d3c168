#include "api/cli/notices_shown.h"

#include "api/cli/table.h"
#include "api/cli/words.h"

namespace certmark::cli {
namespace {

std::string Turn(const v1::Notice& notice) {
  if (notice.before().empty() || notice.before() == notice.after()) return notice.after();
  return notice.before() + " to " + notice.after();
}

}  // namespace

void ShowList(Console& console, const v1::ListNoticesResponse& notices) {
  Table table({{"WHEN"}, {"ACT"}, {"ON"}, Cuttable("STATE"), {"REASON"}, {"DUE"}});
  for (const v1::Notice& notice : notices.notices()) {
    table.Row({TimeText(notice.time()), notice.act(), notice.subject(), Turn(notice), notice.reason(),
               notice.has_by() ? TimeText(notice.by()) : ""});
  }
  console.List(table);
}

void ShowList(Console& console, const v1::ListSubscriptionsResponse& subscriptions) {
  Table table({{"NAME"}, {"OF"}, Cuttable("TO"), {"STANDING"}, {"REFUSED"}});
  for (const v1::Subscription& subscription : subscriptions.subscriptions()) {
    table.Row({subscription.name(), Lower(v1::Subscription::Of_Name(subscription.of())), subscription.target(),
               StandingOf(subscription), std::to_string(subscription.dead_letters_size())});
  }
  console.List(table);
}

std::string StandingOf(const v1::Subscription& subscription) {
  if (subscription.stopped()) return "stopped";
  return subscription.attempts() > 0 ? "fails" : "sends";
}

void Show(Console& console, const v1::Subscription& subscription) {
  console.Line(subscription.name() + "  " + Lower(v1::Subscription::Of_Name(subscription.of())) + "  " +
               StandingOf(subscription));
  console.Field("to", subscription.target());
  console.Field("secret", subscription.secret());
  console.Field("next entry", std::to_string(subscription.next()));
  console.Field("taken", std::to_string(subscription.taken()));
  console.Field("trouble", subscription.trouble());
  if (subscription.has_retry_time()) console.Field("tried again", TimeText(subscription.retry_time()));
  for (const auto& letter : subscription.dead_letters())
    console.Field("refused", std::to_string(letter.index()) + " at " + TimeText(letter.time()) + ": " + letter.why());
}

std::string FateOf(const v1::Subscription& subscription) {
  if (subscription.stopped())
    return "It is stopped: `certmark subscription replay " + subscription.name() + "` lets it go on.";
  if (subscription.attempts() > 0) return "Its target does not take what it is sent; it is tried again.";
  return "It is sent what comes.";
}

}  // namespace certmark::cli
