#include "ca/restored_rows.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "ca/act_entry.h"
#include "ca/certification_rows.h"
#include "ca/fsck_rows.h"
#include "ca/issuer.h"
#include "ca/party.h"
#include "ca/records.h"
#include "ca/scheme.h"
#include "ledger/log_reader.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kActor = "ceremony", kAct = "rebuild";

std::string TextOf(const Credential::Version& version) {
  return version.number ? std::to_string(*version.number) : version.text.value_or("");
}

class Restorer {
 public:
  Restorer(const LogFold& fold, ledger::Log& log, const Clock& clock, const Random& random)
      : fold_(fold), log_(log), clock_(clock), random_(random) {}

  Result<void> Run() {
    CM_TRY(RestoreSigners());
    for (const std::string& number : InOrder()) CM_TRY(Restore(number));
    return {};
  }

 private:
  Result<void> Append(ledger::Change change) const {
    CM_TRY(log_.Append(std::move(change), ledger::Ack::kSequenced));
    return {};
  }

  Result<void> RestoreSigners() const {
    ledger::Change change;
    for (const auto& [kid, key] : fold_.keys()) {
      Create(change, SignerRecord{kid, key.leaf.der(), key.ca.der(), fold_.announced_in(kid)});
    }
    return Append(std::move(change));
  }

  // InOrder of issue: a later certification of a unit takes the place of one that expired.
  std::vector<std::string> InOrder() const {
    std::vector<std::string> numbers;
    for (const auto& [number, credential] : fold_.credentials()) numbers.push_back(number);
    std::ranges::sort(numbers, {}, [this](const std::string& number) {
      const IssuedCredential& credential = fold_.credentials().at(number);
      return std::tuple(credential.log, credential.index);
    });
    return numbers;
  }

  Result<Credential> CredentialOf(const IssuedCredential& issued) const {
    const auto entry = CM_TRY(log_.store().Get(ledger::Column::kEntry, ledger::EntryKey(issued.log, issued.index)));
    if (!entry) return Error{ErrorCode::kCorruption, "entry " + std::to_string(issued.index) + " is not there"};
    return ParseCredential(CM_TRY(ParseCredentialJws(AsText(*entry))).payload_text());
  }

  // OperatorOf is a stand-in for the holder: nobody has its certificate, but who is enrolled under the same
  // registration is not independent of it.
  Result<std::string> OperatorOf(const Credential& credential) {
    const auto known = operators_.find(credential.operator_id);
    if (known != operators_.end()) return known->second;
    Party party;
    party.id = CM_TRY(NewId(random_));
    party.name = credential.operator_name;
    party.operator_id = credential.operator_id;
    party.url = credential.operator_url.value_or("");
    party.roles = {Role::kOperator};
    party.since = clock_();
    ledger::Change change;
    Create(change, party);
    Record("party/" + party.id, "STAND-IN", change);
    CM_TRY(Append(std::move(change)));
    return operators_.emplace(credential.operator_id, party.id).first->second;
  }

  void Record(std::string subject, std::string_view after, ledger::Change& change) const {
    const ActEntry act{.at = clock_(),
                       .actor = std::string(kActor),
                       .act = std::string(kAct),
                       .subject = std::move(subject),
                       .reason = "",
                       .before = "",
                       .after = std::string(after)};
    act.RecordIn(change);
  }

  Result<Certification> CertificationOf(const std::string& number) {
    const IssuedCredential& issued = fold_.credentials().at(number);
    const FoldedCertification& folded = *fold_.events().Find(number);
    const Credential credential = CM_TRY(CredentialOf(issued));
    Certification out;
    out.id = number;
    out.app = folded.app;
    out.app_name = credential.name;
    out.signers = issued.signers;
    out.version_from = TextOf(credential.version_from);
    if (credential.version_to) out.version_to = TextOf(*credential.version_to);
    out.operator_party = CM_TRY(OperatorOf(credential));
    out.operator_id = credential.operator_id;
    out.operator_name = credential.operator_name;
    out.scheme = credential.scheme;
    out.level = credential.level;
    // What the log leaves open is not good until somebody has looked.
    out.state = StateOf(folded).value_or(Certification::State::kSuspended);
    out.status = issued.status;
    out.log = issued.log;
    out.entry = issued.leaf;
    out.kid = issued.kid;
    out.valid_from = issued.valid_from;
    out.valid_until = issued.valid_until;
    for (const auto& [kind, at, reason] : folded.history) out.history.push_back({kind, at, reason});
    out.suspended_by_holder = out.state == Certification::State::kSuspended && !folded.history.empty() &&
                              folded.history.back().reason == Scheme::kHolderRequest;
    return out;
  }

  Result<void> Restore(const std::string& number) {
    const Certification certification = CM_TRY(CertificationOf(number));
    // What the last turn of its life wrote, as that would have, so that its act names the same rows.
    ledger::Change turn;
    Create(turn, certification);
    if (HasEnded(certification.state)) {
      ledger::Change freed;
      FreeUnit(certification, freed);
      std::ranges::move(freed.writes, std::back_inserter(turn.writes));
    }
    turn.writes.push_back(StatusWrite(certification.status, StatusOf(certification.state)));
    if (!certification.history.empty()) Record("certification/" + number, Name(certification.state), turn);
    CM_TRY(Append(std::move(turn)));

    ledger::Change rows;
    if (!HasEnded(certification.state)) {
      CM_TRY(ClaimUnit(log_.store(), certification, certification.valid_from, rows));
    }
    rows.writes.push_back(AppRow(certification));
    return Append(std::move(rows));
  }

  const LogFold& fold_;
  ledger::Log& log_;
  const Clock& clock_;
  const Random& random_;
  std::map<std::string, std::string> operators_;  // party ids by registration
};

}  // namespace

Result<void> RestoreRows(const LogFold& fold, ledger::Log& log, const Clock& clock, const Random& random) {
  return Restorer(fold, log, clock, random).Run();
}

}  // namespace certmark::ca
