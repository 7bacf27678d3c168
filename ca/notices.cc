#include "ca/notices.h"

#include <algorithm>
#include <map>
#include <utility>

#include "ca/accreditation.h"
#include "ca/act_entry.h"
#include "ca/certification.h"
#include "ca/index_rows.h"
#include "ca/reminders.h"
#include "ca/rights.h"
#include "ca/separation.h"
#include "ca/work_lists.h"

namespace certmark::ca {
namespace {

// WaitingFor says of each record that waits for a party by when.
Result<std::map<std::string, std::optional<Time>>> WaitingFor(const ledger::Store& store, std::string_view party) {
  std::map<std::string, std::optional<Time>> waiting;
  for (WorkItem& item : CM_TRY(WorkOf(store, "party:" + std::string(party), WorkLists::kMaxItems)))
    waiting.emplace(std::move(item.subject), item.by);
  return waiting;
}

// EndOf is what a reminder of a record that waits for nobody is about.
std::optional<Time> EndOf(const ledger::Store& store, std::string_view subject) {
  const std::string_view kind = KindOf(subject), id = IdOf(subject);
  if (kind == Certification::kKind) {
    const auto read = Load<Certification>(store, id);
    return read ? std::optional(read->value.restore_by.value_or(read->value.valid_until)) : std::nullopt;
  }
  if (kind == Party::kKind) {
    const auto read = Load<Party>(store, id);
    return read ? read->value.lapses_at() : std::nullopt;
  }
  const auto read = Load<Accreditation>(store, id);
  return read ? std::optional(read->value.scope.until) : std::nullopt;
}

// A restore's acts have no id: what they have is their place, and when it was taken.
std::string NameOf(std::uint64_t index, const ActEntry& act) {
  return act.id.empty() ? std::to_string(index) + "x" + std::to_string(ToEpoch(act.at)) : act.id;
}

Notice NoticeOf(std::uint64_t index, ActEntry act) {
  Notice notice;
  notice.index = index;
  notice.name = NameOf(index, act);
  notice.at = act.at;
  notice.act = std::move(act.act);
  notice.subject = std::move(act.subject);
  notice.reason = std::move(act.reason);
  notice.before = std::move(act.before);
  notice.after = std::move(act.after);
  return notice;
}

}  // namespace

Result<std::vector<Notice>> Notices::Of(std::string_view party, std::optional<std::uint64_t> after,
                                        std::size_t limit) const {
  const std::vector<std::uint64_t> indices = CM_TRY(ActsConcerning(desk_.store(), party, limit, after));
  std::vector<Notice> notices;
  if (indices.empty()) return notices;
  // A row can be read before it is durable, and nobody is told of what a power cut may undo.
  CM_TRY(desk_.AwaitDurable());
  const auto waiting = CM_TRY(WaitingFor(desk_.store(), party));
  for (const std::uint64_t index : indices) {
    Notice notice = NoticeOf(index, CM_TRY(ReadAct(desk_.store(), index)).act);
    const auto found = waiting.find(notice.subject);
    if (found != waiting.end()) notice.by = found->second;
    if (!notice.by && notice.act == Reminders::kAct) notice.by = EndOf(desk_.store(), notice.subject);
    notices.push_back(std::move(notice));
  }
  return notices;
}

Result<std::vector<Notice>> Notices::Own(const Party& caller, std::optional<std::uint64_t> after,
                                         std::size_t limit) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kSubscribe));
  return Of(party.value.id, after, std::min(limit, kMaxPage));
}

}  // namespace certmark::ca
