#include "ca/parties.h"

#include <algorithm>

#include "ca/enrolment.h"
#include "ca/public_text.h"
#include "ca/separation.h"
#include "ca/x509_profiles.h"

namespace certmark::ca {
namespace {

// EnrolmentOf is what gave a party a key: an enrolment, or of a first registrar the ceremony, whose act is on the party
// itself.
Result<std::string> EnrolmentOf(const ledger::Store& store, const Party& party) {
  const auto enrolments = CM_TRY(FoundBy(store, "enrolled", party.id, "", 1));
  return enrolments.empty() ? SubjectOf(party) : enrolments.front();
}

std::string StateOf(const Party& party) {
  return party.certificates.empty() ? "UNIDENTIFIED" : "ENROLLED";
}

Result<void> CheckRenewable(const Party& party, const Certificate& presented, Time now) {
  if (!party.IsIdentifiedBy(presented) || !presented.ValidAt(now))
    return Error{ErrorCode::kPermissionDenied, "the certificate identifies " + SubjectOf(party) + " no more"};
  const Time from = presented.not_after() - Parties::kRenewedFrom;
  if (now < from) return Precondition("the certificate is renewed from " + FormatDateTime(from));
  if (party.certificates.size() < Parties::kMaxCertificates) return {};
  const auto next = std::ranges::min_element(party.certificates, {}, &Party::Identity::until);
  return Precondition("the party has " + std::to_string(Parties::kMaxCertificates) +
                      " certificates; the next of them ends at " + FormatDateTime(next->until));
}

}  // namespace

Result<Certificate> Parties::Renew(const Party& caller, const Certificate& presented) const {
  // 1. Who asks, and whether it is time.
  const auto read = CM_TRY(Admit(desk_.store(), caller, Act::kRenewCertificate));
  const Time now = desk_.Now();
  CM_TRY(CheckRenewable(read.value, presented, now));
  // 2. The certificate, of the key that the caller has just shown to hold.
  Party party = read.value;
  const Authority& authority = desk_.authority();
  const IssuingCa party_ca{authority.party_ca, *authority.party_ca_signer};
  Certificate renewed = CM_TRY(
      IssuePartyCertificate(party_ca, presented.key(), party.name, party.id, authority.iss, now, desk_.random()));
  Identify(party, renewed);
  // 3. It identifies nobody before it is on record.
  ledger::Change change;
  Replace(change, read, party);
  const ActEntry act{.at = now,
                     .actor = party.id,
                     .act = std::string(Name(Act::kRenewCertificate)),
                     .subject = SubjectOf(party),
                     .reason = "",
                     .before = StateOf(read.value),
                     .after = StateOf(party)};
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  return renewed;
}

Result<void> Parties::OnDue(std::string_view id) const {
  const auto read = CM_TRY(Load<Party>(desk_.store(), id));
  const Time now = desk_.Now();
  Party party = read.value;
  const std::size_t ended =
      std::erase_if(party.certificates, [now](const Party::Identity& identity) { return identity.until < now; }) +
      std::erase_if(party.revoked, [now](const Party::Revoked& revoked) { return revoked.until < now; });
  if (ended == 0) return {};
  ledger::Change change;
  Replace(change, read, party);
  ActEntry act{.at = now,
               .actor = std::string(kClock),
               .act = "certificate-ended",
               .subject = SubjectOf(party),
               .reason = "",
               .before = StateOf(read.value),
               .after = StateOf(party),
               .concerns = {party.id}};
  act.rests_on = CM_TRY(EnrolmentOf(desk_.store(), party));
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

Result<Party> WithNewNames(Party party, std::string_view name, std::string_view url) {
  CM_TRY(CheckNames(name, party.operator_id, url));
  Rename(party, name, url);
  return party;
}

void Rename(Party& party, std::string_view name, std::string_view url) {
  party.former_names.insert(PublicText::OfOperator(party).text());
  party.name = name;
  party.url = url;
  party.former_names.erase(PublicText::OfOperator(party).text());
}

}  // namespace certmark::ca
