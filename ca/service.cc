#include "ca/service.h"

#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

// A caller waits so long for witnesses: their outage must not hold every worker of the service. And so long for the
// log itself, which answers sooner unless a disk hangs.
constexpr std::chrono::milliseconds kWitnessPatience{10'000}, kPatience{30'000};

}  // namespace

Service::Service(Dependencies dependencies)
    : deps_(std::move(dependencies)),
      issuer_({.iss = deps_.authority.iss,
               .name = deps_.authority.name,
               .signer = *deps_.authority.credential_signer,
               .certificate = deps_.authority.credential_certificate,
               .status = deps_.status,
               .clock = deps_.clock,
               .random = deps_.random}),
      logs_(deps_.log, deps_.authority.trust) {}

AuthorRules Service::RulesAt(Time now) const {
  const Authority& authority = deps_.authority;
  return {.authority = authority.iss, .party_ca = authority.party_ca, .roots = authority.trust.roots(), .now = now};
}

Result<void> Service::RequireReason(std::string_view reason) const {
  if (deps_.scheme.HasReason(reason)) return {};
  return Error{ErrorCode::kInvalidArgument, "no reason of " + deps_.scheme.Name() + ": " + Quote(reason)};
}

Result<void> Service::Commit(ledger::Change change, const ActEntry& act, ledger::Ack ack) const {
  act.RecordIn(change);
  CM_TRY(deps_.log.AppendWithin(std::move(change), ack, ack == ledger::Ack::kWitnessed ? kWitnessPatience : kPatience));
  return {};
}

Result<void> Service::AwaitDurable() const {
  CM_TRY(deps_.log.AppendWithin({}, ledger::Ack::kSequenced, kPatience));
  return {};
}

}  // namespace certmark::ca
