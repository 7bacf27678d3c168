#include "ca/notices.h"

#include <algorithm>
#include <map>
#include <utility>

#include "ca/act_entry.h"
#include "ca/index_rows.h"
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

Notice NoticeOf(std::uint64_t index, ActEntry act) {
  return {.index = index,
          .at = act.at,
          .act = std::move(act.act),
          .subject = std::move(act.subject),
          .reason = std::move(act.reason),
          .before = std::move(act.before),
          .after = std::move(act.after),
          .by = {}};
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
    if (const auto found = waiting.find(notice.subject); found != waiting.end()) notice.by = found->second;
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
