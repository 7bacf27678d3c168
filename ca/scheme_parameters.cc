// The numbers of a scheme, and their bounds.
#include "ca/scheme_reader.h"

namespace certmark::ca {
namespace {

constexpr std::uint64_t kMaxValidityDays = 1096;  // a credential's, by FORMATS.md
constexpr std::uint64_t kMaxDays = 3660;          // ten years
constexpr std::uint64_t kMaxRetentionDays = 36600;
constexpr std::uint64_t kMaxBackupDays = 30;  // an erased document is to be gone everywhere by then
constexpr std::uint64_t kMaxRounds = 10;
constexpr std::uint64_t kMaxWorkingDays = 366;

constexpr NameTable<ControlProof, 3> kProofs{{
    {ControlProof::kEither, "either"},
    {ControlProof::kNonce, "nonce"},
    {ControlProof::kLaboratory, "laboratory"},
}};

std::uint32_t ReadWorkingDays(const SchemePart& part, std::string_view name) {
  return static_cast<std::uint32_t>(part.Number(name, {1, kMaxWorkingDays}));
}

void ReadApplying(const SchemePart& part, Parameters& out) {
  out.validity = part.Days("validity_days", kMaxValidityDays);
  out.renewal_from = part.Days("renewal_from_days", kMaxValidityDays);
  out.incident_bar = part.Days("incident_bar_days", kMaxDays);
  out.revocation_bar = part.Days("revocation_bar_days", kMaxDays);
  out.control_proof = part.Named("control_proof", kProofs);
  out.control_criterion = part.Text("control_criterion");
  out.audit_waived = part.Flag("audit_waived");
  out.open_range = part.Flag("open_range");
  out.rectification_limit = part.Days("rectification_days", kMaxDays);
  out.rectification_rounds = static_cast<std::uint32_t>(part.Number("rectification_rounds", {0, kMaxRounds}));
  out.return_limit = part.Days("return_days", kMaxDays);
  out.decision_limit = part.Days("decision_days", kMaxDays);
}

void ReadAfterwards(const SchemePart& part, Parameters& out) {
  out.proposal_life = part.Days("proposal_days", kMaxDays);
  out.suspension_limit = part.Days("suspension_days", kMaxDays);
  out.suspension_limit_asked = part.Days("suspension_asked_days", kMaxDays);
  out.order_working_days = ReadWorkingDays(part, "order_working_days");
  out.exposed_limit = part.Days("exposed_days", kMaxDays);
  out.appeal_working_days = ReadWorkingDays(part, "appeal_working_days");
  out.appeal_answer = part.Days("appeal_answer_days", kMaxDays);
  out.complaint_working_days = ReadWorkingDays(part, "complaint_working_days");
  out.report_review = part.Days("report_review_days", kMaxDays);
}

void ReadKeeping(const SchemePart& part, Parameters& out) {
  out.retention_granted = part.Days("retention_granted_days", kMaxRetentionDays);
  out.retention_ended = part.Days("retention_ended_days", kMaxRetentionDays);
  out.key_backup_life = part.Days("key_backup_days", kMaxBackupDays);
}

}  // namespace

Parameters ReadParameters(const SchemePart& part) {
  Parameters out;
  ReadApplying(part, out);
  ReadAfterwards(part, out);
  ReadKeeping(part, out);
  part.Require(out.renewal_from <= out.validity, "renewal_from_days is more than validity_days");
  return out;
}

}  // namespace certmark::ca
