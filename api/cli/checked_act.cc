#include "api/cli/checked_act.h"

#include <span>
#include <string>
#include <utility>
#include <variant>

#include "api/cli/checked_log.h"
#include "verifier-sdk/core/log_judge.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

Error Wrong(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

// JudgeEntry is an entry that is what FORMATS.md §6 says it must be, after what the judge has seen of the log.
Result<ReadEntry> JudgeEntry(LogJudge& judge, std::uint64_t index, std::string_view bytes) {
  ReadEntry entry = judge.Read(AsBytes(bytes));
  const Judged judged = judge.Judge(index, entry);
  const std::string place = "entry " + std::to_string(index) + " of the public log: ";
  if (judged.is_blocked) return Wrong(place + "the trust list blocks the key that signed it");
  if (!judged.problem) return entry;
  return Wrong(place + std::string(judged.problem->kind) + ", expected " + judged.problem->expected + ", found " +
               judged.problem->found);
}

}  // namespace

Result<CheckedAct> CheckActProof(const v1::ActProof& answer, const Hash& leaf) {
  const v1::Act& act = answer.act();
  if (LeafHash(AsBytes(act.entry())) != leaf) return Wrong("the act that was answered has another leaf hash");
  auto recorded = ca::RecordedAct::Parse(act.entry());
  if (!recorded) return Wrong("not an act: " + recorded.error().message);
  const auto root = Hash::FromBytes(AsBytes(answer.head_root()));
  if (!root) return Wrong("the head has no root");
  v1::InclusionProof path;
  path.set_index(act.index());
  path.set_size(answer.head_size());
  *path.mutable_hashes() = answer.hashes();
  CM_TRY(CheckInclusion(path, {act.index(), answer.head_size(), leaf}, *root));
  return CheckedAct{*std::move(recorded), act.index(), answer.head_size(), *root};
}

Result<RecordHead> CheckRecordHead(const LoggedHead& logged, const CheckedAct& act, const TrustList& list) {
  // 1. An entry of its kind, and good in its place.
  if (!list.LogPosition(logged.origin)) return Wrong("the trust list knows no log " + Quote(logged.origin));
  if (logged.key_index >= logged.index) return Wrong("the key of the head was logged after it");
  LogJudge judge(std::span(&list, 1), logged.origin, Signatures::kVerify);
  CM_TRY(JudgeEntry(judge, logged.key_index, logged.key_entry));
  const ReadEntry read = CM_TRY(JudgeEntry(judge, logged.index, logged.entry));
  const auto* head = std::get_if<RecordHead>(&read.content);
  if (head == nullptr) return Wrong("entry " + std::to_string(logged.index) + " is no head of the record log");
  // 2. Of that record log.
  if (head->size == act.head_size && head->root == act.head_root) return *head;
  return Wrong("the head in the public log is of another record log: size " + std::to_string(head->size) + ", root " +
               head->root.Base64());
}

}  // namespace certmark::cli
