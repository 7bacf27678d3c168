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

namespace {

using Parties = std::vector<std::string>;

// Reminding is what a row comes to: of which record who is reminded.
struct Reminding {
  std::string subject;
  Parties parties;
};

}  // namespace

// Sort is the reminders that one family of rows leads to.
struct Reminders::Sort {
  std::string_view id, family;
  Seconds ahead;
  Result<Reminding> (*read)(const ledger::Store&, Time now, const Due& row);
};

namespace {

// ReadIf is a record, or nothing where there is none that can be read: fsck names it, and the others wait for nobody.
template <class R>
std::optional<R> ReadIf(const ledger::Store& store, std::string_view id) {
  auto read = Load<R>(store, id);
  return read ? std::optional(std::move(read->value)) : std::nullopt;
}

Result<Reminding> OfCertification(const ledger::Store& store, Time now, const Due& row) {
  const auto certification = ReadIf<Certification>(store, row.subject);
  if (!certification || !certification->IsLive(now)) return Reminding();
  return Reminding{SubjectOf(*certification), certification->Concerned()};
}

Result<Reminding> OfParty(const ledger::Store&, Time, const Due& row) {
  return Reminding{row.subject, {std::string(IdOf(row.subject))}};
}

Result<Reminding> OfAccreditation(const ledger::Store& store, Time now, const Due& row) {
  if (KindOf(row.subject) != Accreditation::kKind) return Reminding();
  const auto accreditation = ReadIf<Accreditation>(store, IdOf(row.subject));
  if (!accreditation || accreditation->StateAt(now) == Accreditation::State::kEnded) return Reminding();
  return Reminding{row.subject, accreditation->Concerned()};
}

// WhomItWaitsFor: the parties of a record's rows of work.
Parties WhomItWaitsFor(const ledger::Store& store, const std::string& subject) {
  constexpr std::string_view kWork = "work/party:";
  const auto row = store.Get(ledger::Column::kRecord, AsBytes(subject));
  Parties parties;
  const auto rows =
      row && *row ? IndexRowsOfRecord(subject, **row) : Result<std::vector<IndexRow>>(std::vector<IndexRow>());
  if (!rows) return parties;
  for (const IndexRow& index : *rows) {
    const std::string_view key = AsText(index.key);
    if (!key.starts_with(kWork)) continue;
    parties.emplace_back(key.substr(kWork.size(), key.find('/', kWork.size()) - kWork.size()));
  }
  return parties;
}

Result<Reminding> OfDeadline(const ledger::Store& store, Time, const Due& row) {
  if (KindOf(row.subject) != Certification::kKind) return Reminding{row.subject, WhomItWaitsFor(store, row.subject)};
  // Of a certification what is due may be its end; that of a suspension is a deadline.
  const auto certification = ReadIf<Certification>(store, IdOf(row.subject));
  if (!certification || certification->restore_by != row.at) return Reminding();
  return Reminding{row.subject, certification->Concerned()};
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
  constexpr std::string_view kDue = "due/", kEnds = "ends/";
  constexpr Sort kSorts[] = {{"certifications", kEnds, kAheadOfEnds, OfCertification},
                             {"parties", Party::kLapses, kAheadOfEnds, OfParty},
                             {"accreditations", kDue, kAheadOfEnds, OfAccreditation},
                             {"deadlines", kDue, kAheadOfDeadlines, OfDeadline}};
  std::size_t made = 0;
  for (const Sort& sort : kSorts) made += CM_TRY(RunSort(sort, limit));
  return made;
}

Result<std::size_t> Reminders::RunSort(const Sort& sort, std::size_t limit) const {
  // 1. How far it has come. An authority's first look is at what is due from now on.
  const Time now = desk_.Now(), until = now + sort.ahead;
  std::optional<Stored<Reminded>> read;
  if (auto found = Load<Reminded>(desk_.store(), sort.id)) {
    read = std::move(*found);
  } else if (found.error().code != ErrorCode::kNotFound) {
    return found.error();
  }
  const Due last = read ? read->value.last : Due{now, ""};
  if (read && until - last.at < kEvery) return std::size_t{0};
  // 2. What comes between there and so many days from now.
  const std::vector<Due> rows = CM_TRY(TimedUntil(desk_.store(), sort.family, until, last, limit));
  // 3. One change.
  const Reminded next{std::string(sort.id), rows.size() == limit ? rows.back() : Due{until, ""}};
  ledger::Change change;
  if (read) {
    Replace(change, *read, next);
  } else {
    Create(change, next);
  }
  std::size_t made = 0;
  for (const Due& row : rows) {
    Reminding reminding = CM_TRY(sort.read(desk_.store(), now, row));
    if (reminding.parties.empty()) continue;
    CM_TRY(desk_.Record(change, Reminder(now, reminding.subject, std::move(reminding.parties))));
    ++made;
  }
  CM_TRY(desk_.CommitRecorded(std::move(change), ledger::Ack::kSequenced));
  return made;
}

}  // namespace certmark::ca
