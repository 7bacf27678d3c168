#include "ca/replay_certification.h"

#include <utility>
#include <vector>

#include "ca/certification_rows.h"
#include "ca/numbers.h"
#include "ca/parties.h"
#include "ca/party.h"
#include "ca/public_text.h"
#include "ca/records.h"
#include "ca/replay_order.h"
#include "ca/scheme.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kAllParties = SIZE_MAX;

std::string BuildText(Platform platform, const Credential::Version& version) {
  return UsesNumberBuilds(platform) ? std::to_string(version.number.value_or(0)) : version.text.value_or("");
}

// IsHolderBefore: of two parties with one entry in a company register, who can still act comes first, then the newer.
bool IsHolderBefore(const Party& one, const Party& other) {
  if (one.certificates.empty() != other.certificates.empty()) return other.certificates.empty();
  return one.since > other.since;
}

// IsGrantedInsteadOf: to the holder of a revoked number, for its very unit and with its very end. Whatever else is
// granted after a revocation begins a term of its own, so an appeal was upheld (application_reopening.h).
bool IsGrantedInsteadOf(const Certification& next, const Certification& revoked) {
  return revoked.state == Certification::State::kRevoked && revoked.app == next.app &&
         revoked.signers == next.signers && revoked.operator_id == next.operator_id && revoked.scheme == next.scheme &&
         revoked.valid_until == next.valid_until;
}

// StateAfter: an end is an end, whatever state it was in; but nothing short of it closes what was left open.
Result<Certification::State> StateAfter(const Certification& certification, EventKind kind) {
  // The clock may have revoked, late, what had passed the limit of its suspension before its end.
  const bool is_expired = certification.state == Certification::State::kExpired;
  if (is_expired && kind == EventKind::kRevoked) return Certification::State::kRevoked;
  if (!certification.left_open) return Next(certification, kind);
  if (kind == EventKind::kSuspended || kind == EventKind::kReinstated) return Certification::State::kSuspended;
  Certification any = certification;
  any.state = Certification::State::kValid;
  return Next(any, kind);
}

// SupersededBy is what the event before a credential ended for its sake.
Result<std::optional<Certification>> SupersededBy(const ledger::Store& store, const Certification& next) {
  for (auto& before : CM_TRY(CertificationsOf(store, next.app))) {
    if (before.value.superseded_by == next.id) return std::optional(std::move(before.value));
  }
  return std::optional<Certification>();
}

// Rename: an operator takes a new name in the commit of a credential that shows it, in the place of another.
Result<void> Rename(const ledger::Store& store, const Certification& certification, Derived& derived) {
  const auto read = CM_TRY(Load<Party>(store, certification.operator_party));
  const auto site = PublicText::SiteOf(read.value);
  const bool same = PublicText::OfOperator(read.value) == certification.operator_name &&
                    (site ? site->text() : "") == certification.operator_url;
  if (same) return {};
  Party renamed = read.value;
  ca::Rename(renamed, certification.operator_name, certification.operator_url);
  Replace(derived.change, read, renamed);
  derived.at_once = true;
  return {};
}

// SpareWhatItReplaces: a revocation that the number was granted instead of bars nothing any more.
Result<void> SpareWhatItReplaces(const ledger::Store& store, const Certification& next, ledger::Change& change) {
  for (const auto& read : CM_TRY(CertificationsOf(store, next.app))) {
    if (!read.value.overturned_by.empty() || !IsGrantedInsteadOf(next, read.value)) continue;
    Certification spared = read.value;
    spared.overturned_by = SubjectOf(next);
    Replace(change, read, spared);
  }
  return {};
}

// ExpireHolders: whoever held the unit was over when the next began.
Result<std::vector<std::string>> ExpireHolders(const ledger::Store& store, const Certification& next, Time now,
                                               ledger::Change& change) {
  std::vector<std::string> expired;
  for (const auto& read : CM_TRY(CertificationsOf(store, next.app))) {
    if (HasEnded(read.value.state) || read.value.IsLive(now)) continue;
    Certification over = read.value;
    over.state = Certification::State::kExpired;
    Replace(change, read, over);
    expired.push_back(over.id);
  }
  return expired;
}

// CertificationIn is what a credential says.
Certification CertificationIn(const ReadEntry& entry, const Hash& leaf) {
  const auto& credential = std::get<Credential>(entry.content);
  const Claims& claims = *entry.claims;
  Certification out;
  out.id = credential.number;
  out.app = claims.app;
  out.app_name = credential.name;
  out.looks = LooksOf(out.app_name);
  out.signers = claims.signers;
  out.version_from = BuildText(claims.app.platform, credential.version_from);
  if (credential.version_to) out.version_to = BuildText(claims.app.platform, *credential.version_to);
  out.operator_id = credential.operator_id;
  out.operator_name = credential.operator_name;
  out.operator_url = credential.operator_url.value_or("");
  out.scheme = credential.scheme;
  out.level = credential.level;
  out.status = {claims.status_list, static_cast<std::uint32_t>(credential.status_index)};
  out.entry = leaf;
  out.kid = entry.jws->kid;
  out.valid_from = claims.valid_from;
  out.valid_until = claims.valid_until;
  return out;
}

}  // namespace

Result<void> ReplayedCertifications::ReadOperators() {
  std::map<std::string, Party> holders;
  for (Party& party : CM_TRY(LoadAll<Party>(input_.store, kAllParties))) {
    if (!party.has(Role::kOperator)) continue;
    const auto [held, is_first] = holders.try_emplace(party.operator_id, party);
    if (!is_first && IsHolderBefore(party, held->second)) held->second = std::move(party);
  }
  for (const auto& [operator_id, party] : holders) operators_.emplace(operator_id, party.id);
  return ForEach<Certification>(input_.store, [this](Certification known) -> Result<bool> {
    names_[known.operator_id].insert(std::move(known.operator_name));
    return true;
  });
}

Result<Derived> ReplayedCertifications::Granted(const ReadEntry& entry, const Hash& leaf) {
  Certification out = CertificationIn(entry, leaf);
  out.log = input_.log;
  Derived derived;
  derived.subject = SubjectOf(out);
  derived.after = std::string(Name(out.state));
  CM_TRY(SetHolder(out, derived));
  out.Remember(names_[out.operator_id]);
  names_[out.operator_id].insert(out.operator_name);
  CM_TRY(SpareWhatItReplaces(input_.store, out, derived.change));
  const auto expired = CM_TRY(ExpireHolders(input_.store, out, entry.claims->iat, derived.change));
  CM_TRY(ClaimUnit(input_.store, out, expired, derived.change));
  Create(derived.change, out);
  return derived;
}

Result<void> ReplayedCertifications::SetHolder(Certification& out, Derived& derived) {
  const auto before = CM_TRY(SupersededBy(input_.store, out));
  if (!before) {
    out.operator_party = CM_TRY(PartyOf(out, derived.change));
    return {};
  }
  out.supersedes = before->id;
  out.operator_party = before->operator_party;
  return Rename(input_.store, out, derived);
}

Result<std::string> ReplayedCertifications::PartyOf(const Certification& certification, ledger::Change& change) {
  const auto known = operators_.find(certification.operator_id);
  if (known != operators_.end()) return known->second;
  Party party;
  party.id = CM_TRY(NewId(input_.random));
  party.name = certification.operator_name;
  party.roles = {Role::kOperator};
  party.operator_id = certification.operator_id;
  party.url = certification.operator_url;
  party.since = input_.now;
  Create(change, party);
  operators_.emplace(party.operator_id, party.id);
  return party.id;
}

Result<Derived> ReplayedCertifications::After(const Event& event) const {
  const auto read = CM_TRY(Load<Certification>(input_.store, event.number));
  if (read.value.app != event.app)
    return Error{ErrorCode::kCorruption, event.number + " is of " + read.value.app.ToText()};
  Certification out = read.value;
  out.state = CM_TRY(StateAfter(read.value, event.kind));
  out.left_open = out.left_open && !HasEnded(out.state);
  out.suspended_by_holder =
      event.kind == EventKind::kSuspended && event.reason == Scheme::kHolderRequest && !out.left_open;
  out.restore_by = out.state == Certification::State::kSuspended ? event.until : std::nullopt;
  out.suspended_by.clear();
  const bool is_overdue = event.kind == EventKind::kSuspended && event.reason == Scheme::kOrderOverdue;
  if (is_overdue && !out.left_open) out.suspended_by = CM_TRY(CauseOfOverdue(input_.store, out));
  if (event.kind == EventKind::kSuperseded) out.superseded_by = event.by;
  out.history.push_back({event.kind, event.iat, event.reason});
  Derived derived;
  derived.subject = SubjectOf(out);
  derived.reason = event.reason;
  derived.before = std::string(Name(read.value.state));
  derived.after = std::string(Name(out.state));
  Replace(derived.change, read, out);
  return derived;
}

Result<std::optional<Derived>> ReplayedCertifications::LeftOpen(const std::string& number) const {
  const auto read = Load<Certification>(input_.store, number);
  if (!read && read.error().code != ErrorCode::kNotFound) return read.error();
  if (!read || HasEnded(read->value.state)) return std::optional<Derived>();
  Certification out = read->value;
  out.state = Certification::State::kSuspended;
  out.suspended_by_holder = false;
  out.suspended_by.clear();  // no annulment of an order stands for that look
  out.left_open = true;
  Derived derived;
  derived.subject = SubjectOf(out);
  derived.before = std::string(Name(read->value.state));
  derived.after = std::string(Name(out.state));
  Replace(derived.change, *read, out);
  derived.at_once = true;
  return std::optional(std::move(derived));
}

}  // namespace certmark::ca
