#include "ca/act_reading.h"

#include <algorithm>
#include <set>

#include "ca/record_head.h"
#include "ca/record_operator.h"
#include "ca/separation.h"
#include "ca/signer_record.h"
#include "ledger/log_reader.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::ca {

namespace {

std::size_t LimitOf(const ActReading::Page& page) {
  return std::min(page.limit, ActReading::kMaxPage);
}

std::optional<std::uint64_t> EndOf(const std::vector<std::uint64_t>& indices, const ActReading::Page& page) {
  return indices.empty() || indices.size() < LimitOf(page) ? std::nullopt : std::optional(indices.back());
}

}  // namespace

Result<ActReading::Acts> ActReading::OfRecord(const Party& caller, std::string_view subject, const Page& page) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadRecord));
  const std::vector<std::string> operators = CM_TRY(OperatorsOf(desk_.store(), subject));
  CM_TRY(RequireApartFromOperators(desk_.store(), party.value, operators));
  const auto indices = CM_TRY(ActsOf(desk_.store(), subject, LimitOf(page), page.after));
  Acts acts{.shown = {}, .end = EndOf(indices, page)};
  for (const std::uint64_t index : indices) acts.shown.push_back(CM_TRY(ReadAt(index)));
  return acts;
}

Result<ActReading::Acts> ActReading::ByActor(const Party& caller, std::string_view actor, const Page& page) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadRecord));
  const auto indices = CM_TRY(ActsBy(desk_.store(), actor, LimitOf(page), page.after));
  Acts acts{.shown = {}, .end = EndOf(indices, page)};
  for (const std::uint64_t index : indices) {
    Read read = CM_TRY(ReadAt(index));
    if (CM_TRY(IsApartFrom(party.value, read.recorded))) acts.shown.push_back(std::move(read));
  }
  return acts;
}

Result<bool> ActReading::IsApartFrom(const Party& party, const RecordedAct& recorded) const {
  std::set<std::string> subjects = {recorded.act.subject};
  for (const auto& [subject, digest] : recorded.records) subjects.insert(subject);
  for (const std::string& subject : subjects) {
    const std::vector<std::string> operators = CM_TRY(OperatorsOf(desk_.store(), subject));
    if (!CM_TRY(IsApart(desk_.store(), party, operators))) return false;
  }
  return true;
}

Result<ActReading::Proof> ActReading::Prove(const Party& caller, const Hash& leaf) const {
  // 1. The act, and the newest head.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kReadRecord));
  const ledger::LogReader records(desk_.store(), ledger::kRecordLog);
  Read act = CM_TRY(ReadAt(CM_TRY(records.IndexOf(leaf, CM_TRY(Size())))));
  if (!CM_TRY(IsApartFrom(party.value, act.recorded))) return Denied("an act on a file that is not for you to read");
  const auto row = Load<RecordHeadRow>(desk_.store(), RecordHeadRow::kId);
  if (!row && row.error().code != ErrorCode::kNotFound) return row.error();
  // One that a restore replaced is of another record log, whatever stands at this index of that.
  if (!row || row->value.replaced || act.index >= row->value.size) {
    return Precondition("no head of the record log covers entry " + std::to_string(act.index) + " yet");
  }
  // 2. The head where the world reads it.
  const RecordHeadRow& head = row->value;
  const ReadableLog log = CM_TRY(desk_.logs().Find(head.log));
  const auto head_index = log.reader.IndexOf(head.entry, log.exposed->checkpoint.size);
  if (!head_index && head_index.error().code == ErrorCode::kNotFound) {
    return Precondition("the head of the record log is not exposed yet");
  }
  if (!head_index) return head_index.error();
  const std::uint64_t key_index = CM_TRY(KeyIndex(log, *head_index, head.log));
  // 3. The way from the one to the other.
  certmark::Proof path = CM_TRY(records.Inclusion(act.index, head.size));
  if (!VerifyInclusion(act.index, head.size, leaf, path, head.root)) {
    return Error{ErrorCode::kCorruption, "the record log is not the one whose head is public"};
  }
  return Proof{.index = act.index,
               .leaf = leaf,
               .entry = std::move(act.entry),
               .head_size = head.size,
               .head_root = head.root,
               .path = std::move(path),
               .head_log = head.log,
               .head_index = *head_index,
               .key_index = key_index};
}

Result<std::uint64_t> ActReading::KeyIndex(const ReadableLog& log, std::uint64_t index,
                                           ledger::LogNumber number) const {
  const std::uint64_t size = log.exposed->checkpoint.size;
  const Bytes entry = CM_TRY(log.reader.Entry(index, size));
  const Jws jws = CM_TRY(ParseJws(AsText(entry), kTypRecord, X5c::kForbidden, kMaxEntryBytes));
  const SignerRecord signer = CM_TRY(Load<SignerRecord>(desk_.store(), jws.kid)).value;
  const auto announced = signer.logs.find(number);
  if (announced != signer.logs.end()) return log.reader.IndexOf(announced->second, size);
  return Error{ErrorCode::kCorruption, "log " + std::to_string(number) + " does not announce signer " + jws.kid};
}

Result<ActReading::Read> ActReading::ReadAt(std::uint64_t index) const {
  const Bytes bytes = CM_TRY(ledger::LogReader(desk_.store(), ledger::kRecordLog).Entry(index, CM_TRY(Size())));
  std::string entry(AsText(bytes));
  auto recorded = RecordedAct::Parse(entry);
  if (recorded) return Read{index, LeafHash(bytes), std::move(entry), *std::move(recorded)};
  return Error{ErrorCode::kCorruption, "log 0 entry " + std::to_string(index) + ": " + recorded.error().message};
}

Result<std::uint64_t> ActReading::Size() const {
  return CM_TRY(ledger::Head::Decode(CM_TRY(desk_.store().Head()))).tree(ledger::kRecordLog).size;
}

}  // namespace certmark::ca
