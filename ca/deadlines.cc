#include "ca/deadlines.h"

#include <algorithm>

namespace certmark::ca {
namespace {

using ledger::Column;

// So many rows are read at once: what one act brings about may move others.
constexpr std::size_t kPage = 64;

// RowOf is the record as stored, or nothing.
Result<std::optional<Bytes>> RowOf(const ledger::Store& store, std::string_view subject) {
  return store.Get(Column::kRecord, AsBytes(subject));
}

// IsStillDue: its row was neither moved nor removed.
Result<bool> IsStillDue(const ledger::Store& store, const Due& due) {
  return CM_TRY(store.Get(Column::kIndex, DueRow(due.at, due.subject).key)).has_value();
}

}  // namespace

Result<Deadlines::Report> Deadlines::Run(std::size_t limit) {
  const std::lock_guard lock(running_);
  const Time now = desk_.Now();
  Report report;
  for (std::size_t looked_at = 0; looked_at < limit;) {
    const std::size_t wanted = std::min(kPage, limit - looked_at);
    const std::vector<Due> page = CM_TRY(DueUntil(desk_.store(), now, before_, wanted));
    for (const Due& due : page) {
      CM_TRY(CheckWriting());
      const auto outcome = Carry(due);
      before_ = due;
      ++looked_at;
      if (outcome) {
        if (*outcome != Outcome::kContended) ++report.carried;
        if (*outcome == Outcome::kGoesOn) report.more = true;
        continue;
      }
      ++report.failed;
      if (report.failures.size() < kMaxFailures) report.failures.push_back({due.subject, outcome.error()});
    }
    if (page.size() == wanted) continue;
    before_.reset();  // all had their turn
    return report;
  }
  report.more = true;
  return report;
}

Result<Deadlines::Outcome> Deadlines::Carry(const Due& due) const {
  const auto kind = kinds_.find(KindOf(due.subject));
  if (kind == kinds_.end()) {
    return Error{ErrorCode::kInternal, "nobody does what is due on a " + std::string(KindOf(due.subject))};
  }
  const auto before = CM_TRY(RowOf(desk_.store(), due.subject));
  const auto done = kind->second(IdOf(due.subject));
  if (!done && done.error().code == ErrorCode::kConflict) return Outcome::kContended;
  if (!done) return done.error();
  if (!CM_TRY(IsStillDue(desk_.store(), due))) return Outcome::kDone;
  if (CM_TRY(RowOf(desk_.store(), due.subject)) != before) return Outcome::kGoesOn;
  return Error{ErrorCode::kInternal, "it stays due at " + FormatDateTime(due.at)};
}

// CheckWriting: where the log does not write, every record would fail for the same reason.
Result<void> Deadlines::CheckWriting() const {
  auto fault = desk_.log().Stopped();
  if (!fault) fault = desk_.log().ClockFault();
  if (!fault) return {};
  return Error{ErrorCode::kUnavailable, "the log does not write: " + fault->message};
}

}  // namespace certmark::ca
