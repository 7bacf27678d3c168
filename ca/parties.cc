#include "ca/parties.h"

#include <algorithm>

#include "ca/enrolment.h"

namespace certmark::ca {
namespace {

// EnrolmentOf is what made a party: its enrolment, or of the first registrar the ceremony, whose act is on the party
// itself.
Result<std::string> EnrolmentOf(const ledger::Store& store, const Party& party) {
  const auto enrolments = CM_TRY(FoundBy(store, "enrolled", party.id, "", 1));
  return enrolments.empty() ? SubjectOf(party) : enrolments.front();
}

std::string StateOf(const Party& party) {
  return party.certificates.empty() ? "UNIDENTIFIED" : "ENROLLED";
}

}  // namespace

Result<void> Parties::OnDue(std::string_view id) const {
  const auto read = CM_TRY(Load<Party>(desk_.store(), id));
  const Time now = desk_.Now();
  Party party = read.value;
  std::erase_if(party.certificates, [now](const Party::Identity& identity) { return identity.until < now; });
  if (party.certificates.size() == read.value.certificates.size()) return {};
  ledger::Change change;
  Replace(change, read, party);
  ActEntry act{.at = now,
               .actor = std::string(kClock),
               .act = "certificate-ended",
               .subject = SubjectOf(party),
               .reason = "",
               .before = StateOf(read.value),
               .after = StateOf(party)};
  act.rests_on = CM_TRY(EnrolmentOf(desk_.store(), party));
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

Result<Party> WithNewNames(Party party, std::string_view name, std::string_view url) {
  CM_TRY(CheckNames(name, party.operator_id, url));
  party.name = name;
  party.url = url;
  return party;
}

}  // namespace certmark::ca
