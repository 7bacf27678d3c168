#include "ca/party_certificates.h"

#include "ca/party.h"

namespace certmark::ca {

Result<void> PartyCertificates::OnDue(std::string_view id) const {
  const auto read = CM_TRY(Load<Party>(desk_.store(), id));
  const Time now = desk_.Now();
  Party party = read.value;
  // A certificate's last second is still its own.
  const auto ended =
      std::erase_if(party.certificates, [now](const Party::Identity& identity) { return identity.until < now; });
  if (ended == 0) return {};
  ledger::Change change;
  Replace(change, read, party);
  const ActEntry act{.at = now,
                     .actor = std::string(kClock),
                     .act = "retire-certificate",
                     .subject = SubjectOf(party),
                     .reason = "",
                     .before = "",
                     .after = "",
                     .rests_on = SubjectOf(party)};
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

}  // namespace certmark::ca
