#include "ca/restored_deadlines.h"

#include <optional>
#include <string>
#include <vector>

#include "ca/application.h"
#include "ca/desk.h"
#include "ca/order.h"
#include "ca/records.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kAct = "extend-deadline";

// TermOf is the deadline of a term that begins at `now`; nothing where none is running, or what runs is public.
Result<std::optional<Time>> TermOf(const Application& application, const Schemes& schemes, Time now) {
  const bool is_returned = application.state == Application::State::kReturned;
  if (!is_returned && application.state != Application::State::kRectifying) return std::optional<Time>();
  const Parameters& rules = CM_TRY(schemes.Find(application.scheme))->parameters;
  return std::optional(now + (is_returned ? rules.return_limit : rules.rectification_limit));
}
Result<std::optional<Time>> TermOf(const Order& order, const Schemes& schemes, Time now) {
  if (order.state != Order::State::kOrdered) return std::optional<Time>();
  const Scheme& scheme = *CM_TRY(schemes.Find(order.facts.edition));
  return std::optional(scheme.calendar.After(now, scheme.parameters.order_working_days));
}

// WithTerm are the ids of the records of a kind that have a term running.
template <class R>
Result<std::vector<std::string>> WithTerm(const ledger::Store& store, const Schemes& schemes, Time now) {
  std::vector<std::string> ids;
  CM_TRY(ForEach<R>(store, [&](const R& record) -> Result<bool> {
    if (CM_TRY(TermOf(record, schemes, now))) ids.push_back(record.id);
    return true;
  }));
  return ids;
}

template <class R>
Result<std::uint64_t> Extend(const ledger::Store& store, const Schemes& schemes, Time now, ledger::Importer& importer) {
  const std::vector<std::string> ids = CM_TRY(WithTerm<R>(store, schemes, now));
  for (const std::string& id : ids) {
    const auto read = CM_TRY(Load<R>(store, id));
    R record = read.value;
    record.deadline = CM_TRY(TermOf(record, schemes, now)).value();
    ledger::Change change;
    Replace(change, read, record);
    ActEntry act = ActOn(now, kRestoreActor, kAct, record);
    act.before = Name(read.value.state);
    act.RecordIn(change);
    CM_TRY(importer.Add(std::move(change)));
  }
  return ids.size();
}

}  // namespace

Result<std::uint64_t> ExtendDeadlines(const ledger::Store& store, const Schemes& schemes, Time now,
                                      ledger::Importer& importer) {
  const std::uint64_t files = CM_TRY(Extend<Application>(store, schemes, now, importer));
  return files + CM_TRY(Extend<Order>(store, schemes, now, importer));
}

}  // namespace certmark::ca
