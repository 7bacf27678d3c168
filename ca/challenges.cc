#include "ca/challenges.h"

#include <array>

#include "ca/control_proof.h"
#include "ca/numbers.h"
#include "ca/package_name.h"
#include "ca/rights.h"
#include "ca/separation.h"
#include "ca/signing_identity.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kNonceBytes = 32;

ActEntry ActOnChallenge(Time at, std::string_view actor, std::string_view name, const Challenge& challenge) {
  return {.at = at,
          .actor = std::string(actor),
          .act = std::string(name),
          .subject = SubjectOf(challenge),
          .reason = "",
          .before = "",
          .after = ""};
}

Result<void> CheckUnit(const App& app, const std::string& signer) {
  if (!HasSignerCertificates(app.platform)) {
    return Invalid("a signer on " + std::string(Name(app.platform)) + " is no certificate: the laboratory confirms it");
  }
  if (!IsSigner(app.platform, signer)) return Invalid("signer: " + Quote(signer));
  if (!IsPackageName(app)) return Invalid("package: not of the platform's grammar: " + Quote(app.package));
  return CheckCertifiable(app, {signer});
}

}  // namespace

Result<Challenge> Challenges::Issue(const Party& caller, const App& app, const std::string& signer) {
  // 1. The role, and the unit.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kSubmitApplication));
  CM_TRY(CheckUnit(app, signer));
  const auto open = CM_TRY(FoundBy(desk_.store(), "challenge", party.value.id, "", Challenge::kMaxOpen));
  if (open.size() >= Challenge::kMaxOpen) {
    return Error{ErrorCode::kResourceExhausted, std::to_string(open.size()) + " challenges wait for an answer"};
  }
  // 2. The text.
  std::array<std::uint8_t, kNonceBytes> nonce{};
  CM_TRY(desk_.random()(nonce));
  Challenge challenge;
  challenge.id = CM_TRY(NewId(desk_.random()));
  challenge.operator_party = party.value.id;
  challenge.app = app;
  challenge.signer = signer;
  challenge.text = ControlText{desk_.authority().iss, party.value.id, app, nonce}.ToText();
  challenge.issued_at = desk_.Now();
  // 3. One change.
  ledger::Change change;
  Expect(change, party);
  Create(change, challenge);
  ActEntry act = ActOnChallenge(challenge.issued_at, party.value.id, "issue-challenge", challenge);
  act.after = "ISSUED";
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return challenge;
}

Result<std::string> Challenges::Use(const Party& party, const App& app, const Proof& proof,
                                    ledger::Change& change) const {
  const auto read = CM_TRY(Load<Challenge>(desk_.store(), proof.challenge));
  const Challenge& challenge = read.value;
  if (challenge.operator_party != party.id || challenge.app != app) {
    return Error{ErrorCode::kNotFound, "no challenge " + std::string(proof.challenge)};
  }
  if (desk_.Now() >= challenge.expires_at()) {
    return Precondition(SubjectOf(challenge) + " expired at " + FormatDateTime(challenge.expires_at()));
  }
  CM_TRY(CheckControlProof({.certificate = proof.certificate,
                            .signature = proof.signature,
                            .text = challenge.text,
                            .signer = challenge.signer}));
  Erase(change, read);
  return challenge.signer;
}

Result<void> Challenges::OnDue(std::string_view id) const {
  const auto read = CM_TRY(Load<Challenge>(desk_.store(), id));
  const Time now = desk_.Now();
  if (now < read.value.expires_at()) return {};
  ledger::Change change;
  Erase(change, read);
  ActEntry act = ActOnChallenge(now, kClock, "expire-challenge", read.value);
  act.before = "ISSUED";
  act.after = "EXPIRED";
  act.rests_on = SubjectOf(read.value);
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

}  // namespace certmark::ca
