// Fsck of the private record log: the last act on each file says what the file says, and names the rows it wrote.
#include <functional>
#include <optional>
#include <utility>

#include "ca/application.h"
#include "ca/certification.h"
#include "ca/certification_rows.h"
#include "ca/enrolment.h"
#include "ca/fsck_rows.h"
#include "ca/records.h"
#include "ca/rights.h"

namespace certmark::ca {
namespace {

using ledger::Column;
using ledger::Store;
using ledger::Write;

class ActsChecker {
 public:
  ActsChecker(const Store& store, const LogFold& fold) : store_(store), fold_(fold) {}

  Result<RowsChecked> Run() {
    CM_TRY(
        ForEach<Application>([this](const Application& file, Bytes row) { return CheckFile(file, std::move(row)); }));
    CM_TRY(ForEach<Enrolment>([this](const Enrolment& enrolment, const Bytes&) -> Result<void> {
      CheckState(Subject(enrolment), Name(enrolment.state));
      return {};
    }));
    // Proposals come before certifications: who confirms one acts on the certification.
    CM_TRY(ForEach<Proposal>([this](const Proposal& proposal, Bytes row) -> Result<void> {
      CheckProposal(proposal, std::move(row));
      return {};
    }));
    CM_TRY(ForEach<Certification>([this](const Certification& certification, Bytes row) -> Result<void> {
      CheckCertification(certification, std::move(row));
      return {};
    }));
    return std::move(out_);
  }

 private:
  void Report(std::string_view kind, std::string place, std::string expected, std::string found) {
    out_.findings.Add({kind, "", std::move(place), std::move(expected), std::move(found)});
  }

  template <class R>
  static std::string Subject(const R& record) {
    return std::string(R::kKind) + "/" + record.id;
  }
  static Write RecordWrite(std::string_view subject, Bytes row) {
    return {Column::kRecord, ToBytes(subject), std::move(row)};
  }

  // ForEach visits every record of a kind with its row. One that cannot be read is a finding, unless it is one of a
  // certification, which its own check reports.
  template <class R, class Visit>
  Result<void> ForEach(const Visit& visit) {
    const Bytes begin = RecordKey(R::kKind, "");
    Bytes end = begin;
    ++end.back();
    std::optional<Error> failed;
    const auto scanned = store_.Scan(Column::kRecord, begin, end, [&](ByteView key, ByteView value) {
      ++out_.rows;
      const auto record = R::FromJson(AsText(value));
      const bool named = record && Equal(RecordKey(R::kKind, record->id), key);
      if (!named && R::kKind != Certification::kKind) {
        Report("file-unreadable", std::string(AsText(key)), "a record under its id",
               record ? "another id" : record.error().message);
      }
      if (!named) return true;
      const auto visited = visit(*record, Bytes(value.begin(), value.end()));
      if (!visited) failed = visited.error();
      return !failed;
    });
    if (failed) return *std::move(failed);
    if (!scanned && scanned.error().code != ErrorCode::kCorruption) return scanned;
    if (!scanned) Report("file-unreadable", std::string(R::kKind), "rows", scanned.error().message);
    return {};
  }

  // CheckState returns the last act on a file, if what it left is what the file says.
  const LastAct* CheckState(const std::string& subject, std::string_view state) {
    const auto found = fold_.acts().find(subject);
    if (found == fold_.acts().end()) {
      Report("act-missing", subject, "an act that made it", "none");
      return nullptr;
    }
    const LastAct& last = found->second;
    if (last.after == state) return &last;
    Report("act-state", subject, last.after + ", by log 0 entry " + std::to_string(last.index), std::string(state));
    return nullptr;
  }

  bool IsOf(const LastAct& act, const std::vector<Write>& writes) const { return WritesDigest(writes) == act.writes; }

  void CheckDigest(const std::string& subject, const LastAct& act, const std::vector<Write>& writes) {
    ++out_.digests;
    if (IsOf(act, writes)) return;
    Report("act-digest", subject, act.writes + ", by log 0 entry " + std::to_string(act.index), WritesDigest(writes));
  }

  Result<void> CheckFile(const Application& file, Bytes row) {
    const std::string subject = Subject(file);
    const LastAct* const last = CheckState(subject, Name(file.state));
    if (last == nullptr) return {};
    std::vector<Write> writes = {RecordWrite(subject, std::move(row))};
    if (file.state == Application::State::kGranted) {
      const auto granted = CM_TRY(GrantedRows(file));
      if (!granted) return {};
      writes.insert(writes.end(), granted->begin(), granted->end());
    }
    CheckDigest(subject, *last, writes);
    return {};
  }

  // GrantedRows are what granting a file wrote beside it; nothing if the certification has changed since.
  Result<std::optional<std::vector<Write>>> GrantedRows(const Application& file) {
    const std::string subject = std::string(Certification::kKind) + "/" + file.certification;
    const auto row = store_.Get(Column::kRecord, ToBytes(subject));
    if (!row && row.error().code != ErrorCode::kCorruption) return row.error();
    const auto certification = row && *row ? Certification::FromJson(AsText(**row)) : Error{ErrorCode::kNotFound, ""};
    if (!certification || !certification->history.empty()) return std::optional<std::vector<Write>>();
    std::vector<Write> writes = {RecordWrite(subject, **row)};
    ledger::Change freed;
    FreeUnit(*certification, freed);  // names the rows that were taken
    for (Write& live : freed.writes) {
      writes.push_back({live.column, std::move(live.key), ToBytes(certification->id)});
    }
    writes.push_back(AppRow(*certification));
    writes.push_back(StatusWrite(certification->status, StatusValue::kValid));
    return std::optional(std::move(writes));
  }

  void CheckProposal(const Proposal& proposal, Bytes row) {
    const std::string subject = Subject(proposal);
    Write write = RecordWrite(subject, std::move(row));
    if (proposal.state == Proposal::State::kConfirmed) {
      confirmed_[proposal.number].push_back(std::move(write));
      return;
    }
    const LastAct* const last = CheckState(subject, Name(proposal.state));
    if (last != nullptr) CheckDigest(subject, *last, {write});
  }

  void CheckCertification(const Certification& certification, Bytes row) {
    if (certification.history.empty()) return;  // its grant acted on the application
    const std::string subject = Subject(certification);
    const LastAct* const last = CheckState(subject, Name(certification.state));
    if (last == nullptr) return;
    ledger::Change change;
    change.writes.push_back(RecordWrite(subject, std::move(row)));
    if (HasEnded(certification.state)) FreeUnit(certification, change);
    change.writes.push_back(StatusWrite(certification.status, StatusOf(certification.state)));
    if (last->act != Name(Act::kConfirmProposal)) return CheckDigest(subject, *last, change.writes);
    // One of its confirmed proposals was written first.
    change.writes.insert(change.writes.begin(), Write{Column::kRecord, {}, std::nullopt});
    for (const Write& proposal : confirmed_[certification.id]) {
      change.writes.front() = proposal;
      if (!IsOf(*last, change.writes)) continue;
      ++out_.digests;
      return;
    }
    CheckDigest(subject, *last, change.writes);
  }

  const Store& store_;
  const LogFold& fold_;
  std::unordered_map<std::string, std::vector<Write>> confirmed_;  // proposals, by number
  RowsChecked out_;
};

}  // namespace

Result<RowsChecked> CheckActs(const Store& store, const LogFold& fold) {
  return ActsChecker(store, fold).Run();
}

}  // namespace certmark::ca
