// work: what waits for whoever asks.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/resources.h"
#include "api/cli/session.h"
#include "api/cli/work_shown.h"

namespace certmark::cli {
namespace {

struct WorkArguments {};
void DeclareWork(CLI::App&, WorkArguments&) {}

std::string Summary(const v1::ListWorkResponse& work) {
  const int all = work.overdue_size() + work.this_week_size() + work.waiting_size();
  if (all == 0) return "Nothing waits for you.";
  return std::to_string(all) + (all == 1 ? " thing waits" : " things wait") + " for you, " +
         std::to_string(work.overdue_size()) + " of them overdue; `certmark show NAME` shows one.";
}

Result<Exit> RunWork(Context& context, const WorkArguments&) {
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::ListWorkResponse work = CM_TRY(session.client.ListWork({}));
  ShowWork(context.console(), work, context.Now());
  CM_TRY(ShowObject(context.console(), work));
  context.console().Line(Summary(work));
  return Exit::kOk;
}

}  // namespace

void AddWork(CLI::App& app, Action& chosen) {
  Watchable(Verb<WorkArguments>(app, "work", "List what waits for you, the urgent first, with how late it is.",
                                "certmark work", DeclareWork, RunWork, chosen))
      ->group("Every party");
}

}  // namespace certmark::cli
