// Fsck of who exists: every party comes from an enrolment, the ceremony or a log, approved by those who may.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "ca/act_entry.h"
#include "ca/certification.h"
#include "ca/csr.h"
#include "ca/enrolment.h"
#include "ca/fsck_check.h"
#include "ca/party.h"
#include "ca/public_text.h"
#include "ca/x509_profiles.h"

namespace certmark::ca {
namespace {

using ledger::Column;

std::string Joined(const auto& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
  return all;
}
std::string Joined(const std::set<Role>& roles) {
  std::string all;
  for (const Role role : roles) all += (all.empty() ? "" : " ") + std::string(Name(role));
  return all;
}

bool NeedsTwo(const std::set<Role>& roles) {
  return std::ranges::any_of(roles, NeedsTwoRegistrars);
}

class PartiesChecker {
 public:
  PartiesChecker(const ledger::Store& store, const LogFold& fold, const PartyRules& rules)
      : check_(store, fold), rules_(rules) {}

  Result<RowsChecked> Run() {
    CM_TRY(check_.ForEach<Enrolment>(
        "", [this](const Enrolment& enrolment, const Bytes&) { return CheckEnrolment(enrolment); }));
    CM_TRY(check_.ForEach<Party>("", [this](const Party& party, const Bytes&) -> Result<void> {
      CheckParty(party);
      return {};
    }));
    CheckApprovals();
    CM_TRY(CheckNamed());
    return std::move(check_.out());
  }

 private:
  // Same reports a member that is not what it must be.
  void Same(std::string_view kind, const std::string& place, const std::string& expected, const std::string& found) {
    if (expected != found) check_.Report(kind, place, expected, Quote(found));
  }

  // ---- enrolment/<id>

  Result<void> CheckEnrolment(const Enrolment& enrolment) {
    const std::string subject = SubjectOf(enrolment);
    const bool is_enrolled = enrolment.state == Enrolment::State::kEnrolled;
    if (is_enrolled && enrolment.for_party.empty()) made_.insert(enrolment.party_id);
    if (enrolment.state != Enrolment::State::kPending) approvals_.push_back(ApprovalOf(enrolment));
    const auto key = ParseCsr(enrolment.csr);
    if (!key) {
      check_.Report("enrolment-differs", subject + " csr", "a request that its key signed", key.error().message);
      return {};
    }
    Same("enrolment-differs", subject + " fingerprint", key->spki_hash().Hex(), enrolment.fingerprint);
    return is_enrolled ? CheckEnrolled(enrolment, *key) : Result<void>();
  }

  Result<void> CheckEnrolled(const Enrolment& enrolment, const PublicKey& key) {
    const std::string place = SubjectOf(enrolment) + " party_id";
    if (!enrolment.for_party.empty()) {
      Same("enrolment-differs", place, enrolment.for_party, enrolment.party_id);
    } else if (!completed_.insert(enrolment.party_id).second) {
      check_.Report("enrolment-differs", place, "a party of its own", Quote(enrolment.party_id));
      return {};
    }
    if (enrolment.confirmed_by.empty()) CheckAlone(enrolment);
    keys_[enrolment.party_id].insert(key.spki_hash().Hex());
    CheckCertificate(enrolment, key);
    return CompareParty(enrolment);
  }

  void CheckCertificate(const Enrolment& enrolment, const PublicKey& key) {
    const std::string place = SubjectOf(enrolment) + " certificate";
    const auto refuse = [&](std::string expected, std::string found) {
      check_.Report("enrolment-differs", place, std::move(expected), std::move(found));
    };
    const auto certificate = Certificate::Parse(enrolment.certificate);
    if (!certificate) return refuse("a certificate", certificate.error().message);
    if (certificate->key().spki_hash() != key.spki_hash()) {
      return refuse("of the key " + key.spki_hash().Hex(), "of the key " + certificate->key().spki_hash().Hex());
    }
    const std::vector<std::string> uris = {rules_.iss + "/parties/" + enrolment.party_id};
    if (certificate->san_uris() != uris || certificate->san_count() != 1) {
      return refuse(uris.front(), Quote(Joined(certificate->san_uris())));
    }
    const std::vector<std::string> client = {std::string(kClientAuthOid)};
    if (certificate->is_ca() || certificate->eku() != client) return refuse("of a TLS client", "for something else");
    if (rules_.party_ca != nullptr && !certificate->IssuedBy(*rules_.party_ca)) {
      return refuse("a signature of the Party CA", "none that holds");
    }
  }

  // CompareParty: what of a party stays as it was enrolled, and whether it was named anew. The rest its acts tell.
  Result<void> CompareParty(const Enrolment& enrolment) {
    const std::string place = "party/" + enrolment.party_id;
    const auto row = CM_TRY(check_.Get(Column::kRecord, AsBytes(place)));
    if (!row) {
      check_.Report("party-missing", place, "a record: " + SubjectOf(enrolment) + " made it", "no such row");
      return {};
    }
    const auto party = Party::FromJson(AsText(*row));
    if (!party) return {};  // that is found elsewhere
    const auto same = [&](std::string_view member, const std::string& expected, const std::string& found) {
      Same("party-differs", place + " " + std::string(member), expected, found);
    };
    same("roles", Joined(enrolment.roles), Joined(party->roles));
    same("operator_id", enrolment.operator_id, party->operator_id);
    same("belongs_to", Joined(enrolment.belongs_to), Joined(party->belongs_to));
    if (!enrolment.for_party.empty()) return {};
    std::vector<std::string> enrolled_by = {enrolment.approved_by};
    if (!enrolment.confirmed_by.empty()) enrolled_by.push_back(enrolment.confirmed_by);
    same("enrolled_by", Joined(enrolled_by), Joined(party->enrolled_by));
    if (party->name != enrolment.name || party->url != enrolment.url) renamed_.emplace(party->id, *party);
    Party before = *party;
    before.name = enrolment.name;
    before.url = enrolment.url;
    unshown_[party->id] = party->former_names;
    unshown_[party->id].erase(PublicText::OfOperator(before).text());
    if (unshown_[party->id].empty()) unshown_.erase(party->id);
    return {};
  }

  // ---- Who approved

  struct Approval {
    std::string subject, approved_by, confirmed_by;
    bool was_confirmed;
  };
  static Approval ApprovalOf(const Enrolment& enrolment) {
    return {SubjectOf(enrolment), enrolment.approved_by, enrolment.confirmed_by,
            enrolment.state == Enrolment::State::kEnrolled && !enrolment.confirmed_by.empty()};
  }

  // CheckApprovals: registrars did, and where two did they were two.
  void CheckApprovals() {
    for (const Approval& approval : approvals_) {
      CheckRegistrar(approval.subject + " approved_by", approval.approved_by);
      if (!approval.was_confirmed) continue;
      CheckRegistrar(approval.subject + " confirmed_by", approval.confirmed_by);
      if (approval.confirmed_by != approval.approved_by) continue;
      check_.Report("enrolment-differs", approval.subject + " confirmed_by", "another registrar than who approved",
                    approval.confirmed_by);
    }
  }
  void CheckRegistrar(const std::string& place, const std::string& id) {
    if (!registrars_.contains(id)) check_.Report("enrolment-differs", place, "a registrar", Quote(id));
  }

  // CheckAlone: one registrar suffices for some, and to each was given, once, to enrol another registrar alone.
  void CheckAlone(const Enrolment& enrolment) {
    const bool is_registrar = enrolment.roles == std::set{Role::kRegistrar} && enrolment.for_party.empty();
    if (!NeedsTwo(enrolment.roles) && enrolment.for_party.empty()) return;
    if (is_registrar && alone_.insert(enrolment.approved_by).second) return;
    check_.Report("enrolment-differs", SubjectOf(enrolment) + " confirmed_by", "a registrar", "nobody");
  }

  // ---- party/<id>

  void CheckParty(const Party& party) {
    if (party.has(Role::kRegistrar)) registrars_.insert(party.id);
    const bool is_enrolled = made_.contains(party.id);
    const bool is_of_ceremony = !is_enrolled && party.has(Role::kRegistrar) && IsOfCeremony(party);
    CheckKeys(party, is_of_ceremony ? 1 : 0);
    if (!is_enrolled && !is_of_ceremony) stand_ins_.emplace(party.id, party);
  }
  // CheckKeys: a party has the keys that enrolments gave it; the first registrar had one before.
  void CheckKeys(const Party& party, std::size_t others) {
    const auto by_enrolments = keys_.find(party.id);
    const std::set<std::string> given = by_enrolments == keys_.end() ? std::set<std::string>() : by_enrolments->second;
    const std::set<std::string> had(party.keys.begin(), party.keys.end());
    if (std::ranges::includes(had, given) && had.size() == given.size() + others) return;
    check_.Report("party-differs", SubjectOf(party) + " keys", Joined(given), Quote(Joined(party.keys)));
  }
  // IsOfCeremony: the first registrar has no enrolment, and an act of the ceremony's on it.
  bool IsOfCeremony(const Party& party) {
    const auto acts = ActsOf(check_.store(), SubjectOf(party), 1);
    if (!acts || acts->empty()) return false;
    const auto first = ReadAct(check_.store(), acts->front());
    return first && first->act.actor == kCeremony;
  }

  // CheckNamed: a party that nobody enrolled is one that a credential names, and nobody has a certificate of it but by
  // an enrolment that gave it a key. A new name
  // is granted with a credential that shows it: one that is not as enrolled, today's or a former one, is as one of its
  // own shows it.
  Result<void> CheckNamed() {
    if (stand_ins_.empty() && renamed_.empty() && unshown_.empty()) return {};
    CM_TRY(check_.ForEach<Certification>("", [this](const Certification& certification, const Bytes&) -> Result<void> {
      const auto party = stand_ins_.find(certification.operator_party);
      if (party != stand_ins_.end() && IsStandIn(party->second, certification)) stand_ins_.erase(party);
      const auto renamed = renamed_.find(certification.operator_party);
      if (renamed != renamed_.end() && IsShown(renamed->second, certification)) renamed_.erase(renamed);
      const auto unshown = unshown_.find(certification.operator_party);
      if (unshown != unshown_.end()) unshown->second.erase(certification.operator_name);
      return {};
    }));
    for (const auto& [id, names] : unshown_) {
      if (names.empty()) continue;
      check_.Report("party-differs", "party/" + id + " former_names",
                    "as enrolled, or as a credential of its shows them", Quote(*names.begin()));
    }
    for (const auto& [id, party] : renamed_) {
      check_.Report("party-differs", SubjectOf(party) + " name, url",
                    "as enrolled, or as a credential of its shows them", Quote(party.name + " " + party.url));
    }
    for (const auto& [id, party] : stand_ins_) {
      check_.Report("party-unenrolled", SubjectOf(party), "an enrolment that made it", "none");
    }
    return {};
  }
  static bool IsShown(const Party& party, const Certification& certification) {
    return party.name == certification.operator_name && party.url == certification.operator_url;
  }
  bool IsStandIn(const Party& party, const Certification& certification) const {
    const bool is_unclaimed = party.certificates.empty() || keys_.contains(party.id);
    return party.operator_id == certification.operator_id && IsShown(party, certification) &&
           party.roles == std::set{Role::kOperator} && is_unclaimed && party.enrolled_by.empty();
  }

  RowsCheck check_;
  const PartyRules& rules_;
  std::set<std::string> made_, completed_, registrars_;  // parties
  std::set<std::string> alone_;                          // registrars who enrolled another alone
  std::vector<Approval> approvals_;
  std::map<std::string, Party> stand_ins_, renamed_;
  std::map<std::string, std::set<std::string>> unshown_;  // former names by party
  std::map<std::string, std::set<std::string>> keys_;     // that enrolments gave, by party
};

}  // namespace

Result<RowsChecked> CheckParties(const ledger::Store& store, const LogFold& fold, const PartyRules& rules) {
  return PartiesChecker(store, fold, rules).Run();
}

}  // namespace certmark::ca
