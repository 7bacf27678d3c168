#include "ca/enrolments.h"

#include <algorithm>

#include "ca/csr.h"
#include "ca/enrolment_rows.h"
#include "ca/numbers.h"
#include "ca/separation.h"
#include "ca/x509_profiles.h"

namespace certmark::ca {
namespace {

using ledger::Column;

Result<Stored<Enrolment>> LoadOpen(const ledger::Store& store, std::string_view id, Time now) {
  auto read = CM_TRY(Load<Enrolment>(store, id));
  if (read.value.ExpiredAt(now)) return Error{ErrorCode::kNotFound, "no enrolment " + std::string(id)};
  return read;
}

bool NeedsTwo(const Enrolment& enrolment) {
  return !enrolment.for_party.empty() || std::ranges::any_of(enrolment.roles, NeedsTwoRegistrars);
}

FirstHalf FirstOf(const Enrolment& enrolment) {
  return {enrolment.approved_by, enrolment.approver_revocations};
}

// IsUnapproved: nobody has approved it, or nobody whose word stands.
Result<bool> IsUnapproved(const ledger::Store& store, const Enrolment& enrolment) {
  if (enrolment.state != Enrolment::State::kApproved) return enrolment.state == Enrolment::State::kPending;
  return !CM_TRY(Stands(store, FirstOf(enrolment)));
}

Result<void> CheckFingerprint(const Enrolment& enrolment, std::string_view fingerprint) {
  if (enrolment.fingerprint == fingerprint) return {};
  return Precondition("enrolment " + enrolment.id + " has another key than the fingerprint says");
}

// A registrar certifies nothing, so that role stands alone; an operator is named by its register.
Result<void> CheckRoles(const Enrolment& enrolment, const std::set<Role>& roles) {
  if (roles.empty()) return Invalid("no roles");
  if (roles.contains(Role::kRegistrar) && roles.size() > 1) return Invalid("a registrar has no other role");
  if (roles.contains(Role::kOperator) && enrolment.operator_id.empty()) {
    return Precondition("enrolment " + enrolment.id + " names no operator_id, which an operator needs");
  }
  return {};
}

Result<void> CheckBelongsTo(const ledger::Store& store, const std::vector<std::string>& parties) {
  std::set<std::string_view> seen;
  for (const std::string& party : parties) {
    if (!seen.insert(party).second) return Invalid("belongs to a party twice: " + party);
    CM_TRY(Load<Party>(store, party));
  }
  return {};
}

// Nobody grants themselves a role: not by their own key, not by their own register entry, not through a party of
// theirs.
Result<void> CheckNotOwn(const ledger::Store& store, const Party& registrar, const Enrolment& enrolment) {
  const PublicKey key = CM_TRY(ParseCsr(enrolment.csr));
  const auto owner = CM_TRY(store.Get(Column::kIndex, PartyKeyRowKey(key)));
  if (owner && AsText(*owner) == registrar.id) return Denied("registrar " + registrar.id + " enrols their own key");
  CM_TRY(RequireNotEnteredAs(store, registrar, enrolment.operator_id));
  if (!enrolment.for_party.empty()) CM_TRY(RequireApart(store, registrar, enrolment.for_party));
  for (const std::string& parent : enrolment.belongs_to) CM_TRY(RequireApart(store, registrar, parent));
  return {};
}

Result<std::size_t> CountRegistrars(const ledger::Store& store) {
  const Bytes begin = RegistrarRowKey("");
  Bytes end = begin;
  end.back() = '/' + 1;
  std::size_t count = 0;
  CM_TRY(store.Scan(Column::kIndex, begin, end, [&](ByteView, ByteView) { return ++count, true; }));
  return count;
}

// IsBootstrap is true for the one approval that a first registrar, whom nobody enrolled, may make alone: of a second,
// while nothing identifies another.
Result<bool> IsBootstrap(const ledger::Store& store, const Party& registrar, const Enrolment& enrolment) {
  if (enrolment.roles != std::set{Role::kRegistrar} || !enrolment.for_party.empty()) return false;
  if (!registrar.enrolled_by.empty()) return false;
  if (CM_TRY(store.Get(Column::kIndex, BootstrapRowKey(registrar.id)))) return false;
  return CM_TRY(CountRegistrars(store)) == 1;
}

}  // namespace

Result<Enrolment> Enrolments::Request(const Asked& request) {
  // 1. The request itself.
  CM_TRY(CheckNames(request.name, request.operator_id, request.url));
  const PublicKey key = CM_TRY(ParseCsr(request.csr));
  // 2. A key is one party's for ever.
  if (CM_TRY(desk_.store().Get(Column::kIndex, PartyKeyRowKey(key)))) {
    return Error{ErrorCode::kAlreadyExists, "the key is a party's already: " + key.spki_hash().Hex()};
  }
  // 3. Room: one request at a time, so that what was counted is what there is.
  const std::lock_guard lock(requesting_);
  const Time now = desk_.Now();
  ledger::Change change;
  if (CM_TRY(SweepExpired(desk_.store(), now, change)) >= kMaxOpenEnrolments) {
    return Error{ErrorCode::kResourceExhausted, std::to_string(kMaxOpenEnrolments) + " enrolments are open"};
  }
  // 4. The record, and the row that finds it while it waits.
  Enrolment enrolment;
  enrolment.id = CM_TRY(NewId(desk_.random()));
  enrolment.csr = request.csr;
  enrolment.fingerprint = key.spki_hash().Hex();
  enrolment.name = request.name;
  enrolment.operator_id = request.operator_id;
  enrolment.url = request.url;
  enrolment.requested_at = now;
  enrolment.salt = CM_TRY(NewId(desk_.random()));
  Create(change, enrolment);
  const ActEntry act_entry{.at = now,
                           .actor = std::string(kPublicActor),
                           .act = "request-enrolment",
                           .subject = "enrolment/" + enrolment.id,
                           .reason = "",
                           .before = "",
                           .after = std::string(Name(enrolment.state))};
  CM_TRY(desk_.Commit(std::move(change), act_entry, ledger::Ack::kSequenced));
  return enrolment;
}

Result<Enrolment> Enrolments::Get(std::string_view id) const {
  return CM_TRY(LoadOpen(desk_.store(), id, desk_.Now())).value;
}

Result<std::vector<Enrolment>> Enrolments::List(const Party& caller) const {
  CM_TRY(Admit(desk_.store(), caller, Act::kListEnrolments));
  const Time now = desk_.Now();
  std::vector<Enrolment> open;
  for (const std::string& id : CM_TRY(OpenEnrolments(desk_.store()))) {
    auto read = LoadOpen(desk_.store(), id, now);
    if (!read && read.error().code == ErrorCode::kNotFound) continue;  // expired, or swept since
    if (!read) return read.error();
    open.push_back(std::move(read->value));
  }
  return open;
}

Result<Enrolment> Enrolments::Approve(const Party& caller, const Approval& approval) {
  // 1. The role, and the file.
  const auto registrar = CM_TRY(Admit(desk_.store(), caller, Act::kApproveEnrolment));
  const auto read = CM_TRY(LoadOpen(desk_.store(), approval.enrolment, desk_.Now()));
  if (!CM_TRY(IsUnapproved(desk_.store(), read.value))) {
    return Precondition("enrolment " + read.value.id + " is " + std::string(Name(read.value.state)));
  }
  // 2. The rules.
  CM_TRY(CheckFingerprint(read.value, approval.fingerprint));
  Enrolment enrolment =
      CM_TRY(approval.for_party.empty() ? ForNew(read.value, approval) : ForExisting(read.value, approval));
  enrolment.approved_by = registrar.value.id;
  enrolment.approver_revocations = registrar.value.revocations;
  CM_TRY(CheckNotOwn(desk_.store(), registrar.value, enrolment));
  // 3. One registrar suffices for some; for the rest it is the first half.
  ledger::Change change;
  Expect(change, registrar);
  if (!NeedsTwo(enrolment)) return Enrol(registrar.value, Act::kApproveEnrolment, read, enrolment, change);
  if (CM_TRY(IsBootstrap(desk_.store(), registrar.value, enrolment))) {
    change.preconditions.push_back({Column::kIndex, BootstrapRowKey(registrar.value.id), std::nullopt});
    return Enrol(registrar.value, Act::kApproveEnrolment, read, enrolment, change);
  }
  enrolment.state = Enrolment::State::kApproved;
  CM_TRY(ReplaceEnrolment(registrar.value, Act::kApproveEnrolment, read, enrolment, change));
  return enrolment;
}

Result<Enrolment> Enrolments::Confirm(const Party& caller, std::string_view id, std::string_view fingerprint) {
  // 1. The role, and the file.
  const auto registrar = CM_TRY(Admit(desk_.store(), caller, Act::kConfirmEnrolment));
  const auto read = CM_TRY(LoadOpen(desk_.store(), id, desk_.Now()));
  if (read.value.state != Enrolment::State::kApproved) {
    return Precondition("enrolment " + read.value.id + " is " + std::string(Name(read.value.state)));
  }
  // 2. The rules: another registrar, who was told the fingerprint too.
  ledger::Change change;
  CM_TRY(RequireTwoPeople(desk_.store(), registrar.value, FirstOf(read.value), change));
  CM_TRY(CheckFingerprint(read.value, fingerprint));
  CM_TRY(CheckNotOwn(desk_.store(), registrar.value, read.value));
  // 3. The party, in the roles that were approved.
  Enrolment enrolment = read.value;
  enrolment.confirmed_by = registrar.value.id;
  Expect(change, registrar);
  return Enrol(registrar.value, Act::kConfirmEnrolment, read, enrolment, change);
}

Result<Enrolment> Enrolments::ForNew(Enrolment enrolment, const Approval& approval) const {
  CM_TRY(CheckRoles(enrolment, approval.roles));
  CM_TRY(CheckBelongsTo(desk_.store(), approval.belongs_to));
  enrolment.for_party.clear();
  enrolment.roles = approval.roles;
  enrolment.belongs_to = approval.belongs_to;
  return enrolment;
}

Result<Enrolment> Enrolments::ForExisting(Enrolment enrolment, const Approval& approval) const {
  if (!approval.roles.empty() || !approval.belongs_to.empty()) {
    return Invalid("a party that gets another key keeps its roles, and what it belongs to");
  }
  const Party party = CM_TRY(Load<Party>(desk_.store(), approval.for_party)).value;
  if (enrolment.operator_id != party.operator_id) {
    return Precondition("enrolment " + enrolment.id + " names another entry in a company register than party " +
                        party.id);
  }
  enrolment.for_party = party.id;
  enrolment.roles = party.roles;
  enrolment.belongs_to = party.belongs_to;
  return enrolment;
}

Result<Enrolment> Enrolments::Enrol(const Party& registrar, Act act, const Stored<Enrolment>& read, Enrolment enrolment,
                                    ledger::Change& change) {
  const PublicKey key = CM_TRY(ParseCsr(enrolment.csr));
  ExpectNewKey(change, key);
  const Certificate certificate =
      CM_TRY(enrolment.for_party.empty() ? MakeParty(enrolment, key, change) : GiveKey(enrolment, key, change));
  enrolment.state = Enrolment::State::kEnrolled;
  enrolment.certificate = certificate.der();
  CM_TRY(ReplaceEnrolment(registrar, act, read, enrolment, change));
  return enrolment;
}

Result<Certificate> Enrolments::MakeParty(Enrolment& enrolment, const PublicKey& key, ledger::Change& change) const {
  Party party;
  party.id = CM_TRY(NewId(desk_.random()));
  party.name = enrolment.name;
  party.roles = enrolment.roles;
  party.operator_id = enrolment.operator_id;
  party.url = enrolment.url;
  party.belongs_to = enrolment.belongs_to;
  party.enrolled_by = {enrolment.approved_by};
  if (!enrolment.confirmed_by.empty()) party.enrolled_by.push_back(enrolment.confirmed_by);
  party.since = desk_.Now();
  party.salt = CM_TRY(NewId(desk_.random()));
  Certificate certificate = CM_TRY(CertificateFor(party, key));
  Identify(party, certificate);
  Create(change, party);
  enrolment.party_id = party.id;
  return certificate;
}

Result<Certificate> Enrolments::GiveKey(Enrolment& enrolment, const PublicKey& key, ledger::Change& change) const {
  const auto read = CM_TRY(Load<Party>(desk_.store(), enrolment.for_party));
  Party party = read.value;
  RevokeAll(party, CrlReason::kSuperseded, desk_.Now());
  Certificate certificate = CM_TRY(CertificateFor(party, key));
  Identify(party, certificate);
  Replace(change, read, party);
  enrolment.party_id = party.id;
  return certificate;
}

Result<Certificate> Enrolments::CertificateFor(const Party& party, const PublicKey& key) const {
  const Authority& authority = desk_.authority();
  const IssuingCa party_ca{authority.party_ca, *authority.party_ca_signer};
  return IssuePartyCertificate(party_ca, key, party.name, party.id, authority.iss, desk_.Now(), desk_.random());
}

Result<void> Enrolments::ReplaceEnrolment(const Party& registrar, Act act, const Stored<Enrolment>& read,
                                          const Enrolment& enrolment, ledger::Change& change) {
  Replace(change, read, enrolment);
  // Whose key is to be exchanged hears of it while another registrar has to confirm it.
  const ActEntry act_entry{.at = desk_.Now(),
                           .actor = registrar.id,
                           .act = std::string(Name(act)),
                           .subject = "enrolment/" + enrolment.id,
                           .reason = "",
                           .before = std::string(Name(read.value.state)),
                           .after = std::string(Name(enrolment.state)),
                           .concerns = EachParty({enrolment.for_party})};
  return desk_.Commit(std::move(change), act_entry, ledger::Ack::kSequenced);
}

}  // namespace certmark::ca
