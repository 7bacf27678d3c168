#include "ca/certificate_revocations.h"

#include <algorithm>
#include <map>

#include "ca/enrolment.h"
#include "ca/rights.h"
#include "ca/separation.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kEnrolled = "ENROLLED", kRevoked = "REVOKED";

// Revoking is one party's loss, on the way to be committed.
struct Revoking {
  Party party;
  ledger::Change change;
  ActEntry act;
};

Revoking Begin(const Stored<Party>& read, CrlReason reason, Time now) {
  Revoking out{.party = read.value, .change = {}, .act = {}};
  RevokeAll(out.party, reason, now);
  out.change.urgency = ledger::Urgency::kUrgent;
  out.act.at = now;
  out.act.subject = SubjectOf(read.value);
  out.act.concerns = {read.value.id};
  out.act.reason = Name(reason);
  out.act.before = kEnrolled;
  out.act.after = kRevoked;
  return out;
}

Result<void> RequireIdentified(const Party& party) {
  if (!party.certificates.empty()) return {};
  return Precondition("party " + party.id + " has no certificate");
}

}  // namespace

Result<Party> CertificateRevocations::RevokeOwn(const Party& caller, CrlReason reason) const {
  const auto read = CM_TRY(Admit(desk_.store(), caller, Act::kRevokeCertificates));
  CM_TRY(RequireIdentified(read.value));
  Revoking revoking = Begin(read, reason, desk_.Now());
  revoking.act.actor = caller.id;
  revoking.act.act = Name(Act::kRevokeCertificates);
  Replace(revoking.change, read, revoking.party);
  CM_TRY(desk_.Commit(std::move(revoking.change), revoking.act, ledger::Ack::kSequenced));
  return std::move(revoking.party);
}

Result<Seconds> CertificateRevocations::CheckProposal(const Party&, const Proposal& proposal,
                                                      ledger::Change& change) const {
  if (KindOf(proposal.subject) != Party::kKind) return Invalid("no party: " + Quote(proposal.subject));
  if (!proposal.details.empty()) return Invalid("details that are not asked for");
  CM_TRY(ParseCrlReason(proposal.reason));
  const auto read = CM_TRY(Load<Party>(desk_.store(), IdOf(proposal.subject)));
  CM_TRY(RequireIdentified(read.value));
  Expect(change, read);
  return kEnrolmentLife;
}

Result<std::vector<std::string>> CertificateRevocations::Concerned(const Proposal& proposal) const {
  return std::vector{std::string(IdOf(proposal.subject))};
}

Result<void> CertificateRevocations::Confirmed(const Party& confirmer, const Proposal& proposal,
                                               ledger::Change change) const {
  const auto read = CM_TRY(Load<Party>(desk_.store(), IdOf(proposal.subject)));
  CM_TRY(RequireIdentified(read.value));
  Revoking revoking = Begin(read, CM_TRY(ParseCrlReason(proposal.reason)), desk_.Now());
  change.urgency = revoking.change.urgency;
  revoking.act.actor = confirmer.id;
  revoking.act.act = Name(Act::kConfirmCertificateRevocation);
  revoking.act.rests_on = SubjectOf(proposal);
  Replace(change, read, revoking.party);
  return desk_.Commit(std::move(change), revoking.act, ledger::Ack::kSequenced);
}

Result<std::vector<RevokedCertificate>> CertificateRevocations::Known() const {
  std::vector<RevokedCertificate> known;
  for (const std::string& subject : CM_TRY(AllFoundBy(desk_.store(), "revoked-certificates", "any"))) {
    const Party party = CM_TRY(Load<Party>(desk_.store(), IdOf(subject))).value;
    for (const Party::Revoked& each : party.revoked) known.push_back({each.serial, each.at, each.reason});
  }
  return known;
}

Result<std::size_t> CertificateRevocations::Keep(const std::vector<RevokedCertificate>& published) const {
  std::map<std::string_view, CrlReason> reasons;
  for (const RevokedCertificate& each : published) reasons.emplace(each.serial_hex, each.reason);
  // 1. Whose certificates the list has and the registry believes.
  std::vector<std::string> ids;
  CM_TRY(ForEach<Party>(desk_.store(), [&](const Party& party) -> Result<bool> {
    const auto is_listed = [&](const Party::Identity& each) { return reasons.contains(each.serial); };
    if (std::ranges::any_of(party.certificates, is_listed)) ids.push_back(party.id);
    return true;
  }));
  // 2. Each loses all that it has, as it did then: what it has besides may be of the same stolen key.
  for (const std::string& id : ids) {
    const auto read = CM_TRY(Load<Party>(desk_.store(), id));
    const auto listed = std::ranges::find_if(
        read.value.certificates, [&](const Party::Identity& each) { return reasons.contains(each.serial); });
    Revoking revoking = Begin(read, reasons.at(listed->serial), desk_.Now());
    revoking.act.actor = kKeeper;
    revoking.act.act = "keep-revoked";
    revoking.act.rests_on = SubjectOf(read.value);
    Replace(revoking.change, read, revoking.party);
    CM_TRY(desk_.Commit(std::move(revoking.change), revoking.act, ledger::Ack::kSequenced));
  }
  return ids.size();
}

}  // namespace certmark::ca
