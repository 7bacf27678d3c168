#include "api/cli/work_shown.h"

#include <array>
#include <cstdint>
#include <utility>

#include "api/cli/words.h"
#include "api/convert.h"
#include "api/convert_work.h"

namespace certmark::cli {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kWhat = {{
    {"applications", "an application to go on with"},
    {"appeals", "an appeal to decide"},
    {"cases", "a surveillance case to close"},
    {"complaints", "a complaint to answer"},
    {"documents", "a document"},
    {"enrolments", "an enrolment to check"},
    {"orders", "an order to rectify"},
    {"proposals", "a proposal to confirm or reject"},
}};

template <class Items>
void AddPart(Table& table, const std::string& when, const Items& items, Time now) {
  for (const v1::WorkItem& item : items) {
    table.Row({item.subject(), when, std::string(WhatIs(item.subject())),
               item.has_by() ? LateText(FromEpoch(item.by().seconds()), now) : ""});
  }
}

std::string Turn(const ca::ActEntry& act) {
  if (act.before == act.after) return act.after;
  return (act.before.empty() ? "" : act.before + " to ") + act.after;
}

}  // namespace

void ShowWork(Console& console, const v1::ListWorkResponse& work, Time now) {
  Table table({{"NAME"}, {"WHEN"}, Cuttable("WHAT"), {"DUE"}});
  AddPart(table, "overdue", work.overdue(), now);
  AddPart(table, "this week", work.this_week(), now);
  AddPart(table, "later", work.waiting(), now);
  console.List(table);
}

std::string LateText(Time by, Time now) {
  const std::int64_t seconds = (by - now).count();
  return seconds < 0 ? AmountText(-seconds) + " late" : "in " + AmountText(seconds);
}

std::string_view WhatIs(std::string_view subject) {
  const std::string_view collection = subject.substr(0, subject.find('/'));
  for (const auto& [name, what] : kWhat) {
    if (name == collection) return what;
  }
  return collection;
}

std::string StateOf(const v1::Bulk& bulk) {
  return v1::Bulk::State_Name(bulk.state());
}

std::string FateOf(const v1::Bulk& bulk) {
  if (bulk.state() == v1::Bulk::PROPOSED) return "It waits for another person to confirm it.";
  if (bulk.state() == v1::Bulk::VOID) return "Nobody confirmed it in time: it is void.";
  const std::uint64_t done = bulk.carried() + bulk.as_wanted() + bulk.impossible();
  return std::to_string(done) + " of " + std::to_string(bulk.count()) +
         " are dealt with; `certmark bulk items` tells which, and how. What was granted since the proposal is not "
         "among them: `certmark bulk find` again.";
}

void Show(Console& console, const v1::Bulk& bulk) {
  console.Line(bulk.name() + "  " + StateOf(bulk));
  console.Field("proposal", bulk.proposal());
  console.Field("certifications", std::to_string(bulk.count()));
  console.Field("carried out", std::to_string(bulk.carried()));
  console.Field("were so before", std::to_string(bulk.as_wanted()));
  console.Field("impossible", std::to_string(bulk.impossible()));
}

void ShowList(Console& console, const v1::ListBulkItemsResponse& items) {
  Table table({{"CERTIFICATION"}, {"OUTCOME"}, {"STATE"}, {"ACTED ON"}, {"RE-ISSUED AS"}});
  for (const v1::BulkItem& item : items.items()) {
    table.Row({item.certification(), v1::BulkItem::Outcome_Name(item.outcome()), item.state(), item.acted_on(),
               item.successor()});
  }
  console.List(table);
}

void ShowAct(Console& console, const ca::RecordedAct& recorded, const Hash& leaf) {
  const ca::ActEntry& act = recorded.act;
  console.Line(FormatDateTime(act.at) + "  " + act.act + "  by " + api::ActorName(act.actor));
  console.Field("on", api::SubjectName(act.subject));
  console.Field("state", Turn(act));
  console.Field("reason", act.reason);
  console.Field("rests on", act.rests_on.empty() ? "" : api::SubjectName(act.rests_on));
  console.Field("leaf", leaf.Hex());
}

}  // namespace certmark::cli
