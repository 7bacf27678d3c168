#include "ca/desk.h"

#include "ca/numbers.h"
#include "ca/once.h"

namespace certmark::ca {

Error Denied(std::string message) {
  return {ErrorCode::kPermissionDenied, std::move(message)};
}
Error Precondition(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}
Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Desk::Desk(Dependencies dependencies)
    : deps_(std::move(dependencies)),
      issuer_({.iss = deps_.authority.iss,
               .name = deps_.authority.name,
               .signer = *deps_.authority.credential_signer,
               .certificate = deps_.authority.credential_certificate,
               .status = deps_.status,
               .clock = deps_.clock,
               .random = deps_.random}),
      logs_(deps_.log, deps_.authority.trust),
      known_issuances_(KnownIssuances(deps_.authority)),
      party_certificates_(deps_.authority.party_ca) {}

Result<const Scheme*> Desk::SchemeOf(const Application& application) const {
  return deps_.schemes.Find(application.scheme);
}

Result<const Scheme*> Desk::SchemeOf(const Certification& certification) const {
  return deps_.schemes.RulesOf(certification.scheme, certification.edition);
}

AuthorRules Desk::RulesAt(Time now) const {
  const Authority& authority = deps_.authority;
  return {.authority = authority.iss,
          .party_ca = authority.party_ca,
          .roots = authority.trust.roots(),
          .now = now,
          .known = known_issuances_,
          .leaves = &party_certificates_};
}

Result<void> Desk::Record(ledger::Change& change, ActEntry act) const {
  act.id = CM_TRY(NewId(deps_.random));
  std::erase(act.concerns, act.actor);
  act.RecordIn(change);
  ClaimOnce(change, act);
  return {};
}

Result<void> Desk::Commit(ledger::Change change, const ActEntry& act, ledger::Ack ack) const {
  CM_TRY(Record(change, act));
  return CommitRecorded(std::move(change), ack);
}

Result<void> Desk::CommitRecorded(ledger::Change change, ledger::Ack ack) const {
  const auto patience = ack == ledger::Ack::kWitnessed ? kWitnessPatience : kPatience;
  const ledger::Receipt receipt = CM_TRY(deps_.log.AppendWithin(std::move(change), ack, patience));
  if (receipt.earlier_answer) return AlreadyDone();
  return {};
}

Result<void> Desk::AwaitDurable() const {
  CM_TRY(deps_.log.AppendWithin({}, ledger::Ack::kSequenced, kPatience));
  return {};
}

}  // namespace certmark::ca
