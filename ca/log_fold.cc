#include "ca/log_fold.h"

#include <algorithm>
#include <utility>

#include "verifier-sdk/core/merkle.h"

namespace certmark::ca {
namespace {

using ledger::LogNumber;

std::string Place(std::uint64_t index) {
  return "entry " + std::to_string(index);
}

}  // namespace

ledger::EntryVisitor LogFold::Visitor() {
  return [this](const ledger::EntryWindow& window) {
    return window.log == ledger::kRecordLog ? VisitRecords(window) : VisitPublic(window);
  };
}

// JudgeOf makes the judge of a log when it is first asked for; null for a log that the newest list does not know.
LogJudge* LogFold::JudgeOf(LogNumber log) {
  const std::lock_guard lock(mutex_);
  const auto known = judges_.find(log);
  if (known != judges_.end()) return known->second.get();
  const std::string origin = LogOrigin(lists_.back().iss(), log);
  if (!lists_.back().LogPosition(origin)) return nullptr;
  return judges_.emplace(log, std::make_unique<LogJudge>(lists_, origin, signatures_)).first->second.get();
}

std::function<void()> LogFold::VisitPublic(const ledger::EntryWindow& window) {
  LogJudge* const judge = JudgeOf(window.log);
  if (judge == nullptr) return {};
  // Shared because a std::function must be copyable.
  const auto entries = std::make_shared<std::vector<Entry>>();
  for (std::size_t i = 0; i < window.entries.size(); ++i) {
    if (!window.entries[i]) continue;
    const ByteView bytes = *window.entries[i];
    entries->push_back({window.begin + i, LeafHash(bytes), judge->Read(bytes)});
  }
  return [this, log = window.log, entries] {
    for (Entry& entry : *entries) Take(log, entry);
  };
}

void LogFold::Take(LogNumber log, Entry& entry) {
  LogJudge& judge = *JudgeOf(log);
  Judged judged = judge.Judge(entry.index, entry.read);
  if (judged.is_blocked) ++counts_.blocked;
  if (judged.problem) {
    TakeMalformedEvent(entry, *judged.problem);
    return Report(log, entry.index, *std::move(judged.problem));
  }
  switch (entry.read.type) {
    case EntryType::kGenesis:
      geneses_.emplace(log, std::get<Genesis>(entry.read.content));
      return;
    case EntryType::kKey:
      ++counts_.keys;
      announced_[entry.read.jws->kid].emplace(log, entry.leaf);
      keys_.insert_or_assign(entry.read.jws->kid, judge.keys().at(entry.read.jws->kid));
      return;
    case EntryType::kCredential:
      return TakeCredential(log, entry);
    case EntryType::kEvent:
      return TakeEvent(log, entry);
    case EntryType::kRecord:
      ++counts_.record_heads;
      record_heads_.push_back({log, entry.index, std::get<RecordHead>(entry.read.content)});
      return;
    case EntryType::kUnknown:
      ++counts_.unknown;
      return;
  }
}

void LogFold::TakeCredential(LogNumber log, const Entry& entry) {
  ++counts_.credentials;
  const auto& credential = std::get<Credential>(entry.read.content);
  const Claims& claims = *entry.read.claims;
  if (!events_.AddCredential(credential.number, claims.app, claims.iat)) {
    const IssuedCredential& first = credentials_.at(credential.number);
    return Report(
        log, entry.index,
        {"credential-second", "entry " + std::to_string(first.index) + " alone for " + credential.number, "one more"});
  }
  const StatusPlace place{claims.status_list, static_cast<std::uint32_t>(credential.status_index)};
  credentials_[credential.number] = {
      log, entry.index, entry.leaf, place, entry.read.jws->kid, claims.signers, claims.valid_from, claims.valid_until};
}

void LogFold::TakeEvent(LogNumber log, const Entry& entry) {
  ++counts_.events;
  const auto& event = std::get<Event>(entry.read.content);
  if (!event.order.empty()) orders_[event.order] = event.kind;
  switch (events_.AddEvent(event)) {
    case EventFold::Applied::kApplied:
    case EventFold::Applied::kNoNumber:
      return;
    case EventFold::Applied::kUnissued:
      if (earlier_ == EarlierLogs::kUnread) {
        ++counts_.elsewhere;
        return;
      }
      return Report(log, entry.index, {"event-unissued", "an earlier credential of " + event.number, "none"});
    case EventFold::Applied::kAnotherApp:
      return Report(log, entry.index,
                    {"event-another-app", events_.Find(event.number)->app.ToText(), event.app.ToText()});
  }
}

// An event that its signer signed, and that nobody can read, leaves open the state of every number that it names.
void LogFold::TakeMalformedEvent(const Entry& entry, const Problem& problem) {
  if (entry.read.type != EntryType::kEvent || problem.kind != "entry-malformed" || !entry.read.jws) return;
  const std::vector<std::string> numbers = NumbersNamedBy(entry.read.jws->payload_text());
  for (const std::string& number : numbers) events_.Spoil(number);
}

std::function<void()> LogFold::VisitRecords(const ledger::EntryWindow& window) {
  const auto acts = std::make_shared<std::vector<ReadAct>>();
  for (std::size_t i = 0; i < window.entries.size(); ++i) {
    if (!window.entries[i]) continue;
    const ByteView entry = *window.entries[i];
    acts->push_back({window.begin + i, RecordedAct::Parse(AsText(entry))});
  }
  return [this, acts] {
    for (const ReadAct& read : *acts) TakeAct(read);
  };
}

bool LogFold::IsReplaced(const RecordHead& head) const {
  return std::ranges::any_of(
      restores_, [&](const RestoredAt& restored) { return restored.index < head.size && restored.at >= head.iat; });
}

void LogFold::TakeAct(const ReadAct& read) {
  if (!read.act) return Report(ledger::kRecordLog, read.index, {"act-malformed", "an act", read.act.error().message});
  ++counts_.acts;
  const ActEntry& act = read.act->act;
  if (act.actor == kRestoreActor && (restores_.empty() || act.at > restores_.back().at)) {
    restores_.push_back({read.index, act.at});
  }
  for (const auto& [subject, digest] : read.act->records) {
    written_[subject] = {read.index, digest.empty() ? std::nullopt : std::optional(Hash::FromHex(digest).value())};
  }
  for (const IndexRow& row : ActRows(*read.act, read.index)) act_rows_.Add(row.key, row.value);
}

void LogFold::Report(LogNumber log, std::uint64_t index, Problem problem) {
  findings_.Add({problem.kind, "log " + std::to_string(log), Place(index), std::move(problem.expected),
                 std::move(problem.found)});
}

}  // namespace certmark::ca
