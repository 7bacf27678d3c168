// The options of a policy: refused without, accepted with, and what each of them must not forgive.
#include "tests/unit/core/verify_rows.h"

namespace certmark::testing {
namespace {

Wrong NoProof() {
  return [](TestCase& c) { c.has_proof = false; };
}
Wrong NoStatus() {
  return [](TestCase& c) { c.has_status = false; };
}
Wrong NoSigner() {
  return [](TestCase& c) { c.expected.signers.clear(); };
}
Wrong NoBuild() {
  return [](TestCase& c) { c.expected.build.reset(); };
}
Wrong SignedBy(std::vector<std::string> witnesses) {
  return [=](TestCase& c) { c.witnesses_signing = witnesses; };
}
Wrong TestEnvironment() {
  return [](TestCase& c) { c.trust.environment = "test"; };
}
Wrong Blocked(TestKey TestPki::*key) {
  return [=](TestCase& c) {
    c.trust.blocked.push_back({(c.pki.*key).public_key().spki_hash().Hex(), std::nullopt, std::nullopt});
  };
}
Wrong BadCosignature() {
  return With(Part::kNote, [](const std::string& note) {
    return note + TestNoteKey::Witness("w3.example").Cosign("another text\n", kNow);
  });
}
Wrong Revoked() {
  return [](TestCase& c) { c.status.set(kExampleStatusIndex, StatusValue::kRevoked); };
}

}  // namespace

std::vector<OptionRow> OptionRows() {
  using enum Verdict;
  const auto test = Allow::kTestAuthority;
  const auto signer = Allow::kUnboundSigner;
  const auto build = Allow::kUnknownBuild;
  const auto unlogged = Allow::kUnlogged;
  const auto unwitnessed = Allow::kUnwitnessed;
  const auto status = Allow::kUnknownStatus;
  const auto leaf = &TestPki::signer_key;
  return {
      // What each forgives.
      {"a test authority", test, TestEnvironment(), kUntrustedIssuer, kValid, 10},
      {"no signer told", signer, NoSigner(), kWrongSigner, kValid, 10},
      {"no build told", build, NoBuild(), kWrongVersion, kValid, 10},
      {"no proof", unlogged, NoProof(), kNotLogged, kValid, 10, 8},
      {"no witness", unwitnessed, SignedBy({}), kNotWitnessed, kValid, 10},
      {"too few witnesses", unwitnessed, SignedBy({"w1.example"}), kNotWitnessed, kValid, 10},
      {"too few of one's own witnesses", unwitnessed,
       [](TestCase& c) {
         c.policy.own_witnesses = Policy::WitnessSet{};
         c.policy.own_witnesses->threshold = 1;
       },
       kNotWitnessed, kValid, 10},
      {"no status list", status, NoStatus(), kStatusUnknown, kValid, 10, 9},

      // What none of them forgives: what is there is judged as ever.
      {"a test authority whose list has ended", test, Both(TestEnvironment(), [](TestCase& c) { c.trust.exp = c.now; }),
       kUntrustedIssuer, kUntrustedIssuer, 2},
      {"a test authority that blocks the leaf", test, Both(TestEnvironment(), Blocked(leaf)), kUntrustedIssuer,
       kUntrustedIssuer, 3},
      {"an unknown authority", test, Claim("\"https://ca.example\"", "\"https://other.example\""), kUntrustedIssuer,
       kUntrustedIssuer, 2},
      {"another signer told", signer, [](TestCase& c) { c.expected.signers = {std::string(kOtherSigner)}; },
       kWrongSigner, kWrongSigner, 7},
      {"an empty signer told", signer, [](TestCase& c) { c.expected.signers = {""}; }, kWrongSigner, kWrongSigner, 7},
      {"no signer and no build told", signer, Both(NoSigner(), NoBuild()), kWrongSigner, kWrongVersion, 7},
      {"another build told", build, [](TestCase& c) { c.expected.build = "1"; }, kWrongVersion, kWrongVersion, 7},
      {"an empty build told", build, [](TestCase& c) { c.expected.build = ""; }, kWrongVersion, kWrongVersion, 7},
      {"no build and no signer told", build, Both(NoSigner(), NoBuild()), kWrongSigner, kWrongSigner, 7},
      {"an empty proof", unlogged, In(Part::kProof, "c2sp", "C2SP"), kNotLogged, kNotLogged, 8},
      {"a proof of another entry", unlogged, In(Part::kProof, "index 5", "index 4"), kNotLogged, kNotLogged, 8},
      {"a proof without witnesses", unlogged, SignedBy({}), kNotWitnessed, kNotWitnessed, 8},
      {"no proof and a blocked leaf", unlogged, Both(NoProof(), Blocked(leaf)), kUntrustedIssuer, kUntrustedIssuer, 3},
      {"no proof and a leaf blocked from a late entry", unlogged,
       Both(NoProof(), BlockedFrom(leaf, 1'000'000, kLogOrigin)), kNotLogged, kUntrustedIssuer, 3},
      {"no proof and a CA blocked from a late entry", unlogged,
       Both(NoProof(), BlockedFrom(&TestPki::credential_ca_key, 1'000'000, kLogOrigin)), kNotLogged, kUntrustedIssuer,
       3},
      {"no proof and no status list", unlogged, Both(NoProof(), NoStatus()), kNotLogged, kStatusUnknown, 9, 8},
      {"a bad cosignature of a known witness", unwitnessed, BadCosignature(), kNotLogged, kNotLogged, 8},
      {"a log that is not listed", unwitnessed, [](TestCase& c) { c.origin = "ca.example/log/9"; }, kNotLogged,
       kNotLogged, 8},
      {"no proof at all", unwitnessed, NoProof(), kNotLogged, kNotLogged, 8},
      {"a leaf blocked from this entry, unwitnessed", unwitnessed, Both(BlockedFrom(leaf, 5, kLogOrigin), SignedBy({})),
       kUntrustedIssuer, kUntrustedIssuer, 8},
      {"an unreadable status list", status, With(Part::kStatusToken, [](const std::string&) { return "x"; }),
       kStatusUnknown, kStatusUnknown, 9},
      {"an old status list", status, [](TestCase& c) { c.status_iat = c.now - 2 * kDay; }, kStatusStale, kStatusStale,
       9},
      {"a status list of another list", status, In(Part::kStatusClaims, "/status/0", "/status/1"), kStatusUnknown,
       kStatusUnknown, 9},
      {"a status list that says revoked", status, Revoked(), kRevoked, kRevoked, 10},
  };
}

std::vector<Row> PolicyRows() {
  std::vector<Row> rows;
  for (const OptionRow& row : OptionRows()) {
    const Wrong allowed = [option = row.option](TestCase& c) { c.policy.allow = {option}; };
    rows.push_back({std::string(Name(row.option)) + ": " + row.name, Both(row.wrong, allowed), row.with, row.step});
  }
  return rows;
}

}  // namespace certmark::testing
