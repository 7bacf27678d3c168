#include "ca/proposal.h"

#include "ca/name_table.h"
#include "ca/record_json.h"
#include "ca/rights.h"
#include "ca/scheme.h"

namespace certmark::ca {
namespace {

constexpr NameTable<Proposed, 15> kActs{{
    {Proposed::kSuspend, "suspend"},
    {Proposed::kRevoke, "revoke"},
    {Proposed::kOrder, "order"},
    {Proposed::kExposeOrder, "expose-order"},
    {Proposed::kAnnulOrder, "annul-order"},
    {Proposed::kAccredit, "accredit"},
    {Proposed::kSuspendAccreditation, "suspend-accreditation"},
    {Proposed::kRestoreAccreditation, "restore-accreditation"},
    {Proposed::kEndAccreditation, "end-accreditation"},
    {Proposed::kBar, "bar"},
    {Proposed::kLiftBar, "lift-bar"},
    {Proposed::kSuspendAll, "suspend-all"},
    {Proposed::kRevokeAll, "revoke-all"},
    {Proposed::kReissueAll, "reissue-all"},
    {Proposed::kRevokeCertificates, "revoke-certificates"},
}};

constexpr NameTable<Proposal::State, 4> kStates{{
    {Proposal::State::kOpen, "OPEN"},
    {Proposal::State::kConfirmed, "CONFIRMED"},
    {Proposal::State::kRejected, "REJECTED"},
    {Proposal::State::kExpired, "EXPIRED"},
}};

}  // namespace

std::string_view Name(Proposed act) {
  return NameIn(kActs, act);
}

std::string_view Name(Proposal::State state) {
  return NameIn(kStates, state);
}

std::string Proposal::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("state", NameIn(kStates, state));
    writer.Member("act", NameIn(kActs, act));
    writer.Member("subject", subject);
    writer.Member("reason", reason);
    writer.Member("details", details);
    writer.Member("proposed_by", proposed_by);
    writer.Member("confirmed_by", confirmed_by);
    writer.Member("proposer_revocations", proposer_revocations);
    WriteTime(writer, "proposed_at", proposed_at);
    WriteTime(writer, "expires_at", expires_at);
  });
  return writer.Take();
}

Result<Proposal> Proposal::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Proposal out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.act = CM_TRY(ReadName(root, "act", kActs));
  out.subject = CM_TRY(ReadText(root, "subject"));
  out.reason = CM_TRY(ReadText(root, "reason"));
  out.details = CM_TRY(ReadText(root, "details"));
  out.proposed_by = CM_TRY(ReadText(root, "proposed_by"));
  out.confirmed_by = CM_TRY(ReadText(root, "confirmed_by"));
  out.proposer_revocations = CM_TRY(root.Number("proposer_revocations"));
  out.proposed_at = CM_TRY(ReadTime(root, "proposed_at"));
  out.expires_at = CM_TRY(ReadTime(root, "expires_at"));
  return out;
}

std::vector<IndexRow> Proposal::IndexRows() const {
  if (state != State::kOpen) return {};
  const std::string name = std::string(kKind) + "/" + id;
  std::vector<IndexRow> rows = {DueRow(expires_at, name)};
  if (act == Proposed::kSuspend && reason == Scheme::kHolderRequest)
    rows.push_back({AskedRowKey(subject), ToBytes(name)});
  for (const Role role : RolesFor(ConfirmingRight(act))) rows.push_back(WorkRow(Name(role), expires_at, name));
  return rows;
}

Bytes AskedRowKey(std::string_view subject) {
  return ToBytes("asked/" + std::string(subject));
}

}  // namespace certmark::ca
