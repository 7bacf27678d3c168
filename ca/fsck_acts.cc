// Fsck of the private record log: the last act on each file says what the file says, and names the rows it wrote.
#include <functional>
#include <optional>
#include <utility>

#include "ca/act_entry.h"
#include "ca/application.h"
#include "ca/certification.h"
#include "ca/certification_rows.h"
#include "ca/fsck_check.h"
#include "ca/records.h"
#include "ca/rights.h"

namespace certmark::ca {
namespace {

using ledger::Column;
using ledger::Store;
using ledger::Write;

class ActsChecker {
 public:
  ActsChecker(const Store& store, const LogFold& fold) : check_(store, fold), fold_(fold) {}

  Result<RowsChecked> Run() {
    constexpr std::string_view kUnreadable = "file-unreadable";
    CM_TRY(check_.ForEach<Application>(
        kUnreadable, [this](const Application& file, Bytes row) { return CheckFile(file, std::move(row)); }));
    // Proposals come before certifications: who confirms one acts on the certification.
    CM_TRY(check_.ForEach<Proposal>(kUnreadable, [this](const Proposal& proposal, Bytes row) -> Result<void> {
      CheckProposal(proposal, std::move(row));
      return {};
    }));
    // One that cannot be read is a finding of its own check.
    CM_TRY(check_.ForEach<Certification>("", [this](const Certification& certification, Bytes row) -> Result<void> {
      CheckCertification(certification, std::move(row));
      return {};
    }));
    CM_TRY(CheckNothingIsGone());
    return std::move(check_.out());
  }

 private:
  Result<void> CheckFile(const Application& file, Bytes row) {
    const std::string subject = SubjectOf(file);
    const LastAct* const last = check_.ActOn(subject, Name(file.state));
    if (last == nullptr) return {};
    std::vector<Write> writes = {RecordWrite(subject, std::move(row))};
    if (file.state == Application::State::kGranted) {
      const auto granted = CM_TRY(GrantedRows(file));
      if (!granted) return {};
      writes.insert(writes.end(), granted->begin(), granted->end());
    }
    check_.CheckDigest(subject, *last, writes);
    return {};
  }

  // GrantedRows are what granting a file wrote beside it; nothing if the certification has changed since.
  Result<std::optional<std::vector<Write>>> GrantedRows(const Application& file) {
    const std::string subject = std::string(Certification::kKind) + "/" + file.certification;
    const auto row = check_.store().Get(Column::kRecord, ToBytes(subject));
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
    const std::string subject = SubjectOf(proposal);
    Write write = RecordWrite(subject, std::move(row));
    if (proposal.state == Proposal::State::kConfirmed) {
      confirmed_[proposal.number].push_back(std::move(write));
      return;
    }
    const LastAct* const last = check_.ActOn(subject, Name(proposal.state));
    if (last != nullptr) check_.CheckDigest(subject, *last, {write});
  }

  void CheckCertification(const Certification& certification, Bytes row) {
    if (certification.history.empty()) return;  // its grant acted on the application
    const std::string subject = SubjectOf(certification);
    const LastAct* const last = check_.ActOn(subject, Name(certification.state));
    if (last == nullptr) return;
    ledger::Change change;
    change.writes.push_back(RecordWrite(subject, std::move(row)));
    if (HasEnded(certification.state)) FreeUnit(certification, change);
    change.writes.push_back(StatusWrite(certification.status, StatusOf(certification.state)));
    if (last->act != Name(Act::kConfirmProposal)) return check_.CheckDigest(subject, *last, change.writes);
    // One of its confirmed proposals was written first.
    change.writes.insert(change.writes.begin(), Write{Column::kRecord, {}, std::nullopt});
    for (const Write& proposal : confirmed_[certification.id]) {
      change.writes.front() = proposal;
      if (WritesDigest(change.writes) != last->writes) continue;
      ++check_.out().digests;
      return;
    }
    check_.CheckDigest(subject, *last, change.writes);
  }

  // CheckNothingIsGone: a file that was acted on is still there. What expires, and what has a check of its own, is left
  // to that.
  Result<void> CheckNothingIsGone() {
    for (const auto& [subject, act] : fold_.acts()) {
      if (!subject.starts_with("application/") && !subject.starts_with("proposal/")) continue;
      if (CM_TRY(check_.Get(Column::kRecord, AsBytes(subject)))) continue;
      check_.Report("file-missing", subject, "a record: log 0 entry " + std::to_string(act.index) + " acted on it",
                    "no such row");
    }
    return {};
  }

  RowsCheck check_;
  const LogFold& fold_;
  std::unordered_map<std::string, std::vector<Write>> confirmed_;  // proposals, by number
};

}  // namespace

Result<RowsChecked> CheckActs(const Store& store, const LogFold& fold) {
  return ActsChecker(store, fold).Run();
}

}  // namespace certmark::ca
