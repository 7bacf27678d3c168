#include "api/cli/surveillance_shown.h"

#include "api/cli/words.h"

namespace certmark::cli {
namespace {

// DayText is the day of a time that is one.
std::string DayText(const google::protobuf::Timestamp& time) {
  constexpr std::size_t kDay = 10;  // YYYY-MM-DD
  return TimeText(time).substr(0, kDay);
}

// What an order and an exposed one say alike.
template <class Order>
void ShowFacts(Console& console, const Order& order) {
  console.Line(order.name() + "  " + v1::Order::State_Name(order.state()));
  console.Field("app", AppText(order.platform(), order.package()) + ", build " + order.version());
  console.Field("certification", order.certification());
  console.Field("operator", order.operator_name());
  console.Field("from store", order.store());
  console.Field("tested", DayText(order.test_start()) + " to " + DayText(order.test_end()) + " by " + order.body());
  console.Field("findings", Joined(order.findings()));
  console.Field("deadline", TimeText(order.deadline()));
  if (order.has_expose_time()) console.Field("exposed", TimeText(order.expose_time()));
  if (order.has_close_time()) console.Field("closed", TimeText(order.close_time()));
}

}  // namespace

void Show(Console& console, const v1::Order& order) {
  ShowFacts(console, order);
  console.Field("reason", order.reason());
  console.Field("ordered", TimeText(order.order_time()) + " by " + order.proposal());
  console.Field("party", order.operator_());
  console.Field("edition", order.edition());
  if (order.has_limit()) console.Field("limit", TimeText(order.limit()));
  console.Field("closed for", order.closing_reason());
}

void Show(Console& console, const v1::ExposedOrder& order) {
  ShowFacts(console, order);
  console.Field("annulled for", order.annul_reason());
}

void ShowList(Console& console, const v1::ListExposedOrdersResponse& orders) {
  Table table({{"ORDER"}, {"STATE"}, Cuttable("APP"), Cuttable("OPERATOR"), {"DEADLINE"}});
  for (const v1::ExposedOrder& order : orders.orders()) {
    table.Row({order.name(), v1::Order::State_Name(order.state()), AppText(order.platform(), order.package()),
               order.operator_name(), DayText(order.deadline())});
  }
  console.List(table);
}

void Show(Console& console, const v1::Case& file) {
  console.Line(file.name() + "  " + v1::Case::State_Name(file.state()));
  console.Field("certification", file.certification());
  console.Field("cause", Lower(v1::Case::Cause_Name(file.cause())));
  console.Field("reason", file.reason());
  console.Field("complaint", file.complaint());
  console.Field("build", file.build());
  console.Field("signer", file.signer());
  const std::string by = file.opened_by().empty() ? "" : " by " + file.opened_by();
  console.Field("opened", TimeText(file.open_time()) + by);
  if (!file.has_close_time()) return;
  console.Field("closed", TimeText(file.close_time()) + " by " + file.closed_by());
  console.Field("outcome", Lower(v1::Case::Outcome_Name(file.outcome())));
}

void Show(Console& console, const v1::Complaint& complaint) {
  console.Line(complaint.name() + "  " + v1::Complaint::State_Name(complaint.state()));
  console.Field("app", AppText(complaint.platform(), complaint.package()));
  console.Field("certification", complaint.certification());
  console.Field("from", complaint.from().empty() ? "the public" : complaint.from());
  console.Field("build", complaint.build());
  console.Field("signer", complaint.signer());
  console.Field("received", TimeText(complaint.receive_time()));
  console.Field("answer by", TimeText(complaint.answer_by()));
  if (complaint.has_handle_time()) console.Field("handled", TimeText(complaint.handle_time()));
  console.Field("handled by", complaint.handled_by());
  console.Field("case", complaint.case_());
}

void Show(Console& console, const v1::Appeal& appeal) {
  console.Line(appeal.name() + "  " + v1::Appeal::State_Name(appeal.state()));
  console.Field("against", Lower(v1::Appeal::Against_Name(appeal.against())) + " of " + appeal.subject());
  console.Field("by", appeal.operator_());
  console.Field("filed", TimeText(appeal.file_time()));
  console.Field("answer by", TimeText(appeal.answer_by()));
  if (!appeal.has_decide_time()) return;
  console.Field("decided", TimeText(appeal.decide_time()) + " by " + appeal.decided_by());
  console.Field("reason", appeal.reason());
}

std::string FateOf(const v1::Order& order) {
  if (order.state() == v1::Order::RECTIFIED) return order.name() + " was met.";
  if (order.state() == v1::Order::ANNULLED) return order.name() + " is annulled.";
  if (order.state() == v1::Order::OVERDUE) return order.name() + " is overdue; the clock makes it public.";
  if (order.state() == v1::Order::ORDERED) {
    return order.name() + " is to be met until " + TimeText(order.deadline()) + "; it is not public.";
  }
  return order.name() + " is public; unmet until " + TimeText(order.limit()) +
         ", it suspends the certification of its app.";
}

std::string FateOf(const v1::Case& file) {
  if (file.state() == v1::Case::OPEN) return file.name() + " is open.";
  return file.name() + " is closed: " + Lower(v1::Case::Outcome_Name(file.outcome())) + ".";
}

std::string FateOf(const v1::Complaint& complaint) {
  if (complaint.state() == v1::Complaint::ANSWERED) return complaint.name() + " is answered.";
  if (complaint.state() == v1::Complaint::CASE_OPENED)
    return complaint.name() + " belongs to " + complaint.case_() + ".";
  return complaint.name() + " waits to be answered until " + TimeText(complaint.answer_by()) + ".";
}

std::string FateOf(const v1::Appeal& appeal) {
  if (appeal.state() == v1::Appeal::FILED) {
    return appeal.name() + " is filed; it is answered until " + TimeText(appeal.answer_by()) + ".";
  }
  if (appeal.state() == v1::Appeal::DISMISSED) return appeal.name() + " is dismissed: what was done stands.";
  if (appeal.remedy() == v1::Appeal::REVIEW) return appeal.name() + " is upheld: others review the application again.";
  if (appeal.remedy() == v1::Appeal::GRANT) return appeal.name() + " is upheld: a new number is to be granted.";
  return appeal.name() + " is upheld.";
}

}  // namespace certmark::cli
