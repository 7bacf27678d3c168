#include "api/cli/checked_act.h"

#include <string>
#include <utility>

#include "api/cli/checked_log.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

Error Wrong(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
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

Result<RecordHead> CheckRecordHead(std::string_view entry, const CheckedAct& act, const TrustList& list) {
  const auto jws = ParseJws(entry, kTypRecord, X5c::kForbidden, kMaxEntryBytes);
  auto head = jws ? ParseRecordHead(jws->payload_text()) : jws.error();
  if (!head) return Wrong("the entry of the public log is no head of the record log: " + head.error().message);
  if (head->iss != list.iss()) return Wrong("the head is of another authority, " + Quote(head->iss));
  if (head->size == act.head_size && head->root == act.head_root) return *std::move(head);
  return Wrong("the head in the public log is of another record log: size " + std::to_string(head->size) + ", root " +
               head->root.Base64());
}

}  // namespace certmark::cli
