#include "ca/reminders.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ca/accreditation.h"
#include "ca/act_entry.h"
#include "ca/certification.h"
#include "ca/party.h"
#include "ca/record_json.h"
#include "ca/record_kinds.h"
#include "ca/records.h"

namespace certmark::ca {

// Kind is one of the two sorts of reminders: which records are meant, and who is told.
struct Reminders::Kind {
  std::string_view id;
  Seconds ahead;
  Result<std::vector<std::string>> (*whom)(const ledger::Store&, const std::string& subject);
};

namespace {

using Parties = std::vector<std::string>;

// EndConcerns: whose the record is, if its due row is an end.
Result<Parties> EndConcerns(const ledger::Store& store, const std::string& subject) {
  const std::string_view kind = KindOf(subject);
  if (kind == Party::kKind || kind == Accreditation::kKind) return Parties{std::string(IdOf(subject))};
  if (kind != Certification::kKind) return Parties();
  return CM_TRY(Load<Certification>(store, IdOf(subject))).value.Concerned();
}

// DeadlineConcerns: the parties that the record waits for, as its rows of work say.
Result<Parties> DeadlineConcerns(const ledger::Store& store, const std::string& subject) {
  constexpr std::string_view kWork = "work/party:";
  const auto row = CM_TRY(store.Get(ledger::Column::kRecord, AsBytes(subject)));
  Parties parties;
  if (!row) return parties;
  for (const IndexRow& index : CM_TRY(IndexRowsOfRecord(subject, *row))) {
    const std::string_view key = AsText(index.key);
    if (!key.starts_with(kWork)) continue;
    parties.emplace_back(key.substr(kWork.size(), key.find('/', kWork.size()) - kWork.size()));
  }
  return parties;
}

ActEntry Reminder(Time now, const std::string& subject, Parties parties) {
  return {.at = now,
          .actor = std::string(kClock),
          .act = std::string(Reminders::kAct),
          .subject = subject,
          .reason = "",
          .before = "",
          .after = "",
          .rests_on = subject,
          .concerns = EachParty(std::move(parties))};
}

}  // namespace

std::string Reminded::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    WriteTime(writer, "at", last.at);
    writer.Member("subject", last.subject);
  });
  return writer.Take();
}

Result<Reminded> Reminded::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Reminded out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.last.at = CM_TRY(ReadTime(root, "at"));
  out.last.subject = CM_TRY(ReadText(root, "subject"));
  return out;
}

Result<std::size_t> Reminders::Run(std::size_t limit) const {
  constexpr Kind kKinds[] = {{"ends", kAheadOfEnds, EndConcerns}, {"deadlines", kAheadOfDeadlines, DeadlineConcerns}};
  std::size_t made = 0;
  for (const Kind& kind : kKinds) made += CM_TRY(RunKind(kind, limit));
  return made;
}

Result<std::size_t> Reminders::RunKind(const Kind& kind, std::size_t limit) const {
  // 1. How far it has come. An authority's first look is at what is due from now on.
  const Time now = desk_.Now(), until = now + kind.ahead;
  std::optional<Stored<Reminded>> read;
  if (auto found = Load<Reminded>(desk_.store(), kind.id)) {
    read = std::move(*found);
  } else if (found.error().code != ErrorCode::kNotFound) {
    return found.error();
  }
  const Due last = read ? read->value.last : Due{now, ""};
  if (read && until - last.at < kEvery) return std::size_t{0};
  // 2. What is due between there and so many days from now.
  const std::vector<Due> due = CM_TRY(DueUntil(desk_.store(), until, last, limit));
  // 3. One change.
  Reminded next{std::string(kind.id), due.size() == limit ? due.back() : Due{until, ""}};
  ledger::Change change;
  if (read) {
    Replace(change, *read, next);
  } else {
    Create(change, next);
  }
  std::size_t made = 0;
  for (const Due& one : due) {
    Parties parties = CM_TRY(kind.whom(desk_.store(), one.subject));
    if (parties.empty()) continue;
    CM_TRY(desk_.Record(change, Reminder(now, one.subject, std::move(parties))));
    ++made;
  }
  CM_TRY(desk_.CommitRecorded(std::move(change), ledger::Ack::kSequenced));
  return made;
}

}  // namespace certmark::ca
