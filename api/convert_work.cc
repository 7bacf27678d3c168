#include "api/convert_work.h"

#include <utility>

#include "api/convert.h"
#include "api/convert_table.h"
#include "api/request_field.h"
#include "ca/act_entry.h"

namespace certmark::api {
namespace {

constexpr std::pair<ca::Bulk::State, v1::Bulk::State> kBulkStates[] = {
    {ca::Bulk::State::kProposed, v1::Bulk::PROPOSED},
    {ca::Bulk::State::kRunning, v1::Bulk::RUNNING},
    {ca::Bulk::State::kDone, v1::Bulk::DONE},
    {ca::Bulk::State::kVoid, v1::Bulk::VOID},
};

constexpr std::pair<ca::BulkItem::Outcome, v1::BulkItem::Outcome> kOutcomes[] = {
    {ca::BulkItem::Outcome::kCarried, v1::BulkItem::CARRIED},
    {ca::BulkItem::Outcome::kAsWanted, v1::BulkItem::AS_WANTED},
    {ca::BulkItem::Outcome::kImpossible, v1::BulkItem::IMPOSSIBLE},
};

v1::Act ActMessage(std::uint64_t index, const Hash& leaf, const std::string& entry) {
  v1::Act out;
  out.set_index(index);
  out.set_leaf_hash(ToWire(leaf));
  out.set_entry(entry);
  return out;
}

}  // namespace

v1::WorkItem ToProto(const ca::WorkItem& item) {
  v1::WorkItem out;
  out.set_subject(SubjectName(item.subject));
  if (item.by) Put(*item.by, out.mutable_by());
  return out;
}

v1::Bulk ToProto(const ca::Bulk& bulk) {
  v1::Bulk out;
  out.set_name(ResourceName(Collection::kBulks, bulk.id));
  out.set_state(Second(kBulkStates, bulk.state));
  out.set_proposal(ResourceName(Collection::kProposals, bulk.proposal));
  out.set_count(bulk.count);
  out.set_carried(bulk.carried);
  out.set_as_wanted(bulk.as_wanted);
  out.set_impossible(bulk.impossible);
  return out;
}

v1::BulkItem ToProto(const ca::BulkItem& item) {
  v1::BulkItem out;
  out.set_certification(ResourceName(Collection::kCertifications, item.number));
  out.set_outcome(Second(kOutcomes, item.outcome));
  out.set_state(item.state);
  out.set_successor(ResourceName(Collection::kCertifications, item.successor));
  out.set_acted_on(ResourceName(Collection::kCertifications, item.acted_on));
  return out;
}

v1::Act ToProto(const ca::ActReading::Read& act) {
  return ActMessage(act.index, act.leaf, act.entry);
}

v1::ActProof ToProto(const ca::ActReading::Proof& proof) {
  v1::ActProof out;
  *out.mutable_act() = ActMessage(proof.index, proof.leaf, proof.entry);
  out.set_head_size(proof.head_size);
  out.set_head_root(ToWire(proof.head_root));
  for (const Hash& hash : proof.path) out.add_hashes(ToWire(hash));
  out.set_head_log(proof.head_log);
  out.set_head_index(proof.head_index);
  out.set_key_index(proof.key_index);
  return out;
}

Result<ca::Selector> FromProto(const v1::Selector& selector) {
  ca::Selector out{selector.by(), selector.value()};
  const bool is_party = out.by == "laboratory" || out.by == "operator";
  if (is_party) out.value = CM_TRY(InField("value", ParseResourceName(Collection::kParties, out.value)));
  return out;
}

Result<std::string> ParseActor(std::string_view name) {
  if (ca::IsNoParty(name)) return std::string(name);
  return ParseResourceName(Collection::kParties, name);
}

std::string ActorName(std::string_view actor) {
  return ca::IsNoParty(actor) ? std::string(actor) : ResourceName(Collection::kParties, actor);
}

}  // namespace certmark::api
